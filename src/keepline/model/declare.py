"""Declare a table's columns once: type, unit, meaning, bounds, references, example.

dataframely checks types, bounds and keys. What it has not (unit, example, default, references,
closed vocabulary) travels as a :class:`Trait` in the column's metadata. The checker, the
documentation pages, the blank workbook and the JSON schema are all made from these declarations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import dataframely as dy
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

TRAIT = "trait"


@dataclass(frozen=True, slots=True)
class Trait:
    """Say of a column what its type does not.

    Attributes:
        example: A cell as a user would write it.
        unit: The unit of the figure; empty for text.
        default: What an empty cell or a missing column means; None when it stays empty.
        references: ``table.column`` that must hold the value; empty when it refers to nothing.
        choices: The closed vocabulary; empty when any value will do.
        is_list: Whether a cell holds several values separated by ``;``.
        is_key: Whether it is part of what tells rows apart (an empty cell counts as a value).
        expected: What should stand in a cell, in words.
    """

    example: str
    unit: str = ""
    default: str | int | float | bool | None = None
    references: str = ""
    choices: tuple[str, ...] = ()
    is_list: bool = False
    is_key: bool = False
    expected: str = ""


class Table(dy.Schema):
    """Be the base of every declared table; its docstring says what a row is."""

    @dy.rule()
    def key_once(cls) -> pl.Expr:  # noqa: N805
        """Say that no two rows agree in all key columns, an empty cell being a value."""
        keys = [name for name, column in cls.columns().items() if trait(column).is_key]
        return ~pl.struct(keys).is_duplicated() if keys else pl.lit(value=True)


def trait(column: dy.Column) -> Trait:
    """Return what was said of a column beyond its type."""
    return cast("Trait", (column.metadata or {})[TRAIT])


def is_required(column: dy.Column) -> bool:
    """Tell whether every row must fill this column in."""
    return not column.nullable and trait(column).default is None


def _common(meaning: str, key: bool, nullable: bool, said: Trait) -> dict[str, Any]:
    # dataframely refuses empty cells in a primary key; the rule of Table takes them as a value
    return {
        "description": meaning,
        "primary_key": False,
        "nullable": nullable,
        "metadata": {TRAIT: replace(said, is_key=key)},
    }


def identifier(
    meaning: str, example: str, *, key: bool = False, references: str = "", optional: bool = False
) -> dy.String:
    """Declare an id: text end to end, so that ``02351234`` keeps its zero."""
    expected = f"an id listed in {references}" if references else "an id (text, not empty)"
    said = Trait(example, references=references, expected=expected)
    return dy.String(min_length=1, **_common(meaning, key, optional, said))


def text(
    meaning: str,
    example: str,
    *,
    key: bool = False,
    optional: bool = False,
    default: str | None = None,
    is_list: bool = False,
) -> dy.String:
    """Declare free text, or a ``;``-separated list of texts."""
    expected = "texts separated by ;" if is_list else "text, not empty"
    said = Trait(example, default=default, is_list=is_list, expected=expected)
    return dy.String(min_length=1, **_common(meaning, key, optional, said))


def country_code(
    meaning: str, example: str, *, optional: bool = False, is_list: bool = False
) -> dy.String:
    """Declare a country code, or a ``;``-separated list of them, by ISO 3166-1 alpha-2."""
    one = "[A-Z]{2}"
    regex = f"^{one}(; *{one})*$" if is_list else f"^{one}$"
    kind = "country codes of two capital letters, separated by ;" if is_list else ""
    said = Trait(example, is_list=is_list, expected=kind or "a country code of two capital letters")
    return dy.String(regex=regex, **_common(meaning, False, optional, said))


def choice(
    meaning: str, choices: Sequence[str], *, key: bool = False, optional: bool = False
) -> dy.String:
    """Declare a word of a closed vocabulary."""
    allowed = tuple(choices)
    said = Trait(allowed[0], choices=allowed, expected="one of " + ", ".join(allowed))
    return dy.String(
        check=lambda column: column.is_in(allowed), **_common(meaning, key, optional, said)
    )


def _range_in_words(noun: str, unit: str, low: str, high: str) -> str:
    is_countable = unit.split(" ", maxsplit=1)[0].endswith("s") and "," not in unit
    of_unit = f" of {unit}" if is_countable else f" ({unit})"
    of_unit = of_unit if unit else ""
    if low and high:
        return f"{noun}{of_unit} from {low} to {high}"
    return f"{noun}{of_unit}, {low} or more" if low else f"{noun}{of_unit}"


def whole(
    meaning: str,
    example: str,
    unit: str,
    *,
    low: int | None = 0,
    default: int | None = None,
    optional: bool = False,
    key: bool = False,
) -> dy.Int64:
    """Declare a whole number with its unit and lowest value."""
    words = _range_in_words("a whole number", unit, "" if low is None else str(low), "")
    said = Trait(example, unit, default, expected=words)
    return dy.Int64(min=low, **_common(meaning, key, optional, said))


def number(
    meaning: str,
    example: str,
    unit: str,
    *,
    low: float | None = 0.0,
    high: float | None = None,
    default: float | None = None,
    optional: bool = False,
    is_unbounded: bool = False,
) -> dy.Float64:
    """Declare a finite number with its unit and bounds (``is_unbounded`` admits infinity)."""
    lowest = "" if low is None else f"{low:g}"
    words = _range_in_words("a number", unit, lowest, "" if high is None else f"{high:g}")
    said = Trait(example, unit, default, expected=words)
    return dy.Float64(
        min=low, max=high, allow_inf=is_unbounded, **_common(meaning, False, optional, said)
    )


def fraction(
    meaning: str, example: str, *, default: float | None = None, optional: bool = False
) -> dy.Float64:
    """Declare a share from 0 to 1."""
    return number(meaning, example, "share", high=1.0, default=default, optional=optional)


def yes_no(meaning: str, *, default: bool | None = None, optional: bool = False) -> dy.Bool:
    """Declare a yes-or-no column, written ``true`` or ``false``."""
    said = Trait("false", default=default, expected="true or false")
    return dy.Bool(**_common(meaning, False, optional, said))


def day(
    meaning: str,
    example: str,
    *,
    optional: bool = False,
    key: bool = False,
    alias: str | None = None,
) -> dy.Date:
    """Declare a date, written ``2020-09-14``; ``alias`` is for a name that Python keeps."""
    said = Trait(example, "date", expected="a date such as 2020-09-14")
    return dy.Date(alias=alias, **_common(meaning, key, optional, said))
