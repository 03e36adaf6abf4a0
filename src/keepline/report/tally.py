"""Sum the result tables up into what a chart or a sentence shows. Every figure can be re-added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.results import RESULTS
from keepline.report.words import listed

if TYPE_CHECKING:
    from keepline.model.plan import Plan

#: Parts that are named where one part counts for several.
MOST_MEMBERS: Final = 3
#: How each mode of loss is called on a page.
MODE_WORDS: Final = {"supply": "new supply", "repair": "repair", "software": "software updates"}


def table(plan: Plan, name: str) -> pl.DataFrame:
    """Return a result table, empty in the declared shape when the plan has none."""
    found = plan.tables.get(name)
    return pl.DataFrame(RESULTS[name].create_empty()) if found is None else found


def part_names(plan: Plan) -> dict[str, str]:
    """Return the name of every part by its number, with what it counts for where it does."""
    counts = {
        part: f" (counts for {listed(members, MOST_MEMBERS)})"
        for part, members in counted_for(plan).items()
    }
    names = _names(plan, "parts", "part_id")
    return {part: name + counts.get(part, "") for part, name in names.items()}


def counted_for(plan: Plan) -> dict[str, list[str]]:
    """Return the parts for which each part counts that is planned for several, itself too."""
    found: dict[str, list[str]] = {}
    for part, as_which in table(plan, "pooled_parts").select("part_id", "counts_as").iter_rows():
        found.setdefault(as_which, []).append(part)
    return found


def supplier_names(plan: Plan) -> dict[str, str]:
    """Return the name of every supplier by its id."""
    return _names(plan, "suppliers", "supplier_id")


def _names(plan: Plan, name: str, key: str) -> dict[str, str]:
    found = plan.tables.get(name)
    if found is None or key not in found.columns or "name" not in found.columns:
        return {}
    return {key_: name_ or key_ for key_, name_ in found.select(key, "name").iter_rows()}


def makers(plan: Plan) -> pl.DataFrame:
    """Return part_id and supplier_id (its manufacturer) of every part that any table names."""
    frames = [table(plan, "endurance").select("part_id", "supplier_id")]
    found = plan.tables.get("parts")
    if found is not None and {"part_id", "supplier_id"} <= set(found.columns):
        frames.append(found.select("part_id", "supplier_id"))
    return pl.concat(frames).unique("part_id", keep="last", maintain_order=True)


def pools(plan: Plan) -> pl.DataFrame:
    """Return the endurance rows that hold for an operator as a whole, or all if there are none.

    Rows for single depots repeat the same installed units and would be counted twice.
    """
    rows = table(plan, "endurance")
    whole = rows.filter(pl.col("depot_id").is_null())
    return rows if whole.is_empty() else whole


def endurance_by_part(plan: Plan) -> pl.DataFrame:
    """Return one row a part: its shortest endurance over the operators, and sums of units.

    Returns:
        part_id, supplier_id, operator_id (of the shortest), survive_days, until_on, is_beyond_end,
        law, pools (how many), on_hand, installed, short_at_end; the shortest first.
    """
    order = ["survive_days", "is_beyond_end", "part_id", "operator_id"]
    first = ("supplier_id", "operator_id", "survive_days", "until_on", "is_beyond_end", "law")
    return (
        pools(plan)
        .sort(order, nulls_last=True)
        .group_by("part_id", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in first),
            pl.len().alias("pools"),
            pl.col("on_hand", "installed", "short_at_end").sum(),
        )
    )


def endurance_by_supplier(plan: Plan) -> pl.DataFrame:
    """Return one row a manufacturer: parts, those that run short, shortest and median days."""
    return (
        endurance_by_part(plan)
        .group_by("supplier_id", maintain_order=True)
        .agg(
            pl.len().alias("parts"),
            pl.col("is_beyond_end").not_().sum().alias("parts_short"),
            pl.col("survive_days").min().alias("shortest_days"),
            pl.col("survive_days").median().alias("median_days"),
            pl.col("until_on").min().alias("shortest_on"),
            pl.col("installed", "on_hand", "short_at_end").sum(),
        )
        .sort("shortest_days", "supplier_id")
    )


def lost_shares(plan: Plan) -> pl.DataFrame:
    """Return the expected share of a maker's installed units whose service is lost, over time.

    share(t) = sum over parts and branches of installed * probability * (1 - share_left at t),
    divided by the maker's installed units; one row where it changes, and the plan's two ends.

    Returns:
        supplier_id, mode, on, share.
    """
    base = makers(plan).join(_installed(plan), on="part_id")
    whole = base.group_by("supplier_id").agg(pl.col("installed").sum().alias("base"))
    lost = 1.0 - pl.col("share_left")
    before = lost.shift(1, fill_value=0.0).over("part_id", "branch_id", "mode", order_by="from_on")
    steps = (
        table(plan, "cuts")
        .filter(pl.col("from_on") <= plan.summary.end)
        .join(table(plan, "branches").select("branch_id", "probability"), on="branch_id")
        .join(base, on="part_id")
        .with_columns(
            ((lost - before) * pl.col("probability") * pl.col("installed")).alias("step"),
            pl.col("from_on").clip(lower_bound=plan.summary.start).alias("on"),
        )
        .group_by("supplier_id", "mode", "on")
        .agg(pl.col("step").sum())
    )
    ends = steps.select("supplier_id", "mode").unique()
    both = [
        ends.with_columns(pl.lit(day).alias("on"), pl.lit(0.0).alias("step"))
        for day in (plan.summary.start, plan.summary.end)
    ]
    return (
        pl.concat([steps.select(both[0].columns), *both])
        .group_by("supplier_id", "mode", "on")
        .agg(pl.col("step").sum())
        .sort("supplier_id", "mode", "on")
        .with_columns(pl.col("step").cum_sum().over("supplier_id", "mode").alias("sum"))
        .join(whole.filter(pl.col("base") > 0), on="supplier_id")
        .select(
            "supplier_id", "mode", "on", (pl.col("sum") / pl.col("base")).clip(0, 1).alias("share")
        )
        .sort("supplier_id", "mode", "on")
    )


def _installed(plan: Plan) -> pl.DataFrame:
    """Return part_id and installed; parts that are planned as one with another on their own."""
    pooled = table(plan, "pooled_parts")
    installed = pl.col("installed")
    alone = pools(plan).group_by("part_id").agg(installed.sum())
    return pl.concat(
        [
            alone.filter(~pl.col("part_id").is_in(pooled["counts_as"].to_list())),
            pooled.select("part_id", installed.cast(alone.schema["installed"])),
        ]
    )


def losses_by_supplier(plan: Plan) -> pl.DataFrame:
    """Return one row a manufacturer that may lose something, the most probable first.

    Returns:
        supplier_id, parts; supply_parts, repair_parts, software_parts (how many surely lose it in
        any branch); supply_on, repair_on, software_on (the first date); probability (of the
        branches in which any of its parts surely loses anything); unknown (parts that may lose
        something for all that is known: a fact is missing).
    """
    modes = ("supply", "repair", "software")
    rows = _with_makers(plan, table(plan, "losses")).join(
        table(plan, "branches").select("branch_id", "probability"), on="branch_id", how="left"
    )
    sure, part = pl.col("certainty") == "sure", pl.col("part_id")
    doubts = [pl.col(name) != "sure" for name in rows.columns if name.endswith("certainty")]
    rows = rows.with_columns(is_doubtful=pl.any_horizontal(doubts).fill_null(value=False))
    probable = (
        rows.filter(sure)
        .unique(["supplier_id", "branch_id"])
        .group_by("supplier_id")
        .agg(pl.col("probability").sum())
    )
    lost = {mode: pl.col(f"{mode}_lost_on") for mode in modes}
    return (
        rows.group_by("supplier_id", maintain_order=True)
        .agg(
            part.filter(sure).n_unique().alias("parts"),
            *(
                part.filter(sure & on.is_not_null()).n_unique().alias(f"{mode}_parts")
                for mode, on in lost.items()
            ),
            *(on.filter(sure).min().alias(f"{mode}_on") for mode, on in lost.items()),
            part.filter(pl.col("is_doubtful")).n_unique().alias("unknown"),
        )
        .join(probable, on="supplier_id", how="left")
        .sort(
            "probability", "parts", "supplier_id", descending=[True, True, False], nulls_last=True
        )
    )


def _with_makers(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.join(makers(plan), on="part_id", how="left", maintain_order="left").with_columns(
        pl.col("supplier_id").fill_null("unknown")
    )


def loss_days(plan: Plan) -> pl.DataFrame:
    """Return part_id and lost_on: the first day on which its supply is surely short somewhere."""
    return (
        table(plan, "losses")
        .filter(pl.col("supply_lost_on").is_not_null(), pl.col("certainty") == "sure")
        .group_by("part_id")
        .agg(pl.col("supply_lost_on").min().alias("lost_on"))
        .sort("lost_on", "part_id")
    )


def spending_by_part(plan: Plan) -> pl.DataFrame:
    """Return one row a part bought: quantity, cost, first order_by; the dearest first."""
    return (
        table(plan, "purchases")
        .group_by("part_id", maintain_order=True)
        .agg(
            pl.col("supplier_id").first(),
            pl.col("quantity", "cost").sum(),
            pl.col("order_on", "order_by", "arrives_on").min(),
        )
        .sort("cost", "part_id", descending=[True, False])
    )


def spending_by_month(plan: Plan) -> pl.DataFrame:
    """Return quantity and cost by the month of ordering and the supplier."""
    return (
        table(plan, "purchases")
        .group_by(pl.col("order_on").dt.truncate("1mo").alias("month"), "supplier_id")
        .agg(pl.col("quantity", "cost").sum())
        .sort("month", "supplier_id")
    )


def spending_by_supplier(plan: Plan) -> pl.DataFrame:
    """Return parts, quantity, cost and first order_by of each supplier; the dearest first."""
    return (
        table(plan, "purchases")
        .group_by("supplier_id", maintain_order=True)
        .agg(
            pl.col("part_id").n_unique().alias("parts"),
            pl.col("quantity", "cost").sum(),
            pl.col("order_by").min(),
        )
        .sort("cost", "supplier_id", descending=[True, False])
    )


def backorders_by_month(plan: Plan) -> pl.DataFrame:
    """Return expected units short at the start of each month, over all parts, branches mixed.

    Returns:
        month, today, planned: sums over parts of probability * backorders.
    """
    chance = pl.col("probability")
    return (
        table(plan, "outlook")
        .join(table(plan, "branches").select("branch_id", "probability"), on="branch_id")
        .group_by("month")
        .agg(
            (chance * pl.col("backorders")).sum().alias("today"),
            (chance * pl.col("backorders_planned")).sum().alias("planned"),
        )
        .sort("month")
    )


def simulated_availability(plan: Plan) -> pl.DataFrame:
    """Return the simulated availability of the whole network: course, month, mean, low, high."""
    return (
        table(plan, "simulated")
        .filter(pl.col("measure") == "availability", pl.col("operator_id").is_null())
        .select("course", "month", "mean", "low", "high", "replications")
        .sort("course", "month")
    )
