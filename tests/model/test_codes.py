"""Every code that is used has its page, and every page's example carries its code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keepline.model.codes import CODES

SOURCE = Path(__file__).parents[2] / "src" / "keepline"
#: A code as it is written in the source, in quotation marks.
WRITTEN = re.compile(r"\"((?:IN|KL)-\d{3})\"")


def used() -> set[str]:
    return {
        code
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "codes"
        for code in WRITTEN.findall(path.read_text(encoding="utf-8"))
    }


def test_every_code_in_use_has_a_page():
    assert sorted(used() - set(CODES)) == []


def test_every_page_is_of_a_code_in_use():
    assert sorted(set(CODES) - used()) == []


@pytest.mark.parametrize("code", CODES)
def test_every_page_is_filled_in(code):
    one = CODES[code]
    assert one.code == code
    assert one.example.endswith(f"[{code}]")
    assert all(len(text) > 10 for text in (one.title, one.meaning, one.mend))
    assert not one.title.endswith(".")
    assert all(text.endswith(".") for text in (one.meaning, one.mend))
