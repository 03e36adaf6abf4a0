"""Add what caps leave of a programme, and what they leave one supplier to be given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from dataclasses import replace as with_changes
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from keepline.swap.demands import (
    Bench,
    Cap,
    Demands,
    Share,
    counted_of,
    forces_of,
    note_unoffered,
    penalty_of,
)  # fmt: skip
from keepline.swap.fleet import fleet_of
from keepline.swap.standing import addressed
from keepline.swap.weights import KEYS, in_scope, weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet

#: What is taken off a limit on figures that are not whole, as a part of the whole: as much as the
#: optimiser takes for rounding. The judge of the finished programme allows far less.
MARGIN: Final = 3e-9


def all_swapped(bench: Bench) -> Iterator[Fleet]:
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


def add_caps(found: Demands, rule: Rule, bench: Bench, after: Sequence[Fleet]) -> None:
    """Add what a cap leaves, for each operator, technology and state of the rule.

    Args:
        found: Gets the caps and shares.
        rule: A cap.
        bench: What stands there, and what is offered.
        after: What stands there when all is swapped, as :func:`all_swapped` tells it.
    """
    operators = addressed(rule, bench.fleet)
    scoped = in_scope(rule, bench.fleet)
    then = [in_scope(rule, one) for one in after]
    for (force, _, limit), when in forces_of(rule, bench.quarters).items():
        now = weights(rule, scoped, when.day)
        counted = counted_of(rule, now, bench)
        figures = _figures(rule, now, [weights(rule, one, when.day) for one in then])
        figures = figures.filter(pl.col("operator_id").is_in(operators, nulls_equal=True))
        if rule.scope == "national":
            figures, counted = (
                one.with_columns(operator_id=pl.lit(None, pl.String)) for one in (figures, counted)
            )
        price = None
        if force != "hard":
            penalty = penalty_of(rule, force, bench)
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
    note_unoffered(found, asked.rule, counted)
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
    found: Demands, asked: _Asked, key: tuple[object, ...], part: pl.DataFrame, bench: Bench
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
