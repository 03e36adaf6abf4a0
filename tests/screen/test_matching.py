"""Names against names: what must be found, what must not, and what must change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.screen.conftest import lexicon

from keepline.screen import MATCH, REVIEW, Matcher, band_of, reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

HUAWEI = [
    "Huawei Technologies Co., Ltd.",
    "Shenzhen Huawei Technologies",
    "HMN Technologies",
    "Hangzhou Huawei Communication Technology Co., Ltd.",
]
ANY = Matcher(lexicon())


def best(matcher: Matcher, name: str, listed: Sequence[str] = HUAWEI) -> float:
    return float(max(matcher.nearest([name], listed).score, default=0.0))


@pytest.mark.parametrize(
    "name",
    [
        "Huawei", "Hua Wei", "HUAWEI TECHNOLOGIES CO LTD", "Huawei Technologies Company",
        "华为技术有限公司", "華為技術有限公司", "Huawie Technologies", "HuaweiTechnologies",
        "Huawei Tech. Co., Ltd", "HMN Technologies Co., Limited", "HMN Tech", "Shen Zhen Huawei",
    ],
)  # fmt: skip
def test_spellings_match(matcher: Matcher, name: str) -> None:
    assert band_of(best(matcher, name)) == "match"


@pytest.mark.parametrize("name", ["Huawei Deutschland GmbH", "Huawei France SAS"])
def test_sisters_are_reviewed(matcher: Matcher, name: str) -> None:
    assert best(matcher, name) >= REVIEW.least


@pytest.mark.parametrize(
    "name",
    [
        "Ericsson AB", "Telefonaktiebolaget LM Ericsson", "Nokia Oyj", "ZTE Corporation",
        "中兴通讯股份有限公司", "Shenzhen Huayi", "Shenzhen Huayi Technology Co., Ltd.",
        "HiSilicon Technologies Co., Ltd.", "Futurewei Technologies Inc.", "Samsung Electronics",
    ],
)  # fmt: skip
def test_others_are_clear(matcher: Matcher, name: str) -> None:
    assert band_of(best(matcher, name)) == "clear"


HOSTILE = (
    "", " ", "...", "\x00\x1b[31m", "\u202eiewauH", "😀😀", "a" * 10_000, "Ltd " * 3_000,
    '=cmd|"/c calc"!A1', "@SUM(1+1)", "and of the", "公司" * 2_000, "\ud800", "Ltd",
)  # fmt: skip


def test_hostile_names_are_scored(matcher: Matcher) -> None:
    near = matcher.nearest(HOSTILE, [*HUAWEI, *HOSTILE])
    assert np.all((near.score >= 0.0) & (near.score <= 1.0))
    strangers = near.score[(near.listed < len(HUAWEI))]
    assert np.all(strangers < REVIEW.least)


def test_nothing_asked_or_listed(matcher: Matcher) -> None:
    assert len(matcher.nearest([], HUAWEI).score) == 0
    assert len(matcher.nearest(["Huawei"], []).score) == 0


WORDS = st.sampled_from(
    ["Huawei", "Technologies", "Co", "Ltd", "GmbH", "AG", "Bank", "of", "China", "Shenzhen", "New",
     "Gazprom", "II", "44", "A.B.C.", "华为", "技术", "\u041e\u041e\u041e",
     "Al-Aqsa", "Electronics", "Hua", "Wei"]
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


@settings(deadline=None, max_examples=200)
@given(NAMES, NAMES)
def test_a_score_has_no_direction(one: str, other: str) -> None:
    assert ANY.score(one, other) == pytest.approx(ANY.score(other, one), abs=1e-9)


@settings(deadline=None, max_examples=100)
@given(NAMES)
def test_a_name_is_itself(name: str) -> None:
    assert ANY.score(name, name) == pytest.approx(1.0)
    assert ANY.score(name, name.upper()) == pytest.approx(1.0)


@settings(deadline=None, max_examples=50)
@given(st.lists(NAMES, min_size=1, max_size=30, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(listed: list[str], rng: object) -> None:
    mixed = [*listed]
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    found = []
    for rows in (listed, mixed):
        near = ANY.nearest(["Huawei Technologies Ltd"], rows, most=100)
        told = {rows[row]: score for row, score in zip(near.listed, near.score, strict=True)}
        found.append(told)
    assert found[0] == pytest.approx(found[1])


def test_nearest_scores_as_score_does(matcher: Matcher) -> None:
    near = matcher.nearest(["Hua Wei Technology"], HUAWEI)
    for row, score in zip(near.listed, near.score, strict=True):
        assert matcher.score("Hua Wei Technology", HUAWEI[row]) == score


def test_bands_part_where_they_say() -> None:
    assert [band_of(one) for one in (MATCH.least, REVIEW.least, REVIEW.least - 1e-9)] == [
        "match", "review", "clear",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Hua Wei", "Huawei Technologies", "hua wei = huawei"),
        ("华为技术有限公司", "Huawei Technologies Co., Ltd.", "技术 means technologies"),
        ("Deutsche Bank AG", "Deutsche Bank GmbH", "forms in law: JSC against LLC"),
        ("Ericsson", "Huawei", "only asked: ericsson"),
        ("Huawei France", "Huawei", "only asked: france (place)"),
        ("PLA", "People's Liberation Army", "initials of"),
    ],
)
def test_reasons_name_the_words(matcher: Matcher, one: str, other: str, said: str) -> None:
    assert said in reasons(matcher, one, other)


def test_other_forms_places_and_numbers_speak_against(matcher: Matcher) -> None:
    pairs = {
        "Deutsche Bank AG": ("Deutsche Bank AG", "Deutsche Bank GmbH"),
        "Bank of China (Hong Kong)": ("Bank of China (HK)", "Bank of China (Singapore)"),
        "Brigade Forty-Four": ("Brigade 44", "Brigade 45"),
    }
    for name, (same, another) in pairs.items():
        assert matcher.score(name, same) > matcher.score(name, another)
