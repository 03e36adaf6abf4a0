"""The demo, as a new user runs it: a plan, an answer, its files, and the README's copy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from keepline import face
from keepline.formats import folder
from keepline.report.answer import answer

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def demo(tmp_path_factory, tools):
    """Return where the demo was written, and how the command ended."""
    place = tmp_path_factory.mktemp("demo") / "demo"
    return place, tools.run("demo", "-o", place, "-n", 4)


def test_the_demo_writes_a_network_that_is_sound(demo):
    place, ended = demo
    assert ended.code == 0
    checked = folder.check(place / "network")
    assert checked.problems.count == 0
    assert checked.rows["sites"] > 19_000
    files = {one.name for one in (place / "network").iterdir()}
    assert {"network.yaml", "scenario.yaml", "policy.yaml", "SOURCES.md"} <= files


def test_the_demo_says_whose_data_it_is_not(demo):
    place, ended = demo
    said = " ".join(ended.out.split())
    assert "Modelled on public figures" in said
    assert "it is no operator's data" in said
    for name in ("report.html", "plan.json"):
        text = (place / "plan" / name).read_text(encoding="utf-8")
        assert re.search("no operator(&#x27;|&#39;|')s data", text)


def test_the_demo_prints_the_answer_of_its_plan(demo):
    place, ended = demo
    said = plain(ended.out)
    for one in answer(face.load(place / "plan")):
        assert plain(one.text) in said


def test_the_sums_of_the_demo_agree(demo):
    place, _ = demo
    summary = json.loads((place / "plan" / "plan.json").read_text())["summary"]
    bought = pl.read_parquet(place / "plan" / "tables" / "purchases.parquet")
    assert summary["purchase_cost"] == pytest.approx(bought["cost"].sum())
    assert summary["purchase_units"] == bought["quantity"].sum()
    assert summary["target_met"] is True
    assert summary["gap"] < 0.01


NUMBER = r"\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


def stands_in(sentence: str, text: str) -> bool:
    """Tell whether a sentence stands in a text, its numbers to a hundredth.

    Another processor rounds otherwise in the last bit, and a choice between two plans that cost all
    but the same may then fall the other way.
    """
    words = re.split(NUMBER, sentence)
    found = re.search(f"({NUMBER})".join(re.escape(word) for word in words), text)
    if found is None:
        return False
    pairs = zip(re.findall(NUMBER, sentence), found.groups(), strict=True)
    return all(are_near(told, shown) for told, shown in pairs)


def begins(sentence: str) -> str:
    """Return a sentence up to its first number: what it is about."""
    return re.split(NUMBER, plain(sentence))[0]


def are_near(told: str, shown: str) -> bool:
    one, other = (float(text.replace(" ", "")) for text in (told, shown))
    # a percentage of availability differs in its decimals, a count by a unit or a hundredth
    least = 0.01 if "." in told else 1.0
    return abs(one - other) <= max(least, 0.01 * abs(other) * ("." not in told))


def test_the_answer_in_the_readme_is_what_the_demo_gives(demo):
    """Demand the README's block anew when a figure changes: print it with `make demo`."""
    text = README.read_text(encoding="utf-8")
    blocks = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 1, "the README shows the demo's answer, once"
    shown = plain(blocks[0])
    told = answer(face.load(demo[0] / "plan"))
    computed = [one for one in told if one.topic in {"lost", "endurance", "target"}]
    # what is swapped hangs on the time that the search had, and what is bought on what is swapped
    loose = [one for one in told if one.topic in {"buy", "programme", "availability"}]
    missing = [one.text for one in loose if begins(one.text) not in shown]
    assert missing == [], "copy the answer of `keepline demo` into README.md"
    missing = [one.text for one in computed if not stands_in(plain(one.text), shown)]
    assert missing == [], "copy the answer of `keepline demo` into README.md"
    assert "200 replications" in shown


def test_the_network_alone_is_a_start(tmp_path, tools):
    ended = tools.run("demo", "--network-only", "-o", tmp_path / "net", "--json")
    found = ended.json
    assert ended.code == 0
    assert set(found) == {"network", "scenario", "policy"}
    assert all(Path(one).exists() for one in found.values())
    again = tools.run("demo", "--network-only", "-o", tmp_path / "net")
    assert again.code == 5
    assert "[KL-053]" in again.err


def test_the_next_command_can_be_copied_whole(tmp_path, tools):
    ended = tools.run("demo", "--network-only", "-o", tmp_path / "net")
    net = tmp_path / "net"
    assert (
        f"  keepline plan {net} --scenario {net / 'scenario.yaml'} "
        f"--policy {net / 'policy.yaml'} -o my-plan\n"
    ) in ended.out


def plain(text: str) -> str:
    """Return text with all its white space, thin or not, as single spaces."""
    return " ".join(re.sub(r"\s", " ", text).split())
