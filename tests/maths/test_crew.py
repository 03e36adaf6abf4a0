"""Outcomes come in the order of their jobs; a fingerprint sees every bit."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from keepline.maths.crew import Threads, in_order
from keepline.maths.fingerprint import fingerprint


def test_every_order_of_coming_is_put_right():
    for order in itertools.permutations(range(5)):
        assert list(in_order([(one, one * one) for one in order])) == [0, 1, 4, 9, 16]


def test_what_is_in_order_is_handed_on_at_once():
    taken = []

    def found():
        for one in (0, 2, 1):
            taken.append(one)
            yield one, one

    outcomes = in_order(found())
    assert next(outcomes) == 0
    assert taken == [0]
    assert list(outcomes) == [1, 2]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_threads_play_every_job(count):
    found = Threads(count).play(lambda shared, job: shared * job, 3, iter(range(50)))
    assert list(found) == [(job, 3 * job) for job in range(50)]


def test_one_thread_plays_no_job_before_it_is_asked_for():
    played = []
    found = iter(Threads(1).play(lambda _, job: played.append(job), None, range(9)))
    next(found)
    assert played == [0]


class Pair(NamedTuple):
    one: object
    other: object


@dataclass
class Held:
    one: object
    other: object


THINGS = [
    None,
    True,
    1,
    1.0,
    "1",
    (),
    ((), ()),
    (1, 2),
    (2, 1),
    {"one": 1, "other": 2},
    {"one": 2, "other": 1},
    np.array([1.0]),
    np.array([1]),
    np.array([[1.0]]),
    np.array([1.0, 1.0]),
    np.array([np.nextafter(1.0, 2.0)]),
    [np.array([1.0]), np.array([1.0])],
    Held(1, (2,)),
]


def test_different_things_have_different_fingerprints():
    assert len({fingerprint(thing) for thing in THINGS}) == len(THINGS)


def test_how_a_thing_lies_in_memory_does_not_matter():
    table = np.arange(12.0).reshape(3, 4)
    assert fingerprint(table) == fingerprint(np.asfortranarray(table))
    assert fingerprint(table) == fingerprint(table.astype(">f8"))
    assert fingerprint(np.float64(0.5)) == fingerprint(0.5)
    assert fingerprint(Held(1, 2)) == fingerprint({"one": 1, "other": 2})
    assert fingerprint(Pair(1, 2)) == fingerprint((1, 2))


@pytest.mark.parametrize("thing", [object(), {1}, np.array([object()]), [b"1"], Held])
def test_what_it_cannot_see_through_is_refused(thing):
    with pytest.raises(TypeError, match="has no fingerprint"):
        fingerprint(thing)
