"""How a simulation is carried out: how precisely, by whom, and where its blocks are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keepline.maths.crew import Crew


class Store(Protocol):
    """Keep the blocks of one run."""

    def open(self, decided_by: Mapping[str, str]) -> None:
        """Take the place for a run, known by what decides its bits.

        Raises:
            StoreError: When the place keeps another run, or refuses.
        """
        ...

    def read(self, first: int, count: int) -> bytes | None:
        """Return a block; None where there is none, or none that is whole."""
        ...

    def write(self, first: int, count: int, content: bytes) -> None:
        """Keep a block, whole or not at all.

        Raises:
            StoreError: When the place refuses.
        """
        ...


def _nobody(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Effort:
    """Say how a simulation is carried out; but for the precision no figure depends on it.

    Attributes:
        precision: Stop when no half-width of a 95 % interval of average availability, of a course
            or of the difference, is above this; None plays every replication.
        crew: Who plays the blocks; None for threads of this process.
        store: Where blocks are kept as they finish; None keeps none.
        program: What else decides the bits: the versions of the program and its libraries.
        tell: Told how many replications are played and how many it will take, as far as is known.
    """

    precision: float | None = None
    crew: Crew | None = None
    store: Store | None = None
    program: str = ""
    tell: Callable[[int, int], None] = _nobody
