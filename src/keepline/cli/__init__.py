"""The command ``keepline``: it translates words into calls and answers into words."""

from keepline.cli.app import main

__all__ = ["main"]
