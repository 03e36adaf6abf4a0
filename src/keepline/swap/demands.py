"""What rules demand of a programme: what must go by which quarter, and what may be left."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.swap.standing import addressed

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule
    from keepline.model.policy_swaps import SwapTerms
    from keepline.swap.fleet import Fleet
    from keepline.swap.offers import Offers
    from keepline.swap.quarters import Quarters

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: Part of its cost that each quarter counts by which a swap is late that has no price for it: more
#: than waiting saves, so that limits decide how soon it is.
SOON: Final = 0.1
WISH: Final = "wherever possible"
#: A rule that holds before any quarter ends: it is kept as soon as limits allow, and at the end.
PAST: Final = "past"


@dataclass(frozen=True)
class Cap:
    """Hold a limit on the weight of pieces that are not swapped.

    Attributes:
        rule_id: The rule.
        place: Whose it is and of what, in words.
        unit: What is weighed.
        weight: Of each piece; of several at a site, the first bears the site's.
        most: What may be left of them, beside what cannot be swapped.
        fixed: What cannot be swapped.
        quarters: At the end of which it holds.
        price: Of a unit too much in a quarter; None where it must hold.
    """

    rule_id: str
    place: str
    unit: str
    weight: Number
    most: float
    fixed: float
    quarters: tuple[int, ...]
    price: float | None = None


@dataclass(frozen=True)
class Share:
    """Hold a limit on the weight of pieces that one supplier is given.

    Attributes:
        place: Whose it is and of what, in words.
        to: The new supplier.
        technology: The technology; None for any.
        unit: What is weighed.
        weight: Of each piece.
        most: What may be given, beside what it has.
        fixed: What it has.
        quarters: At the end of which it holds.
    """

    place: str
    to: str
    technology: str | None
    unit: str
    weight: Number
    most: float
    fixed: float
    quarters: tuple[int, ...]


@dataclass
class Demands:
    """Gather what rules demand, piece by piece.

    Attributes:
        latest: Last quarter in which each must be swapped; the number of quarters: it need not.
        due: Quarter by which it is wished.
        late_cost: Money for each quarter after that.
        why: The rules that ask for each.
        caps: What may be left.
        shares: What may be given.
        together: Pairs of pieces at a site that only count when both are swapped.
        unoffered: Rule, operator, supplier, technology, site of what nothing swaps.
    """

    latest: Whole
    due: Whole
    late_cost: Number
    why: list[set[str]]
    caps: list[Cap] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    together: list[tuple[int, int]] = field(default_factory=list)
    unoffered: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """Hold what demands are found by; dearest is the cost of the dearest offer of each piece."""

    network: Network
    fleet: Fleet
    offers: Offers
    quarters: Quarters
    terms: SwapTerms
    dearest: Number

    @property
    def parts(self) -> pl.DataFrame:
        """Return whose each part is, and of what technology."""
        return self.network["parts"].select(
            "technology", part_ids="part_id", from_supplier_id="supplier_id"
        )


def forces_of(rule: Rule, quarters: Quarters) -> dict[tuple[str, tuple[bool, ...], Fraction], When]:
    """Return when a rule binds how: by force, exemptions in force and limit."""
    found: dict[tuple[str, tuple[bool, ...], Fraction], When] = {}
    since, last = rule.hard_from, quarters.count - 1
    # no quarter ends before it: nothing can keep it on its day, and limits decide how soon
    is_past = since is None or since < quarters.ends[0]
    for q, day in quarters.moments(rule):
        force = rule.force_on(day)
        if force == "hard" and is_past and q < last:
            force = PAST
        if force in ("hard", WISH, PAST):
            exempt = tuple(one.holds_on(day) for one in rule.exemptions)
            key = (force, exempt, rule.limit_on(day) or Fraction(0))
            found.setdefault(key, When(day)).quarters.add(q)
    return found


@dataclass
class When:
    """Hold a day, and the quarters by whose end it has to hold."""

    day: dt.date
    quarters: set[int] = field(default_factory=set)


def penalty_of(rule: Rule, force: str, bench: Bench) -> float | None:
    """Return what a unit and quarter too late costs; None where it has no price."""
    if force == PAST:
        return None
    return rule.penalty if rule.penalty is not None else bench.terms.late_penalty


def counted_of(rule: Rule, weighed: pl.DataFrame, bench: Bench) -> pl.DataFrame:
    """Return what counts against a rule: a row for each supplier and technology at a site.

    Returns:
        KEYS (the rule's technology as of_technology), site_id, counted, from_supplier_id,
        technology, piece (empty where there is no offer), each: its part of counted.
    """
    column = "counted_known" if rule.unknown == "spared" else "counted"
    listed = (
        weighed.filter(
            (pl.col(column) > 0)
            & pl.col("operator_id").is_in(addressed(rule, bench.fleet), nulls_equal=True)
        )
        .select("operator_id", "vendors", "site_id", "part_ids", of_technology="technology",
                counted=column)
        .with_columns(pl.col("part_ids").str.split("; "))
        .explode("part_ids")
        .join(bench.parts, on="part_ids")
        .drop("part_ids")
        .unique(maintain_order=True)
    )  # fmt: skip
    pieces = bench.offers.pieces.select("piece", "site_id", "from_supplier_id", "technology")
    keys = ["operator_id", "of_technology", "vendors", "site_id"]
    return listed.join(
        pieces, on=["site_id", "from_supplier_id", "technology"], how="left", maintain_order="left"
    ).with_columns(each=pl.col("counted") / pl.len().over(keys))


def note_unoffered(found: Demands, rule: Rule, counted: pl.DataFrame) -> None:
    """Note what a rule counts and nothing swaps."""
    found.unoffered.append(
        counted.filter(pl.col("piece").is_null())
        .select("operator_id", "from_supplier_id", "technology", "site_id")
        .with_columns(rule_id=pl.lit(rule.rule_id))
    )
