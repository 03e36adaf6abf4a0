"""Audit rules on what happens on a day: bans, reports, and how long stock lasts."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from keepline.audit.finding import BREACH, UNKNOWN, Finding, place_of
from keepline.audit.ground import Item, Site
from keepline.audit.meaning import Look, Makers, Meant
from keepline.audit.standing import addressed, severity_of
from keepline.model.calendar import quarter_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import polars as pl

    from keepline.audit.ground import Ground
    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule


class Dated(NamedTuple):
    """Hold units that were ordered or installed on a day; None is not recorded."""

    item: Item
    site: Site
    depot_id: str | None
    day: dt.date | None


def installed(ground: Ground) -> list[Dated]:
    """Return what is installed, before the plan and by its programme."""
    return [
        Dated(item, ground.sites[site_id], None, item.installed_on)
        for site_id, items in ground.items.items()
        for item in items
    ]


def ordered(network: Network, ground: Ground, purchases: pl.DataFrame) -> list[Dated]:
    """Return what is ordered; where it will stand is not known, whose it is the depot says."""
    listed = network["operators"]["operator_id"].to_list()
    owners = dict(network["depots"].select("depot_id", "operator_id").iter_rows())
    found = []
    for part_id, depot_id, units, on in purchases.select(
        "part_id", "depot_id", "quantity", "order_on"
    ).iter_rows():
        operator = owners.get(depot_id) or (listed[0] if len(listed) == 1 else None)
        country, tier = ground.countries.get(operator, (None, None))
        site = Site(None, operator, None, None, None, country, tier)
        found.append(Dated(Item(part_id, units, on, None, by_plan=True), site, depot_id, on))
    return found


def audit_ban(
    rule: Rule, network: Network, ground: Ground, happened: Iterable[Dated]
) -> Iterator[Finding]:
    """Yield what is ordered or installed on a day on which a rule forbids it.

    Units that stood there before, of which the day is not recorded, may have come under a ban that
    had begun by the plan's first day. What the plan itself does is told apart.
    """
    begins, until = rule.begins or dt.date.min, rule.until or dt.date.max
    look = Look(rule.where, ground, network.start)
    spared = [Look(one.where, ground, network.start) for one in rule.exemptions]
    makers = Makers(rule.vendors, network["suppliers"])
    operators = {*addressed(rule, ground), None}
    units: Counter[tuple[str, dt.date | None, bool, bool]] = Counter()
    for item, site, depot_id, day in happened:
        is_new = network.start >= begins if day is None else begins <= day <= until
        if not is_new or site.operator_id not in operators or item.part_id not in ground.parts:
            continue
        meant = min(
            makers.mean(ground.parts[item.part_id].supplier_id),
            look.of(item, site, look.at(site)),
        )
        on = day or network.start
        exempt = max(
            (
                where.of(item, site, where.at(site))
                for where, one in zip(spared, rule.exemptions, strict=True)
                if one.holds_on(on)
            ),
            default=Meant.NO,
        )
        if meant == Meant.NO or exempt == Meant.SURELY:
            continue
        is_sure = meant == Meant.SURELY and exempt == Meant.NO and day is not None
        if is_sure or rule.unknown == "counts":
            place = place_of(site.operator_id, site.site_id or depot_id, item.part_id) or ""
            units[place, day, is_sure, item.by_plan] += item.quantity
    for (place, day, is_sure, by_plan), number in units.items():
        does = "ordered" if rule.kind == "purchase_ban" else "installed"
        doubt = "" if is_sure else "; it is not known whether the ban means them"
        yield Finding(
            "rule", f"{number} units are {does}{doubt}", place, rule.rule_id, day,
            quarter_start(day) if day else None, float(number), 0.0, float(number), "units",
            BREACH if is_sure else UNKNOWN, by_plan,
        )  # fmt: skip


def audit_report(
    rule: Rule, network: Network, ground: Ground, days: Sequence[dt.date]
) -> Iterator[Finding]:
    """Yield on which days a document that a rule asks for is not on record, or is too old."""
    held = [
        (whose, on)
        for document, whose, on in network["documents"]
        .select("document", "operator_id", "dated_on")
        .iter_rows()
        if document == rule.document
    ]
    for operator in addressed(rule, ground):
        for day in days:
            severity = severity_of(rule, day, is_sure=True)
            dated = [on for whose, on in held if whose in (None, operator) and on <= day]
            if severity is None or (dated and rule.every_days is None):
                continue
            age = (day - max(dated)).days if dated else None
            if age is not None and age <= (rule.every_days or 0):
                continue
            what = f"no {rule.document} is on record"
            if age is not None:
                what = f"the last {rule.document} is {age} days old"
            most = None if rule.every_days is None else float(rule.every_days)
            over = 1.0 if age is None else float(age - (rule.every_days or 0))
            yield Finding(
                "rule", what, operator, rule.rule_id, day, quarter_start(day),
                None if age is None else float(age), most, over,
                "days" if age is not None else None, severity, by_plan=False,
            )  # fmt: skip


def audit_endurance(
    rule: Rule, network: Network, ground: Ground, endurance: pl.DataFrame
) -> Iterator[Finding]:
    """Yield the parts whose stock lasts a shorter time than a rule asks for.

    Args:
        rule: The rule; it counts from the plan's first day.
        network: The network.
        ground: Which parts stand where the rule looks.
        endurance: The table of that name; the lower bound counts.
    """
    look = Look(rule.where, ground, network.start)
    makers = Makers(rule.vendors, network["suppliers"])
    parts: dict[str | None, set[str]] = defaultdict(set)
    for site_id, items in ground.items.items():
        site = ground.sites[site_id]
        of_site = look.at(site)
        for item in items:
            if makers.mean(ground.parts[item.part_id].supplier_id) and look.of(item, site, of_site):
                parts[site.operator_id].add(item.part_id)
    is_one = len(ground.operators) == 1
    known = {
        (ground.operators[0] if is_one else row["operator_id"], row["part_id"]): row
        for row in endurance.rows(named=True)
        if row["depot_id"] is None
    }
    limit, day = float(rule.limit_on(network.start) or 0), network.start
    for operator in addressed(rule, ground):
        for part_id in sorted(parts[operator]):
            row = known.get((operator, part_id))
            low = None if row is None else row["survive_days_low"]
            if low is not None and low >= limit:
                continue
            is_sure = row is not None and low is not None and not (
                row["is_beyond_end"] or row["survive_days_high"] >= limit
            )  # fmt: skip
            severity = severity_of(rule, day, is_sure=is_sure)
            if severity is not None:
                told = "is not known to last" if low is None else f"lasts {low:g} days"
                yield Finding(
                    "rule", f"stock of {part_id} {told}", place_of(operator, part_id),
                    rule.rule_id, day, quarter_start(day), low, limit,
                    limit - (low or 0.0), "days", severity, by_plan=False,
                )  # fmt: skip
