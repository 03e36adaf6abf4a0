"""The days on which knowledge changes, as a scenario and the library tell them."""

from __future__ import annotations

import datetime as dt

from keepline import face
from keepline.model.library import Library
from keepline.model.milestones import milestones
from keepline.model.scenario import scenario_from

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2020, 12, 31)


def day(month: int, number: int) -> dt.date:
    return dt.date(2020, month, number)


def told(scenario, library=None):
    found = milestones(scenario, library or Library(), FIRST, LAST)
    return {one.on: (one.event_ids, one.what) for one in found}


def test_a_rule_tells_when_it_was_known_changed_and_ended():
    rule = {
        "id": "r", "kind": "listing", "announced": day(2, 1), "effective": day(3, 1),
        "expires": day(6, 30), "parties": ["x"], "what": "x is listed",
        "amended": [{"on": day(4, 1), "set": {"expires": day(9, 30)}}],
        "suspended": [{"from": day(7, 1), "until": day(7, 31), "known_on": day(5, 1)}],
    }  # fmt: skip
    said = told(scenario_from({"name": "t", "rules": [rule]}))
    assert said == {
        FIRST: (("start",), "the replay begins"),
        day(2, 1): (("r",), "x is listed"),
        day(4, 1): (("r",), "r: amended"),
        day(5, 1): (("r",), "r: suspended"),
        # not the end of June: by then it was known to be later
        day(9, 30): (("r",), "r ends"),
    }


def test_a_revocation_counts_and_a_supposition_does_not():
    rule = {"id": "r", "kind": "listing", "effective": day(2, 1), "parties": ["x"],
            "revoked": {"on": day(8, 1), "known_on": day(7, 1)}}  # fmt: skip
    supposed = {"id": "s", "from": day(3, 1), "probability": 0.5}
    said = told(scenario_from({"name": "t", "rules": [rule], "events": [supposed]}))
    assert [on for on in said if on != FIRST] == [day(2, 1), day(7, 1), day(7, 31)]
    assert said[day(7, 1)][1] == "r: revoked"


def test_the_library_is_told_in_its_own_words():
    library = face.library()
    scenario = scenario_from({"name": "t", "library": "all"}, library=lambda: library)
    said = told(scenario, library)
    assert said[day(7, 14)][0] == ("uk-2020-07",)
    assert said[day(2, 13)] == (("us-tgl-2019-11",), "us-tgl-2019-11: to 1 April 2020")
    assert said[day(5, 15)][0] == ("us-tgl-2019-11", "us-fdpr-2020-05")
    # 85 FR 51596 ended the general licence; it had run out four days before
    assert said[day(8, 13)] == (("us-tgl",), "us-tgl ends")


def test_what_a_scenario_does_not_take_is_not_told():
    library = face.library()
    scenario = scenario_from({"name": "t", "library": ["uk-2020-07"]}, library=lambda: library)
    assert set(told(scenario, library)) == {FIRST, day(7, 14)}
