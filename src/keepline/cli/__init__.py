"""The command ``keepline``: it translates words into calls and answers into words."""
