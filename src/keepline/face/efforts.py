"""Say how a simulation is carried out: how precisely, by whom, and where its blocks are kept."""

from __future__ import annotations

import importlib.metadata
import math
import platform
from contextlib import contextmanager
from typing import TYPE_CHECKING

from keepline import __version__
from keepline.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keepline.simulation import Effort

    #: Told how many replications are played, and how many it will take as far as is known.
    Tell = Callable[[int, int], None]

#: How many replications are played unless said, and how many at most with a precision.
USUAL, MOST = 200, 10_000


def untold(done: int, total: int) -> None:
    """Tell nobody."""


def most(replications: int | None, precision: float | None) -> int:
    """Return how many replications are played at most."""
    if replications is not None:
        return replications
    return USUAL if precision is None else MOST


@contextmanager
def effort_of(
    precision: float | None,
    workers: int | None,
    cluster: str | None,
    save: str | Path | None,
    tell: Tell,
) -> Iterator[Effort]:
    """Hire the crew and find the folder for blocks; let the crew go at the end.

    Raises:
        InputError: When the precision is none, or the crew is.
        MissingExtra: When Dask is asked for and not installed.
        StoreError: When the cluster does not answer.
    """
    from keepline.crews import hired
    from keepline.formats.blockstore import BlockStore
    from keepline.simulation import Effort

    if precision is not None and not (math.isfinite(precision) and precision > 0.0):
        said = f"A precision of {precision:g} is none; give a half-width above 0, such as 0.0001."
        raise InputError(said, code="IN-257")
    store = None if save is None else BlockStore(save)
    with hired(workers, cluster) as crew:
        yield Effort(precision, crew, store, program(), tell)


def program() -> str:
    """Return the versions of what decides the bits of a figure, and the kind of processor."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("numba", "numpy")]
    return ", ".join([f"keepline {__version__}", *versions, platform.machine()])
