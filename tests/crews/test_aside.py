"""Work aside: what it sends is heard at once; it ends by itself, by the clock or by hand."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from keepline.crews.aside import LATE, LOST, STOPPED, WHOLE, clock, heard_aside
from keepline.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable


def count(brief: int, left: Callable[[], float], send: Callable[[Any], None]) -> None:
    assert left() > 0.0
    for number in range(brief):
        send(number)


def dawdle(brief: float, left: Callable[[], float], send: Callable[[Any], None]) -> None:
    send("begun")
    while left() > -brief:
        time.sleep(0.05)
    send("too late")


def fail(brief: str, left: Callable[[], float], send: Callable[[Any], None]) -> None:
    raise InputError(brief, code="IN-257")


def vanish(brief: int, left: Callable[[], float], send: Callable[[Any], None]) -> None:
    send("last words")
    os._exit(brief)


def test_all_is_heard_in_order():
    heard: list[int] = []
    assert heard_aside(count, 5, 30.0, 5.0, heard.append) == WHOLE
    assert heard == [0, 1, 2, 3, 4]


def test_work_that_overruns_is_ended_and_what_it_sent_is_kept():
    heard: list[str] = []
    assert heard_aside(dawdle, 60.0, 0.2, 0.3, heard.append) == LATE
    assert heard == ["begun"]


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX knows them")
def test_a_stop_by_hand_keeps_what_was_sent():
    heard: list[str] = []

    def hear(what: str) -> None:
        heard.append(what)
        main = threading.main_thread().ident
        assert main is not None
        threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT)).start()

    assert heard_aside(dawdle, 60.0, 60.0, 5.0, hear) == STOPPED
    assert heard == ["begun"]


def test_errors_come_back_and_a_lost_process_is_said():
    with pytest.raises(InputError, match="no good"):
        heard_aside(fail, "no good", 30.0, 5.0, print)
    heard: list[str] = []
    assert heard_aside(vanish, 3, 30.0, 5.0, heard.append) == LOST
    assert heard == ["last words"]


def test_a_clock_runs_down():
    left = clock(0.05)
    assert 0.0 < left() <= 0.05
    time.sleep(0.06)
    assert left() < 0.0
