"""What an audit finds, one row for each thing that is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from keepline.model.results import RESULTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

BREACH: Final = "breach"
LATE: Final = "late"
UNKNOWN: Final = "unknown"
#: Share of a limit by which figures that were added up may pass it.
ROUNDING: Final = 1e-9


class Finding(NamedTuple):
    """Hold a row of the table ``findings``; see there."""

    limit: str
    what: str
    place: str | None = None
    rule_id: str | None = None
    on: dt.date | None = None
    quarter: dt.date | None = None
    value: float | None = None
    allowed: float | None = None
    excess: float = 1.0
    unit: str | None = None
    severity: str = BREACH
    by_plan: bool = True


def place_of(*words: str | None) -> str | None:
    """Return the words that say where something is, as one; those that are empty are left out.

    >>> place_of("South East", None, "ee")
    'South East / ee'
    """
    return " / ".join(one for one in words if one) or None


def is_above(value: float, allowed: float) -> bool:
    """Tell whether a sum passes what is allowed by more than adding it up can explain."""
    return value > allowed + ROUNDING * max(1.0, abs(allowed))


def findings_of(found: Iterable[Finding]) -> pl.DataFrame:
    """Return findings as the declared table, those that stand twice once."""
    columns = RESULTS["findings"].columns()
    rows = list(dict.fromkeys(found))
    return pl.DataFrame(
        {name: [getattr(row, name) for row in rows] for name in columns},
        schema={name: column.dtype for name, column in columns.items()},
    )
