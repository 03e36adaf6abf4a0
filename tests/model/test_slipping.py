"""The scenario's key ``programme`` is read, and everything that is wrong with it is reported."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from keepline.model.errors import InputError
from keepline.model.scenario import check_against, scenario_from
from keepline.model.slipping import NO_SLIPPING, Slipping

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = {
    "funding_late": {"probability": 0.3, "days": 120, "from": "2020-07-01"},
    "crews_short": {"probability": 0.2, "share": 0.5, "region": "South East"},
}


def read(said: Any) -> Slipping:
    return scenario_from({"name": "n", "programme": said}, "s.yaml").slipping


def test_all_of_it_is_read() -> None:
    assert read(WHOLE) == Slipping(0.3, 120.0, dt.date(2020, 7, 1), 0.2, 0.5, "South East")
    assert read(WHOLE).is_possible


def test_without_it_nothing_slips() -> None:
    assert scenario_from({"name": "n"}, "s.yaml").slipping is NO_SLIPPING
    assert not NO_SLIPPING.is_possible
    assert not read({}).is_possible
    assert not read({"funding_late": {"probability": 0.5, "days": 0}}).is_possible


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"funding_lat": {}}, [("IN-301", "programme.funding_lat")]),
        (
            {"funding_late": {}},
            [("IN-300", "programme.funding_late.probability"),
             ("IN-300", "programme.funding_late.days")],
        ),
        (
            {"funding_late": {"probability": 1.2, "days": -1, "from": "soon"}},
            [("IN-304", "programme.funding_late.probability"),
             ("IN-304", "programme.funding_late.days"),
             ("IN-305", "programme.funding_late.from")],
        ),
        ({"crews_short": {"probability": 0.1}}, [("IN-300", "programme.crews_short.share")]),
        (
            {"crews_short": {"probability": 0.1, "share": "half", "regions": "x"}},
            [("IN-301", "programme.crews_short.regions"),
             ("IN-303", "programme.crews_short.share")],
        ),
        ({"crews_short": 3}, [("IN-307", "programme.crews_short")]),
        ([1], [("IN-307", "programme")]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_reported(said: Any, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(InputError) as caught:
        read(said)
    assert caught.value.problems is not None
    assert sorted((one.code, one.column) for one in caught.value.problems) == sorted(expected)


def test_a_region_must_be_one_of_the_sites(case: Callable[..., Any]) -> None:
    network = case({"p": {}}, {"c": {}}, {"a": {"depot_id": "c", "region": "South East"}}).network
    for region, expected in (("South East", []), ("Sout East", ["IN-357"])):
        said = {"crews_short": {**WHOLE["crews_short"], "region": region}}
        scenario = scenario_from({"name": "n", "programme": said}, "s.yaml")
        assert [one.code for one in check_against(scenario, network)] == expected
