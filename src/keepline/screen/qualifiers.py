"""Weigh what else is known of two parties: countries, towns, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline.screen.bands import MATCH, REVIEW

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A score from which two names are the same words.
_SAME: Final = 0.999
_FACTS: Final[Mapping[str, pl.DataType]] = {
    "list_id": pl.String(),
    "entry_id": pl.String(),
    "countries": pl.List(pl.String),
    "cities": pl.List(pl.String),
    "numbers": pl.List(pl.String),
    "listed_on": pl.Date(),
    "ends_on": pl.Date(),
    "programmes": pl.String(),
    "list_version": pl.String(),
    "entry_print": pl.String(),
}
#: The least score of names whose parties bear the same number.
_NUMBERED: Final = 0.999


def qualified(
    pairs: pl.DataFrame, suppliers: pl.DataFrame, facts: pl.DataFrame | None
) -> pl.DataFrame:
    """Add what else is known of each pair, and the score after it.

    - The same number (of a register, or for tax): a match, if the names are at all alike.
    - Countries that differ: no match unless the names are the same words; the score is held just
      below a match. An entry without a country, as one without a number, says nothing.
    - A town of the entry in the supplier's address is told, and changes nothing.

    Args:
        pairs: supplier_id, list_id, entry_id, name, listed_name, likeness.
        suppliers: The suppliers.
        facts: What is known of entries, from ``facts_of``; None where there is no list.

    Returns:
        The pairs with score, country, more (in words) and the entry's facts.
    """
    about = suppliers.select("supplier_id", "address", "identifiers", seat="country")
    if facts is None:
        facts = pl.DataFrame(schema=_FACTS)
    whole = pairs.join(facts, ["list_id", "entry_id"], "left", maintain_order="left").join(
        about, "supplier_id", "left", maintain_order="left"
    )
    told = [_weighed(row) for row in whole.iter_rows(named=True)]
    return whole.with_columns(
        score=pl.Series([one[0] for one in told], dtype=pl.Float64),
        country=pl.Series([one[1] for one in told], dtype=pl.String),
        more=pl.Series([one[2] for one in told], dtype=pl.String),
    ).drop("address", "identifiers", "seat", "countries", "cities", "numbers")


def _weighed(row: Mapping[str, Any]) -> tuple[float, str, str]:
    score: float = row["likeness"]
    told = []
    country = "unknown"
    if row["countries"] and row["seat"]:
        country = "agrees" if row["seat"] in row["countries"] else "differs"
        said = f"{row['seat']}, listed {', '.join(sorted(set(row['countries'])))}"
        told.append(f"country {country} ({said})")
    if country == "differs" and MATCH.least <= score < _SAME:
        score = MATCH.least - 0.001
    towns = [one for one in row["cities"] or () if _stands_in(one, row["address"])]
    if towns:
        told.append(f"same town ({towns[0]})")
    ours = {_plain(one) for one in (row["identifiers"] or "").split(";")} - {""}
    same = [one for one in row["numbers"] or () if _plain(one) in ours]
    if same:
        told.append(f"same number ({same[0]})")
        if row["likeness"] >= REVIEW.least / 2:
            score = max(score, _NUMBERED)
    return score, country, "; ".join(told)


def _stands_in(town: str, address: str | None) -> bool:
    return bool(address) and f" {town.casefold()} " in f" {_spaced(address or '')} "


def _spaced(text: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in text.casefold())


def _plain(number: str) -> str:
    return "".join(letter for letter in number.casefold() if letter.isalnum())
