"""Find what rules demand of a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.model.policy_rulekinds import STANDING
from keepline.swap.caps import add_caps, all_swapped
from keepline.swap.demands import (
    SOON,
    Bench,
    Demands,
    counted_of,
    forces_of,
    note_unoffered,
    penalty_of,
)  # fmt: skip
from keepline.swap.weights import in_scope, weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule
    from keepline.model.policy_swaps import SwapTerms
    from keepline.swap.fleet import Fleet
    from keepline.swap.offers import Offers
    from keepline.swap.quarters import Quarters


def demands_of(
    network: Network,
    rules: Sequence[Rule],
    fleet: Fleet,
    offers: Offers,
    quarters: Quarters,
    terms: SwapTerms,
) -> Demands:
    """Return what rules demand of the pieces that may be swapped."""
    n = len(offers.pieces)
    found = Demands(
        np.full(n, quarters.count), np.full(n, quarters.count), np.zeros(n),
        [set() for _ in range(n)],
    )  # fmt: skip
    kinds = offers.pieces.select("operator_id", "from_supplier_id", "technology").iter_rows()
    dearest = np.array([max(one.cost for one in offers.of[kind]) for kind in kinds])
    bench = Bench(network, fleet, offers, quarters, terms, dearest)
    after: list[Fleet] = []
    for rule in rules:
        if rule.kind == "cap":
            after = after or list(all_swapped(bench))
            add_caps(found, rule, bench, after)
        elif rule.kind in STANDING:
            _add_removal(found, rule, bench)
    if terms.sensitive_first:
        sites = offers.pieces
        first = sites["is_sensitive"] | sites["function"].is_in(["core", "management"])
        early = first.to_numpy() & (found.latest < quarters.count)
        found.due[early] = 0
        found.late_cost[early] = np.maximum(found.late_cost[early], SOON * dearest[early])
    return found


def _add_removal(found: Demands, rule: Rule, bench: Bench) -> None:
    scoped = in_scope(rule, bench.fleet)
    for (force, _, _), when in forces_of(rule, bench.quarters).items():
        counted = counted_of(rule, weights(rule, scoped, when.day), bench)
        offered = counted.filter(pl.col("piece").is_not_null())
        at = offered["piece"].to_numpy()
        q = min(when.quarters)
        for piece in at:
            found.why[piece].add(rule.rule_id)
        if force == "hard":
            note_unoffered(found, rule, counted)
            found.latest[at] = np.minimum(found.latest[at], q)
            continue
        found.due[at] = np.minimum(found.due[at], q)
        penalty = penalty_of(rule, force, bench)
        if penalty is None:
            found.late_cost[at] = np.maximum(found.late_cost[at], SOON * bench.dearest[at])
        else:
            np.add.at(found.late_cost, at, offered["each"].to_numpy() * penalty)
