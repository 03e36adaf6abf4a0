"""Plans of every shape that a report must be able to tell, built from small seeded laws."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from keepline.model.calendar import month_starts
from keepline.model.plan import Interval, Plan, Provenance, Summary
from keepline.model.results import RESULTS

START = dt.date(2020, 6, 22)
END = dt.date(2023, 6, 21)
BRANCHES = (
    ("b1", 0.6375, "fdpr from 14 Sep 2020"),
    ("b2", 0.2125, "fdpr from 14 Sep 2020; licence from 15 Nov 2020"),
    ("b3", 0.15, "nothing happens"),
)
SUPPLIERS = {"huawei": "Huawei", "nokia": "Nokia", "ericsson": "Ericsson", "adtran": "Adtran"}
KINDS = (
    "Baseband unit",
    "Remote radio unit 3.5 GHz",
    "Remote radio unit 800 MHz",
    "Massive MIMO",
    "Rectifier",
    "Optical line card",
    "Router line card",
    "Controller board",
    "GPON shelf",
    "Microwave link",
)


def framed(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {key: column.dtype for key, column in RESULTS[name].columns().items()}
    return pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema)


@dataclass(frozen=True)
class Part:
    part_id: str
    name: str
    supplier_id: str
    unit_cost: float
    installed: float
    on_hand: int
    per_day: float


def make_parts(count: int, seed: int = 7) -> list[Part]:
    random = np.random.default_rng(seed)
    parts = []
    for index in range(count):
        supplier = list(SUPPLIERS)[min(index % 5, 3) if index % 5 != 4 else 0]
        installed = float(random.integers(400, 60_000))
        per_day = installed * random.uniform(0.01, 0.05) / 365.25
        stock = int(per_day * random.uniform(60, 1500))
        parts.append(
            Part(
                f"{2_350_000 + 37 * index:08d}",
                f"{KINDS[index % 10]} {'ABCDEFGH'[index // 10]}",
                supplier,
                round(float(random.uniform(150, 9000)), 2),
                installed,
                stock,
                per_day,
            )
        )
    return parts


def losing(part: Part) -> bool:
    return part.supplier_id == "huawei"


def loss_tables(parts: list[Part]) -> dict[str, pl.DataFrame]:
    losses, cuts = [], []
    for position, part in enumerate(p for p in parts if losing(p)):
        cut = dt.date(2020, 9, 14) + dt.timedelta(days=30 * (position % 3))
        repair = cut + dt.timedelta(days=180)
        for branch in ("b1", "b2"):
            losses.append(
                {
                    "part_id": part.part_id,
                    "branch_id": branch,
                    "supply_lost_on": cut,
                    "repair_lost_on": repair,
                    "software_lost_on": dt.date(2020, 9, 14),
                    "share_lost": 1.0,
                    "event_id": "fdpr",
                    "path": f"fdpr -> tsmc -> asic-baseband -> huawei -> {part.part_id}",
                    "certainty": "unknown" if position % 5 == 4 else "sure",
                }
            )
            changes = [
                ("supply", cut, 0.0),
                ("repair", repair, 0.0),
                ("software", dt.date(2020, 9, 14), 0.0),
            ]
            if branch == "b2":
                changes.append(("supply", dt.date(2020, 11, 15) + dt.timedelta(60), 0.4))
            cuts += [
                {
                    "part_id": part.part_id,
                    "branch_id": branch,
                    "mode": mode,
                    "from_on": on,
                    "share_left": left,
                    "lead_factor": 1.0,
                    "price_factor": 1.0,
                }
                for mode, on, left in changes
            ]
    branches = [{"branch_id": b, "probability": p, "what": w} for b, p, w in BRANCHES]
    return {
        "losses": framed("losses", losses),
        "cuts": framed("cuts", cuts),
        "branches": framed("branches", branches),
    }


def distribution(part: Part, days: float, holds: bool, horizon: float) -> dict[str, object]:
    """Spread the days of an endurance row, and ask for units where it does not hold."""
    width = 0.0 if losing(part) else 9.0
    needed = {"help": "not needed"} if holds else {"help": "units", "units_law": "exact"}
    units = None if holds else max(1, math.ceil(90.0 * part.per_day))
    return {
        "survive_days_low": max(0.0, days - width),
        "survive_days_high": min(horizon, days + width),
        "survive_days_50": min(horizon, 1.1 * days),
        "survive_days_90": min(horizon, 1.02 * days),
        "survive_days_99": 0.95 * days,
        "shares_law": "exact" if losing(part) else "simulated",
        **dict.fromkeys(
            ("holds_to_end", "holds_to_end_low", "holds_to_end_high"), 0.97 if holds else 0.2
        ),
        **needed,
        **dict.fromkeys(
            ("units_for_90_days", "units_for_90_days_low", "units_for_90_days_high"), units
        ),
        "cost_for_90_days": None if units is None else units * part.unit_cost,
    }


def endurance_table(parts: list[Part], operators: list[str]) -> pl.DataFrame:
    rows = []
    horizon = (END - START).days
    for part in parts:
        for number, operator in enumerate(operators):
            share = (0.4, 0.3, 0.2, 0.1)[number] if len(operators) == 4 else 1.0 / len(operators)
            stock = int(part.on_hand * share)
            days = stock / (part.per_day * share) - 1.645 * math.sqrt(stock) / (
                part.per_day * share
            )
            if not losing(part):
                days *= 3.0
            days = max(0.0, min(days, float(horizon)))
            row = {
                "part_id": part.part_id,
                "supplier_id": part.supplier_id,
                "operator_id": operator,
                "depot_id": None,
                "installed": part.installed * share,
                "on_hand": stock,
                "survive_days": days,
                "until_on": START + dt.timedelta(days=int(days)),
                "is_beyond_end": days >= horizon,
                "short_at_end": max(0.0, part.per_day * share * (horizon - days)),
                "law": "exact" if losing(part) else "simulated",
                **distribution(part, days, days >= horizon, float(horizon)),
            }
            rows += [row, {**row, "depot_id": f"{operator}-central"}]
    return framed("endurance", rows)


def purchase_table(parts: list[Part], operator: str) -> pl.DataFrame:
    rows = []
    for position, part in enumerate(p for p in parts if losing(p)):
        quantity = 20 + 13 * position
        for number, on in enumerate((START, dt.date(2020, 8, 3))):
            if number and position % 3:
                continue
            rows.append(
                {
                    "part_id": part.part_id,
                    "depot_id": f"{operator}-central",
                    "supplier_id": part.supplier_id,
                    "order_on": on,
                    "order_by": dt.date(2020, 7, 14) + dt.timedelta(days=30 * number),
                    "arrives_on": on + dt.timedelta(days=70),
                    "quantity": quantity,
                    "unit_cost": part.unit_cost,
                    "cost": quantity * part.unit_cost,
                    "gain_per_cost": 2.1e-10,
                    "bound_by": "target" if position % 2 else "budget",
                }
            )
    return framed("purchases", rows)


def outlook_table(parts: list[Part]) -> pl.DataFrame:
    rows = []
    months = month_starts(START, END)
    for part in parts:
        for branch, _, _ in BRANCHES:
            for number, month in enumerate(months):
                cut = losing(part) and branch != "b3"
                out = part.per_day * 30.4 * (number if cut else min(number, 3))
                short = max(0.0, out - part.on_hand)
                planned = 0.05 * short
                rows.append(
                    {
                        "part_id": part.part_id,
                        "branch_id": branch,
                        "month": month,
                        "outstanding": out,
                        "backorders": short,
                        "backorders_planned": planned,
                        "stockout_probability": min(1.0, short / 10),
                        "stockout_probability_planned": min(1.0, planned / 10),
                    }
                )
    return framed("outlook", rows)


def frontier_table(best: float) -> pl.DataFrame:
    rows = []
    for point in range(40):
        budget = 600_000.0 * point
        lost = 0.03588 * math.exp(-point / 4.52)
        rows.append(
            {
                "point": point,
                "budget": budget,
                "availability": 1 - lost,
                "survive_days": min(1094.0, 120 + 33.0 * point),
                "service_lost": best * lost,
            }
        )
    return framed("frontier", rows)


def simulated_table() -> pl.DataFrame:
    rows = []
    random = np.random.default_rng(3)
    for number, month in enumerate(month_starts(START, END)):
        today = 0.9995 - 0.0028 * max(0, number - 6) - 0.0002 * random.random()
        plan = 0.9997 - 0.00004 * number - 0.00002 * random.random()
        for course, mean, half in (
            ("today", today, 0.001 + 0.0001 * number),
            ("plan", plan, 0.0001),
            ("difference", plan - today, 0.001),
        ):
            rows.append(
                {
                    "measure": "availability",
                    "operator_id": None,
                    "course": course,
                    "month": month,
                    "mean": mean,
                    "low": mean - half,
                    "high": min(1.0, mean + half),
                    "replications": 400,
                }
            )
    return framed("simulated", rows)


def exposure_table(sites: int) -> pl.DataFrame:
    random = np.random.default_rng(11)
    centres = random.uniform([50.5, -4.5], [57.5, 1.0], size=(60, 2))
    pick = random.integers(0, 60, sites)
    places = centres[pick] + random.normal(0, 0.35, (sites, 2))
    units = random.integers(2, 30, sites)
    lost = random.binomial(units, random.uniform(0.1, 0.8, 60)[pick])
    schema = {key: column.dtype for key, column in RESULTS["exposure"].columns().items()}
    return pl.DataFrame(
        {
            "site_id": [f"ee-{number:05d}" for number in range(sites)],
            "operator_id": "ee",
            "region": "South East",
            "latitude": places[:, 0],
            "longitude": places[:, 1],
            "traffic": random.pareto(1.6, sites) + 0.2,
            "units": units,
            "units_lost": lost,
            "units_lost_expected": 0.85 * lost,
        },
        schema=schema,
        strict=False,
    )


def make_summary(**changes: object) -> Summary:
    return replace(
        Summary(
            network_name="uk-2020 (operator)",
            currency="GBP",
            start=START,
            end=END,
            source="Modelled on public figures; it is no operator's own record.",
            scenario_name="US foreign-direct-product rule on Huawei, as seen on 19 June 2020",
            policy_name="99.95 % at 95 % confidence",
            confidence=0.95,
            availability_target=0.9995,
            survive_target_days=540.0,
            budget_stock=20_000_000.0,
            parts=40,
            units=812_345,
            sites=2_000,
            operators=1,
            total_traffic=25_410.0,
            parts_lost=16,
            first_loss_on=dt.date(2020, 9, 14),
            purchase_units=0,
            purchase_cost=0.0,
            first_order_by=None,
            availability_today=0.98412,
            availability_plan=0.99983,
            worst_month_today=dt.date(2023, 5, 1),
            worst_month_plan=dt.date(2023, 4, 1),
            availability_worst_today=0.96412,
            availability_worst_plan=0.99953,
            service_lost_today=911.7,
            service_lost_plan=11.94,
            service_lost_bound=11.93,
            gap=0.00084,
            target_met=True,
            cost_to_target=14_400_000.0,
            simulated_today=Interval(0.9638, 0.9629, 0.9647),
            simulated_plan=Interval(0.99951, 0.99947, 0.99955),
            simulated_difference=Interval(0.0357, 0.0348, 0.0366),
            replications=400,
        ),
        **changes,
    )


PROVENANCE = Provenance(
    version="0.1.0",
    seed=20200622,
    hashes={"network.yaml": "9f" * 32, "parts.csv": "0c" * 32, "scenario.yaml": "ab" * 32},
    libraries={"polars": "2.1.0", "numba": "0.68.1"},
    assumptions=(
        "Failures are independent and follow a Poisson law.",
        "What is in repair when repair stops is lost.",
    ),
    created="2020-06-22",
)


def names(parts: list[Part]) -> dict[str, pl.DataFrame]:
    return {
        "parts": pl.DataFrame(
            [
                {
                    "part_id": p.part_id,
                    "name": p.name,
                    "supplier_id": p.supplier_id,
                    "unit_cost": p.unit_cost,
                }
                for p in parts
            ],
            schema={
                "part_id": pl.String,
                "name": pl.String,
                "supplier_id": pl.String,
                "unit_cost": pl.Float64,
            },
        ),
        "suppliers": pl.DataFrame(
            {"supplier_id": list(SUPPLIERS), "name": list(SUPPLIERS.values())}
        ),
    }


def make_plan(parts: int = 40, sites: int = 2_000, operators: int = 1) -> Plan:
    made = make_parts(parts)
    buyers = ["ee", "o2", "three", "vodafone"][:operators]
    purchases = purchase_table(made, "ee")
    cost = float(purchases["cost"].sum())
    summary = make_summary(
        parts=parts,
        sites=sites,
        operators=operators,
        parts_lost=sum(losing(p) for p in made),
        purchase_units=int(purchases["quantity"].sum()),
        purchase_cost=cost,
        first_order_by=purchases["order_by"].min(),
    )
    tables = {
        **loss_tables(made),
        "exposure": exposure_table(sites),
        "endurance": endurance_table(made, buyers),
        "purchases": purchases,
        "outlook": outlook_table(made),
        "frontier": frontier_table(summary.total_traffic),
        "simulated": simulated_table(),
        **names(made),
    }
    return Plan(summary, tables, PROVENANCE)


def make_empty_plan() -> Plan:
    summary = make_summary(
        parts=0,
        units=0,
        sites=0,
        operators=0,
        parts_lost=0,
        first_loss_on=None,
        total_traffic=0.0,
        availability_today=1.0,
        availability_plan=1.0,
        availability_worst_today=1.0,
        availability_worst_plan=1.0,
        service_lost_today=0.0,
        service_lost_plan=0.0,
        service_lost_bound=0.0,
        gap=0.0,
        simulated_today=None,
        simulated_plan=None,
        simulated_difference=None,
        replications=0,
        budget_stock=None,
        survive_target_days=None,
        availability_target=None,
        cost_to_target=None,
        source="",
    )
    return Plan(summary, {}, Provenance("0.1.0", 1, {}, {}))


def make_lone_plan() -> Plan:
    """One part at one site, lost for sure, nothing that can still be bought."""
    part = Part("02351234", "Baseband unit", "huawei", 3200.0, 12.0, 2, 0.02)
    tables = loss_tables([part])
    tables["branches"] = framed(
        "branches", [{"branch_id": "b1", "probability": 1.0, "what": "fdpr from 14 Sep 2020"}]
    )
    tables = {
        name: frame
        if "branch_id" not in frame.columns
        else frame.filter(pl.col("branch_id") == "b1")
        for name, frame in tables.items()
    }
    tables |= {"endurance": endurance_table([part], ["ee"]), "exposure": exposure_table(1)}
    summary = make_summary(
        parts=1,
        units=12,
        sites=1,
        parts_lost=1,
        availability_plan=0.98412,
        availability_worst_plan=0.96412,
        service_lost_plan=911.7,
        service_lost_bound=911.7,
        gap=0.0,
        target_met=False,
        cost_to_target=None,
        simulated_today=None,
        simulated_plan=None,
        simulated_difference=None,
        replications=0,
    )
    return Plan(summary, {**tables, **names([part])}, PROVENANCE)


NASTY = "<script>alert(\"1\")</script>&amp; '=1+1' \u202e\x07</title>"


def make_nasty_plan() -> Plan:
    """Every text of the data is hostile."""
    plan = make_plan(parts=6, sites=20)
    tables = {}
    for name, frame in plan.tables.items():
        keys = {"part_id", "branch_id", "mode", "law", "certainty", "measure", "course"}
        keys |= {"shares_law", "units_law", "help"}
        texts = [c for c, kind in frame.schema.items() if kind == pl.String and c not in keys]
        blank = {"depot_id"} if name == "endurance" else set()
        tables[name] = frame.with_columns(
            pl.when(pl.col(c).is_null())
            .then(None)
            .otherwise(pl.concat_str(pl.lit(NASTY), pl.col(c)))
            .alias(c)
            for c in texts
            if c not in blank and c not in {"supplier_id", "operator_id"}
        )
        tables[name] = tables[name].with_columns(
            (pl.lit("=" + NASTY) + pl.col(c)).alias(c)
            for c in ("part_id", "supplier_id")
            if c in frame.columns
        )
    summary = replace(
        plan.summary,
        network_name=NASTY,
        scenario_name=NASTY,
        policy_name=NASTY,
        source=NASTY,
        currency="<b>",
    )
    provenance = replace(plan.provenance, hashes={NASTY: "ab"}, assumptions=(NASTY,), created=NASTY)
    return Plan(summary, tables, provenance)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return make_plan()


@pytest.fixture(scope="session")
def empty_plan() -> Plan:
    return make_empty_plan()


@pytest.fixture(scope="session")
def lone_plan() -> Plan:
    return make_lone_plan()


@pytest.fixture(scope="session")
def nasty_plan() -> Plan:
    return make_nasty_plan()


@pytest.fixture(scope="session")
def national_plan() -> Plan:
    return make_plan(parts=40, sites=30_000, operators=4)
