"""A pool plays every job once, gets over the loss of workers, and says what it cannot get over."""

from __future__ import annotations

import operator
import os
import signal
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import pytest

from keepline.crews import hired
from keepline.maths.crew import in_order
from keepline.model.errors import InputError, StoreError
from keepline.simulation.block import play_job

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.crews.pool import Pool

JOBS = [(first, 40) for first in range(0, 800, 40)]


def test_every_job_is_played_by_some_worker(same_pool: Pool) -> None:
    assert list(in_order(same_pool.play(operator.add, 10, iter(range(100))))) == list(
        range(10, 110)
    )
    found = dict(same_pool.play(operator.call, os.getpid, [()] * 0))
    assert found == {}
    assert len(same_pool.processes) == 2
    assert os.getpid() not in same_pool.processes


def test_an_error_is_raised_where_it_was_asked_for(same_pool: Pool) -> None:
    with pytest.raises(ZeroDivisionError):
        list(same_pool.play(operator.truediv, 1.0, [1.0, 0.0]))
    # the pool is as good as before
    assert list(in_order(same_pool.play(operator.truediv, 1.0, [4.0, 2.0]))) == [0.25, 0.5]


def test_what_all_share_reaches_each_worker_once(
    same_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    plain = Connection.send_bytes

    def counted(line: Connection, content: bytes, *rest: Any) -> None:
        sent.append(len(content))
        plain(line, content, *rest)

    monkeypatch.setattr(Connection, "send_bytes", counted)
    big = "x" * 1_000_000
    assert len(list(same_pool.play(operator.concat, big, ["y"] * 20))) == 20
    assert len([size for size in sent if size > len(big)]) == 2


def test_a_round_that_is_left_does_not_disturb_the_next(same_pool: Pool) -> None:
    left = same_pool.play(operator.call, time.sleep, [0.01] * 50)
    next(left)
    left.close()  # type: ignore[attr-defined]
    assert list(in_order(same_pool.play(operator.mul, 2, range(6)))) == [0, 2, 4, 6, 8, 10]


def test_no_more_is_taken_than_there_is_room_for(same_pool: Pool) -> None:
    taken = []

    def jobs() -> Any:
        for one in range(400):
            taken.append(one)
            yield 0.0

    found = same_pool.play(operator.call, time.sleep, jobs())
    next(found)
    assert len(taken) < 40
    assert len(list(found)) == 399


def test_the_blocks_of_a_worker_that_is_killed_are_played_again(
    pool: Pool, setup: Any, expected: Callable[..., Any]
) -> None:
    found, killed = [], []
    for number, outcome in pool.play(play_job, setup, JOBS):
        found.append((number, outcome))
        if len(found) in {3, 9}:
            killed.append(pool.processes[len(killed)])
            os.kill(killed[-1], signal.SIGKILL)
    assert len(set(killed)) == 2
    assert not set(killed) & set(pool.processes)
    assert sorted(number for number, _ in found) == list(range(len(JOBS)))
    played = list(in_order(found))
    assert [one.to_bytes() for one in played] == [one.to_bytes() for one in expected(JOBS)]


def test_a_job_that_ends_every_worker_is_given_up(pool: Pool) -> None:
    with pytest.raises(StoreError, match=r"Job 1 ended the process .* 3 times") as caught:
        list(pool.play(operator.call, os._exit, [1]))
    assert (caught.value.code, caught.value.exit_code) == ("KL-055", 5)


def test_no_worker_outlives_its_pool() -> None:
    with hired(1) as crew:
        assert crew is not None
        assert list(crew.play(operator.add, 1, [1])) == [(0, 2)]
        process: Any = crew
        (number,) = process.processes
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.parametrize(
    ("workers", "cluster", "said"),
    [
        (0, None, "cannot be 0 workers"),
        (None, "here", "'here' is no cluster"),
        (2, "tcp://127.0.0.1:8786", "--workers goes with this machine"),
    ],
)
def test_what_is_no_crew_is_refused(workers: int | None, cluster: str | None, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught, hired(workers, cluster):
        pass
    assert caught.value.code == "IN-257"


def test_nobody_is_hired_unless_asked_for() -> None:
    with hired() as crew:
        assert crew is None
