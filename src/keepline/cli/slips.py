"""Say whether a programme keeps its rules where funding is late or crews are short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, Any]

#: Rules of which a branch is told.
MOST_TOLD: Final = 2
_WHAT: Final = {
    "funding on time": "With funding on time and crews as chance has it",
    "funding late": "With funding late",
    "all": "Over all of that",
}


def said(branches: pl.DataFrame) -> list[str]:
    """Return sentences: how late all swaps may come, and what slipping does to each rule."""
    hard = branches.filter(pl.col("force") == "hard")
    found = list(_slack(hard.filter(pl.col("branch") == "as planned")))
    for name, what in _WHAT.items():
        rows = hard.filter(pl.col("branch") == name)
        if not rows.is_empty():
            found.append(_branch(rows, what, name))
    return found


def _slack(planned: pl.DataFrame) -> Iterator[str]:
    known = planned.filter(pl.col("slack_days").is_not_null() & (pl.col("kept") == 1.0))
    if known.is_empty():
        return
    least = known.sort("slack_days").row(0, named=True)
    if least["slack_days"] < 1.0:
        yield f"No day may be lost: {least['rule_id']} is kept just in time."
        return
    yield (
        f"All swaps may come {words.counted(int(least['slack_days']), 'day')} late; beyond that "
        f"{least['rule_id']} is the first not to be kept by {words.date(least['on'])}."
    )


def _branch(rows: pl.DataFrame, what: str, name: str) -> str:
    probability = rows["probability"][0]
    lead = what if name == "all" else f"{what} (probability {words.percent(probability)})"
    worst = rows.sort("kept", "slack_days").filter(pl.col("kept") < 1.0)
    if worst.is_empty():
        return f"{lead} all rules are kept."
    told = [_rule(row) for row in worst.head(MOST_TOLD).iter_rows(named=True)]
    more = len(worst) - len(told)
    also = f"; and {words.count(more)} more" if more > 0 else ""
    return f"{lead}: {'; '.join(told)}{also}."


def _rule(row: Row) -> str:
    """Say of a rule how surely it is kept by its day, and from when on it is."""
    kept = "is not kept"
    if row["kept"] > 0.0:
        kept = f"is kept with {words.percent(row['kept'])}"
        if row["kept_low"] < row["kept_high"]:
            kept += f" ({words.percent(row['kept_low'])} to {words.percent(row['kept_high'])})"
    since = "not within the plan"
    if row["kept_from"] is not None:
        since = f"from {words.date(row['kept_from'])} on"
        if row["draws"] > 1:
            since += " in 19 of 20 draws"
    return f"{row['place']} {kept} by {words.date(row['on'])}, {since}"
