"""Put the names of several lists in one row, with what is known of each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.decisions import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keepline.model.partylist import PartyList

#: A person or a ship supplies nothing; who of them owns a company is told by the owners.
_SUPPLYING = ("organisation", "unknown")


def names_of(lists: Iterable[PartyList]) -> pl.DataFrame:
    """Return the names of all listed companies: list_id, entry_id, listed_name; sorted."""
    found = [
        one.names.join(one.entries.filter(pl.col("kind").is_in(_SUPPLYING)), "entry_id", "semi")
        .select(pl.lit(one.list_id).alias("list_id"), "entry_id", listed_name="name")
        for one in lists
    ]  # fmt: skip
    empty = pl.DataFrame(
        schema={"list_id": pl.String, "entry_id": pl.String, "listed_name": pl.String}
    )
    return pl.concat([empty, *found]).unique().sort("list_id", "entry_id", "listed_name")


def facts_of(lists: Iterable[PartyList]) -> pl.DataFrame:
    """Return what is known of entries, by list_id and entry_id.

    Columns: countries (of the party and its addresses), cities, numbers, listed_on, ends_on,
    programmes, list_version, entry_print.
    """
    return pl.concat([_facts(one) for one in lists])


def _facts(one: PartyList) -> pl.DataFrame:
    names = one.names.group_by("entry_id").agg(names=pl.col("name"))
    places = one.addresses.group_by("entry_id").agg(
        at=pl.col("country").drop_nulls().unique().sort(),
        cities=pl.col("city").drop_nulls().unique().sort(),
    )
    numbers = one.identifiers.group_by("entry_id").agg(numbers=pl.col("value").unique().sort())
    known = (
        one.entries.join(names, "entry_id", "left")
        .join(places, "entry_id", "left")
        .join(numbers, "entry_id", "left")
    )
    own = pl.col("countries").str.split(";").fill_null([])
    return known.select(
        pl.lit(one.list_id).alias("list_id"),
        "entry_id",
        countries=own.list.concat(pl.col("at").fill_null([])).list.eval(
            pl.element().str.strip_chars()
        ),
        cities=pl.col("cities").fill_null([]),
        numbers=pl.col("numbers").fill_null([]),
        listed_on="listed_on",
        ends_on="ends_on",
        programmes="programmes",
        list_version=pl.lit(one.version),
        entry_print=pl.struct("names", "countries").map_elements(
            lambda row: fingerprint([*(row["names"] or []), row["countries"] or ""]),
            return_dtype=pl.String,
        ),
    )
