"""A Dask cluster plays the same, gets over the loss of workers, and says what is amiss."""

from __future__ import annotations

import operator
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from keepline.crews import hired
from keepline.maths.crew import in_order
from keepline.model.errors import MissingExtra, StoreError
from keepline.simulation.block import play_job

if TYPE_CHECKING:
    from collections.abc import Callable

JOBS = [(first, 40) for first in range(0, 800, 40)]

pytest.importorskip("distributed")


def test_every_job_is_played(cluster: Any) -> None:
    assert list(in_order(cluster.play(operator.add, 10, iter(range(50))))) == list(range(10, 60))


def test_an_error_is_raised_where_it_was_asked_for(cluster: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        list(cluster.play(operator.truediv, 1.0, [1.0, 0.0]))


def test_what_all_share_is_taken_away_again(cluster: Any) -> None:
    assert dict(cluster.play(operator.concat, "a" * 1000, ["b"])) == {0: "a" * 1000 + "b"}
    left = cluster.client.run(lambda: len(sys.modules["keepline.crews.cluster"]._BRIEFS))
    assert set(left.values()) == {0}


@pytest.mark.parametrize("losses", [1, 2])
def test_the_blocks_of_workers_that_are_killed_are_played_again(
    cluster: Any, setup: Any, expected: Callable[..., Any], losses: int
) -> None:
    """Also where all are killed at once: the scheduler still has what they share."""
    found: list[tuple[int, Any]] = []
    killed: set[int] = set()
    for number, outcome in cluster.play(play_job, setup, JOBS):
        found.append((number, outcome))
        if len(found) == 3:
            killed = set(list(cluster.client.run(os.getpid).values())[:losses])
            for process in killed:
                os.kill(process, signal.SIGKILL)
    assert sorted(number for number, _ in found) == list(range(len(JOBS)))
    assert len(killed) == losses
    assert not killed & set(cluster.client.run(os.getpid).values())
    played = list(in_order(found))
    assert [one.to_bytes() for one in played] == [one.to_bytes() for one in expected(JOBS)]


def test_a_worker_of_another_version_is_refused(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keepline.crews.cluster.programs", lambda: "keepline 9.9")
    with pytest.raises(StoreError, match=r"A worker runs keepline 0.*here is keepline 9.9") as met:
        list(cluster.play(operator.add, 1, [1]))
    assert met.value.code == "KL-056"


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keepline.crews.cluster.ANSWERS", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        pytest.raises(StoreError, match="does not answer") as caught,
        hired(cluster=f"tcp://127.0.0.1:{port}"),
    ):
        pass
    assert caught.value.code == "KL-055"


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "keepline.crews.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingExtra, match=r"keepline\[cluster\]") as caught,
        hired(cluster="local"),
    ):
        pass
    assert caught.value.exit_code == 6
