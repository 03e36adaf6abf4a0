"""What rules take away: each kind on a small network whose answer is plain."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keepline.impact import Impact
    from keepline.model.network import Network

DAY = dt.date(2020, 9, 14)
START = dt.date(2020, 6, 22)
LISTING = {
    "id": "listing",
    "kind": "listing",
    "effective": DAY,
    "parties": ["Huawei Ltd."],
    "countries": ["US"],
}
CONTROL = {
    "id": "control",
    "kind": "export_control",
    "effective": DAY,
    "countries": ["CN"],
    "goods": ["gallium"],
}


def lost(found: Impact) -> dict[str, tuple[dt.date | None, str]]:
    """Return from when each part loses new supply, and how surely, in the likeliest branch."""
    rows = found.losses.filter(pl.col("branch_id") == "b1")
    return {
        row["part_id"]: (row["supply_lost_on"], row["certainty"])
        for row in rows.iter_rows(named=True)
    }


def modes(found: Impact) -> tuple[dt.date | None, ...]:
    row = found.losses.row(0, named=True)
    return row["supply_lost_on"], row["repair_lost_on"], row["software_lost_on"]


def two_makers(make: Callable[..., Network], **more: Any) -> Network:
    """Two makers of one part each, of the same US chip; a Chinese subsidiary makes a board."""
    return make(
        {
            "H": {"supplier_id": "hw", "repair_share": 0.9, "repairer_id": "hw"},
            "E": {"supplier_id": "ericsson"},
        },
        {
            "hw": {"country": "CN", "name": "Huawei Ltd.", "aliases": "Huawei; HWT"},
            "ericsson": "SE",
            "fab": "US",
        },
        {"chip": "fpga"},
        [("H", "chip"), ("E", "chip")],
        [{"item_id": "chip", "supplier_id": "fab", "technology_origin": "US"}],
        **more,
    )


def test_a_listing_stops_what_a_party_receives_and_nothing_else(make, ruled):
    found = ruled(two_makers(make), LISTING)
    assert lost(found) == {"H": (DAY, "sure")}
    assert modes(found) == (DAY, DAY, DAY)


@pytest.mark.parametrize("name", ["hw", "HW", "huawei ltd.", "HUAWEI", "hwt"])
def test_a_party_is_found_by_id_name_or_alias(make, ruled, name):
    assert set(lost(ruled(two_makers(make), {**LISTING, "parties": [name]}))) == {"H"}


def test_a_listing_leaves_what_the_party_itself_sells(make, ruled):
    network = make(
        {"P": {"supplier_id": "ericsson"}},
        {"zte": "US", "ericsson": "SE"},
        {"board": "board"},
        [("P", "board")],
        [{"item_id": "board", "supplier_id": "zte"}],
    )
    assert lost(ruled(network, {**LISTING, "parties": ["zte"]})) == {}


def test_a_foreign_direct_product_rule_cuts_where_technology_and_party_meet(make, ruled):
    """The wafer is made in Taiwan with US technology, two tiers above the listed party."""
    rule = {
        "id": "fdpr",
        "kind": "foreign_direct_product",
        "effective": DAY,
        "parties": ["hw"],
        "owned_share": 0.5,
        "technology_origin": ["US"],
    }
    network = make(
        {"H": {"supplier_id": "hw"}, "E": {"supplier_id": "ericsson"}},
        {
            "hw": "CN",
            "hisilicon": {"country": "CN", "owner_id": "hw", "owner_share": 0.5},
            "ericsson": "SE",
            "tsmc": "TW",
        },
        {"soc": "advanced-ic", "asic": "advanced-ic", "wafer": "foundry"},
        [("H", "soc"), ("E", "asic"), ("soc", "wafer"), ("asic", "wafer")],
        [
            {"item_id": "soc", "supplier_id": "hisilicon", "technology_origin": "CN"},
            {"item_id": "asic", "supplier_id": "ericsson", "technology_origin": "SE"},
            {"item_id": "wafer", "supplier_id": "tsmc", "technology_origin": "US;NL"},
        ],
    )
    found = ruled(network, rule)
    assert lost(found) == {"H": (DAY, "sure")}
    assert found.losses["path"][0] == "fdpr -> tsmc -> wafer -> hisilicon -> soc -> hw -> H"
    assert lost(ruled(network, {**rule, "technology_origin": ["JP"]})) == {}
    assert lost(ruled(network, {**rule, "goods": ["advanced-ic"]})) == {}


def content_network(make: Callable[..., Network], cost: float | None) -> Network:
    """A Chinese maker's module of 100 with two US chips of 15 and a Swiss board in it."""
    return make(
        {"H": {"supplier_id": "hw", "unit_cost": 400.0}},
        {"hw": "CN", "fab": "US", "swiss": "CH", "mod": "TW"},
        {
            "module": {"kind": "module", "unit_cost": cost},
            "chip": {"kind": "fpga", "unit_cost": 15.0},
            "board": {"kind": "board", "unit_cost": 40.0},
        },
        [("H", "module")],
        [
            {"item_id": "module", "supplier_id": "mod"},
            {"item_id": "chip", "supplier_id": "fab"},
            {"item_id": "board", "supplier_id": "swiss"},
        ],
    )


@pytest.mark.parametrize(
    ("cost", "limit", "certainty"),
    [
        (100.0, {"more_than": 0.25}, "sure"),
        (100.0, {"more_than": 0.3}, None),
        (100.0, {"at_least": 0.3}, "sure"),
        (121.0, {"more_than": 0.25}, None),
        (None, {"more_than": 0.25}, "unknown"),
    ],
)
def test_de_minimis_counts_the_share_of_value(make, ruled, cost, limit, certainty):
    network = content_network(make, cost)
    rows = [
        {"item_id": "H", "needs_id": "module", "quantity": 1.0},
        {"item_id": "module", "needs_id": "chip", "quantity": 2.0},
        {"item_id": "module", "needs_id": "board", "quantity": 1.0},
    ]
    network.tables["bom"] = pl.DataFrame(rows)  # type: ignore[index]
    rule = {
        "id": "content",
        "kind": "de_minimis",
        "effective": DAY,
        "parties": ["hw"],
        "content_of": ["US"],
        "goods": ["module"],
        **limit,
    }
    assert lost(ruled(network, rule)) == ({"H": (DAY, certainty)} if certainty else {})


def test_a_listing_with_content_reaches_foreign_goods_too(make, ruled):
    network = content_network(make, 100.0)
    rows = [
        {"item_id": "H", "needs_id": "module", "quantity": 1.0},
        {"item_id": "module", "needs_id": "chip", "quantity": 2.0},
    ]
    network.tables["bom"] = pl.DataFrame(rows)  # type: ignore[index]
    parties = {**LISTING, "parties": ["hw"], "goods": ["module"]}
    assert lost(ruled(network, parties)) == {}
    found = ruled(network, {**parties, "content_of": ["US"], "more_than": 0.25})
    assert lost(found) == {"H": (DAY, "sure")}
    # the branch tells the rule, not its limbs
    assert found.branches["what"][0] == "listing from 14 Sep 2020"


def mine(make: Callable[..., Network], operator: str | None, maker: str) -> Network:
    """Gallium of China goes into a wafer made in `maker`, that into a Swedish part."""
    return make(
        {"P": {"supplier_id": "ericsson"}},
        {"ericsson": "SE", "mine": "CN", "wafers": maker},
        {"gallium": "material", "wafer": "foundry"},
        [("P", "wafer"), ("wafer", "gallium")],
        [
            {"item_id": "gallium", "supplier_id": "mine"},
            {"item_id": "wafer", "supplier_id": "wafers"},
        ],
        operators=[{"operator_id": "o", "name": "o", "country": operator}],
    )


def test_an_export_control_stops_what_leaves_the_country(make, ruled):
    assert lost(ruled(mine(make, "GB", "TW"), CONTROL)) == {"P": (DAY, "sure")}
    # a maker at home is no export, whatever becomes of what it makes
    assert lost(ruled(mine(make, "GB", "CN"), CONTROL)) == {}


@pytest.mark.parametrize(
    ("operator", "to", "certainty"),
    [
        ("GB", "TW", "sure"),
        ("GB", "SE", "sure"),
        ("GB", "GB", "sure"),
        ("GB", "US", None),
        (None, "US", "unknown"),
        (None, "SE", "sure"),
    ],
)
def test_a_destination_is_anybody_further_down_or_the_operator(
    make, ruled, operator, to, certainty
):
    found = ruled(mine(make, operator, "TW"), {**CONTROL, "destinations": [to]})
    assert lost(found) == ({"P": (DAY, certainty)} if certainty else {})


def test_a_destination_is_where_the_next_maker_makes_it(make, ruled):
    network = mine(make, "GB", "TW")
    network.tables["sources"] = network["sources"].with_columns(  # type: ignore[index]
        country=pl.when(pl.col("item_id") == "wafer").then(pl.lit("JP"))
    )
    assert set(lost(ruled(network, {**CONTROL, "destinations": ["JP"]}))) == {"P"}
    assert lost(ruled(network, {**CONTROL, "destinations": ["TW"]})) == {}


def test_an_import_ban_knows_the_name_on_the_part(make, ruled):
    """A contract manufacturer delivers one part in the party's name and one in another's."""
    network = make(
        {"H": {"supplier_id": "hw"}, "E": {"supplier_id": "ericsson"}},
        {"hw": "CN", "ericsson": "SE", "flex": "SG"},
        {"board": "board"},
        [("E", "board")],
        [
            {"item_id": "H", "supplier_id": "flex"},
            {"item_id": "E", "supplier_id": "flex"},
            {"item_id": "board", "supplier_id": "hw"},
        ],
        operators=[{"operator_id": "o", "name": "o", "country": "US"}],
    )
    ban = {"id": "ban", "kind": "import_ban", "effective": DAY, "parties": ["hw"]}
    assert lost(ruled(network, {**ban, "destinations": ["US"]})) == {"H": (DAY, "sure")}
    assert lost(ruled(network, {**ban, "destinations": ["GB"]})) == {}
    assert lost(ruled(network, {**ban, "applies_to": "new_models"})) == {}
    abroad = {"id": "b", "kind": "import_ban", "effective": DAY, "countries_not": ["SG"]}
    assert lost(ruled(network, abroad)) == {}
    assert set(lost(ruled(network, {**abroad, "countries_not": ["US"]}))) == {"H", "E"}


TGL = {"id": "tgl", "kind": "general_licence", "effective": START, "rules": ["listing"]}


def test_a_general_licence_lifts_for_its_modes_and_window(make, ruled):
    until = dt.date(2021, 2, 1)
    licence = {**TGL, "expires": until, "modes": ["repair"]}
    found = ruled(two_makers(make), LISTING, licence)
    assert modes(found) == (DAY, until + dt.timedelta(days=1), DAY)


def test_windows_of_a_licence_leave_gaps(make, ruled):
    first, second = dt.date(2021, 1, 1), dt.date(2021, 3, 1)
    windows = [
        {"from": START, "until": first},
        {"from": dt.date(2021, 2, 1), "until": second},
    ]
    licence = {"id": "tgl", "kind": "general_licence", "rules": ["listing"], "windows": windows}
    found = ruled(two_makers(make), LISTING, licence)
    steps = found.cuts.filter(pl.col("mode") == "supply").select("from_on", "share_left").rows()
    assert steps == [
        (dt.date(2021, 1, 2), 0.0),
        (dt.date(2021, 2, 1), 1.0),
        (dt.date(2021, 3, 2), 0.0),
    ]


def test_renewals_follow_one_another_with_their_probability(make, ruled):
    until = dt.date(2020, 12, 31)
    licence = {
        **TGL,
        "expires": until,
        "renewal": {"every_days": 90, "times": 2, "probability": 0.6},
    }
    found = ruled(two_makers(make), LISTING, licence)
    days = found.losses.join(found.branches, on="branch_id")
    chances = {row["supply_lost_on"]: row["probability"] for row in days.iter_rows(named=True)}
    step = dt.timedelta(days=90)
    first = until + dt.timedelta(days=1)
    assert chances == pytest.approx({first: 0.4, first + step: 0.24, first + 2 * step: 0.36})


def test_a_saving_clause_delays_the_loss(make, ruled):
    clause = {
        "id": "saving",
        "kind": "saving_clause",
        "rules": ["listing"],
        "expires": dt.date(2020, 12, 31),
    }
    assert lost(ruled(two_makers(make), LISTING, clause)) == {"H": (dt.date(2021, 1, 1), "sure")}


def test_a_licence_review_grants_a_share_after_a_delay(make, ruled):
    review = {
        "id": "review",
        "kind": "licence_review",
        "rules": ["listing"],
        "probability": 0.25,
        "delay_days": 60,
        "share": 0.4,
    }
    found = ruled(two_makers(make), LISTING, review)
    assert found.branches["probability"].to_list() == pytest.approx([0.75, 0.25])
    granted = found.cuts.filter(pl.col("branch_id") == "b2", pl.col("mode") == "supply")
    assert granted.select("from_on", "share_left").rows() == [
        (DAY, 0.0),
        (DAY + dt.timedelta(days=60), 0.4),
    ]


def test_one_review_of_two_rules_is_one_draw(make, ruled):
    other = {**LISTING, "id": "other", "effective": DAY + dt.timedelta(days=30)}
    review = {
        "id": "review",
        "kind": "licence_review",
        "rules": ["listing", "other"],
        "probability": 0.5,
        "delay_days": 10,
    }
    found = ruled(two_makers(make), LISTING, other, review)
    assert found.branches["probability"].to_list() == [0.5, 0.5]
    granted = found.cuts.filter(pl.col("mode") == "supply").sort("branch_id", "from_on")
    by_branch = granted.group_by("branch_id", maintain_order=True).agg("from_on", "share_left")
    days = [DAY, DAY + dt.timedelta(10), DAY + dt.timedelta(30), DAY + dt.timedelta(40)]
    assert sorted(
        by_branch.select("from_on", "share_left").rows(), key=lambda one: len(one[0])
    ) == [
        ([days[0]], [0.0]),
        (days, [0.0, 1.0, 0.0, 1.0]),
    ]


@pytest.mark.parametrize(
    ("scope", "certainty"),
    [({"countries": ["US"]}, None), ({"countries": ["JP"]}, "sure"),
     ({"technology_origin": ["US"]}, "possible")],
)  # fmt: skip
def test_an_exception_of_which_nobody_knows_whether_it_applies_leaves_the_loss_possible(
    make, ruled, scope, certainty
):
    """The chip's technology is not recorded: the licence may apply, so the loss is not sure."""
    network = two_makers(make)
    bare = pl.lit(None, pl.String).alias("technology_origin")
    network.tables["sources"] = network["sources"].with_columns(bare)  # type: ignore[index]
    found = ruled(network, LISTING, {**TGL, "scope": scope})
    assert lost(found) == ({"H": (DAY, certainty)} if certainty else {})


def test_an_exception_that_is_sure_lifts_a_loss_that_is_not(make, ruled):
    rule = {**LISTING, "kind": "foreign_direct_product", "technology_origin": ["US"]}
    del rule["countries"]
    network = two_makers(make)
    bare = pl.lit(None, pl.String).alias("technology_origin")
    network.tables["sources"] = network["sources"].with_columns(bare)  # type: ignore[index]
    assert lost(ruled(network, rule)) == {"H": (DAY, "unknown")}
    assert lost(ruled(network, rule, TGL)) == {}


def test_retaliation_waits_for_what_it_answers(make, ruled):
    answer = {
        "id": "answer",
        "kind": "retaliation",
        "if": "listing",
        "lag_days": 90,
        "probability": 0.1,
        "countries": ["CN"],
        "spared": ["ericsson"],
        "effect": {"supply": {"capacity": 0.5}},
    }
    network = mine(make, "GB", "TW")
    listing = {**LISTING, "parties": ["mine"]}
    assert found_shares(ruled(network, listing, answer)) == []
    assert found_shares(ruled(network, listing, {**answer, "spared": []})) == [
        (DAY + dt.timedelta(days=90), 0.5, 0.1)
    ]


def found_shares(found: Impact) -> list[tuple[dt.date, float, float]]:
    rows = found.losses.join(found.branches, on="branch_id")
    return rows.select("supply_lost_on", "share_lost", pl.col("probability").round(9)).rows()


def chain(make: Callable[..., Network], *shares: float, **more: Any) -> Network:
    """a holds b, b holds c, ...; the last of them makes the part from a US chip."""
    names = "abcdef"[: len(shares) + 1]
    suppliers: dict[str, Any] = {"a": "CN", "fab": "US", "x": "CN"}
    for owner, name, share in zip(names, names[1:], shares, strict=False):
        suppliers[name] = {"country": "CN", "owner_id": owner, "owner_share": share}
    return make(
        {"P": {"supplier_id": names[-1]}}, suppliers, {"chip": "fpga"}, [("P", "chip")],
        [{"item_id": "chip", "supplier_id": "fab"}], **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "through", "is_lost"),
    [
        ((0.5, 0.5), "links", True),
        ((0.5, 0.5), "products", False),
        ((0.8, 0.7), "products", True),
        ((0.9, 0.4), "links", False),
        ((1.0, 0.49), "products", False),
    ],
)
def test_ownership_by_links_or_by_products(make, ruled, shares, through, is_lost):
    rule = {**LISTING, "parties": ["a"], "owned_share": 0.5, "owned_through": through}
    assert bool(lost(ruled(chain(make, *shares), rule))) is is_lost


@pytest.mark.parametrize(
    ("through", "holdings", "certainty"),
    [
        # a holds 30 % of the maker itself and 25 % through the other: 55 % by products
        ("products", [("b", "a", 0.3), ("b", "x", 0.5), ("x", "a", 0.5)], "sure"),
        ("products", [("b", "a", 0.3), ("b", "x", 0.3), ("x", "a", 0.5)], None),
        # x counts whole by links, so that 30 % and 20 % make half
        ("links", [("b", "a", 0.3), ("b", "x", 0.2), ("x", "a", 0.5)], "sure"),
        ("links", [("b", "a", 0.3), ("b", "x", 0.2), ("x", "a", 0.4)], None),
        ("links", [("b", "a", 0.3), ("b", "x", None), ("x", "a", 0.5)], "unknown"),
    ],
)
def test_shares_are_summed_over_chains(make, ruled, through, holdings, certainty):
    rows = [{"supplier_id": one, "owner_id": of, "share": share} for one, of, share in holdings]
    network = chain(make, 0.0, holdings=rows)
    rule = {**LISTING, "parties": ["a"], "owned_share": 0.5, "owned_through": through}
    assert lost(ruled(network, rule)) == ({"P": (DAY, certainty)} if certainty else {})


def test_an_ownership_rule_reaches_further_from_its_own_day(make, ruled):
    rule: Mapping[str, Any] = {**LISTING, "parties": ["a"]}
    later = dt.date(2021, 3, 1)
    reach = {
        "id": "half",
        "kind": "ownership",
        "effective": later,
        "rules": ["listing"],
        "owned_share": 0.5,
    }
    network = chain(make, 0.5)
    assert lost(ruled(network, rule)) == {}
    assert lost(ruled(network, rule, reach)) == {"P": (later, "sure")}
    # an exception to the listing is one for those whom it reaches in this way
    assert lost(ruled(network, rule, reach, TGL)) == {}


def test_an_amendment_changes_what_a_rule_says_from_its_day(make, ruled):
    change = dt.date(2021, 1, 1)
    rule = {
        **LISTING,
        "goods": ["memory"],
        "amended": [{"on": change, "set": {"goods": ["fpga"]}}],
    }
    network = two_makers(make)
    assert lost(ruled(network, rule)) == {"H": (change, "sure")}
    back = {**rule, "goods": ["fpga"], "amended": [{"on": change, "set": {"goods": ["memory"]}}]}
    cuts = ruled(network, back).cuts.filter(pl.col("mode") == "supply")
    assert cuts.select("from_on", "share_left").rows() == [(DAY, 0.0), (change, 1.0)]


def test_what_is_suspended_or_revoked_is_lost_in_between_only(make, ruled):
    rule = {
        **LISTING,
        "suspended": [{"from": dt.date(2021, 1, 1), "until": dt.date(2021, 3, 31)}],
        "revoked": dt.date(2021, 6, 1),
    }
    cuts = ruled(two_makers(make), rule).cuts.filter(pl.col("mode") == "supply")
    assert cuts.select("from_on", "share_left").rows() == [
        (DAY, 0.0),
        (dt.date(2021, 1, 1), 1.0),
        (dt.date(2021, 4, 1), 0.0),
        (dt.date(2021, 6, 1), 1.0),
    ]
    assert (
        len(ruled(two_makers(make), rule, as_of=DAY).cuts.filter(pl.col("mode") == "supply")) == 1
    )


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "purchase_ban"},
        {"kind": "installation_ban"},
        {"kind": "removal_deadline", "by": DAY},
        {"kind": "cap", "at_most": 0.35},
        {"kind": "enabling_act"},
    ],
)
def test_rules_on_what_stands_take_no_supply(make, ruled, rule):
    rule = {"id": "kept", "effective": DAY, "parties": ["hw"], **rule}
    assert lost(ruled(two_makers(make), rule)) == {}
    # but others may wait for them
    found = ruled(two_makers(make), rule, {**LISTING, "if": "kept", "lag_days": 10})
    assert lost(found) == {"H": (DAY + dt.timedelta(days=10), "sure")}


def test_an_event_may_lift_another(make, ruled):
    cut = {
        "id": "cut",
        "from": DAY,
        "hits": {"receivers": ["hw"]},
        "effect": {"supply": "stop"},
    }
    lift = {"id": "lift", "from": START, "until": dt.date(2020, 12, 31), "lifts": ["cut"]}
    found = ruled(two_makers(make), events=[cut, lift])
    assert lost(found) == {"H": (dt.date(2021, 1, 1), "sure")}
