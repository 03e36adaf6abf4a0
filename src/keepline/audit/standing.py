"""Audit rules on what stands there: caps, exclusions, removals, software, numbers of vendors."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from keepline.audit.finding import BREACH, LATE, UNKNOWN, Finding, place_of
from keepline.audit.meaning import Meant
from keepline.audit.weighing import Sums, scoped_items, weighed
from keepline.model.calendar import quarter_start

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from keepline.audit.ground import Ground
    from keepline.audit.weighing import Key
    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule

#: Share of the whole by which a sum of figures that are not whole may pass a cap.
_LEEWAY: Final = Fraction(1, 10**12)


def addressed(rule: Rule, ground: Ground) -> list[str | None]:
    """Return the operators to whom a rule is addressed, or may be."""
    where = rule.where
    found = []
    for operator in ground.operators:
        country, tier = ground.countries.get(operator, (None, None))
        is_other = bool(where.words("operator")) and operator not in where.words("operator")
        is_abroad = (
            bool(where.words("country"))
            and country is not None
            and country not in where.words("country")
        )
        is_of_tier = not where.tiers or tier is None or tier in where.tiers
        if not is_other and not is_abroad and is_of_tier:
            found.append(operator)
    return found


def severity_of(rule: Rule, day: dt.date, *, is_sure: bool) -> str | None:
    """Return how bad it is that a rule is not kept on a day; None where it does not bind yet.

    A day from which it is to hold wherever possible makes it late, never broken.
    """
    force = rule.force_on(day)
    if force == "wherever possible":
        return LATE
    if force != "hard":
        return None
    return BREACH if is_sure else UNKNOWN


def audit_standing(
    rule: Rule, network: Network, ground: Ground, days: Sequence[dt.date]
) -> Iterator[Finding]:
    """Yield where and when a cap, exclusion, removal or replacement of software is not kept.

    Args:
        rule: The rule.
        network: The network.
        ground: What stands there, as the programme changes it.
        days: On which to look, in order.
    """
    bound = [day for day in days if severity_of(rule, day, is_sure=True)]
    if not bound:
        return
    operators = set(addressed(rule, ground))
    by_day, one = weighed(rule, network, ground, bound)
    for day, found in zip(bound, by_day, strict=True):
        sums = {key: of for key, of in found.items() if key[0] in operators}
        if rule.vendors.is_each:
            sums = _each(sums, {key[2] for key, of in found.items() if of.own})
        if rule.scope == "national":
            sums = _together(sums)
        for key in sorted(sums, key=str):
            yield from _not_kept(rule, day, key, sums[key], one)


def _each(sums: Mapping[Key, Sums], labels: set[str | None]) -> dict[Key, Sums]:
    """Return the sums of each supplier that stands somewhere; of nobody where none does."""
    none = Sums()
    # nobody's sums are missing where they are nothing
    places = dict.fromkeys((operator, technology) for operator, technology, _ in sums)
    found: dict[Key, Sums] = {}
    for place in places:
        nobody = sums.get((*place, None), none)
        for label in labels:
            found[*place, label] = nobody.plus(sums.get((*place, label), none))
        if not labels:
            found[*place, None] = nobody
    return found


def _together(sums: Mapping[Key, Sums]) -> dict[Key, Sums]:
    found: dict[Key, Sums] = defaultdict(Sums)
    for (_, technology, label), of in sums.items():
        found[None, technology, label] = found[None, technology, label].plus(of)
    return found


def _not_kept(rule: Rule, day: dt.date, key: Key, sums: Sums, one: int) -> Iterator[Finding]:
    is_spared = rule.unknown == "spared"
    counted = sums.counted_known if is_spared else sums.counted
    whole = sums.whole_known if is_spared else sums.whole
    units = sums.units_known if is_spared else sums.units
    limit = rule.limit_on(day) or Fraction(0)
    place, quarter = place_of(*key), quarter_start(day)
    if whole == 0 and units > 0:
        severity = severity_of(rule, day, is_sure=False)
        what = f"{units} units count, and the {rule.metric} there are not recorded"
        if severity is not None:
            yield Finding(
                "rule", what, place, rule.rule_id, day, quarter, excess=float(units),
                unit="units", severity=severity,
            )  # fmt: skip
        return
    excess = _beyond(rule, limit, counted, whole, one)
    severity = severity_of(
        rule, day, is_sure=_beyond(rule, limit, sums.counted_known, sums.whole_known, one) > 0
    )
    if excess <= 0 or severity is None:
        return
    is_cap = rule.kind == "cap"
    value = Fraction(counted, whole) if is_cap else Fraction(counted, one)
    of_whole = f" of {_told(whole, one)}" if is_cap else ""
    what = f"{_told(counted, one)}{of_whole} {rule.metric} count, {_told(excess, one)} too many"
    yield Finding(
        "rule", what, place, rule.rule_id, day, quarter, float(value), float(limit),
        float(excess / one), rule.metric, severity,
    )  # fmt: skip


def _beyond(rule: Rule, limit: Fraction, counted: int, whole: int, one: int) -> Fraction:
    """Return what counts beyond the limit, in the scale; exactly at the limit is kept."""
    if rule.kind != "cap":
        return Fraction(counted)
    excess = counted - limit * whole
    # figures that are not whole were rounded by whoever wrote them down
    return excess if one == 1 or excess > _LEEWAY * whole else Fraction(0)


def _told(figure: Fraction | int, one: int) -> str:
    return f"{float(Fraction(figure) / one):,.10g}"


def audit_vendors(
    rule: Rule, network: Network, ground: Ground, days: Sequence[dt.date]
) -> Iterator[Finding]:
    """Yield where and when fewer makers surely stand than a rule asks for.

    Makers who are not known count as nobody; that they may be one more makes it unknown.
    """
    rows = network["suppliers"].select("supplier_id", "is_unknown").rows()
    strangers = {one for one, is_stranger in rows if is_stranger}
    words = rule.where.words("technology")
    near = scoped_items(rule, ground, network.start)
    operators = set(addressed(rule, ground))
    for day in days:
        sure: dict[Key, set[str]] = defaultdict(set)
        perhaps: dict[Key, set[str]] = defaultdict(set)
        limit = rule.limit_on(day)
        if severity_of(rule, day, is_sure=True) is None or limit is None:
            continue
        for site_id, items in near:
            operator = ground.sites[site_id].operator_id
            if operator not in operators:
                continue
            for item, scope in items:
                if item.stands_on(day):
                    part = ground.parts[item.part_id]
                    whose = operator if rule.scope == "operator" else None
                    key: Key = (whose, part.technology if words else None, None)
                    perhaps[key].add(part.supplier_id)
                    if scope is Meant.SURELY and part.supplier_id not in strangers:
                        sure[key].add(part.supplier_id)
        for key in sorted(perhaps, key=str):
            number = len(sure[key])
            severity = severity_of(rule, day, is_sure=len(perhaps[key]) < limit)
            if number < limit and severity is not None:
                what = f"{number} makers surely stand there, {float(limit):g} must"
                yield Finding(
                    "rule", what, place_of(*key), rule.rule_id, day, quarter_start(day),
                    float(number), float(limit), float(limit - number), "vendors", severity,
                )  # fmt: skip
