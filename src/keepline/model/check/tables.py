"""Run every check over every table, in the order in which one rests on the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from keepline.model.check.cells import check_cells
from keepline.model.check.graph import check_graph
from keepline.model.check.headers import check_headers
from keepline.model.check.keys import check_keys
from keepline.model.check.references import Known, check_references
from keepline.model.inputs import INPUTS
from keepline.model.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    import polars as pl

    from keepline.model.check.raw import Raw

T = TypeVar("T")
#: Checks that run side by side; Polars has threads of its own besides.
WORKERS: Final = 2


def check_tables(
    raws: Iterable[Raw], problems: Problems, unread: Collection[str] = ()
) -> dict[str, pl.DataFrame]:
    """Check tables and return their cells in the declared types.

    Args:
        raws: The tables as they were read.
        problems: Where every problem goes, in the same order every time.
        unread: Tables that are there but could not be read; what they hold is not held against
            the others.

    Returns:
        A frame for each table; cells with a problem are null in it.
    """
    given = {raw.name: check_headers(raw, problems) for raw in raws}
    with ThreadPoolExecutor(WORKERS) as pool:
        cells = [partial(check_cells, raw, INPUTS[name]) for name, raw in given.items()]
        typed = dict(zip(given, in_turn(cells, pool, problems), strict=True))
        known = Known(typed, given, frozenset(unread))
        known.find(given)
        checks: list[Callable[[Problems], None]] = []
        for name, raw in given.items():
            checks.append(partial(check_keys, raw, typed[name]))
            checks.append(partial(check_references, raw, typed[name], known))
        in_turn(checks, pool, problems)
    check_graph(given, typed, problems)
    return typed


def in_turn(
    tasks: Iterable[Callable[[Problems], T]], pool: ThreadPoolExecutor, problems: Problems
) -> list[T]:
    """Run tasks side by side and return their results; their problems come in the tasks' order."""
    lists = [(task, Problems()) for task in tasks]
    started = [pool.submit(task, own) for task, own in lists]
    results = [one.result() for one in started]
    for _, own in lists:
        problems.found.extend(own)
    return results
