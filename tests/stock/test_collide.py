"""Which limits collide with a target, against every plan there is, each judged slowly."""

from __future__ import annotations

import bisect
import datetime as dt
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from keepline.model.limit_results import Relaxations
from keepline.model.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DAYS = (0.0, 91.0, 182.0)
STARTS = (dt.date(2020, 1, 1), dt.date(2020, 4, 1), dt.date(2020, 7, 1))
CHANCES = (0.6, 0.4)
TRAFFIC = 200.0
MOST = 4
COSTS = {"p": 100.0, "q": 60.0}
ONE = {"c": {}}


def limited(found: Any, capacity: dict[str, float] | None = None, room: float | None = None) -> Any:
    """Return a case whose parts have one source of a capacity, and whose depot has room."""
    tables = dict(found.network.tables)
    empty = tables["sources"]
    rows = [
        {
            **dict.fromkeys(empty.columns),
            "item_id": part,
            "supplier_id": "maker",
            "share": 1.0,
            "capacity_per_month": most,
            "is_qualified": True,
        }
        for part, most in (capacity or {}).items()
    ]
    if rows:
        tables["sources"] = pl.DataFrame(rows, schema=empty.schema)
    if room is not None:
        tables["depots"] = tables["depots"].with_columns(capacity_m3=pl.lit(room))
        tables["parts"] = tables["parts"].with_columns(volume_m3=pl.lit(1.0))
    one = found.network
    network = Network(one.name, one.currency, one.start, one.end, one.source, tables)
    return type(found)(network, found.branches, found.cuts, found.pools, found.supply, found.places)


def two_parts(case: Callable[..., Any], seed: int) -> Any:
    """Two parts in one depot over three quarters, with a cut in one of two branches."""
    draw = np.random.default_rng(seed)
    parts = {
        name: {
            "unit_cost": cost,
            "failures_per_year": float(draw.uniform(0.3, 0.9)),
            "repair_share": 0.6,
            "lead_days": float(draw.integers(5, 30)),
        }
        for name, cost in COSTS.items()
    }
    cuts = [("p", 0, "supply", 230, 0.0), ("q", 0, "supply", 150, 0.0)]
    return case(
        parts,
        ONE,
        {"s": {"depot_id": "c", "traffic": TRAFFIC}},
        [("s", "p", 12), ("s", "q", 15)],
        cuts=cuts,
        chances=CHANCES,
        days=274,
    )


class Plans:
    """Hold every plan of up to MOST units of both parts in each quarter."""

    def __init__(self, found: Any, slow: Any, months: Any) -> None:
        self.units = np.array(list(product(range(MOST + 1), repeat=3)))
        logs = [self._logs(slow(found, part), months(found)) for part in COSTS]
        both = logs[0][:, None] + logs[1][None, :]
        by_month = np.exp(both / TRAFFIC) @ np.array(CHANCES)
        self.worst = by_month.min(axis=2)
        self.spent = [self.units * cost for cost in COSTS.values()]

    def _logs(self, one: Any, middles: Sequence[float]) -> np.ndarray:
        """Return traffic times log availability [plans, months, branches]."""
        installed, rows = one.installed, []
        for each in self.units:
            lead = one.part["lead_days"]
            bought = tuple(
                ("c", int(n), float(np.ceil(day + lead))) for n, day in zip(each, DAYS, strict=True)
            )
            short = np.array(
                [[one.short(w, day, bought)["c"][0] for w in range(2)] for day in middles]
            )
            rows.append(installed * np.log1p(-np.minimum(short / installed, 1.0 - 1e-12)))
        return np.array(rows)

    def uses(self) -> dict[tuple[Any, ...], np.ndarray]:
        """Return what every plan takes of each limit, by the limit's words [plans, plans]."""
        months = np.array([3.0, 3.0, 3.0])
        found: dict[tuple[Any, ...], np.ndarray] = {
            ("stock budget", None, None, None): np.add.outer(
                *(one.sum(axis=1) for one in self.spent)
            ),
            ("storage", None, "c", None): np.add.outer(
                self.units.sum(axis=1), self.units.sum(axis=1)
            ).astype(float),
        }
        money = self.spent[0][:, None] + self.spent[1][None, :]
        found["quarter budget", None, None, None] = money.max(axis=2)
        for k, day in enumerate(STARTS):
            found["quarter budget", None, None, day] = money[:, :, k]
        for part, shape in (("p", (-1, 1)), ("q", (1, -1))):
            whole = np.broadcast_to(
                (self.units / months).max(axis=1).reshape(shape), money.shape[:2]
            )
            found["supply", part] = whole
            found["supplier capacity", part, None, None] = whole
            for k, day in enumerate(STARTS):
                taken = np.broadcast_to(self.units[:, k].reshape(shape), money.shape[:2])
                found["supplier capacity", part, None, day] = taken
        return found


KINDS: dict[str, dict[str, Any]] = {
    "budget": {"stock": 300.0},
    "quarters": {"per_quarter": 120.0},
    "both kinds of money": {"stock": 330.0, "per_quarter": 170.0},
    "capacity": {"capacity": {"p": 0.34, "q": 0.34}},
    "one capacity": {"capacity": {"q": 0.34}, "stock": 2000.0},
    "storage": {"room": 3.0},
    "storage and money": {"room": 6.0, "stock": 400.0},
}


#: Kinds and seeds with which a limit holds back what the parts can reach.
HELD_BACK = [
    *(("budget", seed) for seed in (0, 4)),
    *(("quarters", seed) for seed in (0, 6)),
    ("both kinds of money", 0),
    ("both kinds of money", 4),
    ("capacity", 0),
    ("one capacity", 6),
    *(("storage", seed) for seed in (4, 6)),
    ("storage and money", 6),
]


@pytest.mark.parametrize(("kind", "seed"), HELD_BACK)
def test_the_least_that_mends_it_is_that_of_all_plans(
    case: Callable[..., Any], slow: Any, months: Any, kind: str, seed: int
) -> None:
    found = two_parts(case, seed)
    plans = Plans(found, slow, months)
    asked = dict(KINDS[kind])
    network = limited(found, asked.pop("capacity", None), asked.pop("room", None))
    uses = plans.uses()
    now = _limits(KINDS[kind])
    keeps = {key: uses[key] <= most * (1.0 + 1e-9) for key, most in now.items()}
    within = np.logical_and.reduce(list(keeps.values()))
    # between what the limits let through and the best of all plans
    target = 0.35 * plans.worst[within].max() + 0.65 * plans.worst.max()
    plan = network.plan(availability=float(target), **asked)
    assert plans.worst[within].max() < target
    assert not plan.is_target_met
    meets = plans.worst >= target
    told = 0
    is_proven = plan.relaxations["at_least"][-1] is not None
    for row in plan.relaxations.iter_rows(named=True):
        if row["limit"] == "availability target":
            assert row["enough"] <= plans.worst[within].max() + 1e-9 < row["limit_now"]
            assert row["at_least"] is None or row["at_least"] >= plans.worst[within].max() - 1e-9
            continue
        if not row["is_alone"]:
            continue
        told += 1
        key = (row["limit"], row["part_id"], row["depot_id"], row["quarter"])
        others = [ok for name, ok in keeps.items() if not _is_part_of(name, key)]
        allowed = np.logical_and.reduce([meets, *others, *_but_one_quarter(uses, now, key)])
        least = uses[key][allowed].min()
        assert (row["at_least"] is not None) == is_proven
        assert row["limit_now"] <= (row["at_least"] or row["limit_now"]) <= least * (1.0 + 1e-9)
        assert row["enough"] >= least * (1.0 - 1e-9)
        # near, though the search weighs months: one more unit of the dearer part
        step = {"stock budget": 100.0, "quarter budget": 100.0}.get(row["limit"], 1.0)
        assert row["enough"] <= least + step + 1e-9
        assert row["change"] == pytest.approx(row["enough"] - row["limit_now"])
    alone = [key for key in now if _mends(key, keeps, meets)]
    assert told >= len(alone)
    together = plan.relaxations.filter(~pl.col("is_alone"))
    if len(together):
        _check_together(together, uses, keeps, meets)


def _check_together(
    rows: pl.DataFrame,
    uses: dict[tuple[Any, ...], np.ndarray],
    keeps: dict[tuple[Any, ...], np.ndarray],
    meets: np.ndarray,
) -> None:
    """Check that the limits raised let a plan through that meets the target, and none fewer do."""
    raised = {
        (row["limit"], row["part_id"], row["depot_id"], row["quarter"]): row["enough"]
        for row in rows.iter_rows(named=True)
    }
    ok = [uses[key] <= most * (1.0 + 1e-9) for key, most in raised.items()]
    kept = [one for key, one in keeps.items() if key not in raised]
    assert np.logical_and.reduce([meets, *ok, *kept]).any()
    for key in raised:
        assert not _mends(key, keeps, meets)


def _limits(said: dict[str, Any]) -> dict[tuple[Any, ...], float]:
    found = {}
    if "stock" in said:
        found["stock budget", None, None, None] = said["stock"]
    if "per_quarter" in said:
        found["quarter budget", None, None, None] = said["per_quarter"]
    if "room" in said:
        found["storage", None, "c", None] = said["room"]
    for part, most in said.get("capacity", {}).items():
        # whole units in a quarter of three months
        found["supplier capacity", part, None, None] = np.floor(3.0 * most) / 3.0
    return found


def _is_part_of(name: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
    return name[:3] == key[:3]


def _but_one_quarter(
    uses: dict[tuple[Any, ...], np.ndarray], now: dict[tuple[Any, ...], float], key: tuple[Any, ...]
) -> list[np.ndarray]:
    """Return that the other quarters keep a limit of which one quarter alone is raised."""
    if key[3] is None:
        return []
    most = now[(*key[:3], None)] * (3.0 if key[0] == "supplier capacity" else 1.0)
    return [uses[(*key[:3], day)] <= most * (1.0 + 1e-9) for day in STARTS if day != key[3]]


def _mends(
    key: tuple[Any, ...], keeps: dict[tuple[Any, ...], np.ndarray], meets: np.ndarray
) -> bool:
    others = [ok for name, ok in keeps.items() if name != key]
    return bool(np.logical_and.reduce([meets, *others]).any())


def steady(case: Callable[..., Any], part: dict[str, Any] | None = None, **said: Any) -> Any:
    """Return 16 failures a year that nobody repairs, and supply up to November."""
    busy = {"failures_per_year": 2.0, "lead_days": 10.0, "repair_share": 1.0, **(part or {})}
    return case(
        {"p": busy},
        ONE,
        {"s": {"depot_id": "c", "traffic": 40.0}},
        [("s", "p", 8)],
        [("c", "p", 3)],
        **{
            "cuts": [("p", 0, "supply", 330, 0.0), ("p", 0, "repair", 0, 0.0)],
            **said,
        },
    )


def told(plan: Any) -> dict[str, dict[str, Any]]:
    """Return the rows on a whole limit by its name."""
    rows = plan.relaxations.filter(pl.col("quarter").is_null()).iter_rows(named=True)
    return {row["limit"]: row for row in rows}


def test_a_target_that_is_met_has_no_relaxations(case: Callable[..., Any]) -> None:
    plan = steady(case).plan(availability=0.98)
    assert plan.is_target_met
    assert plan.relaxations.is_empty()
    Relaxations.validate(plan.relaxations)


@pytest.mark.parametrize("budget", [0.0, 500.0])
def test_the_budget_told_meets_the_target_and_a_little_less_does_not(
    case: Callable[..., Any], budget: float
) -> None:
    found = steady(case)
    row = told(found.plan(availability=0.98, stock=budget))["stock budget"]
    assert row["limit_now"] == budget
    assert found.plan(availability=0.98, stock=row["enough"]).is_target_met
    assert not found.plan(availability=0.98, stock=row["at_least"]).is_target_met
    assert row["enough"] - row["at_least"] < 2.0


@pytest.mark.parametrize("spare", [1, 2])
def test_sites_with_spares_in_place_rule_out_no_plan_that_does(
    case: Callable[..., Any], spare: int
) -> None:
    found = case(
        {"p": {"failures_per_year": 2.0, "lead_days": 10.0, "repair_share": 1.0}},
        ONE,
        {one: {"depot_id": "c", "traffic": 20.0} for one in ("s", "t")},
        [("s", "p", 4, spare), ("t", "p", 4)],
        [("c", "p", 3)],
        cuts=[("p", 0, "supply", 330, 0.0), ("p", 0, "repair", 0, 0.0)],
    )
    row = told(found.plan(availability=0.98, stock=300.0))["stock budget"]
    assert 300.0 <= row["at_least"] < row["enough"]
    assert found.plan(availability=0.98, stock=row["enough"]).is_target_met
    # one part: more money for it is better in every month
    budgets = range(300, 3000, 100)
    least = budgets[
        bisect.bisect_left(
            budgets,
            True,
            key=lambda money: found.plan(availability=0.98, stock=float(money)).is_target_met,
        )
    ]
    assert row["at_least"] < least <= row["enough"]


def test_minimum_orders_that_a_capacity_bars_are_named(case: Callable[..., Any]) -> None:
    found = limited(steady(case, {"minimum_order": 10}), {"p": 3.0})
    rows = told(found.plan(availability=0.98))
    # nine units in a quarter: an order of ten never goes out
    share = rows["minimum orders"]
    assert np.ceil(10 * share["enough"]) <= 9.0 < np.ceil(10 * share["at_least"])
    assert rows["supplier capacity"]["enough"] == pytest.approx(10.0 / 3.0)
    assert rows["supplier capacity"]["at_least"] < 10.0 / 3.0


def test_units_that_come_after_the_cut_are_named(case: Callable[..., Any]) -> None:
    cuts = [("p", 0, "supply", 5, 0.0), ("p", 0, "repair", 0, 0.0)]
    plan = steady(case, cuts=cuts).plan(availability=0.98, stock=1e6)
    rows = told(plan)
    assert set(rows) == {"supply cut", "availability target"}
    # an order of the first day is there on day 10; a cut on day 11 would let it through
    assert (rows["supply cut"]["limit_now"], rows["supply cut"]["at_least"]) == (5.0, 11.0)
    later = [("p", 0, "supply", 11, 0.0), ("p", 0, "repair", 0, 0.0)]
    assert steady(case, cuts=later).plan(availability=0.98).is_target_met
    assert (
        not steady(case, cuts=[("p", 0, "supply", 10, 0.0), later[1]])
        .plan(availability=0.98)
        .is_target_met
    )


def test_a_plan_shorter_than_the_lead_time_names_it(case: Callable[..., Any]) -> None:
    rows = told(steady(case, {"lead_days": 400.0}).plan(availability=0.98))
    assert rows["lead time"]["limit_now"] == 400.0
    assert rows["lead time"]["at_least"] < 366.0
    assert rows["lead time"]["change"] < 0.0


@pytest.mark.parametrize("asked", [1.0, 1.0 - 1e-15])
def test_no_stock_promises_everything(case: Callable[..., Any], asked: float) -> None:
    plan = steady(case).plan(availability=asked, stock=1000.0)
    row = told(plan)["availability target"]
    assert plan.planned.min() <= row["enough"] <= row["at_least"] < asked


def test_the_longest_survival_within_the_limits_is_told(case: Callable[..., Any]) -> None:
    found = steady(case, {"failures_per_year": 1.0})
    asked = {"survive_days": 300.0, "confidence": 0.9, "stock": 200.0}
    rows = told(found.plan(**asked))
    days = rows["survival target"]["enough"]
    assert 0.0 < days < 300.0
    assert found.plan(**{**asked, "survive_days": days}).is_target_met
    assert found.plan(**{**asked, "stock": rows["stock budget"]["enough"]}).is_target_met
    assert not found.plan(**{**asked, "stock": rows["stock budget"]["at_least"]}).is_target_met


ODD: dict[str, dict[str, Any]] = {
    "rates of 0": {"part": {"failures_per_year": 0.0}},
    "no weight": {"part": {"weight": 0.0}},
    "free of charge": {"part": {"unit_cost": 0.0}},
    "cut before the first day": {"cuts": [("p", 0, "supply", -30, 0.0)]},
    "one day": {"days": 1},
    "no branch is sure": {"chances": (0.0, 1.0)},
}


@pytest.mark.parametrize("name", list(ODD))
def test_odd_networks_get_rows_that_can_be_written(case: Callable[..., Any], name: str) -> None:
    found = limited(steady(case, **ODD[name]), {"p": 0.3}, 3.0)
    for asked in (
        {"availability": 1.0, "stock": 0.0},
        {"availability": 0.99, "survive_days": 200.0, "stock": 150.0, "per_quarter": 0.0},
        {"survive_days": 1e9},
    ):
        plan = found.plan(**asked)
        Relaxations.validate(plan.relaxations)
        assert plan.is_target_met == plan.relaxations.is_empty()
