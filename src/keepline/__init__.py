"""Keepline plans how a telecom network stays up when a supplier is cut off."""

__version__ = "0.1.0"
