"""What may be swapped, and who offers what instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from keepline.model.policy_rulekinds import BANS, STANDING
from keepline.model.policy_where import HIGH_RISK
from keepline.swap.fleet import site_columns
from keepline.swap.matching import groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet
    from keepline.swap.quarters import Quarters

#: Operator, supplier and technology of what goes.
Kind = tuple[str | None, str, str]
#: Who may do no more than so much a quarter: the operator whose offer it is (None: one that is
#: shared), the technology and the new supplier.
Maker = tuple[str | None, str, str]


class Offer(NamedTuple):
    """Hold an offer for what an operator has of a supplier and technology.

    Attributes:
        to: The new supplier.
        maker: Whose capacity it takes.
        cost: Of one site.
        crew_days: Of one site.
        harvested: Share of the removed units that can be used.
    """

    to: str
    maker: Maker
    cost: float
    crew_days: float
    harvested: float


class Offers(NamedTuple):
    """Hold what may be swapped.

    Attributes:
        pieces: A row for what stands at a site of one supplier and technology and has an offer:
            piece (0, 1, ...), site_id, operator_id, region, function, is_sensitive, traffic,
            from_supplier_id, technology, units.
        of: The offers for each kind of piece, the cheapest first.
        capacity: The most of each maker in a quarter, where one is said.
        forbidden: Suppliers whose offers no rule allows, with the rule, by kind of piece.
    """

    pieces: pl.DataFrame
    of: Mapping[Kind, Sequence[Offer]]
    capacity: Mapping[Maker, float]
    forbidden: Mapping[Kind, Mapping[str, str]]


def offers_of(network: Network, rules: Sequence[Rule], fleet: Fleet, quarters: Quarters) -> Offers:
    """Return what may be swapped: an operator's own offer before the one that is shared.

    Offers of suppliers that a rule bans are left out: a ban in force on any day of the plan, and
    whoever a cap, exclusion or removal on the technology means, or anywhere as high-risk.
    """
    standing = _standing(network)
    banned = _Banned(rules, fleet, quarters)
    of: dict[Kind, list[Offer]] = {}
    capacity: dict[Maker, float] = {}
    forbidden: dict[Kind, dict[str, str]] = {}
    listed = list(network["swaps"].iter_rows(named=True))
    keys = standing.select("operator_id", "from_supplier_id", "technology").unique()
    for operator, supplier, technology in sorted(keys.iter_rows(), key=str):
        kind = (operator, supplier, technology)
        for row in _own_first(listed, kind):
            to = row["to_supplier_id"]
            rule_id = banned.by(to, technology)
            if rule_id:
                forbidden.setdefault(kind, {})[to] = rule_id
                continue
            maker = (row["operator_id"], technology, to)
            offer = Offer(to, maker, row["cost_per_site"], row["crew_days_per_site"],
                          row["units_harvested_share"])  # fmt: skip
            of.setdefault(kind, []).append(offer)
            if row["supplier_sites_per_quarter"] is not None:
                said = row["supplier_sites_per_quarter"]
                capacity[maker] = min(said, capacity.get(maker, said))
    for offers in of.values():
        offers.sort(key=lambda one: (one.cost, one.crew_days, one.to))
    has_offer = pl.struct("operator_id", "from_supplier_id", "technology").map_elements(
        lambda one: tuple(one.values()) in of, return_dtype=pl.Boolean
    )
    kept = keys.filter(has_offer) if len(keys) else keys
    names = ["operator_id", "from_supplier_id", "technology"]
    pieces = standing.join(kept, on=names, how="semi", nulls_equal=True)
    pieces = pieces.sort("site_id", "technology", "from_supplier_id")
    pieces = pieces.with_columns(piece=pl.int_range(pl.len(), dtype=pl.Int64))
    return Offers(pieces, of, capacity, forbidden)


def _standing(network: Network) -> pl.DataFrame:
    maker = network["parts"].select("part_id", "technology", from_supplier_id="supplier_id")
    sites = site_columns(network).join(network["sites"].select("site_id", "traffic"), on="site_id")
    return (
        network["installed"]
        .join(maker, on="part_id")
        .group_by("site_id", "from_supplier_id", "technology")
        .agg(units=pl.col("quantity").sum())
        .join(sites, on="site_id")
    )


def _own_first(listed: Sequence[Mapping[str, Any]], kind: Kind) -> list[dict[str, Any]]:
    operator, supplier, technology = kind
    found: dict[str, dict[str, Any]] = {}
    for row in listed:
        if (row["from_supplier_id"], row["technology"]) != (supplier, technology):
            continue
        if row["to_supplier_id"] == supplier or row["operator_id"] not in (None, operator):
            continue
        if row["to_supplier_id"] not in found or row["operator_id"] is not None:
            found[row["to_supplier_id"]] = dict(row)
    return list(found.values())


class _Banned:
    """Tell whether a rule bans that a supplier's equipment comes."""

    def __init__(self, rules: Sequence[Rule], fleet: Fleet, quarters: Quarters) -> None:
        self._rules = [
            (rule, frozenset().union(*(one.sure | _doubtful(rule, one.perhaps) for one in found)))
            for rule in rules
            if _is_meant(rule, quarters) and (found := groups(rule.vendors, fleet.suppliers))
        ]

    def by(self, supplier: str, technology: str) -> str | None:
        """Return the rule that bans it; None where none does."""
        for rule, suppliers in self._rules:
            words = rule.where.words("technology")
            is_anywhere = not words or rule.vendors.who == HIGH_RISK
            if supplier in suppliers and (is_anywhere or technology in words):
                return rule.rule_id
        return None


def _doubtful(rule: Rule, suppliers: frozenset[str]) -> frozenset[str]:
    return frozenset() if rule.unknown == "spared" else suppliers


def _is_meant(rule: Rule, quarters: Quarters) -> bool:
    wide = {"technology", "operator", "country", "tier"}
    wide |= {"function"} if rule.where.words("technology") else set()
    if rule.vendors.who != HIGH_RISK and set(rule.where.keys) - wide:
        return False  # it looks at some places only: the finished programme is judged by it
    if rule.kind in BANS:
        begins_late = rule.begins is not None and rule.begins > quarters.ends[-1]
        return not begins_late and not (rule.until and rule.until < quarters.ends[0])
    is_for_all = rule.kind == "cap" and (rule.vendors.is_each or rule.vendors.who == "any")
    if rule.kind not in STANDING or is_for_all:
        return False
    return any(rule.force_on(day) == "hard" for _, day in quarters.moments(rule))
