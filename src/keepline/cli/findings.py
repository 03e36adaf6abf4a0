"""Say what the single engines found in a terminal: the few rows that matter most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.cli import paths
from keepline.cli.printing import ROWS_SHOWN, rows_of, sentences, table
from keepline.model.results import MODES
from keepline.model.simulated_results import COURSES
from keepline.report import judged, moving, words
from keepline.report.relaxed import Terms, relaxed

if TYPE_CHECKING:
    import datetime as dt

    from keepline.impact import Impact
    from keepline.model.mechanisms import Mechanisms
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.simulation import Simulation
    from keepline.stock import Stocked


def print_impact(network: Network, found: Impact, endurance: pl.DataFrame) -> None:
    """Print the branches, the first losses and the parts that last the shortest."""
    table(
        "How the scenario may turn out",
        {"branch": "left", "probability": "right", "what happens": "left"},
        (
            (branch, words.percent(probability), what)
            for branch, probability, what in found.branches.iter_rows()
        ),
    )
    _print_losses(network, found)
    paths.print_mapping(found)
    paths.print_remedies(found)
    _print_pooled(found)
    pooled = endurance.filter(pl.col("depot_id").is_null()).sort("survive_days", "part_id")
    held = pl.when("is_beyond_end").then(pl.lit("beyond the plan"))
    short = pl.col("short_at_end").map_elements(words.brief, return_dtype=pl.String)
    _print_rows(
        "How long today's stock lasts, the shortest first",
        _named(network, pooled).select(
            "part_id",
            "part",
            pl.col("operator_id").alias("operator"),
            "on_hand",
            held.otherwise(_dates("until_on")).alias("lasts to"),
            short.alias("units short at the end"),
            "law",
        ),
    )


def _print_pooled(found: Impact) -> None:
    """Say which parts are planned as one; nothing when there are no such."""
    groups = found.pooled_parts.group_by("counts_as", maintain_order=True).agg("part_id")
    said = [
        f"{part} counts for {words.listed(members)}: they are alike and stand in for each other."
        for part, members in groups.iter_rows()
    ]
    if said:
        sentences(said)


def _print_losses(network: Network, found: Impact) -> None:
    if not len(found.losses):
        sentences(["No part loses supply, repair or software in any branch."])
        return
    days = [f"{mode}_lost_on" for mode in MODES]
    # a part is told by the most probable branch in which it loses anything
    told = (
        found.losses.join(found.branches.select("branch_id", "probability"), on="branch_id")
        .sort("probability", "branch_id", descending=[True, False])
        .unique("part_id", keep="first", maintain_order=True)
        .sort(pl.min_horizontal(days), "part_id", nulls_last=True)
    )
    chances = (
        found.losses.unique(["part_id", "branch_id"])
        .join(found.branches.select("branch_id", "probability"), on="branch_id")
        .group_by("part_id")
        .agg(chance=pl.col("probability").sum().map_elements(words.percent, pl.String))
    )
    rows = _named(network, told).join(chances, on="part_id", how="left", maintain_order="left")
    _print_rows(
        f"Parts that may lose something: {words.count(len(told))}, the earliest first",
        rows.select(
            "part_id",
            "part",
            *(_lost(mode) for mode in MODES),
            pl.col("chance").alias("probability"),
            pl.when(pl.col("certainty") == "sure")
            .then("event_id")
            .otherwise(pl.format("{} ({})", "event_id", "certainty"))
            .alias("event"),
        ),
    )
    first = told.row(0, named=True)
    sentences([f"The path of the first: {first['path']}"])


def _lost(mode: str) -> pl.Expr:
    """Return the day on which a mode is lost; where that is not sure beside what is, perhaps."""
    perhaps = pl.format("perhaps {}", _dates(f"{mode}_perhaps_on"))
    return pl.coalesce(_dates(f"{mode}_lost_on"), perhaps).alias(mode)


def stocked(network: Network, found: Stocked) -> dict[str, object]:
    """Return what to buy and what it brings, for JSON."""
    return {
        "currency": network.currency,
        "purchase_cost": float(found.purchases["cost"].sum()),
        "availability_today": found.availability_today,
        "availability_plan": found.availability_plan,
        "availability_worst_today": float(found.today.min()),
        "availability_worst_plan": float(found.planned.min()),
        "service_lost_today": found.service_lost_today,
        "service_lost_plan": found.service_lost_plan,
        "service_lost_bound": found.service_lost_bound,
        "gap": found.gap,
        "is_target_met": found.is_target_met,
        "cost_to_target": found.cost_to_target,
        "cost_without_moves": found.cost_without_moves,
        "moves_lost": found.moves_lost,
        "moves_left": found.moves_left,
        "moves_bound": found.moves_bound,
        "moves": rows_of(found.moves),
        "purchases": rows_of(found.purchases),
        "frontier": rows_of(found.frontier),
        "relaxations": rows_of(found.relaxations),
    }


def print_stock(network: Network, policy: Policy, lost: Impact, found: Stocked) -> None:
    """Print the purchases by part, and the availability that they bring."""
    _print_pooled(lost)
    bought = found.purchases
    _print_moves(network, found)
    if len(bought):
        by_part = (
            bought.group_by("part_id", "supplier_id")
            .agg(
                pl.col("quantity").sum(),
                pl.col("depot_id").n_unique().alias("depots"),
                pl.col("cost").sum().round(0).cast(pl.Int64),
                pl.col("order_by").min(),
            )
            .sort("order_by", "cost", descending=[False, True])
        )
        _print_rows(
            f"What to buy by when, the most urgent first ({len(bought)} lines by depot)",
            _named(network, by_part).select(
                "part_id",
                "part",
                pl.col("supplier_id").alias("from"),
                "quantity",
                "depots",
                pl.col("cost").alias(f"cost {network.currency}"),
                _dates("order_by"),
            ),
        )
    else:
        sentences(["Nothing is to be bought."])
    cost = words.short_money(float(bought["cost"].sum()), network.currency)
    names = dict(network["parts"].select("part_id", "name").iter_rows())
    sentences(
        [
            (
                f"For {cost}, average availability is {words.availability(found.availability_plan)}"
                f" against {words.availability(found.availability_today)} today, and in the worst "
                f"month {words.availability(float(found.planned.min()))} against "
                f"{words.availability(float(found.today.min()))}."
            ),
            (
                f"Certified gap: {words.percent(found.gap)} of the service lost; no purchases of "
                "that cost can do better by more."
            ),
            _target(network, policy, found),
            *relaxed(found.relaxations, Terms(names, network.currency, network.start)),
        ]
    )


def _print_moves(network: Network, found: Stocked) -> None:
    """Print what to carry first, by part; nothing without moves."""
    if not len(found.moves):
        return
    by_part = (
        found.moves.group_by("part_id")
        .agg(
            pl.col("quantity").sum(),
            pl.col("from_depot_id").n_unique().alias("from depots"),
            pl.col("to_depot_id").n_unique().alias("to depots"),
            pl.col("arrives_on").max().alias("there"),
            pl.col("service_saved").sum(),
        )
        .sort("service_saved", "part_id", descending=[True, False])
    )
    _print_rows(
        f"What to move first, what saves most at the top ({len(found.moves)} moves)",
        _named(network, by_part).select(
            "part_id",
            "part",
            "quantity",
            "from depots",
            "to depots",
            _dates("there"),
            pl.col("service_saved").round(4).alias("saves traffic"),
        ),
    )
    cost = float(found.purchases["cost"].sum())
    sentences(
        [
            moving.told(found.moves, network.currency, cost, found.cost_without_moves),
            moving.left(found.moves_lost, found.moves_left, found.moves_bound),
        ]
    )


def _target(network: Network, policy: Policy, found: Stocked) -> str:
    goals = []
    if policy.service.availability is not None:
        goals.append(f"availability {words.goal(policy.service.availability)} in every month")
    if policy.service.survive_days is not None:
        goals.append(words.survival(policy.service.survive_days, network.horizon_days))
    said = words.listed(goals)
    if found.is_target_met:
        return f"The target is met: {said}."
    if found.cost_to_target is None:
        return f"The target is not met ({said}): no stock that arrives in time reaches it."
    cost = words.short_money(found.cost_to_target, network.currency)
    return f"The target is not met ({said}): it would take {cost} of stock."


def print_simulation(
    found: Simulation,
    precision: float | None = None,
    mechanisms: Mechanisms | None = None,
    currency: str = "",
) -> None:
    """Print the average availabilities, the last month of each year, and what sites saw."""
    lines = [f"Played {words.counted(found.replications, 'time')}, every branch each time."]
    if mechanisms is not None:
        lines.append(mechanisms.said)
    if precision is not None:
        lines.append(_ended(found, precision))
    for name, interval in (("today's course", found.today), ("the plan", found.plan)):
        if interval is not None:
            lines.append(
                f"Average availability, {name}: {words.availability(interval.mean)} (95{words.THIN}"
                f"% interval {words.availability(interval.low)} to "
                f"{words.availability(interval.high)})."
            )
    if found.difference is not None:
        points = [words.brief(100.0 * one) for one in _ends(found.difference)]
        lines.append(f"The difference: {points[0]} percentage points ({points[1]} to {points[2]}).")
    sentences(lines)
    months = found.simulated.filter(
        (pl.col("measure") == "availability")
        & pl.col("operator_id").is_null()
        & (pl.col("course") != "difference")
    ).sort("month")
    lasts = months.filter(pl.col("month") == pl.col("month").max().over(pl.col("month").dt.year()))
    share = [pl.col(one).map_elements(words.availability, pl.String) for one in _ENDS]
    _print_rows(
        "Availability in the last month of each year",
        lasts.select(
            pl.col("month").map_elements(words.month, pl.String),
            pl.col("course").replace({"today": "today's course", "plan": "the plan"}),
            *share,
        ),
    )
    _print_judged(found.simulated_once, currency)


def _print_judged(once: pl.DataFrame, currency: str) -> None:
    """Print what the simulation saw at sites, of parts and of money."""
    if once.is_empty():
        return
    for title, lines in (
        ("At sites, over the plan", judged.in_all(once, currency)),
        ("New units ordered", judged.by_quarter(once, currency)),
    ):
        told = pl.DataFrame(lines, schema=["what", *COURSES], orient="row")
        has_plan = any(one.plan for one in lines)
        _print_rows(title, told if has_plan else told.select("what", "today"))
    first = judged.first_short(once)
    if not first.is_empty():
        days, chances = pl.col("^first_short_day .*$"), pl.col("^short_share .*$")
        _print_rows(
            "Parts that run short first: days until then, and its chance",
            first.with_columns(
                days.map_elements(words.brief, pl.String),
                chances.map_elements(words.percent, pl.String),
                pl.col("operator_id").fill_null(""),
            ).rename(lambda name: name.replace("first_short_day", "days").replace(
                "short_share", "chance")),
        )  # fmt: skip


def _ended(found: Simulation, precision: float) -> str:
    """Say what stopped a simulation of which a precision was asked."""
    width = f"{100.0 * found.half_width:.2g} percentage points either side"
    if found.stopped_by == "precision":
        return f"Stopped as precise as asked: the widest interval is {width}."
    asked = f"{100.0 * precision:.2g}"
    return (
        f"Stopped at the most replications, less precise than asked: the widest interval is {width}"
        f", and {asked} were asked for."
    )


_ENDS = ("mean", "low", "high")


def _ends(interval: object) -> list[float]:
    return [getattr(interval, name) for name in _ENDS]


def _named(network: Network, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the name of their part."""
    names = network["parts"].select("part_id", part="name")
    return frame.join(names, on="part_id", how="left", maintain_order="left")


def _dates(column: str) -> pl.Expr:
    return pl.col(column).map_elements(_date, pl.String)


def _date(day: dt.date) -> str:
    return words.date(day)


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
