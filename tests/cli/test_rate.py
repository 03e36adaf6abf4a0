"""A planner enters what was seen, and gets the rate and how uncertain it is."""

import pytest
from scipy import stats


def test_the_rate_with_its_interval(tools):
    ended = tools.run("rate", "--units", 2000, "--hours", 8760, "--failures", 12)
    assert ended.code == 0
    assert "0.00625 failures per unit and year, between 0.00328 and 0.0102" in ended.out


def test_the_rate_in_json(tools):
    said = ("rate", "--units", 20, "--hours", 8766, "--failures", 3, "--believed", 0.1)
    found = tools.run(*said, "--json").json
    law = stats.gamma(3.5, scale=1 / (20 + 5))
    assert found["failures_per_year"] == pytest.approx(law.mean())
    assert found["low"] == pytest.approx(law.ppf(0.025))
    assert found["high"] == pytest.approx(law.ppf(0.975))
    assert found["mean_hours"] == pytest.approx(8766 / law.mean())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("--units", 0, "--hours", 5, "--failures", 1), "Nothing was watched"),
        (("--units", 5, "--hours", 5, "--failures", 2, "--believed", 0), "never to fail"),
        (("--units", "inf", "--hours", 5, "--failures", 2), "units is inf"),
    ],
)
def test_what_teaches_nothing_is_refused(tools, said, words):
    ended = tools.run("rate", *said)
    assert ended.code == 2
    assert words in ended.err
    assert "IN-120" in ended.err


def test_a_rate_of_nought_stays_nought(tools):
    found = tools.run(
        "rate", "--units", 5, "--hours", 5, "--failures", 0, "--believed", 0, "--json"
    ).json
    assert found["failures_per_year"] == found["high"] == 0
    assert found["mean_hours"] is None
