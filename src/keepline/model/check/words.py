"""Check text cells: closed vocabularies, country codes, ids without control characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.check.mend import Fault
from keepline.model.check.raw import LISTED, positions, quoted, remainder
from keepline.model.countries import COUNTRIES, WRITTEN_FOR
from keepline.model.declare import trait
from keepline.model.fields import nearest
from keepline.model.problems import Problem

if TYPE_CHECKING:
    import dataframely as dy

    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems

_CONTROL: Final = r"[\x00-\x1f\x7f]"


def check_words(raw: Raw, cells: pl.Series, column: dy.String, problems: Problems) -> pl.Series:
    """Report texts that the declaration does not allow; return the cells without them."""
    said = trait(column)
    is_own_id = said.is_key and not said.references
    if not (said.choices or column.regex or is_own_id):
        return cells
    different = cells.unique().drop_nulls()
    if is_own_id:
        strange = different.filter(different.str.contains(_CONTROL)).to_list()
        faults = {text: _control(text) for text in strange}
    elif said.choices:
        strange = different.filter(~different.is_in(list(said.choices))).to_list()
        faults = {text: _off_list(text, said.choices) for text in strange}
    else:
        found = {text: _country(text, said.is_list) for text in different.to_list()}
        faults = {text: fault for text, fault in found.items() if fault is not None}
    if not faults:
        return cells
    _report(raw, cells, faults, said.expected, problems)
    wrong = pl.Series(list(faults), dtype=pl.String).implode()
    return pl.select(pl.when(~cells.is_in(wrong)).then(cells).alias(cells.name)).to_series()


def _report(
    raw: Raw, cells: pl.Series, faults: dict[str, Fault], expected: str, problems: Problems
) -> None:
    bad = positions(cells.is_in(pl.Series(list(faults), dtype=pl.String).implode()))
    listed = bad[:LISTED]
    code = ""
    for row, text in zip(raw.rows(listed), cells.gather(listed).to_list(), strict=True):
        code, what, mend = faults[text].code, faults[text].what, faults[text].mend
        problems.add(
            Problem(raw.file, code, what, expected, mend, row=row, column=cells.name, value=text)
        )
    remainder(problems, raw, cells.name, code, len(bad))


def _control(text: str) -> Fault:
    what = f"{quoted(text)} holds a line break or another character that cannot be seen"
    plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return Fault("IN-118", what, f"Write {plain}" if plain else "")


def _off_list(text: str, choices: tuple[str, ...]) -> Fault:
    near = nearest(text.casefold(), choices)
    return Fault("IN-110", f"{quoted(text)} is not one of the words used here", near)


def _country(text: str, is_list: bool) -> Fault | None:
    codes = [one.strip() for one in text.split(";")] if is_list else [text]
    wrong = [code for code in codes if code not in COUNTRIES]
    if not wrong:
        return None
    mended = [WRITTEN_FOR.get(code.upper(), code.upper()) for code in codes]
    mend = f"Write {';'.join(mended)}" if all(code in COUNTRIES for code in mended) else ""
    return Fault("IN-111", f"{quoted(wrong[0])} is not a country code", mend)
