"""Waiting for a decision: one verdict for people and machines, a clear word where there is none."""

from __future__ import annotations

import pytest

SHORT = {"buy now", "wait", "some now", "knew already"}


def plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


def test_wait_tells_what_to_buy_now_and_what_may_wait(small, tools):
    ended = tools.run("wait", *small.all, "--event", "cut")
    found = tools.run("wait", *small.all, "--event", "cut", "--json").json
    assert ended.code == 0
    assert all(plain(one) in plain(ended.out) for one in found["verdict"])
    rows = {one["strategy"]: one for one in found["waiting"]}
    assert set(rows) == SHORT
    assert found["value_of_waiting"] == pytest.approx(
        rows["buy now"]["total"] - rows["some now"]["total"]
    )
    assert found["cost_of_waiting"] == pytest.approx(
        rows["wait"]["total"] - rows["some now"]["total"]
    )
    assert found["value_of_knowing"] == pytest.approx(
        rows["buy now"]["total"] - rows["knew already"]["total"]
    )
    assert found["known_on"] == "2020-10-01"
    assert found["probability"] == pytest.approx(0.8)
    for said in ("80 %", "1 Oct 2020", "some now", "free until", "Radio unit"):
        assert said in plain(ended.out)
    now = f"Buy {rows['some now']['units_now']:.0f} units now"
    assert now in plain(ended.out)
    assert max(len(line) for line in ended.out.splitlines()) <= 100


def test_buying_all_now_is_what_the_plan_buys(small, tools):
    small.change("policy.yaml", "400_000", "20_000")
    bought = tools.run("stock", *small.all, "--json").json
    rows = tools.run("wait", *small.all, "--event", "cut", "--json").json["waiting"]
    now = next(one for one in rows if one["strategy"] == "buy now")
    # at the plan's price no more than a last step of money is left unspent
    assert 0.0 <= bought["purchase_cost"] - now["cost_now"] <= 3200.0


def test_parts_add_up_to_the_strategy(small, tools):
    found = tools.run("wait", *small.all, "-e", "cut", "--on", "2020-08-01", "--json").json
    some = next(one for one in found["waiting"] if one["strategy"] == "some now")
    for name in ("units_now", "units_if", "units_if_not"):
        assert sum(one[name] for one in found["waiting_parts"]) == some[name]
    assert found["known_on"] == "2020-08-01"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2019-01-01", "known by the plan's first day"),
        ("2025-01-01", "after the plan ends. Buy all"),
    ],
)
def test_a_decision_outside_the_plan_has_an_answer(small, tools, on, said):
    ended = tools.run("wait", *small.all, "--event", "cut", "--on", on)
    assert ended.code == 0
    assert said in plain(ended.out)


def test_an_unknown_event_names_the_nearest(small, tools):
    ended = tools.run("wait", *small.all, "--event", "cuts")
    assert ended.code == 2
    assert "The scenario has no event cuts. Did you mean cut? [IN-253]" in ended.err
    found = tools.run("wait", *small.all, "--event", "cuts", "--json")
    assert found.code == 2
    assert found.json["error"]["code"] == "IN-253"


def test_an_event_that_is_certain_cannot_be_waited_for(small, tools):
    small.change("scenario.yaml", "    probability: 0.8\n", "")
    ended = tools.run("wait", *small.all, "--event", "cut")
    assert ended.code == 3
    assert "happens in every branch" in ended.err
    assert "[KL-036]" in ended.err


def test_a_date_that_is_none_is_refused(small, tools):
    ended = tools.run("wait", *small.all, "--event", "cut", "--on", "2020-13-01")
    assert ended.code == 2
    assert "2020-13-01" in ended.err


def test_without_money_nothing_is_bought_now(small, tools):
    small.change("policy.yaml", "400_000", "0")
    found = tools.run("wait", *small.all, "--event", "cut", "--json").json
    now = next(one for one in found["waiting"] if one["strategy"] == "buy now")
    assert now["units_now"] == 0.0
    assert found["price"] > 0.0


def test_where_the_target_holds_today_there_is_nothing_to_weigh(small, tools):
    small.change("policy.yaml", "availability: 0.98", "availability: 0.1")
    ended = tools.run("wait", *small.all, "--event", "cut")
    assert ended.code == 3
    assert "the target holds already, or they come too late. [KL-037]" in ended.err
