"""What a block of replications gave: a bag of exact sums that joins with others by ``+``."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.intervals import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    #: What a sum is of: span, measure, operator, course, or whatever tells it apart.
    Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Outcome:
    """Hold sums by what they are of; sums of whole numbers, so the order of joining is free.

    Attributes:
        moments: Count, sum and sum of squares of each measure, by its key.
    """

    moments: Mapping[Key, Moments] = field(default_factory=dict)

    @property
    def replications(self) -> int:
        """Return how many replications were summed up."""
        return max((one.count for one in self.moments.values()), default=0)

    def __add__(self, other: Outcome) -> Outcome:
        """Join two sets of replications; a key that one of them lacks is taken as it is."""
        joined = dict(self.moments)
        for key, more in other.moments.items():
            joined[key] = joined[key] + more if key in joined else more
        return Outcome(joined)

    def to_bytes(self) -> bytes:
        """Return the outcome as bytes that `from_bytes` reads on any machine."""
        rows = [
            {
                "key": list(key),
                "count": one.count,
                "places": one.places,
                "shape": list(one.total.shape),
                "total": [int(value) for value in one.total.ravel()],
                "squares": [int(value) for value in one.squares.ravel()],
            }
            for key, one in self.moments.items()
        ]
        return zlib.compress(json.dumps(rows, separators=(",", ":")).encode("utf-8"), 1)

    @classmethod
    def from_bytes(cls, content: bytes) -> Outcome:
        """Return the outcome that bytes hold.

        Raises:
            ValueError: When they hold none.
        """
        try:
            rows = json.loads(zlib.decompress(content))
            return cls({tuple(row["key"]): _moments(row) for row in rows})
        except (zlib.error, KeyError, TypeError) as error:
            raise ValueError("these bytes hold no outcome of a block") from error


def _moments(row: Mapping[str, object]) -> Moments:
    count, places, shape = row["count"], row["places"], row["shape"]
    if not isinstance(count, int) or not isinstance(places, int) or not isinstance(shape, list):
        raise TypeError("a sum has a count, its places and its shape")
    total, squares = (_whole(row[name], tuple(shape)) for name in ("total", "squares"))
    return Moments(count, total, squares, places)


def _whole(values: object, shape: tuple[int, ...]) -> NDArray[np.object_]:
    if not isinstance(values, list) or any(type(one) is not int for one in values):
        raise TypeError("sums are lists of whole numbers")
    found = np.empty(len(values), object)
    found[:] = values
    return found.reshape(shape)
