"""Judge a network, and its programme of swaps, against every rule of a policy on every day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepline.model.calendar import add_months, quarter_end
from keepline.model.policy_rulekinds import STANDING
from keepline.swap.bans import banned, judge_ban
from keepline.swap.duties import judge_report, tell_duty
from keepline.swap.fleet import bought_units, fleet_of
from keepline.swap.lasting import judge_endurance
from keepline.swap.rows import table_of
from keepline.swap.standing import breaches_of, judge_standing, judge_vendors
from keepline.swap.weights import in_scope, weights

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    import polars as pl

    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet
    from keepline.swap.rows import Row


@dataclass(frozen=True)
class Complied:
    """Hold how a network stands against the rules of a policy.

    Attributes:
        compliance: The table of that name.
        breaches: The table of that name.
        rules: The rules, in the order in which they were judged.
    """

    compliance: pl.DataFrame
    breaches: pl.DataFrame
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Bench:
    """Hold what rules are judged by, and what one day's judging spares the next.

    Attributes:
        fleet: What stands there.
        ordered: What is ordered, as rows like those of the fleet; None where it is not known.
        endurance: The table of that name; None where it is not known.
        documents: The table of that name.
    """

    fleet: Fleet
    ordered: pl.DataFrame | None
    endurance: pl.DataFrame | None
    documents: pl.DataFrame


def comply(
    network: Network,
    rules: Sequence[Rule],
    days: Iterable[dt.date] = (),
    purchases: pl.DataFrame | None = None,
    endurance: pl.DataFrame | None = None,
) -> Complied:
    """Judge a network against rules: on its first day, on days asked for, on each rule's own days.

    With a programme of swaps in the network also on the last day of every quarter of the plan.
    Dates are inclusive: a rule "by 28 January 2023" must hold on that day, and what is swapped on
    it is swapped.

    Args:
        network: A checked network.
        rules: The rules of a policy.
        days: Further days.
        purchases: Dated orders (part_id, depot_id, order_on, quantity), for bans on purchase.
        endurance: How long stock lasts, for rules on that.

    Returns:
        The tables ``compliance`` and ``breaches``, rules in their order, days in theirs.
    """
    ordered = None if purchases is None else bought_units(network, purchases)
    bench = Bench(fleet_of(network), ordered, endurance, network["documents"])
    asked = {network.start, *days, *quarter_ends(network)}
    rows: list[Row] = []
    breaches: list[Row] = []
    for rule in rules:
        first = network.start
        judged_on = sorted(asked | {day for day in deadlines(rule) if day >= first})
        own, sites = _judge(rule, bench, judged_on)
        rows += own
        breaches += sites
    return Complied(table_of("compliance", rows), table_of("breaches", breaches), tuple(rules))


def _judge(rule: Rule, bench: Bench, days: Sequence[dt.date]) -> tuple[list[Row], list[Row]]:
    if rule.kind in STANDING:
        return _stand(rule, bench.fleet, days)
    rows: list[Row] = []
    breaches: list[Row] = []
    held = _banned(rule, bench)
    for day in days:
        if rule.kind == "min_vendors":
            rows += judge_vendors(rule, bench.fleet, day)
        elif rule.kind == "report":
            rows += judge_report(rule, bench.documents, bench.fleet, day)
        elif rule.kind == "endurance":
            # it counts from the plan's first day, whatever day is asked for
            if day == days[0]:
                rows += judge_endurance(rule, bench.endurance, bench.fleet, day)
        elif rule.kind == "duty":
            rows += tell_duty(rule, bench.fleet, day)
        else:
            own, units = judge_ban(rule, held, bench.fleet, day)
            rows += own
            breaches += units
    return rows, breaches


def _stand(rule: Rule, fleet: Fleet, days: Sequence[dt.date]) -> tuple[list[Row], list[Row]]:
    """Judge what stands there; where nothing changes from day to day it is weighed once."""
    rows: list[Row] = []
    breaches: list[Row] = []
    known: dict[object, pl.DataFrame] = {}
    scoped = in_scope(rule, fleet)
    for day in days:
        exempt = tuple(one.holds_on(day) for one in rule.exemptions)
        state = exempt if fleet.is_steady else (exempt, day)
        if state not in known:
            known[state] = weights(rule, scoped, day)
        own = judge_standing(rule, known[state], fleet, day)
        rows += own
        breaches += breaches_of(rule, known[state], own, day)
    return rows, breaches


def _banned(rule: Rule, bench: Bench) -> pl.DataFrame | None:
    if rule.kind == "purchase_ban" and bench.ordered is not None:
        return banned(rule, bench.ordered, bench.fleet)
    if rule.kind == "installation_ban":
        return banned(rule, bench.fleet.units, bench.fleet)
    return None


def deadlines(rule: Rule) -> list[dt.date]:
    """Return the days on which what a rule asks for changes, in order.

    Its first day in force, the day it is wished for, the day it must hold, each step of its
    schedule, and the first day after each exemption.
    """
    found = {rule.begins, rule.wherever_possible, rule.by}
    found |= {one.begins for one in rule.steps}
    found |= {_next(one.until) for one in rule.exemptions if one.until}
    return sorted(day for day in found if day is not None)


def _next(day: dt.date) -> dt.date:
    return type(day).fromordinal(day.toordinal() + 1)


def quarter_ends(network: Network) -> list[dt.date]:
    """Return the last day of every quarter of a plan with swaps; none where nothing is swapped."""
    if network["programme"].is_empty():
        return []
    found, day = [], quarter_end(network.start)
    while day < network.end:
        found.append(day)
        day = quarter_end(add_months(day, 1))
    return [*found, network.end]
