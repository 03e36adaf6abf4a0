"""Read a settings file key by key; every problem is gathered, none stops the reading."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")
Path = tuple["str | int", ...]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return advice that names the nearest known words, or nothing when none is near.

    >>> nearest("hauwei", ["huawei", "nokia"])
    'Did you mean huawei?'
    """
    found = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(found)}?" if found else ""


@dataclass(frozen=True)
class Fields:
    """Give typed access to one mapping of a settings file.

    Attributes:
        values: The mapping as it was read.
        file: The file's name for the report.
        problems: Where problems go.
        path: The keys that lead to this mapping.
        lines: The line of every path, where known.
    """

    values: Mapping[str, object]
    file: str
    problems: Problems
    path: Path = ()
    lines: Mapping[Path, int] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        """Tell whether the key stands there with a value."""
        return self.values.get(key) is not None

    def report(self, key: str, code: str, what: str, expected: str = "", mend: str = "") -> None:
        """Add a problem at a key of this mapping."""
        path = (*self.path, key) if key else self.path
        dotted = ".".join(str(step) for step in path)
        value = self.values.get(key)
        line = self.lines.get(path, self.lines.get(self.path, 0))
        shown = "" if value is None else str(value)
        self.problems.add(
            Problem(self.file, code, what, expected, mend, row=line, column=dotted, value=shown)
        )

    def only(self, allowed: Iterable[str]) -> None:
        """Report every key that is not allowed here, with the nearest that is."""
        known = tuple(allowed)
        for key in self.values:
            if key not in known:
                mend = nearest(str(key), known) or f"Remove it. Known here: {', '.join(known)}"
                self.report(str(key), "IN-301", f'unknown key "{key}"', mend=mend.rstrip("."))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; report one that is missing without a default, or not a text."""
        value = self.values.get(key)
        if value is None:
            return self._missing(key, "a text", default, "")
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self.report(key, "IN-302", f'"{value}" is not a text', "a text")
            return default or ""
        return str(value)

    def number(
        self,
        key: str,
        default: float | None = None,
        low: float = -math.inf,
        high: float = math.inf,
    ) -> float:
        """Return a finite number between two bounds, or report what is wrong with it."""
        value = self.values.get(key)
        expected = "a number" + (f" from {low:g} to {high:g}" if high < math.inf else "")
        if high == math.inf and low > -math.inf:
            expected = f"a number, {low:g} or more"
        if value is None:
            return self._missing(key, expected, default, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.report(key, "IN-303", f'"{value}" is not a number', expected)
            return default or 0.0
        if not (math.isfinite(value) and low <= value <= high):
            self.report(key, "IN-304", f"{value} is out of bounds", expected)
        return float(value)

    def date(self, key: str, default: dt.date | None = None) -> dt.date | None:
        """Return a date, the default when the key is absent, or report what is wrong with it."""
        value = self.values.get(key)
        if value is None:
            return default
        found = as_date(value)
        if found is None:
            self.report(key, "IN-305", f'"{value}" is not a date', "a date such as 2020-09-14")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone counts as a list of one."""
        value = self.values.get(key)
        if value is None:
            return ()
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in found):
            self.report(key, "IN-306", "not a list of texts", "texts in [brackets]; quote numbers")
            return ()
        return tuple(found)

    def inner(self, key: str) -> Fields:
        """Return the mapping under a key; an empty one when it is absent or no mapping."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            self.report(key, "IN-307", "not a group of keys", "key: value pairs below it")
            value = None
        return Fields(value or {}, self.file, self.problems, (*self.path, key), self.lines)

    def each(self, key: str) -> list[Fields]:
        """Return the mappings of a list under a key."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.report(key, "IN-308", "not a list of entries", "a list of entries, each with -")
            return []
        return [
            Fields(one, self.file, self.problems, (*self.path, key, index), self.lines)
            for index, one in enumerate(value)
        ]

    def _missing(self, key: str, expected: str, default: T | None, fallback: T) -> T:
        if default is None:
            self.report(key, "IN-300", f"{key} is missing", expected, f"Add {key}")
            return fallback
        return default


def as_date(value: object) -> dt.date | None:
    """Return a date from what YAML made of it, or None when it is no date.

    >>> as_date("2020-09-14")
    datetime.date(2020, 9, 14)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            return None
    return None
