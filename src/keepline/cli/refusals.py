"""Refuse places where nothing may be written, before the work and not after it."""

from __future__ import annotations

import os
from pathlib import Path

from keepline.formats import out
from keepline.model.errors import StoreError


def refuse_early(target: Path, sign: str = out.PLAN) -> None:
    """Refuse a place where the plan cannot be written, before the work and not after it."""
    out.refuse_foreign(target, sign)
    place = target.resolve()
    if place == Path.cwd():
        raise StoreError(f"{target} is where you stand; name a folder within it.", "KL-053")
    above = next(one for one in place.parents if one.exists())
    if not os.access(above, os.W_OK):
        raise StoreError(f"{target} could not be written: {above} is read-only for you.", "KL-052")


def refuse_filled(place: Path) -> None:
    """Refuse to write a network over anything: it may have been changed by hand."""
    if place.is_dir() and any(place.iterdir()):
        message = f"{place} is not empty; choose a new folder, so that nothing of yours is lost."
        raise StoreError(message, "KL-053")
