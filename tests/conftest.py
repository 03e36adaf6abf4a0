"""A few lines make a network with its arrays: what the tests of stock and simulation stand on."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import polars as pl
import pytest
from scipy import stats

from keepline.model import arrays
from keepline.model.base import base_of
from keepline.model.calendar import month_edges
from keepline.model.network import Network, complete
from keepline.model.policy import Budget, Policy, Service
from keepline.model.programme import with_places
from keepline.simulation import run
from keepline.stock import plan_stock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keepline.simulation import Simulation
    from keepline.stock import Stocked

# a slow machine is no fault of the code; what fails says how to fail again
hypothesis.settings.register_profile("keepline", deadline=None, print_blob=True)
hypothesis.settings.load_profile("keepline")
SEED = "--hypothesis-seed"

START = dt.date(2020, 1, 1)
PART = {
    "supplier_id": "maker",
    "technology": "5G-RAN",
    "unit_cost": 100.0,
    "failures_per_year": 0.2,
    "repair_share": 0.8,
    "repair_days": 60.0,
    "lead_days": 60.0,
}
BUDGET = ("stock", "per_quarter", "move_cost")


@dataclass(frozen=True, eq=False)
class Case:
    """A network, its arrays and its branches, ready for both engines."""

    network: Network
    branches: pl.DataFrame
    cuts: pl.DataFrame
    pools: arrays.Pools
    supply: arrays.Supply
    places: arrays.Places

    @property
    def pools_of_parts(self) -> int:
        """Return how many parts stand in any pool."""
        return len(np.unique(self.pools.part))

    def plan(self, **said: Any) -> Stocked:
        """Plan under a policy: availability, survive_days, confidence, stock, per_quarter, ...

        Nothing is moved unless a move_cost is given.
        """
        said = {"move_cost": math.inf, **said}
        budget = {key: value for key, value in said.items() if key in BUDGET}
        service = {key: value for key, value in said.items() if key not in BUDGET}
        policy = Policy(Service(**service), Budget(**budget))
        return plan_stock(self.network, self.pools, self.supply, self.places, self.branches, policy)

    def play(self, purchases: pl.DataFrame | None = None, **said: Any) -> Simulation:
        """Play today's course and the purchases, and moves if there are."""
        return run(
            self.network, self.pools, self.supply, self.places, self.branches, purchases, **said
        )


def on(day: int) -> dt.date:
    """Return the date of a day of the plan."""
    return START + dt.timedelta(days=day)


def build(
    parts: Mapping[str, Mapping[str, Any]],
    depots: Mapping[str, Mapping[str, Any]],
    sites: Mapping[str, str | Mapping[str, Any]],
    installed: Sequence[tuple[Any, ...]] = (),
    stock: Sequence[tuple[Any, ...]] = (),
    orders: Sequence[tuple[str, str, int, int]] = (),
    cuts: Sequence[tuple[Any, ...]] = (),
    chances: Sequence[float] = (1.0,),
    days: int = 366,
    shuffle: int | None = None,
    scale: float = 1.0,
    substitutes: Sequence[tuple[Any, ...]] = (),
    sources: Sequence[tuple[Any, ...]] = (),
    more: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Case:
    """Make a case.

    Args:
        parts: What differs from PART, by id.
        depots: Columns, by id; ship_days 0 unless given.
        sites: The depot of each site, or its columns.
        installed: (site, part, units, spare in place = 0).
        stock: (depot, part, units, owner = none, date on which they expire = none).
        orders: (depot, part, units, day due).
        cuts: (part, number of the branch, mode, day, share left, lead factor = 1).
        chances: Probability of each branch.
        days: Length of the plan.
        shuffle: Seed to change the order of every table's rows.
        scale: Factor of all traffic and weights.
        substitutes: (part, part it replaces, first day = none).
        sources: (part, capacity a month, is it approved = True).
        more: Rows of other tables, or of suppliers beside the maker, by table.
    """
    operators = {said.get("operator_id") for said in depots.values()} - {None}
    rows: dict[str, list[dict[str, Any]]] = {
        "operators": [{"operator_id": one, "name": one} for one in sorted(operators)],
        "suppliers": [{"supplier_id": "maker", "name": "Maker", "country": "CN"}],
        "parts": [{"part_id": one, "name": one, **PART, **said} for one, said in parts.items()],
        "depots": [{"depot_id": one, "ship_days": 0.0, **said} for one, said in depots.items()],
        "sites": [
            {
                "site_id": one,
                "region": "r",
                "function": "access",
                **({"depot_id": said} if isinstance(said, str) else said),
            }
            for one, said in sites.items()
        ],
        "installed": _rows(("site_id", "part_id", "quantity", "spare_in_place"), installed),
        "stock": _rows(("depot_id", "part_id", "on_hand", "owner", "expires_on"), stock),
        "orders": [
            {"depot_id": depot, "part_id": part, "quantity": units, "due_on": on(day)}
            for depot, part, units, day in orders
        ],
        "substitutes": [
            {"part_id": part, "replaces_id": other, "since": on(since[0]) if since else None}
            for part, other, *since in substitutes
        ],
        "sources": [
            {"supplier_id": "maker", **row}
            for row in _rows(("item_id", "capacity_per_month", "is_qualified"), sources)
        ],
    }
    for name, found in (more or {}).items():
        rows[name] = [*rows.get(name, ()), *map(dict, found)]
    tables = complete(
        {
            name: pl.DataFrame(found, infer_schema_length=None)
            for name, found in rows.items()
            if found
        }
    )
    tables["sites"] = tables["sites"].with_columns(pl.col("traffic") * scale)
    tables["parts"] = tables["parts"].with_columns(pl.col("weight") * scale)
    if shuffle is not None:
        tables = {name: _shuffled(frame, shuffle) for name, frame in tables.items()}
    network = with_places(Network("test", "EUR", START, on(days - 1), "made up", tables))
    names = [f"b{number}" for number in range(len(chances))]
    branches = pl.DataFrame(
        {"branch_id": names, "probability": list(chances), "what": [""] * len(names)}
    )
    changes = pl.DataFrame(
        [
            (part, f"b{branch}", mode, on(day), share, *(lead or (1.0,)), 1.0)
            for part, branch, mode, day, share, *lead in cuts
        ],
        schema={
            "part_id": pl.String,
            "branch_id": pl.String,
            "mode": pl.String,
            "from_on": pl.Date,
            "share_left": pl.Float64,
            "lead_factor": pl.Float64,
            "price_factor": pl.Float64,
        },
        orient="row",
    )
    if shuffle is not None:
        changes, branches = _shuffled(changes, shuffle), _shuffled(branches, shuffle)
    pools = arrays.pools(network)
    edges = np.array(month_edges(network.start, network.end))
    base = base_of(network, pools, None, edges)
    return Case(
        network,
        branches,
        changes,
        pools,
        arrays.supply(network, changes, branches),
        arrays.places(network, pools)._replace(base=base),
    )


def _rows(columns: Sequence[str], found: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=False)) for row in found]


def _shuffled(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    return frame.sample(fraction=1.0, shuffle=True, seed=seed) if len(frame) > 1 else frame


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    """Return the builder of cases."""
    return build


@pytest.fixture(scope="session")
def two() -> Case:
    """Two operators, of whom one has a depot; supply and repair are cut in a branch.

    A depot of the first names no operator, and one has a site and no part.
    """
    return build(
        {"p": {"failures_per_year": 1.0}, "q": {"failures_per_year": 0.6, "repair_share": 0.0}},
        {
            "c1": {"operator_id": "one"},
            "d1": {"parent_id": "c1", "ship_days": 4.0},
            "c2": {"operator_id": "two"},
            "c3": {"operator_id": "idle"},
        },
        {
            "s1": {"depot_id": "d1", "traffic": 8.0},
            "s2": {"depot_id": "c2", "traffic": 12.0},
            "s3": {"depot_id": "c3", "traffic": 5.0},
        },
        [("s1", "p", 8), ("s2", "p", 12), ("s2", "q", 6)],
        [("c1", "p", 1), ("c2", "q", 1)],
        [("d1", "p", 2, 60), ("c2", "q", 3, 90)],
        [("p", 1, "supply", 120, 0.0), ("q", 1, "supply", 80, 0.5), ("p", 1, "repair", 150, 0.0)],
        (0.6, 0.4),
        days=300,
    )


@lru_cache(maxsize=4096)
def depot_law(m0: float, s0: int, a: float, share: float) -> np.ndarray:
    """Return P(X = x) of Poisson(a) + Binomial(max(Poisson(m0) - s0, 0), share), by summing."""
    top = int(m0 + 12 * math.sqrt(m0) + 40)
    late = np.zeros(top)
    np.add.at(late, np.maximum(np.arange(top) - s0, 0), stats.poisson.pmf(np.arange(top), m0))
    due = np.arange(top)
    mine = late @ stats.binom.pmf(due[None, :], due[:, None], share)
    sent = stats.poisson.pmf(np.arange(int(a + 12 * math.sqrt(a) + 30)), a)
    return np.convolve(mine, sent)


class Slow:
    """Judge one part in one tree of depots from the raw tables, slowly and on its own.

    Purchases are (depot, units, day of arrival there).
    """

    def __init__(self, case: Case, part: str) -> None:
        tables = {name: frame.rows(named=True) for name, frame in case.network.tables.items()}
        self.part = next(row for row in tables["parts"] if row["part_id"] == part)
        self.depots = {row["depot_id"]: row for row in tables["depots"]}
        self.centre = next(one for one, row in self.depots.items() if row["parent_id"] is None)
        self.ships = {one: self._ship(one) for one in self.depots}
        site = {row["site_id"]: row["depot_id"] for row in tables["sites"]}
        self.units = dict.fromkeys(self.depots, 0)
        for row in tables["installed"]:
            if row["part_id"] == part:
                self.units[site[row["site_id"]]] += row["quantity"]
        self.shelf = [
            (row["depot_id"], row["on_hand"]) for row in tables["stock"] if row["part_id"] == part
        ]
        self.due = [
            (row["depot_id"], row["quantity"], (row["due_on"] - START).days)
            for row in tables["orders"]
            if row["part_id"] == part
        ]
        self.changes = [
            (branch, mode, (from_on - START).days, share, lead)
            for one, branch, mode, from_on, share, lead, _ in case.cuts.sort("from_on").iter_rows()
            if one == part
        ]

    def _ship(self, depot: str) -> float:
        days = 0.0
        while depot != self.centre:
            days += self.depots[depot]["ship_days"]
            depot = self.depots[depot]["parent_id"]
        return days

    @property
    def installed(self) -> int:
        return sum(self.units.values())

    def rate(self, depot: str) -> float:
        return float(self.part["failures_per_year"] / 365.25 * self.units[depot])

    def left(self, branch: int, mode: str, day: float) -> tuple[float, float]:
        """Return the share left and the lead factor."""
        found = (1.0, 1.0)
        for one, kind, begins, share, lead in self.changes:
            if (one, kind) == (f"b{branch}", mode) and begins <= max(day, 0.0):
                found = share, lead
        return found

    def mean(self, branch: int, day: float) -> float:
        """Return the mean of units outstanding at the centre, piece by piece of constant return."""
        if day <= 0.0:
            return 0.0
        kept, repair_days = self.part["repair_share"], self.part["repair_days"]
        lead = self.part["lead_days"] + self.depots[self.centre]["ship_days"]
        factors = {1.0, *(change[4] for change in self.changes)}
        marks = {0.0, day, day - repair_days, *(day - lead * one for one in factors)}
        for change in self.changes:
            begins = change[2]
            marks |= {begins, begins - repair_days, *(begins - lead * one for one in factors)}
        missing = 0.0
        for begin, end in pairwise(sorted(mark for mark in marks if 0.0 <= mark <= day)):
            u = (begin + end) / 2
            back, (share, factor) = u + repair_days, self.left(branch, "supply", u)
            at, then = (self.left(branch, "repair", x)[0] for x in (u, back))
            returned = self.part["returned_share"]
            repaired = ((1.0 - returned) * min(at, then) + returned * at) * (back <= day)
            there = u + lead * factor
            new = min(share, self.left(branch, "supply", there)[0]) * (there <= day)
            missing += (end - begin) * (1.0 - kept * repaired - (1.0 - kept) * new)
        return missing * sum(self.rate(one) for one in self.ships)

    def stock(self, branch: int, depot: str, day: float, bought: Any = ()) -> int:
        """Return what has come to a depot by a day, with thinned orders and whole purchases."""
        ship = self.ships[depot]
        found = sum(units for at, units in self.shelf if at == depot)
        for at, units, due in self.due:
            if at == depot and max(due, 0) <= day:
                found += math.floor(units * self.left(branch, "supply", due - ship)[0] + 1e-12)
        for at, units, there in bought:
            is_whole = self.left(branch, "supply", there - ship)[0] == 1.0
            found += units if at == depot and there <= day and is_whole else 0
        return int(found)

    def short(self, branch: int, day: float, bought: Any = ()) -> dict[str, tuple[float, float]]:
        """Return expected units short and the chance that any is, by depot."""
        total = sum(self.rate(one) for one in self.ships)
        found = {}
        for depot, ship in self.ships.items():
            rate = self.rate(depot)
            if rate == 0.0:
                continue
            sent = day - ship
            s0 = self.stock(branch, self.centre, sent, bought)
            s = 0 if depot == self.centre else self.stock(branch, depot, day, bought)
            law = depot_law(self.mean(branch, sent), s0, rate * min(day, ship), rate / total)
            over = np.arange(len(law)) - s
            found[depot] = float(law @ np.maximum(over, 0)), float(law @ (over > 0))
        return found


@pytest.fixture(scope="session")
def slow() -> Callable[[Case, str], Slow]:
    """Return the slow judge of a part."""
    return lru_cache(maxsize=None)(Slow)


def middles(case: Case) -> list[float]:
    """Return the middle of each month of the plan, in days."""
    days = pl.date_range(case.network.start, case.network.end, eager=True)
    months = days.to_frame("day").group_by(pl.col("day").dt.truncate("1mo"), maintain_order=True)
    lengths = [len(month) for _, month in months]
    begins = np.concatenate(([0], np.cumsum(lengths)))
    return [float(begin + length / 2) for begin, length in zip(begins, lengths, strict=False)]


@pytest.fixture(scope="session")
def months() -> Callable[[Case], list[float]]:
    """Return what gives the middles of months."""
    return middles


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed of the property tests, unless one is given, before they ask for it."""
    if config.getoption(SEED) is None:
        config.option.hypothesis_seed = str(random.SystemRandom().randrange(2**32))


def pytest_report_header(config: pytest.Config) -> str:
    """Say the seed, so that a run can be repeated."""
    return f"seed: {SEED}={config.getoption(SEED)}"
