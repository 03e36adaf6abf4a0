import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepline.maths.blocks import blocks_of, played_in_order


@given(st.integers(0, 500), st.integers(1, 60), st.integers(0, 1000))
def test_blocks_hold_every_replication_once(replications, block, first):
    cut = blocks_of(replications, block, first)
    held = [first_of + n for first_of, size in cut for n in range(size)]
    assert held == list(range(first, first + replications))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_outcomes_come_in_the_order_of_the_jobs(threads):
    def slower_first(job):
        time.sleep(0.002 * (job % 3 == 0))
        return job * job

    assert list(played_in_order(slower_first, range(40), threads)) == [n * n for n in range(40)]


def test_jobs_are_taken_only_as_room_comes():
    taken = []
    # another test's cluster may leave threads of its own behind
    before = threading.active_count()

    def jobs():
        for job in range(100):
            taken.append(job)
            yield job

    outcomes = played_in_order(lambda job: job, jobs(), threads=2, ahead=3)
    next(outcomes)
    assert len(taken) == 6
    outcomes.close()
    assert threading.active_count() <= before + 2


def test_a_job_that_fails_is_raised_where_it_stands():
    played = played_in_order(lambda job: 1 // job, [1, 0, 1], threads=2)
    assert next(played) == 1
    with pytest.raises(ZeroDivisionError):
        next(played)
