"""Find what a scenario takes away: from which parts, when, by what path, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.impact.explained import Explained
from keepline.impact.hits import tests_of
from keepline.impact.mapping import mapping_of
from keepline.impact.offers import offers_of
from keepline.impact.passes import Passes
from keepline.impact.paths import unfold
from keepline.impact.remedies import Trials
from keepline.model.branches import branches
from keepline.model.results import CERTAINTIES, MODES, RESULTS
from keepline.model.scenario import check_against

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.branches import Branch
    from keepline.model.network import Network
    from keepline.model.scenario import Scenario

WHOLE: Final = 1.0 - 1e-9


def _empty(table: str) -> pl.DataFrame:
    return pl.DataFrame(RESULTS[table].create_empty())


@dataclass(frozen=True)
class Impact:
    """Hold what a scenario does to a network, as declared result tables.

    Attributes:
        branches: The ways in which the scenario may turn out.
        losses: What each part loses in each branch, for sure or perhaps.
        cuts: The changes of supply, repair and software that are sure.
        exposure: What stands at each site, and how much of it surely loses supply in some branch.
        pooled_parts: Which parts count as one from here on; none until that was looked at.
        loss_steps: The steps of each loss; none unless asked for.
        remedies: What would break the path of each loss, tried; none unless asked for.
        mapping: How much of what losses stand on is recorded.
        untried: Remedies that were not tried, for there are too many.
    """

    branches: pl.DataFrame
    losses: pl.DataFrame
    cuts: pl.DataFrame
    exposure: pl.DataFrame
    pooled_parts: pl.DataFrame = field(default_factory=lambda: _empty("pooled_parts"))
    loss_steps: pl.DataFrame = field(default_factory=lambda: _empty("loss_steps"))
    remedies: pl.DataFrame = field(default_factory=lambda: _empty("remedies"))
    mapping: pl.DataFrame = field(default_factory=lambda: _empty("mapping"))
    untried: int = 0


def find(network: Network, scenario: Scenario, *, is_explained: bool = False) -> Impact:
    """Find what a scenario takes away, in every branch and through all tiers.

    Deliveries are cut where an event hits them (see :mod:`keepline.impact.hits`) and the losses
    are carried to the parts (see :mod:`keepline.maths.reach`), separately for new supply, repair
    and software. Where an exception may apply, a loss is told as *possible*; where a fact is
    missing, a loss that it would bring about is told as *unknown*; cuts hold only what is sure. A
    loss within a day counts from that day.

    Args:
        network: What there is.
        scenario: What may happen.
        is_explained: Whether to tell the steps of each loss, and to try what would break them.

    Returns:
        The tables. A part that is lost in no branch has no row in `losses`.

    Raises:
        InputError: When the scenario names what the network does not have.
        PlanError: When the scenario has too many branches.
    """
    check_against(scenario, network).raise_if_any()
    found = branches(scenario, network.start)
    offers = offers_of(network)
    end = network.horizon_days
    explained = Explained(Trials(end)) if is_explained else None
    passes = Passes(
        offers, unfold(offers, tests_of(scenario, offers)), scenario.events, end, explained
    )
    for number, branch in enumerate(found):
        passes.add(number, branch)
    uses, steps, reasons = passes.frames()
    numbered = offers.parts.select("part_id", part="item")
    named = pl.DataFrame(
        {"branch": range(len(found)), "branch_id": [one.branch_id for one in found]},
        schema={"branch": pl.Int64, "branch_id": pl.String},
    )
    told = (
        uses.join(steps, "run")
        .join(numbered, "part")
        .join(named, "branch")
        .with_columns(from_on=_dates("day", network.start))
    )
    losses, branch_table = _losses(told, reasons), _branches(found)
    loss_steps, remedies = _empty("loss_steps"), _empty("remedies")
    if explained is not None:
        chances = named.join(branch_table, "branch_id", "left", maintain_order="left")
        loss_steps, remedies = explained.frames(uses, numbered, chances, network.start)
    return Impact(
        branches=branch_table,
        losses=losses,
        cuts=_declared("cuts", _cuts(told)),
        exposure=_exposure(network, losses, branch_table),
        loss_steps=loss_steps,
        remedies=remedies,
        mapping=mapping_of(network, offers),
        untried=explained.trials.untried if explained else 0,
    )


def _dates(day: str, start: dt.date) -> pl.Expr:
    return pl.lit(start) + pl.duration(days=pl.col(day))


def _declared(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    columns = RESULTS[table].columns()
    return frame.select(pl.col(name).cast(column.dtype) for name, column in columns.items())


def _branches(found: tuple[Branch, ...]) -> pl.DataFrame:
    rows = [(one.branch_id, one.probability, one.what) for one in found]
    return _declared(
        "branches", pl.DataFrame(rows, schema=["branch_id", "probability", "what"], orient="row")
    )


def _cuts(told: pl.DataFrame) -> pl.DataFrame:
    order = pl.col("mode").replace_strict(MODES, range(len(MODES)), return_dtype=pl.Int64)
    return told.filter(certainty="sure").sort("part", "branch", order, "day")


def _losses(told: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Return a row per part and branch: the surest losses, and beside them what may be."""
    lost = told.filter(pl.col("share_left") < WHOLE).join(reasons, ["run", "part"], "left")
    keys = ["part", "branch"]
    order = {name: rank for rank, name in enumerate(CERTAINTIES)}
    rank = pl.col("certainty").replace_strict(order, return_dtype=pl.Int64)
    dates = [pl.col("from_on").filter(mode=mode).min().alias(f"{mode}_lost_on") for mode in MODES]
    # the reason given is that of supply where supply is lost, else of repair, else of software
    mode_order = pl.col("mode").replace_strict(MODES, range(len(MODES)), return_dtype=pl.Int64)
    rows = (
        lost.with_columns(rank=rank)
        .sort(*keys, "rank", mode_order, "day")
        .group_by(*keys, "rank", maintain_order=True)
        .agg(
            *dates,
            (1.0 - _supply_left()).alias("share_lost"),
            pl.col("part_id", "branch_id", "event_id", "path", "certainty").first(),
        )
        .unique(keys, keep="first", maintain_order=True)
    )
    found = rows.join(_perhaps(lost, rank), keys, "left", maintain_order="left")
    for mode in MODES:
        sure, perhaps = pl.col(f"{mode}_lost_on"), pl.col(f"{mode}_perhaps_on")
        is_told = sure.is_null() | (perhaps < sure)
        found = found.with_columns(pl.when(is_told).then(perhaps).alias(f"{mode}_perhaps_on"))
    return _declared("losses", found.sort("part", "branch"))


def _perhaps(lost: pl.DataFrame, rank: pl.Expr) -> pl.DataFrame:
    """Return, by part and branch, how sure the loss of each mode is, and the day it may begin."""
    modes = [
        one
        for mode in MODES
        for one in (
            rank.filter(mode=mode)
            .min()
            .replace_strict(range(len(CERTAINTIES)), CERTAINTIES, return_dtype=pl.String)
            .alias(f"{mode}_certainty"),
            pl.col("from_on").filter(mode=mode).min().alias(f"{mode}_perhaps_on"),
        )
    ]
    share = (1.0 - _supply_left()).alias("share_perhaps_lost")
    return lost.group_by("part", "branch").agg(*modes, share)


def _supply_left() -> pl.Expr:
    return pl.col("share_left").filter(mode="supply").min().fill_null(1.0)


def _exposure(network: Network, losses: pl.DataFrame, branches: pl.DataFrame) -> pl.DataFrame:
    lost = (
        losses.filter(pl.col("certainty") == "sure", pl.col("supply_lost_on").is_not_null())
        .join(branches, "branch_id")
        .group_by("part_id")
        .agg(share=(pl.col("probability") * pl.col("share_lost")).sum())
    )
    is_lost = pl.col("share").is_not_null().cast(pl.Int64)
    columns = ("units", "units_lost", "units_lost_expected")
    units = (
        network["installed"]
        .join(lost, "part_id", "left")
        .group_by("site_id")
        .agg(
            units=pl.col("quantity").sum(),
            units_lost=(is_lost * pl.col("quantity")).sum(),
            units_lost_expected=(pl.col("share").fill_null(0.0) * pl.col("quantity")).sum(),
        )
    )
    sites = network["sites"].join(units, "site_id", "left", maintain_order="left")
    return _declared("exposure", sites.with_columns(pl.col(columns).fill_null(0)))
