"""Read the US Consolidated Screening List: old and new columns of its CSV, and its JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from keepline.formats.partylists.rows import SPACES, headed_rows, text_in
from keepline.formats.partylists.said import id_of, remarks_of
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.formats.partylists.gathering import Gathered

COLUMNS: Final = (
    "source", "entity_number", "type", "programs", "name", "title", "addresses",
    "federal_register_notice", "start_date", "end_date", "standard_order", "license_requirement",
    "license_policy", "call_sign", "vessel_type", "gross_tonnage", "gross_registered_tonnage",
    "vessel_flag", "vessel_owner", "remarks", "source_list_url", "alt_names", "citizenships",
    "dates_of_birth", "nationalities", "places_of_birth", "source_information_url", "ids",
)  # fmt: skip
_KINDS: Final = {
    "entity": "organisation", "individual": "person", "vessel": "vessel", "aircraft": "aircraft",
    "": "unknown",
}  # fmt: skip
#: Columns that become remarks, with their labels.
_SAID: Final = (
    ("title", "Title"), ("federal_register_notice", "Federal Register"),
    ("standard_order", "Standard order"), ("license_requirement", "Licence requirement"),
    ("license_policy", "Licence policy"), ("call_sign", "Call sign"),
    ("vessel_type", "Vessel type"), ("vessel_flag", "Flag"), ("vessel_owner", "Owner"),
    ("gross_tonnage", "Gross tonnage"), ("gross_registered_tonnage", "Gross registered tonnage"),
    ("dates_of_birth", "Born"), ("places_of_birth", "Born in"), ("remarks", ""),
)  # fmt: skip
#: Parts of an address and of a number in the JSON, in the order of the CSV.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "addresses": ("address", "city", "state", "postal_code", "country"),
    "ids": ("type", "number", "country"),
}
#: Names of entries that are several in one cell; a note on affiliates is no part of the name.
_AFFILIATES: Final = re.compile(r";?\s*(?:;|,)?\s*and any successor.*$", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\d")


def read_csv(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read the list as CSV, its columns in any order."""
    for file, content in files.items():
        text = text_in(content, file, gathered.problems)
        if text is None:
            continue
        for row in headed_rows(text, file, gathered.problems, COLUMNS, ("_id", "id")):
            _take(dict(row.cells), file, row.line, gathered)


def read_json(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read the list as JSON: ``{"results": [...]}``, or the bare list of entries."""
    for file, content in files.items():
        text = text_in(content, file, gathered.problems)
        if text is None:
            continue
        try:
            found = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            line = getattr(error, "lineno", 0)
            what = f"the JSON breaks off or is broken ({getattr(error, 'msg', error)})"
            gathered.problems.add(
                Problem(file, "IN-505", what, "a whole file", "Fetch the file again", line)
            )
            continue
        entries = found.get("results") if isinstance(found, dict) else found
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            what = "the JSON holds no list of entries"
            gathered.problems.add(Problem(file, "IN-505", what, "results", "Fetch it again"))
            continue
        for number, entry in enumerate(entries, 1):
            _take({key: _flat(key, value) for key, value in entry.items()}, file, number, gathered)


def _flat(key: str, value: object) -> str:
    """Write a value of the JSON as the CSV has it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_item(key, one) for one in value)
    return str(value)


def _item(key: str, one: object) -> str:
    if not isinstance(one, dict):
        return str(one)
    wanted = _PARTS.get(key, tuple(one))
    return ", ".join(str(one[name]) for name in wanted if one.get(name))


def _take(cells: dict[str, str], file: str, line: int, gathered: Gathered) -> None:
    name = _AFFILIATES.sub("", cells.get("name", "")).strip(SPACES)
    if not name:
        gathered.problems.add(
            Problem(
                file, "IN-508", "the name is empty", "the name of a party",
                "Fetch the file again", line, "name",
            )
        )  # fmt: skip
        return
    entry_id = (
        cells.get("_id") or cells.get("id") or cells.get("entity_number")
        or id_of(cells.get(one, "") for one in ("source", "name", "addresses", "start_date"))
    )  # fmt: skip
    written = cells.get("type", "").strip(SPACES).casefold()
    kind = _KINDS.get(written)
    if kind is None:
        gathered.notice("IN-519", f'"{written}" is no known kind; read as unknown', file, line)
        kind = "unknown"
    codes = [
        gathered.country(one, file, line, column)
        for column in ("nationalities", "citizenships")
        for one in cells.get(column, "").split(";")
    ]
    known = {*COLUMNS, "_id", "id", "source_list_url"}
    others = [(key, value) for key, value in cells.items() if key not in known]
    gathered.entry(
        entry_id,
        kind,
        countries=codes,
        programmes=cells.get("programs", "").split(";"),
        source=cells.get("source", ""),
        listed_on=gathered.day(cells.get("start_date", ""), file, line, "start_date"),
        ends_on=gathered.day(cells.get("end_date", ""), file, line, "end_date"),
        remarks=remarks_of([*((label, cells.get(key, "")) for key, label in _SAID), *others]),
        url=cells.get("source_information_url", "") or cells.get("source_list_url", ""),
    )
    gathered.appeared(gathered.day(cells.get("start_date", ""), file, line, "start_date"))
    gathered.name(entry_id, name)
    for alias in cells.get("alt_names", "").split(";"):
        gathered.name(entry_id, alias.strip(SPACES).removeprefix("and "), "alias")
    _take_places(entry_id, cells.get("addresses", ""), file, line, gathered)
    for number in cells.get("ids", "").split(";"):
        kind_of, value = _number(number)
        gathered.identifier(entry_id, kind_of, value)


def _take_places(entry_id: str, addresses: str, file: str, line: int, gathered: Gathered) -> None:
    """Read addresses: street, town, state and code, the country's code last."""
    for address in addresses.split(";"):
        parts = [one.strip(SPACES) for one in address.split(",") if one.strip(SPACES)]
        if not parts:
            continue
        is_coded = len(parts[-1]) == 2 and parts[-1].isupper()  # noqa: PLR2004 - a country code
        code = gathered.country(parts.pop(), file, line, "addresses") if is_coded else None
        towns = [one for one in parts if not _NUMBERED.search(one)]
        town = towns[-1] if towns else ""
        gathered.address(entry_id, ", ".join(parts), town, code)
        gathered.belongs_to(entry_id, [code])


def _number(text: str) -> tuple[str, str]:
    """Return the kind and value of a number: ``Tax ID No., 5030056754, RU``, in either order."""
    parts = [one.strip(SPACES) for one in text.split(",") if one.strip(SPACES)]
    numbered = [one for one in parts if _NUMBERED.search(one)]
    words = [one for one in parts if not _NUMBERED.search(one) and len(one) > 2]  # noqa: PLR2004
    if not numbered or not words:
        return "", ""
    return words[0], max(numbered, key=lambda one: sum(map(str.isdigit, one)))
