"""A replay of history: each day with its own knowledge, judged by what was known in the end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from keepline import face
from keepline.model.errors import InputError
from keepline.model.results import RESULTS
from keepline.model.scenario import scenario_from

if TYPE_CHECKING:
    from tests.planning.conftest import Inputs

    from keepline.planning import Replay

FIRST, WARNED, CUT, LAST = (
    dt.date(2020, 1, 1), dt.date(2020, 3, 1), dt.date(2020, 9, 1), dt.date(2021, 6, 1)
)  # fmt: skip
HIT = {"suppliers": ["maker"]}
TALK = {
    "id": "talk", "what": "the maker is warned", "known_on": WARNED, "from": dt.date(2020, 12, 1),
    "hits": HIT, "effect": {"supply": {"capacity": 0.9}},
}  # fmt: skip
STOP = {
    "id": "stop", "what": "the maker is cut off", "known_on": CUT, "from": dt.date(2020, 9, 15),
    "hits": HIT, "effect": {"supply": "stop", "repair": "stop"},
}  # fmt: skip
LATER = {
    "id": "later", "known_on": dt.date(2021, 3, 1), "from": dt.date(2021, 3, 1),
    "hits": {"items": ["1e5"]}, "effect": {"supply": {"capacity": 0.9}},
}  # fmt: skip
KNOWN = [
    "on", "event_id", "what", "parts_lost", "first_loss_on", "units_advised", "cost_advised",
    "cost_change", "order_by", "availability_worst_today", "availability_worst_planned",
    "target_met",
]  # fmt: skip


@pytest.fixture
def rich(inputs: Inputs) -> Inputs:
    """Return the small network with no limit of money."""
    inputs.change("policy.yaml", "{stock: 400_000}", "{}")
    return inputs


def played(inputs: Inputs, *events: dict[str, Any], last: dt.date = LAST) -> Replay:
    scenario = scenario_from({"name": "t", "events": list(events)})
    return face.replay(inputs.path, FIRST, last, scenario, inputs.path / "policy.yaml")


def test_what_waiting_cost_is_told(rich: Inputs) -> None:
    found = played(rich, TALK, STOP)
    before, warned, cut = found.replay.rows(named=True)
    assert [one["on"] for one in (before, warned, cut)] == [FIRST, WARNED, CUT]
    assert [one["event_id"] for one in (before, warned, cut)] == ["start", "talk", "stop"]
    assert [one["parts_lost"] for one in (before, warned, cut)] == [0, 1, 1]
    assert warned["first_loss_on"] == dt.date(2020, 12, 1)
    assert cut["first_loss_on"] == dt.date(2020, 9, 15)
    # 60 days of lead time, and one at the centre: 1 March is early enough, 1 September is not
    assert [one["parts_too_late"] for one in (before, warned, cut)] == [0, 0, 1]
    assert [one["lost_by_waiting"] for one in (before, warned, cut)] == [None, None, "02351234"]
    assert before["cost_to_target_true"] > 0.0
    assert warned["cost_to_target_true"] > before["cost_to_target_true"]
    assert cut["cost_to_target_true"] is None
    assert cut["availability_lost_by_waiting"] == pytest.approx(
        warned["availability_reachable_true"] - cut["availability_reachable_true"]
    )
    assert cut["availability_reachable_true"] < 0.98 < warned["availability_reachable_true"]
    late = found.parts.filter(is_too_late=True)
    assert set(late.select("on", "part_id").rows()) == {(CUT, "02351234")}


def test_what_is_advised_early_enough_holds_in_hindsight(rich: Inputs) -> None:
    warned = {**STOP, "known_on": WARNED}
    _, row = played(rich, warned).replay.rows(named=True)
    assert row["target_met"]
    # knowing all that is ever known, hindsight agrees with the day
    assert row["availability_worst_true"] == pytest.approx(row["availability_worst_planned"])
    assert row["cost_to_target_true"] == pytest.approx(row["cost_advised"])


def test_it_never_looks_ahead(rich: Inputs) -> None:
    less, more = played(rich, TALK, STOP), played(rich, TALK, STOP, LATER)
    assert len(more.replay) == len(less.replay) + 1
    assert_frame_equal(more.replay.head(3).select(KNOWN), less.replay.select(KNOWN))
    columns = ["on", "part_id", "units", "cost", "order_by"]
    bought = [one.parts.filter(pl.col("units") > 0).select(columns) for one in (less, more)]
    assert_frame_equal(bought[1].filter(pl.col("on") <= CUT), bought[0])
    assert not more.replay.head(3).equals(less.replay)  # hindsight knows more


def test_a_day_is_what_the_plan_of_that_day_says(inputs: Inputs) -> None:
    start = face.read(inputs.path).start
    event = {**STOP, "known_on": start, "from": dt.date(2020, 12, 1)}
    scenario = scenario_from({"name": "t", "events": [event]})
    policy = inputs.path / "policy.yaml"
    (row,) = face.replay(inputs.path, start, LAST, scenario, policy).replay.rows(named=True)
    found, stocked = face.plan_stock(inputs.path, scenario, policy)
    assert row["parts_lost"] == found.losses.filter(certainty="sure")["part_id"].n_unique()
    assert row["units_advised"] == stocked.purchases["quantity"].sum()
    assert row["cost_advised"] == stocked.purchases["cost"].sum()
    assert row["order_by"] == stocked.purchases["order_by"].min()
    assert row["availability_worst_today"] == stocked.today.min()
    assert row["availability_worst_planned"] == stocked.planned.min()
    assert row["target_met"] == stocked.is_target_met


def test_hindsight_is_what_the_plan_with_all_knowledge_says(rich: Inputs) -> None:
    start = face.read(rich.path).start
    later = {**STOP, "known_on": WARNED.replace(year=2021), "from": dt.date(2021, 5, 1)}
    scenario = scenario_from({"name": "t", "events": [later]})
    policy = rich.path / "policy.yaml"
    row = face.replay(rich.path, start, LAST, scenario, policy).replay.row(0, named=True)
    _, stocked = face.plan_stock(rich.path, scenario, policy)
    assert (row["parts_lost"], row["units_advised"]) == (0, 0)
    assert row["availability_worst_true"] == pytest.approx(stocked.today.min(), abs=1e-12)
    assert row["cost_to_target_true"] == stocked.cost_to_target
    assert row["availability_reachable_true"] >= stocked.planned.min()


def test_parts_that_were_one_and_no_longer_are_can_be_judged(rich: Inputs) -> None:
    rich.change("parts.csv", "1e5,", "0235X,Radio unit,maker,5G-RAN,3200,0.2,0.8,45,maker,60\n1e5,")
    rich.change("installed.csv", "s0,02351234,6", "s0,02351234,6\ns1,0235X,6\ns2,0235X,6")
    rich.change(
        "stock.csv", "centre,02351234,6\nnorth,02351234,6",
        "centre,02351234,2\ncentre,0235X,4\nnorth,02351234,3\nnorth,0235X,90",
    )  # fmt: skip
    rich.path.joinpath("substitutes.csv").write_text(
        "part_id,replaces_id\n02351234,0235X\n0235X,02351234\n", encoding="utf-8"
    )
    rich.change("policy.yaml", "0.98", "0.999")
    alone = {**STOP, "id": "alone", "hits": {"items": ["0235X"]}}
    first = {**TALK, "from": dt.date(2020, 6, 1), "effect": {"supply": "stop"}}
    found = played(rich, first, {**alone, "effect": {"repair": "stop"}})
    RESULTS["replay"].validate(found.replay)
    assert found.replay["availability_worst_true"].is_between(0.0, 1.0).all()


def test_finished_stock_of_sources_is_not_filled_up_by_a_later_plan(rich: Inputs) -> None:
    for file, text in {
        "components.csv": "component_id,name,kind\nchip,Chip,ic\n",
        "bom.csv": "item_id,needs_id\n02351234,chip\n",
        "sources.csv": "item_id,supplier_id,share,buffer_days\n02351234,maker,1,200\n"
        "chip,other,1,0\n",
    }.items():
        rich.path.joinpath(file).write_text(text, encoding="utf-8")
    gone = {**STOP, "known_on": WARNED, "from": WARNED, "hits": {"items": ["chip"]},
            "effect": {"supply": "stop"}}  # fmt: skip
    (_, cut, later) = played(rich, gone, LATER).replay.rows(named=True)
    # 200 days after the cut, not after the day of each plan
    assert cut["first_loss_on"] == later["first_loss_on"] == dt.date(2020, 9, 17)
    assert cut["parts_too_late"] == 0
    assert "02351234" in later["lost_by_waiting"].split("; ")


def test_nothing_in_range_is_an_answer(inputs: Inputs) -> None:
    found = played(inputs, STOP, last=dt.date(2020, 1, 31))
    (row,) = found.replay.rows(named=True)
    assert (row["on"], row["event_id"], row["parts_lost"]) == (FIRST, "start", 0)
    assert row["cost_change"] is None


def test_it_cannot_end_before_it_begins(inputs: Inputs) -> None:
    with pytest.raises(InputError, match="ends on 2019-12-31, before it begins") as error:
        played(inputs, STOP, last=dt.date(2019, 12, 31))
    assert error.value.code == "IN-255"


def test_the_tables_are_as_declared(rich: Inputs) -> None:
    found = played(rich, TALK, STOP)
    RESULTS["replay"].validate(found.replay)
    RESULTS["replay_parts"].validate(found.parts)
