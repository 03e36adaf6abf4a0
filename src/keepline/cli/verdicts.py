"""Say in a terminal what waiting for a decision is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from keepline.cli.printing import ROWS_SHOWN, rows_of, sentences, table
from keepline.report import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.stock import Waiting

    Row = Mapping[str, Any]

#: Money under this is not worth a word: half of the smallest whole unit that is printed.
LEAST = 0.5


def weighed(found: Waiting, policy: Policy) -> dict[str, object]:
    """Return what waiting is worth, for JSON."""
    signal = found.signal
    return {
        "event_id": signal.event_id,
        "known_on": signal.known_on,
        "probability": signal.chance,
        "currency": found.currency,
        "price": found.price,
        "value_of_waiting": found.value_of_waiting,
        "cost_of_waiting": found.cost_of_waiting,
        "value_of_knowing": found.value_of_knowing,
        "law": "exact" if found.is_exact else "bound",
        "verdict": [_plainly(one) for one in verdict(found, policy)],
        "waiting": rows_of(found.waiting),
        "waiting_parts": rows_of(found.waiting_parts),
    }


def print_waiting(network: Network, policy: Policy, found: Waiting) -> None:
    """Print the verdict, the strategies side by side, and what to order of which part."""
    sentences(verdict(found, policy))
    event = found.signal.event_id
    table(
        f"Units, money in {found.currency} and service lost in traffic, expected",
        {
            "way": "left",
            "now": "right",
            f"if {event}": "right",
            "if not": "right",
            "money": "right",
            "service lost": "right",
            "worst month": "right",
            "in all": "right",
            "law": "left",
        },
        (
            (
                row["strategy"],
                *(_units(row[name]) for name in ("units_now", "units_if", "units_if_not")),
                words.count(row["cost_now"] + row["cost_after"]),
                words.brief(row["service_lost"]),
                _availability(row["availability_worst"]),
                words.count(row["total"]),
                row["law"],
            )
            for row in found.waiting.iter_rows(named=True)
        ),
    )
    _print_parts(network, found)


def _print_parts(network: Network, found: Waiting) -> None:
    units = ["units_all_now", "units_now", "units_if", "units_if_not"]
    names = network["parts"].select("part_id", part="name")
    rows = (
        found.waiting_parts.group_by("part_id", maintain_order=True)
        .agg(pl.col(*units, "value_of_waiting").sum(), pl.col("free_until").min())
        .filter(pl.sum_horizontal(units) > 0)
        .join(names, on="part_id", how="left", maintain_order="left")
        .sort("free_until", "part_id", nulls_last=True)
    )
    if not len(rows):
        return
    event = found.signal.event_id
    table(
        "What to order of which part, the most urgent first",
        {
            "part id": "left",
            "part": "left",
            "all now": "right",
            "now": "right",
            f"if {event}": "right",
            "if not": "right",
            "free until": "left",
            f"waiting saves {found.currency}": "right",
        },
        (
            (
                row["part_id"],
                row["part"],
                *(words.count(row[name]) for name in units),
                words.date(row["free_until"]) if row["free_until"] else "",
                words.count(row["value_of_waiting"]),
            )
            for row in rows.head(ROWS_SHOWN).iter_rows(named=True)
        ),
    )
    if len(rows) > ROWS_SHOWN:
        sentences([f"... and {words.count(len(rows) - ROWS_SHOWN)} more; --json prints all."])


def verdict(found: Waiting, policy: Policy) -> list[str]:
    """Return sentences on what to buy now, what may wait, and what either is worth."""
    rows = {row["strategy"]: row for row in found.waiting.iter_rows(named=True)}
    now, some, wait = rows["buy now"], rows["some now"], rows["wait"]
    said = [_when(found), _what(found, now, some)]
    if now["units_now"] + some["units_now"] + some["units_after"] > 0.0:
        said.append(_worth(found, now))
        if found.day > 0.0:
            said.append(_blind(found, some, wait))
        said += _months(policy, now, some)
    if found.value_of_knowing >= LEAST:
        most = words.short_money(found.value_of_knowing, found.currency)
        said.append(f"To know it today would save at most {most} against buying all now.")
    price = words.short_money(found.price, found.currency)
    said.append(
        f"One unit of traffic without service in the months that decide is priced at {price}, "
        "which is what the plan pays at its margin."
    )
    return said


def _when(found: Waiting) -> str:
    signal = found.signal
    chance = words.percent(signal.chance)
    text = f"`{signal.event_id}` happens with probability {chance}. "
    day = words.date(signal.known_on)
    if found.day >= found.horizon_days:
        return f"{text}Whether it does is known only on {day}, after the plan ends."
    if found.day == 0.0:
        return f"{text}Whether it does is known by the plan's first day: nothing need wait for it."
    text += f"Whether it does is taken as known on {day}."
    if signal.first_on != signal.last_on:
        text += f" It may begin from {words.date(signal.first_on)} to {words.date(signal.last_on)}."
    return text


def _what(found: Waiting, now: Row, some: Row) -> str:
    event, currency = found.signal.event_id, found.currency
    first, after = some["units_now"], some["units_after"]
    if first == 0.0 and after == 0.0:
        return "At the plan's price nothing is worth buying, now or after."
    if after == 0.0:
        cost = words.short_money(some["cost_now"], currency)
        return f"Buy all {words.counted(first, 'unit')} now, for {cost}: none is better left."
    cases = [
        f"{words.counted(some[units], 'unit')} for "
        f"{words.short_money(some[cost], currency)} if {case}"
        for units, cost, case in (
            ("units_if", "cost_if", f"`{event}` happens"),
            ("units_if_not", "cost_if_not", "it does not"),
        )
        if some[units] > 0.0
    ]
    when = f"on {words.date(found.signal.known_on)}" if found.day > 0.0 else "with what is known"
    then = f"{when} order {' and '.join(cases)}"
    if first == 0.0:
        return f"Buy nothing now; {then}."
    spent = words.short_money(some["cost_now"], currency)
    whole = words.counted(now["units_now"], "unit")
    return (
        f"Buy {words.counted(first, 'unit')} now, for {spent}, and {then}. Were all bought now, "
        f"it would be {whole}."
    )


def _worth(found: Waiting, now: Row) -> str:
    if found.value_of_waiting < LEAST:
        return "Waiting saves nothing against buying all now."
    least = "" if found.is_exact else "at least "
    worth = words.short_money(found.value_of_waiting, found.currency)
    whole = words.short_money(now["cost_now"], found.currency)
    return f"That is worth {least}{worth} against buying all now for {whole}."


def _blind(found: Waiting, some: Row, wait: Row) -> str:
    if found.cost_of_waiting < LEAST:
        return "To wait with everything costs nothing more in the months that decide."
    spent = _money(wait) - _money(some)
    lost = found.price * (wait["service_lost"] - some["service_lost"])
    least = "" if found.is_exact else "at least "
    return (
        f"To wait with everything costs {least}"
        f"{words.short_money(found.cost_of_waiting, found.currency)} more: "
        f"{_more_or_less(spent, found.currency)} in money and "
        f"{_more_or_less(lost, found.currency)} in service at the plan's price."
    )


def _months(policy: Policy, now: Row, some: Row) -> list[str]:
    worst = some["availability_worst"]
    before = now["availability_worst"]
    text = (
        f"In the worst month availability is then {words.availability(worst)}, against "
        f"{words.availability(before)} when all is bought now"
    )
    target = policy.service.availability
    if target is not None and worst < target <= before:
        return [f"{text}: that is under the target of {words.goal(target)}."]
    return [f"{text}."]


def _money(row: Row) -> float:
    return float(row["cost_now"] + row["cost_after"])


def _more_or_less(value: float, currency: str) -> str:
    return f"{words.short_money(abs(value), currency)} {'more' if value >= 0.0 else 'less'}"


def _units(value: float) -> str:
    return words.count(value) if value == round(value) else words.brief(value)


def _availability(share: float | None) -> str:
    return "" if share is None else words.availability(share)


def _plainly(text: str) -> str:
    return text.replace(words.THIN, " ").replace("\u00a0", " ")
