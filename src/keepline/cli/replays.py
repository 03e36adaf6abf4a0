"""Say in a terminal what would have been advised when, and what waiting cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keepline.cli.printing import rows_of, sentences, table, unwrapped
from keepline.report import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from keepline.planning import Replay

    Row = Mapping[str, Any]

#: Parts named in a sentence.
NAMED = 5
ROUNDING = 1e-9


def told(found: Replay) -> dict[str, object]:
    """Return a replay for JSON."""
    return {
        **found.to_json(),
        "verdict": [_plainly(one) for one in verdict(found)],
        "replay": rows_of(found.replay),
        "replay_parts": rows_of(found.parts),
    }


def print_replay(found: Replay, written: list[Path]) -> None:
    """Print what would have been advised on each day, and what waiting cost."""
    rows = found.replay.rows(named=True)
    table(
        f"What would have been advised when, with what was known then, in {found.currency}",
        {
            "date": "left",
            "event": "left",
            "parts lost": "right",
            "units": "right",
            "cost": "right",
            "order by": "left",
            "worst month": "right",
            "target": "left",
        },
        map(_known, rows),
    )
    table(
        f"In hindsight: what came of that, and what acting on that day could do, in "
        f"{found.currency}",
        {
            "date": "left",
            "worst month as advised": "right",
            "worst month at best": "right",
            "cost of the target": "right",
            "parts too late": "right",
        },
        map(_in_hindsight, rows),
    )
    sentences(verdict(found))
    sentences(found.assumptions)
    if written:
        unwrapped(["", "Written", *(f"  {path}" for path in written)])


def _known(row: Row) -> list[str]:
    return [
        words.date(row["on"]),
        row["event_id"].replace("; ", ", "),
        words.count(row["parts_lost"]),
        words.count(row["units_advised"]),
        words.count(row["cost_advised"]),
        words.date(row["order_by"]) if row["order_by"] else "",
        words.availability(row["availability_worst_planned"]),
        "met" if row["target_met"] else "missed",
    ]


def _in_hindsight(row: Row) -> list[str]:
    cost = row["cost_to_target_true"]
    return [
        words.date(row["on"]),
        words.availability(row["availability_worst_true"]),
        words.availability(row["availability_reachable_true"]),
        "no money can" if cost is None else words.count(cost),
        words.count(row["parts_too_late"]),
    ]


def verdict(found: Replay) -> list[str]:
    """Return sentences on when buying was first advised, and what waiting past it cost."""
    rows = found.replay.rows(named=True)
    said = [_frame(found, rows)]
    advised = [row for row in rows if row["units_advised"] > 0]
    if not advised:
        said.append("On no day would anything have been bought with what was known then.")
    else:
        said.append(_first(advised[0], found))
    before = rows[0]
    for row in rows[1:]:
        if row["lost_by_waiting"]:
            said.append(_waiting(before, row))
        before = row
    said += _last_chance(rows, found)
    return said


def _frame(found: Replay, rows: Sequence[Row]) -> str:
    service = found.policy.service
    asked = []
    if service.availability is not None:
        asked.append(f"availability {words.goal(service.availability)} in every month")
    if service.survive_days is not None:
        asked.append(f"{words.counted(service.survive_days, 'day')} of survival")
    happened = len(rows) - (rows[0]["event_id"] == "start")
    return (
        f"From {words.date(found.first)} to {words.date(found.last)} knowledge changed on "
        f"{words.counted(happened, 'day')} ({found.scenario_name}). Asked for: "
        f"{' and '.join(asked)}."
    )


def _first(row: Row, found: Replay) -> str:
    cost = words.short_money(row["cost_advised"], found.currency)
    met = "meets" if row["target_met"] else "does not meet"
    return (
        f"Purchases are first advised on {words.date(row['on'])} ({row['event_id']}): "
        f"{words.counted(row['units_advised'], 'unit')} for {cost}. With that day's knowledge "
        f"that {met} the target; in hindsight its worst month is "
        f"{words.availability(row['availability_worst_true'])}."
    )


def _waiting(before: Row, row: Row) -> str:
    late = row["lost_by_waiting"].split("; ")
    text = (
        f"Waiting from {words.date(before['on'])} to {words.date(row['on'])} made "
        f"{words.counted(len(late), 'part')} too late to buy ({words.listed(late, NAMED)})"
    )
    fell = row["availability_lost_by_waiting"]
    if fell > ROUNDING:
        reach = [words.availability(one["availability_reachable_true"]) for one in (before, row)]
        text += f": the best worst month that orders could reach fell from {reach[0]} to {reach[1]}"
    return f"{text}."


def _last_chance(rows: Sequence[Row], found: Replay) -> list[str]:
    """Tell of the last day on which money could still meet the target in hindsight."""
    able = [row for row in rows if row["cost_to_target_true"] is not None]
    if not able:
        return ["In hindsight, on no day could money alone still meet the target."]
    last = able[-1]
    cost = words.short_money(last["cost_to_target_true"], found.currency)
    if last is rows[-1]:
        return [f"In hindsight, the target could still be met on {words.date(last['on'])}: {cost}."]
    after = rows[rows.index(last) + 1]
    return [
        (
            f"In hindsight, {words.date(last['on'])} is the last of these days on which money "
            f"could meet the target, for {cost}; on {words.date(after['on'])} no money could."
        )
    ]


def _plainly(text: str) -> str:
    return text.replace(words.THIN, " ").replace("\u00a0", " ")
