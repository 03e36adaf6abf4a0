"""Find the text of single cells of a CSV file again, by their place."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

#: Bytes of a block in which line ends are counted together.
BLOCK: Final = 2**17
#: Cells up to which only their own blocks are searched for line ends.
FEW: Final = 500


@dataclass(frozen=True)
class CellTexts:
    """Give back the texts of cells of a file in which every row is one line.

    Attributes:
        body: The file, its header first.
        header: The names of its columns.
    """

    body: bytes = field(repr=False)
    header: Sequence[str]

    def __call__(self, column: str, positions: Sequence[int]) -> list[str]:
        """Return the texts of a column's cells.

        Args:
            column: The column.
            positions: The rows, 0 being the first below the header, in rising order.
        """
        at = self.header.index(column)
        lines = (self.body[start:end].decode() for start, end in self._spans(positions))
        return [cells[at] if at < len(cells) else "" for cells in csv.reader(lines)]

    def _spans(self, positions: Sequence[int]) -> Iterator[tuple[int, int]]:
        letters = np.frombuffer(self.body, np.uint8)
        # row k lies between line ends k and k + 1, for the header ends with the first
        if len(positions) > FEW:
            ends = np.append(np.flatnonzero(letters == _END), len(letters))
            for position in positions:
                yield int(ends[position]) + 1, int(ends[position + 1])
            return
        before = _ends_before_blocks(letters)
        for position in positions:
            block = int(np.searchsorted(before, position, side="right")) - 1
            inside = np.flatnonzero(letters[block * BLOCK : (block + 1) * BLOCK] == _END)
            start = block * BLOCK + int(inside[position - before[block]]) + 1
            end = self.body.find(b"\n", start)
            yield start, end if end >= 0 else len(letters)


_END: Final = ord("\n")


def _ends_before_blocks(letters: NDArray[np.uint8]) -> NDArray[np.int64]:
    whole = len(letters) // BLOCK
    blocks = letters[: whole * BLOCK].reshape(whole, BLOCK)
    counts = [int(np.count_nonzero(block == _END)) for block in blocks]
    return np.cumsum([0, *counts])
