"""Check a table's columns: all that are needed are there, and none is misspelt."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from keepline.model.check.raw import quoted
from keepline.model.declare import is_required, trait
from keepline.model.inputs import INPUTS
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems

#: How alike a column must be to one that is absent to count as a misspelling of it.
NEAR: Final = 0.75


def check_headers(raw: Raw, problems: Problems) -> Raw:
    """Report missing and misspelt columns; return the table with its declared columns only."""
    declared = INPUTS[raw.name].columns()
    absent = [name for name in declared if name not in raw.frame.columns]
    unknown = [name for name in raw.frame.columns if name not in declared]
    for name in unknown:
        near = _meant(name, absent)
        if near:
            absent.remove(near)
            problems.add(_misspelt(raw.file, name, near))
        else:
            problems.add(_unused(raw.file, name))
    for name in absent:
        if is_required(declared[name]):
            expected = f"{trait(declared[name]).expected}, such as {trait(declared[name]).example}"
            what, mend = f"the column {name} is missing", f"Add the column {name}"
            problems.add(Problem(raw.file, "IN-208", what, expected, mend, row=1, column=name))
    return replace(raw, frame=raw.frame.select([n for n in declared if n in raw.frame.columns]))


def _meant(name: str, absent: list[str]) -> str:
    plain = name.strip().casefold().replace(" ", "_").replace("-", "_")
    found = get_close_matches(plain, absent, n=1, cutoff=NEAR)
    return found[0] if found else ""


def _misspelt(file: str, name: str, near: str) -> Problem:
    what = f"the column {quoted(name)} is not known, and {near} is missing"
    return Problem(file, "IN-209", what, "", f"Write {near}", row=1, column=name, value=name)


def _unused(file: str, name: str) -> Problem:
    what = f"the column {quoted(name)} is not used"
    return Problem(file, "IN-210", what, row=1, column=name, value=name, is_notice=True)
