"""From Python: every public name loads when asked for, and five lines do the main job."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import keepline as kl
from keepline import face
from keepline.model.errors import InputError, StoreError

SMALL = Path(__file__).parent / "small"


@pytest.mark.parametrize("name", kl.__all__)
def test_every_public_name_loads_and_says_what_it_is(name):
    found = getattr(kl, name)
    assert found.__name__ == name
    assert found.__doc__
    assert name in dir(kl)


def test_the_names_and_their_homes_agree():
    assert sorted(kl.__all__) == kl.__all__ == sorted(kl._HOMES)


def test_an_unknown_name_is_told_with_those_that_are():
    with pytest.raises(AttributeError, match=r"keepline has no 'optimise'; it has .*plan_stock"):
        _ = kl.optimise
    assert not hasattr(kl, "utils")


def test_importing_keepline_loads_nothing_else():
    script = "import keepline, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = [one for one in json.loads(done.stdout) if one.partition(".")[0] == "keepline"]
    assert loaded == ["keepline"]
    assert not {"polars", "numpy", "numba", "rich", "typer"} & set(json.loads(done.stdout))


def test_paths_and_what_they_hold_are_the_same_to_every_verb():
    network = kl.read(str(SMALL))
    scenario = kl.read_scenario(SMALL / "scenario.yaml", network)
    by_path, endurance = kl.find_impact(SMALL, SMALL / "scenario.yaml")
    by_value, same = kl.find_impact(network, scenario)
    assert by_path.losses.equals(by_value.losses)
    assert endurance.equals(same)
    policy = kl.read_policy(SMALL / "policy.yaml")
    _, one = kl.plan_stock(network, scenario, policy)
    _, other = kl.plan_stock(SMALL, str(SMALL / "scenario.yaml"), str(SMALL / "policy.yaml"))
    assert one.purchases.equals(other.purchases)
    waited = kl.weigh_waiting(network, scenario, policy, "cut")
    again = kl.weigh_waiting(SMALL, SMALL / "scenario.yaml", SMALL / "policy.yaml", "cut")
    assert waited.waiting.equals(again.waiting)
    assert waited.waiting_parts.equals(again.waiting_parts)


def test_single_losses_are_the_same_by_path_and_by_value():
    by_path, by_value = kl.find_singles(SMALL), kl.find_singles(kl.read(SMALL))
    assert by_path.single_losses.equals(by_value.single_losses)
    assert by_path.single_losses_parts.equals(by_value.single_losses_parts)
    bold = kl.find_singles(SMALL, confidence=0.5).single_losses
    assert (bold["survive_at_most_days"] > by_path.single_losses["survive_at_most_days"]).any()
    with pytest.raises(InputError, match="worst is 0"):
        kl.find_singles(SMALL, worst=0)


def test_more_confidence_never_lasts_longer():
    scenario = SMALL / "scenario.yaml"
    _, bold = kl.find_impact(SMALL, scenario, confidence=0.5)
    _, wary = kl.find_impact(SMALL, scenario, confidence=0.99)
    keys = ["part_id", "operator_id", "depot_id"]
    both = bold.join(wary, on=keys, nulls_equal=True, suffix="_wary")
    assert len(both) == len(bold)
    assert (both["survive_days_wary"] <= both["survive_days"]).all()
    assert (both["survive_days_wary"] < both["survive_days"]).any()


def test_a_plan_is_saved_loaded_and_played(tmp_path):
    plan = kl.plan(SMALL, SMALL / "scenario.yaml", SMALL / "policy.yaml", replications=20)
    written = kl.save(plan, tmp_path / "out")
    assert all(one.is_file() for one in written)
    again = kl.load(str(tmp_path / "out"))
    assert again.summary == plan.summary
    assert again.provenance == plan.provenance
    assert set(again.tables) == set(plan.tables)
    assert all(again.tables[name].equals(plan.tables[name]) for name in plan.tables)
    for given in (plan, tmp_path / "out"):
        played = kl.simulate(SMALL, SMALL / "scenario.yaml", given, replications=20)
        assert played.simulated.equals(plan.tables["simulated"])


def test_the_provenance_tells_version_libraries_and_day():
    plan = kl.plan(SMALL, SMALL / "scenario.yaml", SMALL / "policy.yaml", replications=2, seed=3)
    made = plan.provenance
    assert made.version == kl.__version__
    assert made.seed == 3
    assert set(made.libraries) == set(face.LIBRARIES)
    assert len(made.created) == len("2020-06-22")


def test_a_plan_without_purchases_cannot_be_played(tmp_path):
    plan = kl.plan(SMALL, SMALL / "scenario.yaml", SMALL / "policy.yaml", replications=2)
    tables = {name: table for name, table in plan.tables.items() if name != "purchases"}
    bare = kl.Plan(plan.summary, tables, plan.provenance)
    with pytest.raises(InputError, match="no table of purchases"):
        kl.simulate(SMALL, SMALL / "scenario.yaml", bare)


def test_everything_wrong_comes_at_once(tmp_path):
    net = shutil.copytree(SMALL, tmp_path / "net")
    for file, old, new in (
        ("stock.csv", "centre,1e5,4", "centre,1e5,-4"),
        ("scenario.yaml", "probability: 0.8", "probability: 2"),
        ("policy.yaml", "0.98", "7"),
    ):
        (net / file).write_text((net / file).read_text().replace(old, new))
    with pytest.raises(InputError) as caught:
        kl.plan(net, net / "scenario.yaml", net / "policy.yaml")
    assert caught.value.problems is not None
    assert [one.file for one in caught.value.problems] == [
        "stock.csv",
        "scenario.yaml",
        "policy.yaml",
    ]


def test_the_demo_refuses_an_unknown_size(tmp_path):
    with pytest.raises(InputError, match="sizes are operator and national"):
        kl.demo(tmp_path / "net", "huge")
    assert list(tmp_path.iterdir()) == []


def test_the_demo_is_not_written_over_something_else(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StoreError):
        kl.demo(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]
