"""Weigh what stands against a rule on many days: site by site, only where and when it changes.

Figures are exact: weights are the decimals as they are written, brought to whole numbers.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from keepline.audit.meaning import Look, Makers, Meant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from keepline.audit.ground import Ground, Item
    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule

    #: Operator, technology, supplier.
    Key = tuple[str | None, str | None, str | None]

_BY_TECHNOLOGY = ("cap", "min_vendors")


class Sums(NamedTuple):
    """Hold sums over sites, in whole numbers of the scale.

    Attributes:
        whole: What is a share's whole, if doubt is against the operator.
        counted: What counts for the vendors then.
        whole_known: The whole, if doubt is for the operator.
        counted_known: What counts then.
        units: Units that count at least perhaps.
        units_known: Those of them that surely do.
        own: Units of the supplier itself, where each is judged.
    """

    whole: int = 0
    counted: int = 0
    whole_known: int = 0
    counted_known: int = 0
    units: int = 0
    units_known: int = 0
    own: int = 0

    def plus(self, other: Sums) -> Sums:
        """Return the sums with others added."""
        return Sums(*(one + more for one, more in zip(self, other, strict=True)))


class Scale(NamedTuple):
    """Hold each site's weight in whole numbers, of which so many make one."""

    weight: Mapping[tuple[str, str | None], int]
    one: int


def scoped_items(
    rule: Rule, ground: Ground, seen_on: dt.date
) -> list[tuple[str, list[tuple[Item, Meant]]]]:
    """Return the units that a rule looks at, by site, with how surely it does.

    Rules that look at the same are told the same.
    """
    known = ground.scoped.get(rule.where)
    if known is None:
        known = ground.scoped[rule.where] = _scoped(rule, ground, seen_on)
    return known


def _scoped(
    rule: Rule, ground: Ground, seen_on: dt.date
) -> list[tuple[str, list[tuple[Item, Meant]]]]:
    look = Look(rule.where, ground, seen_on)
    wanted = {one: meant for one, meant in look.parts.items() if meant}
    found = []
    for site_id, items in ground.items.items():
        site = ground.sites[site_id]
        of_site = look.at(site)
        if of_site and look.is_plain:
            # the same, without asking of each unit
            near = [
                (item, min(of_site, wanted[item.part_id]))
                for item in items
                if item.part_id in wanted
            ]
        elif of_site:
            near = [
                (item, meant)
                for item in items
                if item.part_id in wanted and (meant := look.of(item, site, of_site))
            ]
        if of_site and near:
            found.append((site_id, near))
    return found


def scale_of(
    rule: Rule, network: Network, sites: Iterable[str], technologies: Iterable[str | None]
) -> Scale:
    """Return what each site weighs by a rule's metric, exactly; units need no weights.

    Traffic of a technology counts where it is known, else that of the site.
    """
    if rule.metric not in ("traffic", "premises"):
        return Scale({}, 1)
    named = set(sites)
    weights: dict[tuple[str, str | None], float] = {}
    for site_id, weight in network["sites"].select("site_id", rule.metric).iter_rows():
        if site_id in named:
            weights |= {(site_id, one): weight for one in technologies}
    if rule.metric == "traffic":
        for site_id, one, volume in network["traffic"].iter_rows():
            if (site_id, one) in weights:
                weights[site_id, one] = volume
    exact = {key: Fraction(repr(weight)) for key, weight in weights.items()}
    one = math.lcm(*(weight.denominator for weight in exact.values()), 1)
    return Scale({key: int(weight * one) for key, weight in exact.items()}, one)


def weighed(
    rule: Rule, network: Network, ground: Ground, days: Sequence[dt.date]
) -> tuple[list[dict[Key, Sums]], int]:
    """Return the sums of every operator and technology on each day, and their scale.

    Where each supplier is judged, those of no supplier count makers alone who are not known; the
    sums of a supplier are what is to be added to them.

    A site is weighed anew only on the days on which something changes there: a swap, or what is
    exempt. Its weight by sites, traffic or premises counts once, however many units stand there.

    Args:
        rule: A cap, exclusion, removal or replacement of software.
        network: Weights and suppliers.
        ground: What stands there.
        days: In order.
    """
    near = scoped_items(rule, ground, network.start)
    makers = Makers(rule.vendors, network["suppliers"])
    words = rule.where.words("technology") if rule.kind in _BY_TECHNOLOGY else ()
    scale = scale_of(rule, network, (one for one, _ in near), words or (None,))
    spared = [Look(one.where, ground, network.start) for one in rule.exemptions]
    changes: list[dict[Key, list[int]]] = [{} for _ in days]
    for site_id, found in near:
        by_technology: dict[str | None, list[tuple[Item, Meant]]] = defaultdict(list)
        for item, meant in found:
            technology = ground.parts[item.part_id].technology if words else None
            by_technology[technology].append((item, meant))
        for technology, items in by_technology.items():
            weight = scale.weight.get((site_id, technology), 1)
            place = _Place(rule, ground, site_id, technology, weight, makers, spared)
            place.tell(items, days, changes)
    return list(_running(changes)), scale.one


class _Place(NamedTuple):
    """Hold what is needed to weigh one site, or one technology of it."""

    rule: Rule
    ground: Ground
    site_id: str
    technology: str | None
    weight: int
    makers: Makers
    spared: Sequence[Look]

    def tell(
        self,
        items: Sequence[tuple[Item, Meant]],
        days: Sequence[dt.date],
        changes: Sequence[dict[Key, list[int]]],
    ) -> None:
        """Add to the changes of each day by how much the site's sums change on it."""
        operator = self.ground.sites[self.site_id].operator_id
        exempt = self._exempt(items)
        starts = {0}
        for item, _ in items:
            if item.since or item.until:
                starts |= {bisect_left(days, day) for day in (item.since, item.until) if day}
        if any(any(ever) for ever in exempt):
            for one in self.rule.exemptions:
                held = [one.holds_on(day) for day in days]
                starts |= {at for at in range(1, len(days)) if held[at] != held[at - 1]}
        before: dict[str | None, Sums] = {}
        for at in sorted(starts):
            if at >= len(days):
                break
            now = self._weigh(items, exempt, days[at])
            for label in now.keys() | before.keys():
                was, becomes = before.get(label, _NONE), now.get(label, _NONE)
                if was != becomes:
                    sums = changes[at].setdefault((operator, self.technology, label), [0] * 7)
                    for figure, (old, new) in enumerate(zip(was, becomes, strict=True)):
                        sums[figure] += new - old
            before = now

    def _exempt(self, items: Sequence[tuple[Item, Meant]]) -> Sequence[Sequence[Meant]]:
        """Return how surely each item would be exempt by each exemption; nothing without any."""
        if not self.spared:
            return ()
        site = self.ground.sites[self.site_id]
        of_site = [look.at(site) for look in self.spared]
        return [
            [look.of(item, site, of) for look, of in zip(self.spared, of_site, strict=True)]
            for item, _ in items
        ]

    def _weigh(
        self, items: Sequence[tuple[Item, Meant]], exempt: Sequence[Sequence[Meant]], day: dt.date
    ) -> dict[str | None, Sums]:
        """Return the sums if nobody in particular is judged, and what each maker here adds."""
        by_software = self.rule.kind == "replace_software"
        parts = self.ground.parts
        here: list[tuple[Item, Meant, Meant, str | None]] = []
        for at, (item, scope) in enumerate(items):
            if item.stands_on(day):
                spared = self._spared(exempt[at], day) if exempt else Meant.NO
                maker = item.managed_by_id if by_software else parts[item.part_id].supplier_id
                here.append((item, scope, spared, maker))
        if not here:
            return {}
        found: dict[str | None, Sums] = {None: self._sums(here, None)}
        if self.makers.is_each:
            named = {maker for *_, maker in here if maker is not None}
            for label in named & (self.makers.surely | self.makers.doubtful):
                of_label = zip(self._sums(here, label), found[None], strict=True)
                found[label] = Sums(*(of - none for of, none in of_label))
        return found

    def _spared(self, ever: Sequence[Meant], day: dt.date) -> Meant:
        held = zip(ever, self.rule.exemptions, strict=True)
        return max((meant for meant, one in held if one.holds_on(day)), default=Meant.NO)

    def _sums(
        self, here: Iterable[tuple[Item, Meant, Meant, str | None]], label: str | None
    ) -> Sums:
        whole = counted = whole_known = counted_known = own = 0
        for item, scope, spared, maker in here:
            if self.makers.is_each:
                meant = self.makers.is_of(label, maker)
            else:
                meant = self.makers.mean(maker)
            is_counted = meant > Meant.NO and spared < Meant.SURELY
            is_known = min(scope, meant) == Meant.SURELY and spared == Meant.NO
            whole += item.quantity if is_counted or scope == Meant.SURELY else 0
            counted += item.quantity if is_counted else 0
            whole_known += item.quantity
            counted_known += item.quantity if is_known else 0
            own += item.quantity if label is not None and maker == label else 0
        figures = (whole, counted, whole_known, counted_known)
        if self.rule.metric != "units":
            figures = tuple(self.weight if one else 0 for one in figures)  # type: ignore[assignment]
        return Sums(*figures, counted, counted_known, own)


_NONE = Sums()


def _running(changes: Iterable[Mapping[Key, Sequence[int]]]) -> Iterator[dict[Key, Sums]]:
    total: dict[Key, Sums] = {}
    for change in changes:
        total = dict(total)
        for key, sums in change.items():
            total[key] = total.get(key, _NONE).plus(Sums(*sums))
        yield total
