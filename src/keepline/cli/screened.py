"""Do what the commands on lists ask, and print it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline import face
from keepline.cli import printing
from keepline.cli.printing import ROWS_SHOWN, rows_of, sentences, table, unwrapped
from keepline.cli.stages import Stages
from keepline.face.screening import lists_folder
from keepline.formats import decisionlog
from keepline.formats.atomic import write_file
from keepline.formats.tabletext import csv_bytes
from keepline.model.errors import InputError
from keepline.report import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keepline.face.screening import Known
    from keepline.model.decisions import Candidate
    from keepline.model.screening import Screening

_COLUMNS: Final = {
    "supplier": "left", "listed as": "left", "score": "right", "traffic": "right", "why": "left"
}  # fmt: skip


def screen(
    network: Path,
    only: Sequence[str],
    files: Sequence[Path],
    scenario: Path | None,
    folder: Path | None,
    target: Path | None,
    as_json: bool,
) -> None:
    """Screen a network, write it down if that is wanted, and print the queue."""
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here = face.read(network)
        stages("Screen its suppliers")
        found = face.screen(
            here, folder or lists_folder(), only=only, files=files,
            scenario=scenario, decisions=decisionlog.place_of(network),
        )  # fmt: skip
        written = _written(found, target)
    if as_json:
        printing.as_json(
            {
                "lists": dict(found.lists),
                "hits": rows_of(found.hits),
                "screened": rows_of(found.screened),
                "written": [str(path) for path in written],
            }
        )
        return
    _print(here.name, found)
    if written:
        unwrapped(["", "Written", *(f"  {path}" for path in written)])


def _written(found: Screening, target: Path | None) -> list[Path]:
    if target is None:
        return []
    return [
        write_file(target / f"{name}.csv", csv_bytes(frame))
        for name, frame in (("hits", found.hits), ("screened", found.screened))
    ]


def _print(name: str, found: Screening) -> None:
    waits = pl.col("standing").is_in(["open", "ask again"]) & (pl.col("band") != "clear")
    queue = found.hits.filter(waits)
    confirmed = found.hits.filter(pl.col("standing") == "confirmed")
    for title, rows in (
        (f"Waits for a person, {name}: what would put most traffic at risk first", queue),
        ("Confirmed by a person", confirmed),
    ):
        if rows.height:
            table(title, _COLUMNS, _by_supplier(rows))
    sentences(_verdict(found, queue.height))


def _by_supplier(rows: pl.DataFrame) -> list[list[str]]:
    """Return a line for each supplier: its first candidate, and how many more it has."""
    firsts = rows.unique("supplier_id", keep="first", maintain_order=True).head(ROWS_SHOWN)
    counts = dict(rows.group_by("supplier_id").len().iter_rows())
    return [_cells(row, counts[row["supplier_id"]] - 1) for row in firsts.iter_rows(named=True)]


def _cells(row: dict[str, Any], more: int) -> list[str]:
    listed = f"{row['entry']}\n{row['list_id']} {row['entry_id']}"
    return [
        f"{row['supplier_id']}\n{row['name']}",
        listed + (f"\nand {more} more" if more else ""),
        f"{row['score']:.2f}\n{row['band']}",
        f"{row['traffic']:,.0f}",
        row["reasons"],
    ]


def _verdict(found: Screening, waiting: int) -> list[str]:
    from keepline.screen import MATCH, REVIEW

    counts = dict(found.screened.group_by("band").len().iter_rows())
    total = found.screened.height
    bands = f"{counts.get('match', 0)} with a match, {counts.get('review', 0)} to be looked at, "
    bands += f"{counts.get('clear', 0)} clear"
    told = [f"{total} suppliers screened against {len(found.lists)} lists: {bands}."]
    if waiting:
        told.append(
            f"{waiting} candidates wait; --out writes them all. keepline decide NET SUPPLIER LIST "
            "ENTRY, with --confirm or --clear, remembers what a person says."
        )
    told.append(
        f"A match is a score of {MATCH.least:.2f} or more: as measured on a public list, "
        f"{MATCH.found:.0%} of listed names written otherwise score so, and "
        f"{MATCH.strangers:.1%} of other companies; from {REVIEW.least:.2f} on somebody should "
        f"look, {REVIEW.found:.0%} and {REVIEW.strangers:.1%}. Clear is not proof: what is not on "
        "these lists, or under another name, is not found."
    )
    told.append("Lists: " + ", ".join(f"{name} {one}" for name, one in found.lists.items()) + ".")
    return told


def decide(
    network: Path,
    candidate: Candidate,
    said: Sequence[str],
    by: str,
    why: str,
    files: Sequence[Path],
    scenario: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Remember a decision, and say so."""
    if len(said) != 1:
        raise InputError("Say one of --confirm, --clear and --withdraw.", code="IN-527")
    if not by.strip() or not why.strip():
        raise InputError("Say who decides (--by) and on what ground (--why).", code="IN-527")
    made = face.decide(
        network, candidate, said[0], by=by.strip(), why=why.strip(),
        folder=folder or lists_folder(), files=files, scenario=scenario,
    )  # fmt: skip
    place = decisionlog.place_of(network)
    if as_json:
        printing.as_json({**made.candidate._asdict(), "said": made.said, "written": [str(place)]})
        return
    who = f"{made.candidate.supplier_id} ({made.name}) and {made.listed_name}"
    again = "asked again only if the supplier's names, the entry or the band of the score change"
    sentences([f"{who} on {made.candidate.list_id}: {made.said} by {made.by}; {again}."])
    unwrapped(["", "Written", f"  {place}"])


def decisions(network: Path, target: Path | None, as_json: bool) -> None:
    """List the decisions on a network, and export them if that is wanted."""
    made = face.decisions_of(network)
    columns = decisionlog.columns_of(made)
    frame = pl.DataFrame(columns) if made else pl.DataFrame()
    written = [write_file(target, csv_bytes(frame))] if target and made else []
    if as_json:
        printing.as_json({"decisions": rows_of(frame), "written": [str(one) for one in written]})
        return
    if not made:
        sentences(["Nothing was decided yet."])
        return
    rows = [
        [words.date(one.at.date()), one.by, one.candidate.supplier_id,
         f"{one.listed_name}\n{one.candidate.list_id} {one.candidate.entry_id}", one.said, one.why]
        for one in made[-ROWS_SHOWN:]
    ]  # fmt: skip
    heads = ("on", "by", "supplier", "listed as", "said", "why")
    table("Decisions, the last ones", dict.fromkeys(heads, "left"), rows)
    sentences([f"{len(made)} decisions; each is bound to the one before, and none was changed."])
    if written:
        unwrapped(["", "Written", *(f"  {path}" for path in written)])


def lists(
    words_given: Sequence[str],
    folder: Path | None,
    name: str | None,
    published: dt.date | None,
    partial: bool,
    old: bool,
    as_json: bool,
) -> None:
    """Keep a list, or say which there are."""
    place = folder or lists_folder()
    today = dt.datetime.now(dt.UTC).date()
    if words_given:
        verb, *files = words_given
        if verb != "add" or not files:
            raise InputError("Say keepline lists, or keepline lists add FILE.", code="IN-527")
        with Stages(is_silent=as_json) as stages:
            stages("Read and test the list")
            made = face.add_list(
                files, place, today, list_id=name, published=published, is_partial=partial,
                is_old=old,
            )  # fmt: skip
            for one in made.notices[:ROWS_SHOWN]:
                stages.note(str(one))
        known = [one for one in face.known_lists(place, today) if one.found.list_id == made.list_id]
    else:
        known = face.known_lists(place, today)
    if as_json:
        printing.as_json([_told(one) for one in known])
        return
    rows = [
        [one.found.list_id, one.found.title, f"{one.found.entries.height:,}",
         f"{one.found.names.height:,}",
         words.date(one.found.published) if one.found.published else "not said",
         _state(one)]
        for one in known
    ]  # fmt: skip
    heads = {"list": "left", "title": "left", "entries": "right", "names": "right", "of": "left"}
    table("Lists to screen with", heads | {"state": "left"}, rows)
    sentences([f"Lists that were added are kept in {place}."])


def _state(one: Known) -> str:
    kind = "ships with Keepline" if one.is_shipped else "added"
    parts = [kind, *(["only a part"] if one.found.is_partial else []), *one.flaws]
    return "; ".join(parts)


def _told(one: Known) -> dict[str, object]:
    found = one.found
    return {
        "list": found.list_id, "title": found.title, "publisher": found.publisher,
        "licence": found.licence, "version": found.version, "published": found.published,
        "entries": found.entries.height, "names": found.names.height,
        "is_partial": found.is_partial, "is_shipped": one.is_shipped, "flaws": list(one.flaws),
        "sha256": dict(found.sha256),
    }  # fmt: skip
