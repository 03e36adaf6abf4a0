"""A planner asks for the worst single losses instead of a scenario."""

import shutil

import polars as pl
import pytest

from .conftest import SMALL


def test_the_worst_in_words(tools):
    ended = tools.run("impact", SMALL, "--worst", 3, "--pairs")
    assert ended.code == 0
    assert "What a single loss on" in ended.out
    assert "the 3 worst" in ended.out
    assert "No two of them take new supply of a part that neither takes alone." in ended.out
    assert "recorded of" in ended.out


def test_the_worst_in_json(tools):
    found = tools.run("impact", SMALL, "--worst", 4, "--json").json
    rows = found["single_losses"]
    assert [one["rank"] for one in rows] == list(range(1, len(rows) + 1))
    assert 1 <= len(rows) <= 4
    traffic = [one["traffic"] for one in rows]
    assert traffic == sorted(traffic, reverse=True)
    labels = {(one["kind"], one["label"]) for one in rows}
    assert {(one["kind"], one["label"]) for one in found["single_losses_parts"]} == labels
    assert found["pair_losses"] == []
    assert len(found["unmapped"]) == 4


def test_every_part_has_its_maker_as_a_single_loss(tools):
    found = tools.run("impact", SMALL, "--worst", 999, "--json").json["single_losses_parts"]
    makers = pl.read_csv(SMALL / "parts.csv", infer_schema_length=0)
    lost = {(one["label"], one["part_id"]): one for one in found if one["kind"] == "supplier"}
    for part, maker in makers.select("part_id", "supplier_id").iter_rows():
        assert lost[maker, part]["supply_lost_days"] == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((), "Say what is lost"),
        (("--worst", 3, "--scenario", SMALL / "scenario.yaml"), "not both"),
        (("--scenario", SMALL / "scenario.yaml", "--pairs"), "--pairs goes with --worst"),
        (("--worst", 3, "--as-of", "2020-06-22"), "--as-of goes with --scenario"),
    ],
)
def test_what_is_not_clear_is_refused(tools, said, words):
    ended = tools.run("impact", SMALL, *said)
    assert ended.code == 2
    assert words in ended.err
    assert "IN-254" in ended.err


def test_none_wanted_is_refused(tools):
    assert tools.run("impact", SMALL, "--worst", 0).code == 2


def test_two_sources_are_lost_as_a_pair(tools, tmp_path):
    place = shutil.copytree(SMALL, tmp_path / "net")
    part = pl.read_csv(SMALL / "parts.csv", infer_schema_length=0)["part_id"][0]
    with (place / "suppliers.csv").open("a") as rows:
        rows.write("x,Xylo,TW,,\ny,Ypsi,KR,,\n")
    written = {
        "components": "component_id,name,kind\nchip,a chip,ic\n",
        "bom": f"item_id,needs_id\n{part},chip\n",
        "sources": "item_id,supplier_id,share,buffer_days\nchip,x,0.5,0\nchip,y,0.5,0\n",
    }
    for name, text in written.items():
        (place / f"{name}.csv").write_text(text)
    asked = ("impact", place, "--worst", 40, "--pairs")
    found = tools.run(*asked, "--json").json
    alone = {one["label"]: one for one in found["single_losses"] if one["kind"] == "supplier"}
    assert (alone["x"]["parts_lost"], alone["x"]["parts_touched"]) == (0, 1)
    told = [one for one in found["pair_losses"] if (one["label"], one["other_label"]) == ("x", "y")]
    assert [(one["part_ids"], one["first_lost_days"]) for one in told] == [(part, 0)]
    assert "What two of them take together and neither alone" in tools.run(*asked).out
