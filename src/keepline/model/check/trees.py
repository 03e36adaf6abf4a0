"""Check what workshops and programmes say against the trees of depots and what is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from keepline.model.check.raw import LISTED, quoted, remainder
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.check.raw import Raw
    from keepline.model.problems import Problems

    Typed = Mapping[str, pl.DataFrame]


def check_trees(raws: Mapping[str, Raw], typed: Typed, problems: Problems) -> None:
    """Report workshops away from central depots, swaps of nothing, and harvest to other trees.

    Ids that are not known have been reported; rows that name them are passed over.
    """
    roots = _roots(typed)
    if _has(typed, "workshops", "depot_id") and roots is not None:
        _check_workshops(raws["workshops"], typed["workshops"], roots, problems)
    if _has(typed, "programme", "site_id", "from_supplier_id", "technology"):
        if _has(typed, "installed", "site_id", "part_id") and _has(
            typed, "parts", "part_id", "supplier_id", "technology"
        ):
            _check_swaps(raws["programme"], typed, problems)
        if (
            _has(typed, "programme", "harvest_depot_id")
            and _has(typed, "sites", "site_id", "depot_id")
            and roots is not None
        ):
            _check_harvest(raws["programme"], typed, roots, problems)


def _has(typed: Typed, table: str, *columns: str) -> bool:
    return table in typed and set(columns) <= set(typed[table].columns)


def _roots(typed: Typed) -> dict[str, str] | None:
    """Return the central depot of each depot; None where that cannot be told."""
    if not _has(typed, "depots", "depot_id"):
        return None
    depots = typed["depots"]
    above = depots["parent_id"] if "parent_id" in depots.columns else [None] * len(depots)
    up: dict[str, str | None] = dict(zip(depots["depot_id"], above, strict=True))
    found = {}
    for depot in up:
        at, seen = depot, set[str]()
        while (parent := up.get(at)) is not None and at not in seen:
            seen.add(at)
            at = parent
        found[depot] = at
    return found


def _check_workshops(
    raw: Raw, frame: pl.DataFrame, roots: Mapping[str, str], problems: Problems
) -> None:
    named = frame["depot_id"].to_list()
    bad = [at for at, one in enumerate(named) if one in roots and roots[one] != one]
    for row, at in zip(raw.rows(bad[:LISTED]), bad[:LISTED], strict=True):
        what = f"{quoted(named[at])} is not a central depot"
        problems.add(
            Problem(
                raw.file, "IN-407", what, "a depot without a parent_id",
                f"Write {roots[named[at]]}", row, "depot_id", named[at],
            )
        )  # fmt: skip
    remainder(problems, raw, "depot_id", "IN-407", len(bad))


def _check_swaps(raw: Raw, typed: Typed, problems: Problems) -> None:
    parts = typed["parts"].select(
        "part_id", from_supplier_id="supplier_id", technology="technology"
    )
    there = typed["installed"].select("site_id", "part_id").join(parts, on="part_id")
    keys = ["site_id", "from_supplier_id", "technology"]
    rows = typed["programme"].select(keys).with_row_index("at").drop_nulls(keys)
    known = rows.filter(pl.col("site_id").is_in(typed["installed"]["site_id"].unique().implode()))
    strange = known.join(there, on=keys, how="anti").sort("at")
    listed = strange.head(LISTED)
    places = raw.rows(listed["at"].to_list())
    for row, (_, site, supplier, technology) in zip(places, listed.iter_rows(), strict=True):
        what = f"{quoted(site)} has no units of {supplier} for {quoted(technology)}"
        problems.add(
            Problem(
                raw.file, "IN-408", what, "a technology of that supplier's parts at the site",
                "Remove the row or mend it", row, "technology", technology,
            )
        )  # fmt: skip
    remainder(problems, raw, "technology", "IN-408", strange.height)


def _check_harvest(raw: Raw, typed: Typed, roots: Mapping[str, str], problems: Problems) -> None:
    depot_of = dict(typed["sites"].select("site_id", "depot_id").iter_rows())
    rows = typed["programme"].select("site_id", "harvest_depot_id").rows()
    strange = []
    for at, (site, depot) in enumerate(rows):
        own = roots.get(depot_of.get(site) or "")
        if depot in roots and own is not None and roots[depot] != own:
            strange.append((at, site, depot, own))
    places = raw.rows([at for at, *_ in strange[:LISTED]])
    for row, (_, site, depot, own) in zip(places, strange[:LISTED], strict=True):
        what = f"{quoted(depot)} is not in the tree of depots that serves {quoted(site)}"
        problems.add(
            Problem(
                raw.file, "IN-409", what, f"{own} or a depot that it fills",
                "Mend it or leave it empty", row, "harvest_depot_id", depot,
            )
        )  # fmt: skip
    remainder(problems, raw, "harvest_depot_id", "IN-409", len(strange))
