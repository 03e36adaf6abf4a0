"""Check that every id that a table names is listed where it must be."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.check.raw import LISTED, positions, quoted, remainder
from keepline.model.declare import trait
from keepline.model.inputs import INPUTS, NEEDED
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems

#: Different unknown ids for which the nearest known one is sought, a column.
SOUGHT: Final = 100
#: Known ids that are compared letter by letter with an unknown one.
COMPARED: Final = 2_000
#: By how many letters their lengths may differ.
SLACK: Final = 2
_EITHER: Final = "parts|components"


@dataclass(frozen=True)
class Known:
    """Find the ids that a reference may name.

    Attributes:
        typed: The checked tables.
        raws: The tables as they were read, for the ids of spoilt rows.
        unread: Tables that are there but could not be read.
    """

    typed: Mapping[str, pl.DataFrame]
    raws: Mapping[str, Raw]
    unread: frozenset[str]
    _cache: dict[str, pl.Series | None] = field(default_factory=dict)

    def ids(self, target: str) -> pl.Series | None:
        """Return the ids that a target holds, or None when that cannot be told."""
        if target not in self._cache:
            self._cache[target] = self._ids(target)
        return self._cache[target]

    def find(self, tables: Iterable[str]) -> None:
        """Find the ids that these tables refer to, so that checks side by side only read them."""
        for table in tables:
            for column in INPUTS[table].columns().values():
                if trait(column).references:
                    self.ids(trait(column).references)

    def _ids(self, target: str) -> pl.Series | None:
        if target == _EITHER:
            parts = self.ids("parts.part_id")
            components = self.ids("components.component_id")
            return (
                None
                if parts is None or components is None
                else pl.concat([parts, components.rename(parts.name)])
            )
        table, column = target.split(".")
        height = self.typed[table].height if table in self.typed else 0
        is_told_elsewhere = table in NEEDED and not height
        is_left_out = table == "operators" and table not in self.typed
        if table in self.unread or is_told_elsewhere or is_left_out:
            return None
        if table not in self.typed:
            return pl.Series(column, [], dtype=pl.String)
        if column not in self.typed[table].columns:
            return None
        found = self.typed[table][column].drop_nulls().unique()
        spoilt = self.raws[table].spoilt
        return (
            pl.concat([found, spoilt[column].drop_nulls()]) if column in spoilt.columns else found
        )


def check_references(raw: Raw, typed: pl.DataFrame, known: Known, problems: Problems) -> None:
    """Report every id that is not listed in the table it refers to, with the nearest that is."""
    targets = {
        name: (trait(column).references, ids)
        for name, column in INPUTS[raw.name].columns().items()
        if trait(column).references
        and name in typed.columns
        and (ids := known.ids(trait(column).references)) is not None
    }
    if not targets:
        return
    cells = pl.DataFrame([typed[name] for name in targets])
    used = cells.select(_different(typed[name]).implode() for name in targets)
    for name, (target, ids) in targets.items():
        different = used[name].explode().drop_nulls()
        strange = different.filter(~different.is_in(ids.implode()))
        if strange.len():
            _report(raw, typed[name], strange, ids, target, problems)


def _different(cells: pl.Series) -> pl.Expr:
    cell = pl.col(cells.name)
    if cells.flags["SORTED_ASC"]:
        # equal ids stand together: the first of each run is enough
        return cell.filter(cell.ne_missing(cell.shift()))
    return cell.unique()


def _report(
    raw: Raw,
    cells: pl.Series,
    strange: pl.Series,
    ids: pl.Series,
    target: str,
    problems: Problems,
) -> None:
    found = positions(cells.is_in(strange.implode()))
    where = " or ".join(f"{part.split('.')[0]}" for part in target.split("|"))
    finder = _Nearest(ids.to_list(), where)
    listed = found[:LISTED]
    for row, text in zip(raw.rows(listed), cells.gather(listed).to_list(), strict=True):
        what, expected = f"{quoted(text)} is not listed in {where}", f"an id of {where}"
        problems.add(
            Problem(
                raw.file,
                "IN-113",
                what,
                expected,
                finder.mend(text),
                row=row,
                column=cells.name,
                value=text,
            )
        )
    remainder(problems, raw, cells.name, "IN-113", len(found))


@dataclass
class _Nearest:
    """Name the known id that is nearest to an unknown one."""

    ids: list[str]
    where: str
    answers: dict[str, str] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plain = {_plain(one): one for one in self.ids}

    def mend(self, text: str) -> str:
        if text not in self.answers:
            near = self._near(text) if len(self.answers) < SOUGHT else []
            either = " or ".join(near)
            self.answers[text] = (
                f"Did you mean {either}?" if near else f"Add it to {self.where}, or mend the id"
            )
        return self.answers[text]

    def _near(self, text: str) -> list[str]:
        alike = self.plain.get(_plain(text))
        if alike:
            return [alike]
        close = [one for one in self.ids if abs(len(one) - len(text)) <= SLACK]
        if len(close) > COMPARED:
            # the ids of one family share their beginning; without one, their end
            half = max(1, len(text) // 2)
            close = [
                one for one in close if one[:half] == text[:half] or one[-half:] == text[-half:]
            ]
        return get_close_matches(text, close[:COMPARED], n=1, cutoff=0.6)


def _plain(text: str) -> str:
    # what a spreadsheet or a hurried hand does to an id: capitals, signs, lost leading zeros
    letters = "".join(one for one in text.casefold() if one.isalnum())
    return letters.lstrip("0") or letters
