"""Say of one part how its figures came about, down to what one unit more would do."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline.model.errors import InputError
from keepline.report.answer import Sentence
from keepline.report.moving import of_part
from keepline.report.routes import told_routes
from keepline.report.standing import standing
from keepline.report.tally import part_names, supplier_names, table
from keepline.report.words import (
    brief,
    count,
    counted,
    date,
    few,
    listed,
    month,
    percent,
    short_money,
)

if TYPE_CHECKING:
    from keepline.model.plan import Plan

WORDS: Final = (("supply", "new supply"), ("repair", "repair"), ("software", "updates"))
DOUBTS: Final = {
    "sure": "",
    "possible": ", perhaps: an exception may apply",
    "unknown": ", as far as is known: a fact is missing",
}
#: Months of the outlook that are told: this many, evenly spread, the last one always.
MONTHS_TOLD = 5


def explain(plan: Plan, part_id: str) -> list[Sentence]:
    """Return sentences on a part: why it is lost, what fails, what is short, why it is bought.

    Raises:
        InputError: When the plan has no such part; the nearest known are named.
    """
    known = table(plan, "parts")
    if part_id not in known["part_id"]:
        near = get_close_matches(part_id, known["part_id"].to_list(), n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise InputError(f"The plan has no part {part_id}.{hint}", code="IN-252")
    planned = table(plan, "pooled_parts").filter(pl.col("part_id") == part_id)["counts_as"]
    as_which = planned[0] if len(planned) else part_id
    stands = ("substitution", "pooled_parts")
    return [
        _what(plan, part_id),
        *_lost(plan, part_id),
        *told_routes(plan, part_id),
        *(Sentence("substitution", text, stands) for text in standing(plan, part_id)),
        *_outlook(plan, as_which),
        *([Sentence("buy", moved, ("moves",))] if (moved := of_part(plan, as_which)) else []),
        *(one for row in _marginals(plan, as_which) for one in _pool(plan, row)),
    ]


def _what(plan: Plan, part_id: str) -> Sentence:
    row = table(plan, "parts").row(by_predicate=pl.col("part_id") == part_id, named=True)
    maker = supplier_names(plan).get(row["supplier_id"], row["supplier_id"])
    text = f"{part_id} is {part_names(plan)[part_id]} by {maker}".removesuffix(".") + "."
    return Sentence("part", text, ("parts", "suppliers"))


def _lost(plan: Plan, part_id: str) -> list[Sentence]:
    rows = table(plan, "losses").filter(pl.col("part_id") == part_id)
    if not len(rows):
        return [Sentence("lost", "It loses nothing in any branch.", ("losses",))]
    chances = table(plan, "branches").select("branch_id", "probability")
    modes = ("supply_lost_on", "repair_lost_on", "software_lost_on")
    more = [name for name in rows.columns if name.endswith(("_perhaps_on", "_certainty"))]
    told = (
        rows.join(chances, on="branch_id")
        .group_by(*modes, *more, "share_lost", "path", "certainty", maintain_order=True)
        .agg(pl.col("probability").sum())
        .sort("probability", descending=True)
    )
    return [_loss(row) for row in told.iter_rows(named=True)]


def _loss(row: dict[str, Any]) -> Sentence:
    parts = [
        f"{word} from {date(row[f'{mode}_lost_on'])}"
        for mode, word in WORDS
        if row[f"{mode}_lost_on"] is not None
    ]
    share = f" ({percent(row['share_lost'])} of new supply)" if row["supply_lost_on"] else ""
    sure = DOUBTS[row["certainty"]]
    perhaps = [
        f"{word} from {date(row[f'{mode}_perhaps_on'])} ({row[f'{mode}_certainty']})"
        for mode, word in WORDS
        if row.get(f"{mode}_perhaps_on") is not None
    ]
    also = f" It may also lose {listed(perhaps)}." if perhaps else ""
    text = (
        f"With probability {percent(row['probability'])} it loses {listed(parts)}{share}{sure}, "
        f"by the path {row['path']}.{also}"
    )
    return Sentence("lost", text, ("losses", "branches"))


def _outlook(plan: Plan, part_id: str) -> list[Sentence]:
    rows = table(plan, "outlook").filter(pl.col("part_id") == part_id)
    if not len(rows):
        return []
    columns = ("outstanding", "backorders", "backorders_planned")
    by_month = (
        rows.join(table(plan, "branches").select("branch_id", "probability"), on="branch_id")
        .group_by("month")
        .agg((pl.col(columns) * pl.col("probability")).sum())
        .sort("month")
    )
    step = max(1, (len(by_month) - 1) // (MONTHS_TOLD - 1))
    told = by_month.reverse().gather_every(step).reverse()
    said = [
        f"{month(when)}: {few(out)} outstanding, {few(today)} short today, "
        f"{few(planned)} with the plan"
        for when, out, today, planned in told.iter_rows()
    ]
    text = f"Expected units, branches mixed: {'; '.join(said)}."
    return [Sentence("outlook", text, ("outlook",))]


def _marginals(plan: Plan, part_id: str) -> list[dict[str, Any]]:
    rows = table(plan, "marginals").filter(pl.col("part_id") == part_id)
    return rows.sort("installed", descending=True).to_dicts()


def _doubt(row: dict[str, Any]) -> str:
    """Say how uncertain the failure rate is, where it was learned from failures seen."""
    low, high = row["failures_per_year_low"], row["failures_per_year_high"]
    is_certain = low is None or low == high
    return "" if is_certain else f" ({brief(low)} to {brief(high)} with 95 %)"


def _pool(plan: Plan, row: dict[str, Any]) -> list[Sentence]:
    where = f"At {row['depot_id']}: "
    fails = (
        f"{where}{counted(row['installed'], 'unit')} at {counted(row['sites'], 'site')} fail "
        f"{brief(row['failures_per_year'])} times a year each{_doubt(row)}, "
        f"{brief(row['removals_per_year'])} removals a year; "
        f"{percent(row['repair_share'])} come back repaired after "
        f"{counted(row['repair_days'], 'day')}, the others are replaced after "
        f"{counted(row['lead_days'], 'day')}{_cuts(row)}."
    )
    has = (
        f"{where}{counted(row['on_hand'], 'unit')} on the shelf and {count(row['due'])} due, "
        f"against {brief(row['outstanding_at_end'])} expected outstanding in the last month."
    )
    return [
        Sentence("demand", fails, ("marginals",)),
        Sentence("stock", has, ("marginals",)),
        _bought(plan, row, where),
        _margin(row, where),
        *_cross_checks(row, where),
    ]


def _cuts(row: dict[str, Any]) -> str:
    cuts = [
        f"{word} is short from {date(row[column])}"
        for word, column in (("new supply", "supply_cut_on"), ("repair", "repair_cut_on"))
        if row[column] is not None
    ]
    leaves = row.get("leaves_from")
    unused = f"; units may leave the shelf unused from {date(leaves)}" if leaves else ""
    return (f"; {listed(cuts)} in some branch" if cuts else "") + unused


def _bought(plan: Plan, row: dict[str, Any], where: str) -> Sentence:
    if not row["bought"]:
        return Sentence("buy", f"{where}none are bought.", ("marginals", "purchases"))
    cost = short_money(row["bought"] * row["unit_cost"], plan.summary.currency)
    text = (
        f"{where}{counted(row['bought'], 'unit')} are bought for {cost}, to be ordered by "
        f"{date(row['order_by'])}; what stops buying more: {row['bound_by']}."
    )
    return Sentence("buy", text, ("marginals", "purchases"))


def _margin(row: dict[str, Any], where: str) -> Sentence:
    step = counted(row["step"], "unit")
    cost = row["step"] * row["unit_cost"]
    saved = row["service_lost"] - row["service_lost_more"]
    text = f"{where}{step} more would save {brief(saved)} traffic units of service"
    if cost > 0:
        text += f", {brief(saved / cost)} per currency unit where the best other use saves "
        text += brief(row["price"])
    if row["service_lost_fewer"] is not None:
        fewer = row["service_lost_fewer"] - row["service_lost"]
        text += f"; {step} fewer would lose {brief(fewer)}"
    return Sentence("margin", f"{text}.", ("marginals", "frontier"))


def _cross_checks(row: dict[str, Any], where: str) -> list[Sentence]:
    if row["service_lost_metric"] is None:
        return []
    metric, vari_metric = row["service_lost_metric"], row["service_lost_vari_metric"]
    text = (
        f"{where}service lost is {brief(row['service_lost'])} traffic units, exactly; as a "
        f"cross-check METRIC tells {brief(metric)} and VARI-METRIC {brief(vari_metric)}."
    )
    return [Sentence("margin", text, ("marginals",))]
