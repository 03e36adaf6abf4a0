"""What the sites' outage logs cost: the shipped network played with them and without.

Run with ``python bench/sites.py [SIZE]``. One block of uk-2020, today's course and the plan that
the policy buys, every mechanism on, on one thread: the processor's time of the best of three, and
the peak of the process so far.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from crew import high, shipped
from keepline.model.mechanisms import Mechanisms
from keepline.simulation.block import play_block

if TYPE_CHECKING:
    from keepline.simulation.block import Setup

BLOCK, TURNS = 100, 3
LOG = ("log_replication", "log_day", "log_row", "log_out")


def without_logs(setup: Setup) -> Setup:
    """Return the same without logs, and without what is made of them."""
    assert setup.field is not None  # noqa: S101
    return replace(setup, field=replace(setup.field, has_log=False), base=None)


def timed(setup: Setup) -> float:
    """Return the seconds of a block."""
    best = float("inf")
    for _ in range(TURNS):
        begun = time.process_time()
        play_block(setup, 0, BLOCK)
        best = min(best, time.process_time() - begun)
    return best


def logged(setup: Setup) -> tuple[int, int]:
    """Return how many lines a block's logs have, and their bytes."""
    assert setup.field is not None  # noqa: S101
    lines, size = 0, 0
    for family in setup.field.block(0, BLOCK):
        kept = {id(one): one for course in family.records for one in course}
        for record in kept.values():
            lines += len(record.log_row)
            size += sum(getattr(record, name).nbytes for name in LOG)
    return lines, size


def main(size: str) -> None:
    """Print the table."""
    setup = shipped(size, Mechanisms())
    print(f"a block of {BLOCK} replications, every mechanism, one thread")
    for what, one in (("without logs", without_logs(setup)), ("with logs", setup)):
        seconds = timed(one)
        print(f"{what:14}{seconds:7.2f} s{1e3 * seconds / BLOCK:8.1f} ms a replication", end="")
        print(f"{high(None, 0):8.0f} MB at the peak")
    lines, held = logged(setup)
    print(f"{lines:,} lines in the logs, {held / 1e6:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "national")
