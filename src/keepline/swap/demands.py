"""What rules demand of a programme: what must go by which quarter, and what may be left."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.model.policy_rulekinds import STANDING
from keepline.swap.fleet import fleet_of
from keepline.swap.standing import addressed
from keepline.swap.weights import KEYS, in_scope, weights

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from keepline.model.network import Network
    from keepline.model.policy_rules import Rule
    from keepline.model.policy_swaps import SwapTerms
    from keepline.swap.fleet import Fleet
    from keepline.swap.offers import Offers
    from keepline.swap.quarters import Quarters

    Number = NDArray[np.float64]
    Whole = NDArray[np.int64]

#: What is taken off a limit on figures that are not whole, as a part of the whole: as much as the
#: optimiser takes for rounding. The judge of the finished programme allows far less.
MARGIN: Final = 3e-9
#: Part of its cost that each quarter counts by which a swap is late that has no price for it: more
#: than waiting saves, so that limits decide how soon it is.
SOON: Final = 0.1
_WISH: Final = "wherever possible"
#: A rule that holds before any quarter ends: it is kept as soon as limits allow, and at the end.
_PAST: Final = "past"


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
class _Bench:
    network: Network
    fleet: Fleet
    offers: Offers
    quarters: Quarters
    terms: SwapTerms
    dearest: Number

    @property
    def parts(self) -> pl.DataFrame:
        return self.network["parts"].select(
            "technology", part_ids="part_id", from_supplier_id="supplier_id"
        )


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
    bench = _Bench(network, fleet, offers, quarters, terms, dearest)
    after: list[Fleet] = []
    for rule in rules:
        if rule.kind == "cap":
            after = after or list(_all_swapped(bench))
            _add_caps(found, rule, bench, after)
        elif rule.kind in STANDING:
            _add_removal(found, rule, bench)
    if terms.sensitive_first:
        sites = offers.pieces
        first = sites["is_sensitive"] | sites["function"].is_in(["core", "management"])
        early = first.to_numpy() & (found.latest < quarters.count)
        found.due[early] = 0
        found.late_cost[early] = np.maximum(found.late_cost[early], SOON * dearest[early])
    return found


def _forces(rule: Rule, quarters: Quarters) -> dict[tuple[str, tuple[bool, ...], Fraction], _When]:
    """Return when a rule binds how: by force, exemptions in force and limit."""
    found: dict[tuple[str, tuple[bool, ...], Fraction], _When] = {}
    since, last = rule.hard_from, quarters.count - 1
    # no quarter ends before it: nothing can keep it on its day, and limits decide how soon
    is_past = since is None or since < quarters.ends[0]
    for q, day in quarters.moments(rule):
        force = rule.force_on(day)
        if force == "hard" and is_past and q < last:
            force = _PAST
        if force in ("hard", _WISH, _PAST):
            exempt = tuple(one.holds_on(day) for one in rule.exemptions)
            key = (force, exempt, rule.limit_on(day) or Fraction(0))
            found.setdefault(key, _When(day)).quarters.add(q)
    return found


@dataclass
class _When:
    day: dt.date
    quarters: set[int] = field(default_factory=set)


def _add_removal(found: Demands, rule: Rule, bench: _Bench) -> None:
    scoped = in_scope(rule, bench.fleet)
    for (force, _, _), when in _forces(rule, bench.quarters).items():
        counted = _counted(rule, weights(rule, scoped, when.day), bench)
        offered = counted.filter(pl.col("piece").is_not_null())
        at = offered["piece"].to_numpy()
        q = min(when.quarters)
        for piece in at:
            found.why[piece].add(rule.rule_id)
        if force == "hard":
            _note_unoffered(found, rule, counted)
            found.latest[at] = np.minimum(found.latest[at], q)
            continue
        found.due[at] = np.minimum(found.due[at], q)
        penalty = _penalty(rule, force, bench)
        if penalty is None:
            found.late_cost[at] = np.maximum(found.late_cost[at], SOON * bench.dearest[at])
        else:
            np.add.at(found.late_cost, at, offered["each"].to_numpy() * penalty)


def _penalty(rule: Rule, force: str, bench: _Bench) -> float | None:
    """Return what a unit and quarter too late costs; None where it has no price."""
    if force == _PAST:
        return None
    return rule.penalty if rule.penalty is not None else bench.terms.late_penalty


def _counted(rule: Rule, weighed: pl.DataFrame, bench: _Bench) -> pl.DataFrame:
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


def _note_unoffered(found: Demands, rule: Rule, counted: pl.DataFrame) -> None:
    found.unoffered.append(
        counted.filter(pl.col("piece").is_null())
        .select("operator_id", "from_supplier_id", "technology", "site_id")
        .with_columns(rule_id=pl.lit(rule.rule_id))
    )


def _all_swapped(bench: _Bench) -> Iterator[Fleet]:
    """Yield what stands there when everything is swapped: to the first offer, the second, ..."""
    pieces, of = bench.offers.pieces, bench.offers.of
    kinds = list(pieces.select("operator_id", "from_supplier_id", "technology").iter_rows())
    swaps = bench.network["programme"].clear()
    for turn in range(max((len(one) for one in of.values()), default=0)):
        to = [of[kind][min(turn, len(of[kind]) - 1)].to for kind in kinds]
        rows = pieces.select("site_id", "from_supplier_id", "technology").with_columns(
            to_supplier_id=pl.Series(to, dtype=pl.String), swap_on=pl.lit(bench.network.start)
        )
        filled = pl.concat([swaps, rows], how="diagonal")
        tables = {**bench.network.tables, "programme": filled}
        swapped = fleet_of(with_changes(bench.network, tables=tables))
        yield swapped._replace(units=swapped.standing(bench.network.start), is_steady=True)


def _add_caps(found: Demands, rule: Rule, bench: _Bench, after: Sequence[Fleet]) -> None:
    operators = addressed(rule, bench.fleet)
    scoped = in_scope(rule, bench.fleet)
    then = [in_scope(rule, one) for one in after]
    for (force, _, limit), when in _forces(rule, bench.quarters).items():
        now = weights(rule, scoped, when.day)
        counted = _counted(rule, now, bench)
        figures = _figures(rule, now, [weights(rule, one, when.day) for one in then])
        figures = figures.filter(pl.col("operator_id").is_in(operators, nulls_equal=True))
        if rule.scope == "national":
            figures, counted = (
                one.with_columns(operator_id=pl.lit(None, pl.String)) for one in (figures, counted)
            )
        price = None
        if force != "hard":
            penalty = _penalty(rule, force, bench)
            price = math.inf if penalty is None else penalty
        one = _Asked(rule, limit, tuple(sorted(when.quarters)), price)
        for key, part in figures.partition_by(KEYS, as_dict=True).items():
            of = [
                pl.col(column).eq_missing(pl.lit(value, pl.String))
                for column, value in zip(("operator_id", "of_technology", "vendors"), key,
                                         strict=True)
            ]  # fmt: skip
            _add_cap(found, one, key, part, counted.filter(*of))
            _add_share(found, one, key, part, bench)


@dataclass(frozen=True)
class _Asked:
    rule: Rule
    limit: Fraction
    quarters: tuple[int, ...]
    price: float | None


def _figures(rule: Rule, now: pl.DataFrame, then: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return what each site counts, and what at least and at most when all is swapped."""
    ending = "_known" if rule.unknown == "spared" else ""
    whole, counted = f"whole{ending}", f"counted{ending}"
    keys = [*KEYS, "site_id"]
    found = now.select(*keys, pl.col(whole).alias("whole"), pl.col(counted).alias("counted"))
    both = [one.select(*keys, whole_then=whole, counted_then=counted) for one in then]
    if not both:
        return found.fill_null(0.0).with_columns(whole_then="whole", counted_then="counted")
    # a site may leave what a rule looks at, or come to it, when it is swapped
    every = pl.concat([found.select(keys), *(one.select(keys) for one in both)]).unique()
    found = every.join(found, on=keys, how="left", nulls_equal=True)
    for number, one in enumerate(both):
        named = one.rename({"whole_then": f"w{number}", "counted_then": f"c{number}"})
        found = found.join(named, on=keys, how="left", nulls_equal=True)
    turns = range(len(both))
    # a supplier that stands nowhere has no rows, and the whole is that of the others
    place = ["operator_id", "technology", "site_id"]
    wholes = [pl.col(name) for name in ("whole", *(f"w{n}" for n in turns))]
    filled = found.with_columns(one.fill_null(one.max().over(place)) for one in wholes)
    filled = filled.with_columns(pl.selectors.numeric().fill_null(0.0))
    return filled.with_columns(
        whole_then=pl.min_horizontal(f"w{n}" for n in turns),
        counted_then=pl.max_horizontal(f"c{n}" for n in turns),
    ).sort(*keys, nulls_last=False)


def most_of(limit: Fraction, whole: Sequence[float]) -> float:
    """Return what a share of a whole allows: a whole number where all figures are."""
    total = math.fsum(whole)
    if all(float(one).is_integer() for one in whole):
        return float(math.floor(limit * Fraction(total)))
    return float(limit * Fraction(total)) - MARGIN * total


def _add_cap(
    found: Demands, asked: _Asked, key: tuple[object, ...], part: pl.DataFrame,
    counted: pl.DataFrame,
) -> None:  # fmt: skip
    share = float(asked.limit)
    first = counted.filter(pl.col("piece").is_not_null()).group_by("site_id").agg(
        pl.col("piece").sort(), pl.col("piece").min().alias("first")
    )  # fmt: skip
    # where a swap makes a site count more it is the new supplier's share, not what is left
    then = pl.min_horizontal("counted_then", "counted")
    listed = part.join(first, on="site_id", how="left").with_columns(
        gain=pl.col("counted") - then,
        lost=pl.when(pl.col("whole") > pl.col("whole_then"))
        .then(pl.col("whole") - pl.col("whole_then"))
        .otherwise(0.0),
    )
    weight = pl.col("gain") - share * pl.col("lost")
    is_job = pl.col("first").is_not_null() & (weight > 0)
    jobs = listed.filter(is_job).with_columns(weight=weight)
    fixed = math.fsum(listed["counted"]) - math.fsum(jobs["gain"])
    most = most_of(asked.limit, (listed["whole"] - listed["lost"]).to_list()) - fixed
    if (not len(jobs) and most >= 0) or math.fsum(jobs["weight"]) <= most:
        return
    _note_unoffered(found, asked.rule, counted)
    weighed = np.zeros(len(found.latest))
    weighed[jobs["first"].to_numpy()] = jobs["weight"].to_numpy()
    for pieces in jobs["piece"]:
        for one in pieces:
            found.why[one].add(asked.rule.rule_id)
            if one != pieces[0]:
                found.together.append((pieces[0], one))
    found.caps.append(
        Cap(asked.rule.rule_id, _place(asked.rule.rule_id, key), asked.rule.metric, weighed, most,
            fixed, asked.quarters, asked.price)
    )  # fmt: skip


def _add_share(
    found: Demands, asked: _Asked, key: tuple[object, ...], part: pl.DataFrame, bench: _Bench
) -> None:
    """Add what a cap on each supplier by itself leaves one of them to be given."""
    to = key[2]
    if not isinstance(to, str) or asked.price is not None:
        return
    gain = pl.col("counted_then") - pl.col("counted")
    gains = part.with_columns(gain=gain).filter(pl.col("gain") > 0)
    if gains.is_empty():
        return
    technology = key[1] if isinstance(key[1], str) else None
    at = bench.offers.pieces.join(gains.select("site_id", "gain"), on="site_id")
    at = at.filter(pl.col("technology") == technology) if technology else at
    at = at.unique("site_id", keep="first", maintain_order=True)
    weight = np.zeros(len(found.latest))
    weight[at["piece"].to_numpy()] = at["gain"].to_numpy()
    fixed = math.fsum(part["counted"])
    most = most_of(asked.limit, part.select(pl.min_horizontal("whole", "whole_then"))
                 .to_series().to_list()) - fixed  # fmt: skip
    if most < weight.sum():
        found.shares.append(
            Share(_place(asked.rule.rule_id, key), to, technology, asked.rule.metric, weight,
                  max(0.0, most), fixed, asked.quarters)
        )  # fmt: skip


def _place(rule_id: str, key: tuple[object, ...]) -> str:
    return ", ".join([rule_id, *(str(one) for one in key if one is not None)])
