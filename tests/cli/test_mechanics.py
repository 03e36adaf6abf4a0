"""keepline simulate plays every mechanism, or those that are left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORKSHOPS = "repairer_id,depot_id,at_once\nmaker,centre,1\n"


def mean(ended: Any) -> float:
    assert ended.code == 0, ended.err
    rows = [one for one in ended.json["simulated"] if one["measure"] == "units_short"]
    return sum(one["mean"] for one in rows)


def simulate(tools: Any, small: Any, *words: str) -> Any:
    asked = (small.net, "-s", small.scenario, "-n", "40", "--json", *words)
    return tools.run("simulate", *asked)


def test_it_says_what_is_played(tools: Any, small: Any) -> None:
    found = simulate(tools, small).json["mechanisms"]
    assert all(on for name, on in found.items() if name != "allocation")
    found = simulate(tools, small, "--without", "finite-base", "--without", "lateral",
                     "--allocation", "core").json["mechanisms"]  # fmt: skip
    assert [name for name, on in found.items() if on is False] == ["finite_base", "lateral"]
    assert found["allocation"] == "core"
    told = tools.run("simulate", small.net, "-s", small.scenario, "-n", "20")
    assert "Every mechanism is played; first come, first served." in told.out


def test_the_formulas_take_it_that_missing_units_fail_too(tools: Any, small: Any) -> None:
    alone = mean(simulate(tools, small, "--formulas"))
    finite = mean(simulate(tools, small))
    assert finite < alone


def test_a_plan_plays_what_it_is_asked_to(tools: Any, small: Any, tmp_path: Path) -> None:
    def planned(*words: str) -> dict[str, Any]:
        asked = (small.net, "-s", small.scenario, "-p", small.policy, "-o", tmp_path / "plan")
        ended = tools.run("plan", *asked, "-n", "20", "--json", *words)
        assert ended.code == 0, ended.err
        found: dict[str, Any] = ended.json
        return found

    def last(found: dict[str, Any]) -> str:
        return str(found["provenance"]["assumptions"][-1])

    whole = planned()
    assert whole["tables"]["simulated_once"] > 0
    assert last(whole).endswith("Every mechanism is played; first come, first served.")
    some = planned("--without", "finite-base", "--allocation", "core")
    assert last(some).endswith(
        "Every mechanism is played but finite-base; core sites are served first."
    )
    none = planned("--formulas")
    assert none["tables"]["simulated_once"] == 0
    assert last(none).endswith("What the formulas assume is played; first come, first served.")
    assert tools.run("plan", small.net, "-s", small.scenario, "-p", small.policy, "-o",
                     tmp_path / "plan", "--without", "luck").code == 2  # fmt: skip


def test_a_full_workshop_counts_unless_it_is_switched_off(tools: Any, small: Any) -> None:
    without = mean(simulate(tools, small))
    small.put("workshops.csv", WORKSHOPS)
    full = mean(simulate(tools, small))
    off = mean(simulate(tools, small, "--without", "repair-shops"))
    assert full > without
    assert abs(off - without) < 1e-9


def test_a_programme_and_its_slips_are_played(tools: Any, small: Any) -> None:
    small.put(
        "programme.csv",
        "site_id,from_supplier_id,technology,to_supplier_id,swap_on\n"
        + "".join(f"s{at},maker,5G-RAN,other,2020-12-01\n" for at in range(20)),
    )
    still = mean(simulate(tools, small, "--without", "programme"))
    swapped = mean(simulate(tools, small))
    assert swapped < still
    with Path(small.scenario).open("a", encoding="utf-8") as file:
        file.write("programme:\n  funding_late: {probability: 1, days: 200}\n")
    late = mean(simulate(tools, small))
    assert swapped < late
    assert abs(mean(simulate(tools, small, "--without", "slipping")) - swapped) < 1e-9


def test_what_there_is_not_is_refused(tools: Any, small: Any) -> None:
    for words in (("--without", "shops"), ("--allocation", "last")):
        ended = simulate(tools, small, *words)
        assert ended.code == 2
        assert "IN-258" in ended.err + ended.out


def test_a_wrong_workshop_is_reported(tools: Any, small: Any) -> None:
    small.put("workshops.csv", WORKSHOPS.replace("centre", "north"))
    ended = tools.run("check", small.net)
    assert ended.code == 2
    assert "IN-407" in ended.out + ended.err
