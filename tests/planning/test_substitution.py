"""A plan names what counts for what, counts every unit once, and says what it leaves out."""

from __future__ import annotations

import polars as pl
import pytest

from keepline import face, planning
from keepline.model.mechanisms import Mechanisms
from keepline.model.results import RESULTS
from keepline.planning.assumptions import ALWAYS


def add(inputs, twin: str = "1e6,Line card B,other,IP,950,0.1,0,60,,60", pairs: str = "") -> None:
    """Give the small network a second line card, installed and in stock beside the first."""
    for file, text in {
        "parts.csv": f"{twin}\n",
        "installed.csv": "s0,1e6,3\ns1,1e6,4\ns2,1e6,1\n",
        "stock.csv": "north,1e6,2\n",
    }.items():
        place = inputs.path / file
        place.write_text(place.read_text().rstrip("\n") + "\n" + text)
    rows = pairs or "1e5,1e6,\n1e6,1e5,2020-01-01\n"
    (inputs.path / "substitutes.csv").write_text(f"part_id,replaces_id,since\n{rows}")


def scenario_of(inputs):
    return inputs.path / "scenario.yaml"


@pytest.fixture
def pooled(inputs):
    add(inputs)
    return inputs.plan()


def test_pooled_parts_are_one_part_everywhere(pooled, inputs):
    tables = pooled.tables
    assert tables["pooled_parts"].rows() == [("1e5", "1e5", 60, 7, 0), ("1e6", "1e5", 8, 2, 0)]
    for name in ("purchases", "marginals", "outlook", "endurance"):
        assert "1e6" not in tables[name]["part_id"], name
    pooled_row = tables["endurance"].filter(pl.col("depot_id").is_null(), part_id="1e5")
    assert (pooled_row["installed"][0], pooled_row["on_hand"][0]) == (68, 9)
    for name in ("pooled_parts", "substitution"):
        RESULTS[name].validate(tables[name])
    assert set(tables["substitution"]["pooling"]) == {"as one"}
    # what is lost and where it stands is told of each part
    assert {"1e5", "1e6"} <= set(tables["losses"]["part_id"])
    assert tables["exposure"]["units"].sum() == pooled.summary.units == 248
    assert pooled.summary.parts == 3


def test_a_pooled_plan_is_played_again_to_the_last_bit(pooled, inputs, tmp_path):
    face.save(pooled, tmp_path / "out")
    played = face.simulate(
        inputs.path,
        scenario_of(inputs),
        tmp_path / "out",
        replications=20,
    )
    assert played.simulated.equals(pooled.tables["simulated"])
    _, stocked = face.plan_stock(inputs.path, scenario_of(inputs), inputs.path / "policy.yaml")
    assert stocked.purchases.equals(pooled.tables["purchases"])
    found, endurance = face.find_impact(inputs.path, scenario_of(inputs))
    assert found.pooled_parts.equals(pooled.tables["pooled_parts"])
    assert endurance.equals(pooled.tables["endurance"])


def test_a_plan_that_bought_the_other_part_is_played_as_one(inputs):
    add(inputs)
    here, what, asked = face.read_all(inputs.path, scenario_of(inputs), inputs.path / "policy.yaml")
    _, stocked = planning.take_stock(here, what, asked)
    other = stocked.purchases.with_columns(pl.col("part_id").replace("1e5", "1e6"))
    plays = [
        planning.play(here, what, planning.Course(None, one), replications=5)
        for one in (stocked.purchases, other)
    ]
    assert plays[0].simulated.equals(plays[1].simulated)


def test_explain_answers_for_a_part_that_is_pooled_away(pooled):
    said = {part: face.explain(pooled, part) for part in ("1e5", "1e6")}
    texts = {part: [one.text for one in found] for part, found in said.items()}
    assert any("planned as one with 1e5" in one for one in texts["1e6"])
    assert any("bought is 1e5" in one for one in texts["1e6"])
    assert any("counts for 1e5 and 1e6" in one for one in texts["1e5"])
    # the figures are those of the class, whichever part is asked for
    topics = ("outlook", "demand", "stock", "buy", "margin")
    figures = [[one for one in found if one.topic in topics] for found in said.values()]
    assert figures[0] == figures[1] != []
    assert "68 units at 33 sites" in " ".join(texts["1e6"])


def test_the_answer_and_the_files_name_what_counts_for_what(pooled, tmp_path, said):
    written = {path.name: path for path in face.save(pooled, tmp_path / "out")}
    page = written["report.html"].read_text(encoding="utf-8")
    assert "1e5 counts for 1e5 and 1e6" in page
    assert "Line card (counts for 1e5 and 1e6)" in page
    assert {"pooled_parts.csv", "substitution.csv"} <= set(written)
    assert "are planned as one part" in said(pooled)
    assert "planned as if they never did" not in said(pooled)
    again = face.load(tmp_path / "out")
    assert again.tables["substitution"].equals(pooled.tables["substitution"])


def test_one_way_is_not_counted_on_and_its_worth_is_told(inputs, planned, said):
    add(inputs, pairs="1e6,1e5,\n")
    formulas = Mechanisms.formulas()  # the field plays what stands in
    one_way = inputs.plan(mechanisms=formulas)
    (inputs.path / "substitutes.csv").unlink()
    without = inputs.plan(mechanisms=formulas)
    for name in set(without.tables) - {"substitution"}:
        assert without.tables[name].equals(one_way.tables[name]), name
    assert without.tables["substitution"].is_empty()
    assert without.summary == one_way.summary
    table = one_way.tables["substitution"]
    assert table["chain"].unique().to_list() == ["1e6 > 1e5"]
    assert table["law"].unique().to_list() == ["exact"]
    for low, high in (("short_pooled", "short"), ("short", "short_apart")):
        assert (table[low] <= table[high] + 1e-12).all()
    assert "planned as if they never did" in said(one_way)
    assert "planned as if they never did" not in said(without)
    text = " ".join(one.text for one in face.explain(one_way, "1e6"))
    assert "1e6 > 1e5" in text
    assert "does not count on it" in text


def test_a_later_substitute_is_said_not_to_count(inputs, said):
    add(inputs, pairs="1e6,1e5,2020-06-23\n1e5,1e6,\n")
    plan = inputs.plan()
    assert plan.tables["pooled_parts"].is_empty()
    assert plan.tables["substitution"]["chain"].unique().to_list() == ["1e5 > 1e6"]
    assert "1 substitute whose first day lies after the plan's first is not counted" in said(plan)


def test_without_substitutes_nothing_is_told(planned, said):
    assert planned.tables["pooled_parts"].is_empty()
    assert planned.tables["substitution"].is_empty()
    assert "substitution" not in said(planned)
    assert planned.provenance.assumptions[: len(ALWAYS)] == ALWAYS
