"""Keep the blocks of a run in a folder, each whole or not at all.

The folder holds ``run.json``, which says what decides the bits of every block, and
``blocks/FIRST-COUNT.block``: the SHA-256 of what follows, and the block's sums. A run that was
killed is begun again with the same words, takes these blocks as they are and plays the rest.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from keepline.formats.atomic import refusals_named, write_file
from keepline.formats.guard import guarded
from keepline.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

RUN: Final = "run.json"
_FORMAT: Final = 1
_BLOCKS: Final = "blocks"


class BlockStore:
    """Keep the blocks of one run.

    Args:
        path: The folder: a new one, an empty one, or one that keeps blocks of this very run.
    """

    def __init__(self, path: str | Path) -> None:
        self._place = Path(path)

    def open(self, decided_by: Mapping[str, str]) -> None:
        """Take the folder for a run.

        Args:
            decided_by: What decides the bits: a hash or a value for each kind of input.

        Raises:
            StoreError: When the folder keeps another run or something else, or the disk refuses.
        """
        place = self._place
        if place.exists() and not place.is_dir():
            raise StoreError(f"{place} is a file; blocks are kept in a folder.", "KL-053")
        with refusals_named(place):
            there = sorted(one.name for one in place.iterdir()) if place.is_dir() else []
            earlier = (place / RUN).read_bytes() if RUN in there else None
            (place / _BLOCKS).mkdir(parents=True, exist_ok=True)
        if earlier is not None:
            self._refuse_other(earlier, decided_by)
        elif set(there) - {_BLOCKS}:
            message = f"{place} holds something that is not a run; choose another folder."
            raise StoreError(message, "KL-053")
        else:
            said = {"format": _FORMAT, "decided_by": dict(decided_by)}
            write_file(place / RUN, (json.dumps(said, indent=2) + "\n").encode("utf-8"))

    def read(self, first: int, count: int) -> bytes | None:
        """Return a block; None where there is none, or none that is whole."""
        place = self._block(first, count)
        with refusals_named(place):
            if not place.is_file():
                return None
            digest, _, content = place.read_bytes().partition(b"\n")
        return content if digest == _digest(content) else None

    def write(self, first: int, count: int, content: bytes) -> None:
        """Keep a block.

        Raises:
            StoreError: When the disk refuses; what is kept already stays.
        """
        write_file(self._block(first, count), _digest(content) + b"\n" + content)

    def _block(self, first: int, count: int) -> Path:
        return self._place / _BLOCKS / f"{first:010}-{count}.block"

    def _refuse_other(self, earlier: bytes, decided_by: Mapping[str, str]) -> None:
        said = guarded(lambda: json.loads(earlier))
        whole = said if isinstance(said, dict) else {}
        known = whole.get("decided_by")
        if not isinstance(known, dict) or whole.get("format") != _FORMAT:
            message = f"{self._place / RUN} cannot be read; choose another folder."
            raise StoreError(message, "KL-054")
        names = sorted({*known, *decided_by})
        other = [name for name in names if known.get(name) != decided_by.get(name)]
        if other:
            raise StoreError(
                f"{self._place} keeps blocks of another run: what differs is its "
                f"{' and '.join(other)}. Choose another folder, or remove this one.",
                "KL-054",
            )


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii")
