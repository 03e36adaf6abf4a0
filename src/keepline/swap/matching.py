"""Tell for each unit whether a rule means it: yes, no, or it is not known.

Three values are kept as numbers, so that "and" is the least and "or" the greatest of them.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from keepline.model.parties import named_suppliers
from keepline.model.policy_where import HIGH_RISK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keepline.model.policy_rules import Rule
    from keepline.model.policy_where import Vendors, Where

NO: Final = 0
PERHAPS: Final = 1
YES: Final = 2
_NO, _PERHAPS, _YES = (pl.lit(value, pl.Int8) for value in (NO, PERHAPS, YES))
#: Functions of sites at which a unit whose network function is not recorded may have any.
INNER: Final = ("core", "management", "interconnect")


class Group(NamedTuple):
    """Hold the suppliers that a rule means together, or one of those that it means each.

    Attributes:
        label: The supplier's id where each counts by itself; None for all together.
        sure: Ids of the suppliers that are meant.
        perhaps: Ids of those that may be meant.
    """

    label: str | None
    sure: frozenset[str]
    perhaps: frozenset[str]

    def meant(self, column: str) -> pl.Expr:
        """Return whether a column names a supplier that is meant; empty is not known."""
        return (
            pl.when(pl.col(column).is_in(sorted(self.sure)))
            .then(_YES)
            .when(pl.col(column).is_null() | pl.col(column).is_in(sorted(self.perhaps)))
            .then(_PERHAPS)
            .otherwise(_NO)
        )


def groups(
    vendors: Vendors, suppliers: pl.DataFrame, present: pl.Series | None = None
) -> list[Group]:
    """Return the groups of suppliers that a rule means: one, or one for each of them.

    Args:
        vendors: Whose equipment it means.
        suppliers: All suppliers.
        present: Those that stand there, where only groups of such are wanted; one empty group
            comes back where each counts by itself and none stands there.
    """
    unknown = _ids(suppliers.filter("is_unknown"))
    doubtful = frozenset[str]()
    if vendors.who == HIGH_RISK:
        sure = _ids(suppliers.filter("is_high_risk"))
        doubtful = _ids(suppliers.filter("is_unassessed")) - sure
    elif vendors.names:
        sure = named_suppliers(suppliers, vendors.names)
    else:
        sure = _ids(suppliers)
    if not vendors.is_each:
        return [Group(None, sure, (unknown | doubtful) - sure)]
    listed = sure | doubtful if present is None else (sure | doubtful) & frozenset(present)
    found = [
        Group(one, frozenset([one]) & sure, (unknown | frozenset([one])) - sure)
        for one in sorted(listed)
    ]
    return found or [Group(None, frozenset(), unknown)]


def _ids(suppliers: pl.DataFrame) -> frozenset[str]:
    return frozenset(suppliers["supplier_id"])


def scope_of(where: Where, seen_on: dt.date) -> pl.Expr:
    """Return whether a unit is where a rule looks: all of its conditions, of a list any one.

    Args:
        where: The conditions.
        seen_on: The day of the tables: what they hold was not installed later.
    """
    said: list[pl.Expr] = []
    for key, words in where.texts:
        if key == "network_function":
            said.append(_network_function(words, where.words("function")))
        else:
            said.append(_any(_COLUMNS.get(key, key), words))
    said += [_flag(key, is_wanted) for key, is_wanted in where.flags]
    if where.tiers:
        said.append(_any("tier", where.tiers))
    if where.installed_after:
        said.append(_installed_after(where.installed_after, seen_on))
    return pl.min_horizontal(_YES, *said) if said else _YES


_COLUMNS: Final = {"site": "site_id", "part": "part_id", "operator": "operator_id"}


def _any(column: str, words: Iterable[object]) -> pl.Expr:
    if column == "operator_id":  # nobody is somebody else
        return pl.when(pl.col(column).is_in(list(words))).then(_YES).otherwise(_NO)
    found = pl.col(column).is_in(list(words))
    return pl.when(found.is_null()).then(_PERHAPS).when(found).then(_YES).otherwise(_NO)


def _flag(column: str, is_wanted: bool) -> pl.Expr:
    found = pl.col(column) == is_wanted
    return pl.when(found.is_null()).then(_PERHAPS).when(found).then(_YES).otherwise(_NO)


def _network_function(words: Iterable[str], functions: tuple[str, ...]) -> pl.Expr:
    """Return whether a part has one of the functions; unrecorded, it may where they stand."""
    column = pl.col("network_function")
    wanted = [word.strip().casefold() for word in words]
    held = column.str.to_lowercase().str.split(";").list.eval(pl.element().str.strip_chars())
    found = functools.reduce(
        lambda one, other: one | other, (held.list.contains(word) for word in wanted)
    )
    at = pl.col("function").is_in(list(functions or INNER)).fill_null(value=True)
    unrecorded = pl.when(at).then(_PERHAPS).otherwise(_NO)
    return pl.when(column.is_null()).then(unrecorded).when(found).then(_YES).otherwise(_NO)


def _installed_after(day: dt.date, seen_on: dt.date) -> pl.Expr:
    unrecorded = _NO if seen_on <= day else _PERHAPS
    return (
        pl.when(pl.col("installed_on") > day)
        .then(_YES)
        .when(pl.col("installed_on").is_null())
        .then(unrecorded)
        .otherwise(_NO)
    )


def exempt_of(rule: Rule, day: dt.date, seen_on: dt.date) -> pl.Expr:
    """Return whether a unit is exempt from a rule on a day; in doubt it counts all the same."""
    held = [scope_of(one.where, seen_on) for one in rule.exemptions if one.holds_on(day)]
    return pl.max_horizontal(_NO, *held)


def operators_of(where: Where, operators: pl.DataFrame) -> pl.DataFrame:
    """Return the operators to whom a rule is addressed, or may be."""
    texts = tuple((key, words) for key, words in where.texts if key in ("operator", "country"))
    asked = type(where)(texts=texts, tiers=where.tiers)
    return operators.filter(scope_of(asked, dt.date.min) != NO)
