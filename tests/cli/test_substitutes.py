"""The terminal names the parts for which a part counts."""

from __future__ import annotations

import pytest


@pytest.fixture
def twins(small):
    for file, line in (
        ("parts.csv", "1e6,Line card B,other,IP,950,0.1,0,60,,60"),
        ("installed.csv", "s0,1e6,3"),
    ):
        text = (small.path / "net" / file).read_text(encoding="utf-8")
        small.put(file, f"{text.rstrip()}\n{line}\n")
    small.put("substitutes.csv", "part_id,replaces_id\n1e5,1e6\n1e6,1e5\n")
    return small


def test_every_engine_names_what_counts_for_what(twins, tools):
    for ended in (
        tools.run("impact", twins.net, "-s", twins.scenario),
        tools.run("stock", *twins.all),
    ):
        assert ended.code == 0
        assert "1e5 counts for 1e5 and 1e6" in " ".join(ended.out.split())
    for found in (
        tools.run("impact", twins.net, "-s", twins.scenario, "--json").json,
        tools.run("stock", *twins.all, "--json").json,
    ):
        assert [one["counts_as"] for one in found["pooled_parts"]] == ["1e5", "1e5"]


def test_the_part_that_is_not_bought_is_explained(twins, tools):
    out = twins.path / "out"
    ended = tools.run("plan", *twins.all, "-o", out, *tools.few)
    assert "\nWhat stands in for what\n" in ended.out
    said = tools.run("explain", out, "1e6")
    assert said.code == 0
    assert "\nWhat stands in for it\n" in said.out
    assert "planned as one with 1e5" in " ".join(said.out.split())
