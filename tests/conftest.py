"""A few lines make a network with its arrays: what the tests of stock and simulation stand on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.model import arrays
from keepline.model.network import Network, complete
from keepline.model.policy import Budget, Policy, Service
from keepline.simulation import run
from keepline.stock import plan_stock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keepline.simulation import Simulation
    from keepline.stock import Stocked

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
BUDGET = ("stock", "per_quarter")


@dataclass(frozen=True)
class Case:
    """A network, its arrays and its branches, ready for both engines."""

    network: Network
    branches: pl.DataFrame
    cuts: pl.DataFrame
    pools: arrays.Pools
    supply: arrays.Supply
    places: arrays.Places

    def plan(self, **said: Any) -> Stocked:
        """Plan under a policy: availability, survive_days, confidence, stock, per_quarter."""
        budget = {key: value for key, value in said.items() if key in BUDGET}
        service = {key: value for key, value in said.items() if key not in BUDGET}
        policy = Policy(Service(**service), Budget(**budget))
        return plan_stock(self.network, self.pools, self.supply, self.places, self.branches, policy)

    def play(self, purchases: pl.DataFrame | None = None, **said: Any) -> Simulation:
        """Play today's course and the purchases."""
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
) -> Case:
    """Make a case.

    Args:
        parts: What differs from PART, by id.
        depots: Columns, by id; ship_days 0 unless given.
        sites: The depot of each site, or its columns.
        installed: (site, part, units, spare in place = 0).
        stock: (depot, part, units, owner = none).
        orders: (depot, part, units, day due).
        cuts: (part, number of the branch, mode, day, share left, lead factor = 1).
        chances: Probability of each branch.
        days: Length of the plan.
        shuffle: Seed to change the order of every table's rows.
        scale: Factor of all traffic and weights.
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
        "stock": _rows(("depot_id", "part_id", "on_hand", "owner"), stock),
        "orders": [
            {"depot_id": depot, "part_id": part, "quantity": units, "due_on": on(day)}
            for depot, part, units, day in orders
        ],
    }
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
    network = Network("test", "EUR", START, on(days - 1), "made up", tables)
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
    return Case(
        network,
        branches,
        changes,
        pools,
        arrays.supply(network, changes, branches),
        arrays.places(network, pools),
    )


def _rows(columns: Sequence[str], found: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=False)) for row in found]


def _shuffled(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    return frame.sample(fraction=1.0, shuffle=True, seed=seed) if len(frame) > 1 else frame


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    """Return the builder of cases."""
    return build
