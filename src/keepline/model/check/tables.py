"""Run every check over every table, in the order in which one rests on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline.model.check.cells import check_cells
from keepline.model.check.graph import check_graph
from keepline.model.check.headers import check_headers
from keepline.model.check.keys import check_keys
from keepline.model.check.references import Known, check_references
from keepline.model.inputs import INPUTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import polars as pl

    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems


def check_tables(
    raws: Iterable[Raw], problems: Problems, unread: Collection[str] = ()
) -> dict[str, pl.DataFrame]:
    """Check tables and return their cells in the declared types.

    Args:
        raws: The tables as they were read.
        problems: Where every problem goes.
        unread: Tables that are there but could not be read; what they hold is not held against
            the others.

    Returns:
        A frame for each table; cells with a problem are null in it.
    """
    given = {raw.name: check_headers(raw, problems) for raw in raws}
    typed = {name: check_cells(raw, INPUTS[name], problems) for name, raw in given.items()}
    known = Known(typed, given, frozenset(unread))
    for name, raw in given.items():
        check_keys(raw, typed[name], problems)
        check_references(raw, typed[name], known, problems)
    check_graph(given, typed, problems)
    return typed
