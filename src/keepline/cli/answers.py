"""Say results in a terminal: sentences first, then the few rows that matter most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.cli.printing import ROWS_SHOWN, rows_of, sentences, table
from keepline.report import words
from keepline.report.answer import answer

if TYPE_CHECKING:
    from pathlib import Path

    from keepline.formats.folder import Checked
    from keepline.impact import Impact
    from keepline.model.plan import Plan
    from keepline.simulation import Simulation
    from keepline.stock import Stocked


def checked(found: Checked, issues: Path) -> dict[str, object]:
    """Return what a check found, for JSON."""
    errors = sum(not problem.is_notice for problem in found.problems)
    return {
        "is_sound": errors == 0,
        "rows": dict(found.rows),
        "problems": rows_of(found.problems.table()),
        "issues": str(issues) if len(found.problems) else None,
    }


def print_checked(found: Checked, network: Path, issues: Path) -> None:
    """Say that a network is sound, or where all of its problems are listed."""
    rows = ((name, words.count(count)) for name, count in found.rows.items() if count)
    table(f"{network}", {"table": "left", "rows": "right"}, rows)
    errors = sum(not problem.is_notice for problem in found.problems)
    notices = len(found.problems) - errors
    if not errors:
        sentences(["The network is sound: every table, key and reference holds."])
        sentences([line for line in found.problems.lines() if notices])
    if len(found.problems):
        sentences([f"Every problem and notice is in {issues}."])


def print_impact(found: Impact, endurance: pl.DataFrame) -> None:
    """Print the branches, the first losses and the parts that last the shortest."""
    table(
        "How the scenario may turn out",
        {"branch": "left", "probability": "right", "what happens": "left"},
        (
            (branch, words.percent(probability), what)
            for branch, probability, what in found.branches.iter_rows()
        ),
    )
    _print_losses(found.losses)
    pooled = endurance.filter(pl.col("depot_id").is_null()).sort("survive_days", "part_id")
    title = "Today's stock, the shortest-lived first"
    _print_rows(
        title,
        pooled.with_columns(
            until_on=pl.when("is_beyond_end")
            .then(pl.lit("beyond the plan"))
            .otherwise(pl.col("until_on").dt.strftime("%-d %b %Y"))
        ).select("part_id", "supplier_id", "operator_id", "on_hand", "until_on", "law"),
    )


def _print_losses(losses: pl.DataFrame) -> None:
    if not len(losses):
        sentences(["No part loses supply, repair or software in any branch."])
        return
    lost_on = pl.min_horizontal("supply_lost_on", "repair_lost_on", "software_lost_on")
    first = (
        losses.sort(lost_on, "part_id")
        .group_by("part_id", maintain_order=True)
        .agg(
            lost_on.min().dt.strftime("%-d %b %Y").alias("lost from"),
            pl.col("share_lost").max().round(2).alias("share lost"),
            pl.col("certainty").sort().first(),
            pl.col("path").first(),
        )
    )
    _print_rows(f"Parts lost in some branch: {len(first)}, the earliest first", first)


def stocked(found: Stocked) -> dict[str, object]:
    """Return what to buy and what it brings, for JSON."""
    return {
        "availability_today": found.availability_today,
        "availability_plan": found.availability_plan,
        "service_lost_today": found.service_lost_today,
        "service_lost_plan": found.service_lost_plan,
        "service_lost_bound": found.service_lost_bound,
        "gap": found.gap,
        "is_target_met": found.is_target_met,
        "cost_to_target": found.cost_to_target,
        "purchases": rows_of(found.purchases),
        "frontier": rows_of(found.frontier),
    }


def print_stock(found: Stocked) -> None:
    """Print the purchases and the availability that they bring."""
    bought = found.purchases
    if len(bought):
        shown = bought.sort("order_by", pl.col("cost"), descending=[False, True]).select(
            "part_id",
            "depot_id",
            "supplier_id",
            "quantity",
            pl.col("cost").round(0).cast(pl.Int64),
            pl.col("order_by").dt.strftime("%-d %b %Y"),
            "bound_by",
        )
        _print_rows(f"To buy: {len(bought)} lines, the most urgent first", shown)
    else:
        sentences(["Nothing needs to be bought."])
    sentences(
        [
            (
                f"Cost {words.count(float(bought['cost'].sum()))}; availability "
                f"{words.availability(found.availability_today)} today, "
                f"{words.availability(found.availability_plan)} with the purchases."
            ),
            (
                f"Certified gap to the best possible: {found.gap:.2e}; the target is "
                f"{'met' if found.is_target_met else 'not met'}."
            ),
        ]
    )


def print_simulation(found: Simulation) -> None:
    """Print the average availabilities and the months."""
    lines = [f"Played {words.count(found.replications)} times, every branch each time."]
    for name, interval in (
        ("today's course", found.today),
        ("the plan", found.plan),
        ("the difference", found.difference),
    ):
        if interval is not None:
            lines.append(
                f"Availability, {name}: {interval.mean:.6f} "
                f"(95 % interval {interval.low:.6f} to {interval.high:.6f})."
            )
    sentences(lines)
    months = found.simulated.filter(
        (pl.col("measure") == "availability") & pl.col("operator_id").is_null()
    )
    last = months.filter(pl.col("month") == pl.col("month").max())
    _print_rows(
        "In the plan's last month",
        last.select("course", pl.col("mean").round(6), pl.col("low").round(6), "high"),
    )


def print_plan(made: Plan, written: list[Path]) -> None:
    """Print the short answer and where the files are."""
    source = [made.summary.source, ""] if made.summary.source else []
    sentences([*source, *(one.text for one in answer(made))])
    sentences(["Written:", *(f"  {path}" for path in _main_files(written))])


def print_network(network: Path, scenario: Path, policy: Path) -> None:
    """Say where the shipped network lies, and what to do with it."""
    sentences(
        [
            f"Written: the network {network}, the scenario {scenario}, the policy {policy}.",
            f"Next: keepline plan {network} --scenario {scenario} --policy {policy} -o my-plan",
        ]
    )


def _main_files(written: list[Path]) -> list[Path]:
    """Return the files at the top, and the folder of tables once."""
    top = [path for path in written if path.parent.name != "tables"]
    folders = sorted({path.parent for path in written if path.parent.name == "tables"})
    return [*top, *folders]


def _print_rows(title: str, frame: pl.DataFrame) -> None:
    columns = {
        name: "right" if dtype.is_numeric() else "left" for name, dtype in frame.schema.items()
    }
    rows = (
        tuple("" if cell is None else _cell(cell) for cell in row)
        for row in frame.head(ROWS_SHOWN).iter_rows()
    )
    table(title, {name.replace("_", " "): side for name, side in columns.items()}, rows)
    if len(frame) > ROWS_SHOWN:
        sentences([f"... and {words.count(len(frame) - ROWS_SHOWN)} more; --json prints all."])


def _cell(value: object) -> str:
    return words.count(value) if isinstance(value, int) else str(value)
