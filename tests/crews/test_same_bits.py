"""Threads, processes and clusters, blocks of any size: the same figures to the last bit."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.crews import hired
from keepline.model.policy import Budget, Policy, Service
from keepline.simulation import Effort, engine
from keepline.stock import plan_stock

if TYPE_CHECKING:
    from keepline.crews.pool import Pool


def bits(played: Any) -> Any:
    """Return everything a simulation holds, the numbers of its tables as bytes."""
    held = [getattr(played, one.name) for one in dataclasses.fields(played)]
    return [table_bits(one) if isinstance(one, pl.DataFrame) else one for one in held]


def table_bits(table: pl.DataFrame) -> Any:
    numbers = table.select(pl.col(pl.Float64))
    values = [column.to_numpy().tobytes() for column in numbers.iter_columns()]
    return values, table.drop(numbers.columns).rows()


@pytest.fixture(scope="module")
def plain(two: Any, plan: Any) -> Any:
    return bits(two.play(plan, replications=450, threads=1))


@pytest.mark.parametrize("block", [10, 50, 100])
@pytest.mark.parametrize("threads", [1, 2])
def test_threads(
    two: Any, plan: Any, plain: Any, threads: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BLOCK", block)
    assert bits(two.play(plan, replications=450, threads=threads)) == plain


@pytest.mark.parametrize("block", [10, 50, 100])
def test_workers(
    two: Any,
    plan: Any,
    plain: Any,
    block: int,
    same_pool: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "BLOCK", block)
    assert bits(two.play(plan, replications=450, effort=Effort(crew=same_pool))) == plain


def test_one_worker(two: Any, plan: Any, plain: Any) -> None:
    with hired(1) as crew:
        assert bits(two.play(plan, replications=450, effort=Effort(crew=crew))) == plain


@pytest.mark.parametrize("block", [10, 50, 100])
def test_a_cluster(
    two: Any,
    plan: Any,
    plain: Any,
    block: int,
    cluster: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "BLOCK", block)
    assert bits(two.play(plan, replications=450, effort=Effort(crew=cluster))) == plain


@pytest.mark.parametrize("block", [10, 100])
def test_where_it_stops_by_itself(
    two: Any, plan: Any, block: int, same_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may stop only after steps that do not depend on the blocks."""
    alone = two.play(plan, replications=5000, effort=Effort(precision=0.005))
    assert alone.stopped_by == "precision"
    assert 200 < alone.replications < 5000
    monkeypatch.setattr(engine, "BLOCK", block)
    effort = Effort(precision=0.005, crew=same_pool)
    assert bits(two.play(plan, replications=5000, effort=effort)) == bits(alone)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy(Service(availability=0.985), Budget(stock=60_000.0))


@pytest.mark.parametrize("crew", ["same_pool", "cluster"])
def test_curves_of_parts(
    two: Any, policy: Policy, crew: str, request: pytest.FixtureRequest
) -> None:
    given = (two.network, two.pools, two.supply, two.places, two.branches, policy)
    alone = plan_stock(*given)
    shared = plan_stock(*given, crew=request.getfixturevalue(crew))
    assert len(alone.purchases)
    for one in dataclasses.fields(alone):
        mine, other = getattr(alone, one.name), getattr(shared, one.name)
        if hasattr(mine, "equals"):
            assert mine.equals(other), one.name
        elif hasattr(mine, "tobytes"):
            assert mine.tobytes() == other.tobytes(), one.name
        else:
            assert mine == other, one.name
