"""A plan that moves stock, from the input files to the simulation of the finished plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keepline import face
from keepline.model.errors import InputError
from keepline.model.plan import Plan
from keepline.report.why import explain

if TYPE_CHECKING:
    from tests.planning.conftest import Inputs

PILE = ("centre,02351234,6\nnorth,02351234,6", "centre,02351234,0\nnorth,02351234,60")


@pytest.fixture
def piled(inputs: Inputs) -> Inputs:
    """Return the small network with a pile of one part in the north."""
    inputs.change("stock.csv", *PILE)
    return inputs


def test_it_is_played_as_it_was_planned(piled: Inputs) -> None:
    plan = piled.plan()
    moves = plan.tables["moves"]
    ends = moves.select("part_id", "from_depot_id", "to_depot_id").rows()
    assert ("02351234", "north", "centre") in ends
    assert plan.summary.move_units == moves["quantity"].sum()
    assert plan.summary.move_parts == moves["part_id"].n_unique()
    scenario = piled.path / "scenario.yaml"
    played = face.simulate(piled.path, scenario, plan, replications=20)
    assert played.simulated.equals(plan.tables["simulated"])
    # a plan made before there were moves is played without any
    tables = {name: table for name, table in plan.tables.items() if name != "moves"}
    still = face.simulate(
        piled.path,
        scenario,
        Plan(plan.summary, tables, plan.provenance),
        replications=20,
    )
    assert not still.simulated.equals(plan.tables["simulated"])


def test_it_is_saved_and_told(piled: Inputs) -> None:
    plan = piled.plan()
    out = piled.path.parent / "out"
    face.save(plan, out)
    assert face.load(out).tables["moves"].equals(plan.tables["moves"])
    assert "Stock to move on the first day" in (out / "report.html").read_text(encoding="utf-8")
    said = [one.text for one in explain(plan, "02351234")]
    assert any("from north to centre" in text for text in said)


def test_a_move_costs_what_the_policy_says(piled: Inputs) -> None:
    piled.change("policy.yaml", "stock: 400_000", "stock: 400_000, move_cost: 3")
    plan = piled.plan()
    assert plan.summary.move_cost == 3.0 * plan.summary.move_units
    piled.change("policy.yaml", "move_cost: 3", "move_cost: 1e9")
    assert piled.plan().summary.move_units == 0


def test_it_is_refused_where_the_stock_is_not_there(piled: Inputs) -> None:
    plan = piled.plan()
    piled.change("stock.csv", "north,02351234,60", "north,02351234,0")
    with pytest.raises(InputError, match="which this network's stock does not allow"):
        face.simulate(piled.path, piled.path / "scenario.yaml", plan, replications=20)
