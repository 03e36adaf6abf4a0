"""Turn public lists of sanctioned or restricted parties into declared tables."""
