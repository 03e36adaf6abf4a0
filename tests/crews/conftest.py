"""A crew of each kind, hired once, and a case whose setup is played by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keepline.crews import hired
from keepline.crews.pool import Pool
from keepline.simulation.block import Setup, play_block, setup_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keepline.simulation.outcome import Outcome


@pytest.fixture(scope="session")
def plan(two: Any) -> Any:
    return two.plan(availability=0.97).purchases


@pytest.fixture(scope="session")
def setup(two: Any, plan: Any) -> Setup:
    return setup_of(
        two.network, two.pools, two.supply, two.places, two.branches, plan, moves=None, seed=3
    )


@pytest.fixture(scope="session")
def expected(setup: Setup) -> Callable[[list[tuple[int, int]]], list[Outcome]]:
    """Return what blocks give when this thread plays them."""
    return lambda jobs: [play_block(setup, *job) for job in jobs]


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(2) as found:
        yield found


@pytest.fixture(scope="session")
def same_pool() -> Iterator[Pool]:
    """Return a pool of two for all tests that leave it as it was."""
    with Pool(2) as found:
        yield found


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """Return a Dask cluster of two workers on this machine."""
    pytest.importorskip("distributed")
    with hired(2, "local") as found:
        yield found
