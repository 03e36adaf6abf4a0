"""Limits on what any one new supplier is given: its share, and that it is not alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from keepline.model.policy_rules import exactly
from keepline.swap.caps import most_of
from keepline.swap.demands import Share
from keepline.swap.matching import YES
from keepline.swap.standing import addressed
from keepline.swap.weights import in_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule
    from keepline.swap.columns import Columns
    from keepline.swap.fleet import Fleet
    from keepline.swap.offers import Offers
    from keepline.swap.quarters import Quarters

#: A number of makers that can be kept by leaving something for a second one.
TWO = 2


def most_shares(
    most_share: float, network: Network, offers: Offers, columns: Columns, quarters: Quarters
) -> list[Share]:
    """Return the most that any one supplier may be given of an operator's sites of a technology.

    Args:
        most_share: Its share of them, with what it has today.
        network: What stands there.
        offers: What is offered.
        columns: The jobs.
        quarters: At the end of each of which it holds.
    """
    maker = network["parts"].select("part_id", "supplier_id", "technology")
    standing = network["installed"].select("site_id", "part_id").join(maker, on="part_id")
    chosen = offers.pieces[[piece for job in columns.pieces for piece in job]]
    found = []
    for (operator, technology), part in sorted(
        chosen.partition_by("operator_id", "technology", as_dict=True).items(), key=str
    ):
        mine = network["sites"].select("site_id", "operator_id")
        if network["operators"].height != 1:
            mine = mine.filter(pl.col("operator_id").eq_missing(pl.lit(operator, pl.String)))
        here = standing.filter(pl.col("technology") == technology).join(mine, on="site_id")
        every = here["site_id"].n_unique()
        makers = {one.to for kind, of in offers.of.items()
                  if kind[::2] == (operator, technology) for one in of}  # fmt: skip
        for to in sorted(makers):
            has = here.filter(pl.col("supplier_id") == to)["site_id"].unique()
            weight = np.zeros(len(offers.pieces))
            new = part.filter(~pl.col("site_id").is_in(has.implode())).unique(
                "site_id", keep="first", maintain_order=True
            )
            weight[new["piece"].to_numpy()] = 1.0
            most = max(0.0, most_of(exactly(most_share), [1.0] * every) - len(has))
            place = ", ".join(str(one) for one in (to, operator, technology) if one is not None)
            if most < len(new):
                found.append(Share(place, to, str(technology), "sites", weight, most,
                                   float(len(has)), tuple(range(quarters.count))))  # fmt: skip
    return found


def second_makers(
    rules: Sequence[Rule], fleet: Fleet, offers: Offers, columns: Columns, quarters: Quarters
) -> list[Share]:
    """Return what leaves something for a second maker, where rules ask for two.

    Where nobody else would stay, one supplier may be given all jobs but one. Of three makers and
    more the finished programme is judged alone.
    """
    found = []
    wanted = {piece for job in columns.pieces for piece in job}
    for rule in rules:
        held = sorted(
            {q for q, day in quarters.moments(rule) if rule.force_on(day) == "hard"
             and rule.limit_on(day) == TWO}
        )  # fmt: skip
        if rule.kind == "min_vendors" and rule.scope == "operator" and held:
            found += list(_seconds(rule, fleet, offers, wanted, tuple(held)))
    return found


def _seconds(
    rule: Rule, fleet: Fleet, offers: Offers, wanted: set[int], held: tuple[int, ...]
) -> Iterator[Share]:
    pieces = offers.pieces.filter(pl.col("piece").is_in(list(wanted))).select(
        "piece", "site_id", "technology", supplier_id="from_supplier_id"
    )
    seen = in_scope(rule, fleet).units.filter(pl.col("scope") == YES)
    seen = seen.join(pieces, on=["site_id", "technology", "supplier_id"], how="left")
    for operator in addressed(rule, fleet):
        for technology in rule.where.words("technology"):
            here = seen.filter(
                pl.col("operator_id").eq_missing(pl.lit(operator, pl.String))
                & (pl.col("technology") == technology)
            )
            stay = set(here.filter(pl.col("piece").is_null())["supplier_id"])
            jobs = here["piece"].drop_nulls().unique()
            makers = {one.to for kind, of in offers.of.items()
                      if kind[::2] == (operator, technology) for one in of}  # fmt: skip
            for to in sorted(makers) if len(jobs) else ():
                if stay <= {to}:
                    weight = np.zeros(len(offers.pieces))
                    weight[jobs.to_numpy()] = 1.0
                    place = ", ".join(x for x in (rule.rule_id, operator, technology, to) if x)
                    yield Share(place, to, technology, "sites", weight, len(jobs) - 1.0, 0.0, held)
