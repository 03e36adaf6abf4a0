from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from keepline.impact import Impact, endurance
from keepline.maths.poisson import cdf
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


def last(network: Network, found: Impact, confidence: float = 0.95, **options: Any) -> pl.DataFrame:
    pools = arrays.pools(network)
    supply = arrays.supply(network, found.cuts, found.branches)
    chances = np.array(found.branches["probability"].to_numpy())
    table = endurance(network, pools, supply, chances, confidence, **options)
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
    assert (found["survive_days_low"], found["survive_days_high"]) == (542.0, 542.0)
    # a quantile of Gamma(10): 621.3 days at 90 %; it may hold on after the plan at 50 %
    assert found["survive_days_90"] == 622.0
    assert found["survive_days_99"] == 413.0
    assert (found["survive_days_50"], found["shares_law"]) == (network.horizon_days, "exact")
    assert found["holds_to_end"] == pytest.approx(cdf(network.horizon_days / 100, 9), abs=1e-9)
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
    # the bounds meet to within a day: the centre still fills the depot when it falls short
    assert depot["survive_days_high"] - depot["survive_days_low"] <= 1
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


GAMMA = {"P": {"supplier_id": "x", "failures_per_year": 365.25 / 1000, "lead_days": 30.0}}
LATE = {**STOP, "from": "2020-09-01"}


def one_depot(make: Make, stock: int, **said: Any) -> Network:
    parts = {"P": {**GAMMA["P"], **said}}
    return stocked(make(parts, SUPPLIERS, installed=[("s1", "P", 10)]), [("d", "P", stock)])


def test_ninety_more_days_are_those_of_a_search_of_every_order(make: Make, impact: Find) -> None:
    network = one_depot(make, 4, minimum_order=1, unit_cost=250.0)
    found = impact(network, LATE)
    now = row(last(network, found), "P")
    assert (now["help"], now["units_law"]) == ("units", "exact")
    arrives = network.start + dt.timedelta(days=30)
    for units in range(1, 30):
        more = stocked(network, [("d", "P", 4)], orders=[("d", "P", units, arrives)])
        then = row(last(more, found), "P")
        if then["survive_days"] >= now["survive_days"] + 90:
            break
    assert now["units_for_90_days"] == units
    assert now["units_for_90_days_low"] == now["units_for_90_days_high"] == units
    assert now["cost_for_90_days"] == 250.0 * units


def test_units_are_never_fewer_than_the_minimum_order(make: Make, impact: Find) -> None:
    network = one_depot(make, 4, minimum_order=25, unit_cost=2.0)
    found = row(last(network, impact(network, LATE)), "P")
    assert (found["units_for_90_days"], found["cost_for_90_days"]) == (25, 50.0)


def test_units_that_come_after_the_cut_or_the_shortage_are_too_late(
    make: Make, impact: Find
) -> None:
    for stock, lead_days, cut in ((4, 90.0, LATE), (0, 30.0, LATE), (4, 30.0, STOP)):
        network = one_depot(make, stock, lead_days=lead_days)
        found = row(last(network, impact(network, cut)), "P")
        assert found["help"] == "too late"
        assert found["units_for_90_days"] is None
        assert found["cost_for_90_days"] is None


def test_longer_lead_times_in_force_count(make: Make, impact: Find) -> None:
    network = one_depot(make, 6)
    slow = {
        "id": "slow",
        "from": "2020-06-22",
        "hits": {"suppliers": ["x"]},
        "effect": {"supply": {"capacity": 1.0, "lead_days": 3.0}},
    }
    before = {**STOP, "from": "2020-09-01"}  # day 71: units ordered now would come on day 90
    assert row(last(network, impact(network, before)), "P")["help"] == "units"
    assert row(last(network, impact(network, before, slow)), "P")["help"] == "too late"


def test_what_holds_needs_nothing(make: Make, impact: Find) -> None:
    network = one_depot(make, 40)
    found = row(last(network, impact(network, STOP)), "P")
    assert (found["help"], found["units_for_90_days"], found["units_law"]) == (
        "not needed",
        None,
        None,
    )
    assert found["holds_to_end"] > 0.95


def tight(make: Make) -> Network:
    """Make a network whose bounds lie far apart: full supply and hardly enough stock."""
    said = {"failures_per_year": 3.0, "lead_days": 100.0, "repair_share": 0.0}
    parts = {name: {"supplier_id": "y", **said} for name in ("P", "Q")}
    depots = [
        {"depot_id": "centre", "ship_days": 1.0, "operator_id": "o"},
        {"depot_id": "d", "parent_id": "centre", "ship_days": 5.0, "operator_id": "o"},
        {"depot_id": "e", "parent_id": "centre", "ship_days": 9.0, "operator_id": "o"},
    ]
    network = make(parts, SUPPLIERS, installed=[("s1", "P", 10), ("s1", "Q", 6)])
    stock = [("centre", "P", 10), ("d", "P", 4), ("centre", "Q", 8), ("d", "Q", 2)]
    return stocked(network, stock, depots)


def test_where_the_bounds_lie_apart_the_days_are_simulated(make: Make, impact: Find) -> None:
    network = tight(make)
    table = last(network, impact(network, STOP))
    pooled = row(table, "P")
    assert pooled["law"] == "simulated"
    assert pooled["survive_days_low"] < pooled["survive_days"] < pooled["survive_days_high"]
    assert pooled["holds_to_end_low"] < pooled["holds_to_end"] < pooled["holds_to_end_high"]
    for found in table.to_dicts():
        days = [found[f"survive_days_{share}"] for share in (99, 90, 50)]
        assert days == sorted(days)
        low, high = found["survive_days_low"], found["survive_days_high"]
        assert low <= found["survive_days"] <= high
        if found["law"] == "exact":
            assert low == high
        if found["help"] == "units":
            assert found["units_for_90_days"] >= 1


def test_another_seed_gives_other_draws_within_both_intervals(make: Make, impact: Find) -> None:
    network = tight(make)
    found = impact(network, STOP)
    one, other = (row(last(network, found, seed=seed), "P") for seed in (1, 2))
    assert one["holds_to_end"] != other["holds_to_end"]
    assert one["survive_days_low"] <= other["survive_days_high"]
    assert other["survive_days_low"] <= one["survive_days_high"]


def test_neither_threads_nor_the_order_of_rows_change_a_figure(make: Make, impact: Find) -> None:
    network = tight(make)
    table = last(network, impact(network, LATE, {**STOP, "id": "two", "probability": 0.4}))
    assert "simulated" in table["law"].to_list()
    turned = replace(
        network, tables={name: frame.reverse() for name, frame in network.tables.items()}
    )
    found = impact(turned, {**STOP, "id": "two", "probability": 0.4}, LATE)
    for other in (last(turned, found, threads=1), last(turned, found, threads=3)):
        figures = [name for name, kind in table.schema.items() if kind == pl.Float64]
        rest = [name for name in table.columns if name not in figures]
        assert other.select(rest).equals(table.select(rest))
        assert np.allclose(
            other.select(figures).fill_null(-1.0).to_numpy(),
            table.select(figures).fill_null(-1.0).to_numpy(),
            rtol=1e-12,
        )


def test_more_stock_never_lasts_less_and_more_confidence_never_longer(
    make: Make, impact: Find
) -> None:
    before: dict[str, Any] | None = None
    for stock in range(0, 12, 2):
        network = one_depot(make, stock)
        found = impact(network, LATE)
        rows = [row(last(network, found, confidence), "P") for confidence in (0.5, 0.9, 0.99)]
        days = [one["survive_days"] for one in rows]
        assert days == sorted(days, reverse=True)
        assert rows[1]["survive_days"] == rows[0]["survive_days_90"]
        if before is not None:
            for name in ("survive_days", "survive_days_50", "survive_days_99", "holds_to_end"):
                assert rows[1][name] >= before[name]
        before = rows[1]


def test_no_stock_and_no_removals(make: Make, impact: Find) -> None:
    bare = one_depot(make, 0)
    found = row(last(bare, impact(bare, STOP)), "P")
    # a removal in 10 days in the mean
    assert (found["survive_days"], found["survive_days_50"]) == (5.0, 69.0)
    idle = one_depot(make, 0, failures_per_year=0.0)
    found = row(last(idle, impact(idle, STOP)), "P")
    assert (found["is_beyond_end"], found["holds_to_end"]) == (True, 1.0)
    assert (found["law"], found["help"]) == ("exact", "not needed")


def test_units_that_may_leave_lie_between_two_bounds(case):
    """Until they may, all is as if they stayed; the days told are never more than are sure."""
    part = {"failures_per_year": 0.5, "repair_share": 0.5, "repair_days": 40.0, "lead_days": 30.0}
    cut = [("p", 0, "supply", 150, 0.0), ("p", 0, "repair", 150, 0.0)]

    def lasting(stock, **said):
        made = case({"p": {**part, **said}}, {"c": {}}, {"s": "c"}, [("s", "p", 16)], stock,
                    cuts=cut, days=731)  # fmt: skip
        found = endurance(made.network, made.pools, made.supply, np.ones(1), 0.9)
        return found.filter(pl.col("depot_id").is_null()).row(0, named=True)

    stays, less = lasting([("c", "p", 6)]), lasting([("c", "p", 2)])
    assert lasting([("c", "p", 6)], shelf_life_days=731.0) == stays
    lent = lasting([("c", "p", 2), ("c", "p", 4, "maker")])
    assert lent["law"] == "bound"
    assert lent["survive_days"] == lent["survive_days_low"] == 149.0
    assert lent["survive_days_high"] == stays["survive_days"] > 149.0
    assert lent["short_at_end"] == pytest.approx(less["short_at_end"])
    expires = lasting([("c", "p", 6)], shelf_life_days=100.0)
    assert (expires["survive_days"], expires["survive_days_high"]) == (99.0, stays["survive_days"])
    # what may leave only after the stock is used up anyway leaves the bounds as they are
    late = lasting([("c", "p", 2), ("c", "p", 1, None, dt.date(2021, 6, 1))])
    plain = lasting([("c", "p", 3)])
    assert late["survive_days"] <= plain["survive_days"] <= late["survive_days_high"]
