from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from keepline.impact import Impact, endurance
from keepline.model import arrays
from keepline.model.network import Network, complete
from keepline.model.results import RESULTS

Make = Callable[..., Network]
Find = Callable[..., Impact]

SUPPLIERS = {"x": "CN", "y": "FI"}
STOP = {
    "id": "cut",
    "from": "2020-06-01",
    "hits": {"suppliers": ["x"]},
    "effect": {"supply": "stop", "repair": "stop"},
}


def stocked(
    network: Network,
    stock: Sequence[tuple[str, str, int]],
    depots: Sequence[dict[str, Any]] = ({"depot_id": "d", "ship_days": 0.0},),
    orders: Sequence[tuple[str, str, int, dt.date]] = (),
) -> Network:
    """Put stock and depots into a network whose sites stand at depot d."""
    tables = dict(network.tables)
    tables["depots"] = pl.DataFrame(list(depots), infer_schema_length=None)
    tables["stock"] = pl.DataFrame(stock, ["depot_id", "part_id", "on_hand"], orient="row")
    if orders:
        names = ["depot_id", "part_id", "quantity", "due_on"]
        tables["orders"] = pl.DataFrame(orders, names, orient="row")
    operators = {one["operator_id"] for one in depots if "operator_id" in one}
    if operators:
        tables["operators"] = pl.DataFrame({"operator_id": list(operators), "name": "o"})
    return replace(network, tables=complete(tables))


def last(network: Network, found: Impact, confidence: float = 0.95) -> pl.DataFrame:
    pools = arrays.pools(network)
    supply = arrays.supply(network, found.cuts, found.branches)
    chances = np.array(found.branches["probability"].to_numpy())
    table = endurance(network, pools, supply, chances, confidence)
    RESULTS["endurance"].validate(table)
    return table


def row(table: pl.DataFrame, part: str, depot: str | None = None) -> dict[str, Any]:
    depot_is = pl.col("depot_id").is_null() if depot is None else pl.col("depot_id") == depot
    (found,) = table.filter(depot_is, part_id=part).to_dicts()
    return found


def test_without_resupply_the_days_are_those_of_the_gamma_law(make: Make, impact: Find) -> None:
    # case A13 with 2 removals in 200 days: the 5 % quantile is 542.54 days
    parts = {"P": {"supplier_id": "x", "failures_per_year": 365.25 / 1000}}
    network = stocked(make(parts, SUPPLIERS, installed=[("s1", "P", 10)]), [("d", "P", 9)])
    found = row(last(network, impact(network, STOP)), "P")
    assert found["survive_days"] == 542.0
    assert found["until_on"] == network.start + dt.timedelta(days=542)
    assert (found["law"], found["is_beyond_end"]) == ("exact", False)
    assert (found["installed"], found["on_hand"], found["supplier_id"]) == (10.0, 9, "x")


def test_branches_are_mixed(make: Make, impact: Find) -> None:
    parts = {"P": {"supplier_id": "x", "failures_per_year": 365.25 / 1000}}
    network = stocked(make(parts, SUPPLIERS, installed=[("s1", "P", 10)]), [("d", "P", 9)])
    # with a cut as likely as not, a confidence of 0.95 needs 0.9 in the branch with the cut
    mixed = row(last(network, impact(network, {**STOP, "probability": 0.5})), "P")
    alone = row(last(network, impact(network, STOP), 0.9), "P")
    assert mixed["survive_days"] == pytest.approx(alone["survive_days"], abs=1)


def test_a_part_that_is_not_lost_holds_to_the_end(make: Make, impact: Find) -> None:
    parts = {"P": {"supplier_id": "y", "failures_per_year": 0.01}}
    network = stocked(make(parts, SUPPLIERS, installed=[("s1", "P", 10)]), [("d", "P", 9)])
    found = row(last(network, impact(network, STOP)), "P")
    assert found["is_beyond_end"]
    assert (found["survive_days"], found["until_on"]) == (network.horizon_days, network.end)
    assert found["law"] == "exact"


def test_orders_due_make_it_last_longer(make: Make, impact: Find) -> None:
    parts = {"P": {"supplier_id": "x", "failures_per_year": 365.25 / 1000}}
    plain = stocked(make(parts, SUPPLIERS, installed=[("s1", "P", 10)]), [("d", "P", 9)])
    due = [("d", "P", 5, dt.date(2020, 7, 1))]
    more = stocked(plain, [("d", "P", 9)], orders=due)
    later = {**STOP, "from": "2020-07-02"}
    first = row(last(plain, impact(plain, later)), "P")["survive_days"]
    assert row(last(more, impact(more, later)), "P")["survive_days"] > first
    # cut the day before, the order no longer comes
    lost = {**STOP, "from": "2020-06-30"}
    assert row(last(more, impact(more, lost)), "P") == row(last(plain, impact(plain, lost)), "P")


def test_depots_stand_beside_the_pooled_row(make: Make, impact: Find) -> None:
    parts = {"P": {"supplier_id": "x", "failures_per_year": 365.25 / 1000}}
    depots = [
        {"depot_id": "centre", "ship_days": 1.0, "operator_id": "o"},
        {"depot_id": "d", "parent_id": "centre", "ship_days": 3.0, "operator_id": "o"},
    ]
    network = make(parts, SUPPLIERS, installed=[("s1", "P", 10)])
    network = stocked(network, [("centre", "P", 6), ("d", "P", 3)], depots)
    table = last(network, impact(network, STOP))
    assert table["depot_id"].to_list() == [None, "d"]
    pooled, depot = row(table, "P"), row(table, "P", "d")
    assert (pooled["on_hand"], depot["on_hand"]) == (9, 3)
    assert pooled["survive_days"] == 542.0
    # the centre's units come three days late: never more days than pooled
    assert depot["survive_days"] <= pooled["survive_days"]
    assert depot["law"] == "bound"
    assert depot["installed"] == 10.0


def test_the_centres_of_one_operator_are_pooled(make: Make, impact: Find) -> None:
    parts = {"P": {"supplier_id": "x", "failures_per_year": 365.25 / 1000}}
    depots = [{"depot_id": one, "ship_days": 0.0, "operator_id": "o"} for one in ("d", "e")]
    network = make(parts, SUPPLIERS, installed=[("s1", "P", 10)])
    network = stocked(network, [("d", "P", 4), ("e", "P", 5)], depots)
    table = last(network, impact(network, STOP))
    assert row(table, "P")["on_hand"] == 9
    assert row(table, "P")["survive_days"] == 542.0
    assert table.select("part_id", "operator_id", "depot_id").is_unique().all()


def test_a_network_without_units_or_stock_has_no_rows(make: Make, impact: Find) -> None:
    network = make({"P": {"supplier_id": "x"}}, SUPPLIERS)
    assert last(network, impact(network, STOP)).is_empty()
