"""What a programme does that it may not do is found, and what it may do is not."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

DAY = dt.date(2020, 8, 3)
QUARTER = dt.date(2020, 7, 1)


def test_a_programme_that_keeps_everything_has_no_findings(kit):
    rows = (
        kit.swap("s1", cost=100.0, crew_days=5.0, quarter=QUARTER, units_harvested=2.0),
        kit.swap("s2"),
        kit.swap("s4", "2021-12-31"),
    )
    assert kit.found(kit.network(), *rows) == []
    assert kit.found(kit.network()) == []


@pytest.mark.parametrize(
    ("row", "limit", "what"),
    [
        ({"site_id": "s9"}, "swap", "there is no site s9"),
        ({"site_id": "s5"}, "swap", "no 5G of old stands there"),
        ({"technology": "4G"}, "swap", "no 4G of old stands there"),
        ({"to_supplier_id": "nobody"}, "swap", "there is no supplier nobody"),
        ({"swap_on": dt.date(2020, 6, 21)}, "swap", "2020-06-21 is outside the plan"),
        ({"swap_on": dt.date(2022, 1, 1)}, "swap", "2022-01-01 is outside the plan"),
        ({"quarter": dt.date(2020, 10, 1)}, "swap", "is not in the quarter of 2020-10-01"),
        ({"to_supplier_id": "fresh"}, "offer", "no offer swaps it for fresh"),
        ({"cost": 99.0}, "offer", "the cost is 99, by the offer it is 100"),
        ({"crew_days": 4.0}, "offer", "the work is 4, by the offer it is 5"),
        ({"units_harvested": 3.0}, "offer", "the harvest is 3, by the offer it is 2"),
    ],
)
def test_a_row_that_is_wrong_is_found(kit, row, limit, what):
    rows = kit.found(kit.network(), kit.swap("s1") | row)
    assert [one for one in rows if one["limit"] == limit and what in one["what"]], rows
    assert {one["severity"] for one in rows} == {"breach"}


def test_a_site_is_swapped_once_for_each_technology_and_supplier(kit):
    (row,) = kit.found(kit.network(), kit.swap("s1"), kit.swap("s1", "2021-02-01"))
    assert (row["place"], row["value"], row["excess"]) == ("s1 / old / 5G", 2.0, 1.0)


def test_an_offer_of_another_operator_is_none(kit):
    offer = kit.network()["swaps"].rows(named=True)[0]
    net = kit.network(swaps=[offer | {"operator_id": "b"}])
    assert kit.found(net, kit.swap("s4")) == []
    (row,) = kit.found(net, kit.swap("s1"))
    assert row["what"] == "no offer swaps it for good"
    # the operator's own goes before the one for all
    both = kit.network(swaps=[offer, offer | {"operator_id": "b", "cost_per_site": 80.0}])
    assert kit.found(both, kit.swap("s4", cost=80.0), kit.swap("s1", cost=100.0)) == []


def test_what_goes_without_anything_in_its_place_has_no_known_price(kit):
    (row,) = kit.found(kit.network(), kit.swap("s1", to_supplier_id=None))
    assert (row["limit"], row["severity"]) == ("offer", "unknown")


def test_crews_can_do_so_much_in_a_quarter(kit):
    two, three = ([kit.swap(f"s{one}") for one in range(1, 1 + n)] for n in (2, 3))
    offer = kit.network()["swaps"].rows(named=True)[0] | {"supplier_sites_per_quarter": None}
    net = kit.network(swaps=[offer])
    assert kit.found(net, *two) == []
    (row,) = kit.found(net, *three)
    assert (row["limit"], row["place"], row["quarter"]) == ("crews", "north / a", QUARTER)
    assert (row["value"], row["allowed"], row["excess"], row["unit"]) == (15, 10, 5, "crew days")
    # half of them are there for the whole quarter, half from its 47th day of 92 on
    halves = [
        {"region": "north", "operator_id": "a", "crew_days_per_quarter": 5.0,
         "from": one, "until": dt.date(2021, 12, 31)}
        for one in (None, dt.date(2020, 8, 16))
    ]  # fmt: skip
    (row,) = kit.found(kit.network(swaps=[offer], crews=halves), *two)
    assert (row["value"], row["allowed"]) == (10.0, 7.5)


def test_the_crews_of_a_region_help_where_an_operators_own_are_busy(kit):
    def crews(days: float) -> list[dict[str, object]]:
        return [
            {"region": "north", "operator_id": "a", "crew_days_per_quarter": 7.0},
            {"region": "north", "operator_id": None, "crew_days_per_quarter": days},
        ]

    rows = [kit.swap("s1"), kit.swap("s2")]
    assert kit.found(kit.network(crews=crews(3.0)), *rows) == []
    (row,) = kit.found(kit.network(crews=crews(2.0)), *rows)
    assert (row["place"], row["value"], row["allowed"]) == ("north", 3.0, 2.0)


def test_the_first_quarter_is_as_long_as_the_plan_has_of_it(kit):
    # nine days of 91 are left of June's quarter
    (row,) = kit.found(kit.network(), kit.swap("s1", "2020-06-25"))
    assert row["allowed"] == pytest.approx(10.0 * 9 / 91)


def test_a_region_without_crews_is_not_known_to_have_any(kit):
    listed = [{"region": "south", "crew_days_per_quarter": 1.0}]
    (row,) = kit.found(kit.network(crews=listed), kit.swap("s1"))
    assert (row["limit"], row["severity"]) == ("crews", "unknown")
    assert kit.found(kit.network(crews=[]), kit.swap("s1")) == []


def test_a_supplier_equips_so_many_sites_a_quarter(kit):
    crews = [{"region": one, "crew_days_per_quarter": 100.0} for one in ("north", "south")]
    net = kit.network(crews=crews)
    rows = [kit.swap(f"s{one}") for one in (1, 2, 3)]
    assert kit.found(net, *rows[:2], kit.swap("s3", "2020-10-01")) == []
    (row,) = kit.found(net, *rows)
    assert (row["limit"], row["place"]) == ("supplier capacity", "good / 5G / old")
    assert (row["value"], row["allowed"], row["excess"]) == (3.0, 2.0, 1.0)


def test_a_quarters_money_is_that_of_swaps_and_orders(kit):
    bought = pl.DataFrame(
        {
            "part_id": ["good-part"], "depot_id": ["centre"], "supplier_id": ["good"],
            "order_on": [DAY], "order_by": [DAY], "arrives_on": [dt.date(2020, 9, 3)],
            "quantity": [5], "unit_cost": [10.0], "cost": [50.0],
        }
    )  # fmt: skip
    rows = [kit.swap("s1"), kit.swap("s2")]
    for most, is_kept in ((250.0, True), (249.0, False)):
        by = kit.policy(per_quarter=most, stock=50.0)
        told = kit.found(kit.network(), *rows, by=by, purchases=bought)
        assert [one["limit"] for one in told] == ([] if is_kept else ["quarter budget"])
    (row,) = kit.found(kit.network(), *rows, by=kit.policy(stock=49.0), purchases=bought)
    assert (row["limit"], row["excess"]) == ("stock budget", 1.0)
