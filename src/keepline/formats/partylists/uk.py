"""Read the UK Sanctions List: its XML, and its CSV, which has one row a name."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from keepline.formats.partylists.rows import SPACES, headed_rows, text_in
from keepline.formats.partylists.said import remarks_of
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keepline.formats.partylists.gathering import Gathered

_PARTS: Final = ("1", "2", "3", "4", "5", "6")
NEEDED: Final = (
    "Unique ID", *(f"Name {one}" for one in _PARTS), "Name type", "Regime Name",
    "Designation Type", "Date Designated",
)  # fmt: skip
KNOWN: Final = (
    "Last Updated", "OFSI Group ID", "UN Reference Number", "Alias strength", "Title",
    "Name non-latin script", "Non-latin script type", "Non-latin script language",
    "Designation source", "Sanctions Imposed", "Other Information", "UK Statement of Reasons",
    *(f"Address Line {one}" for one in _PARTS), "Address Postal Code", "Address Country",
    "Phone number", "Website", "Email address", "D.O.B", "Nationality(/ies)",
    "National Identifier number", "National Identifier additional information", "Passport number",
    "Passport additional information", "Position", "Gender", "Town of birth", "Country of birth",
    "Type of entity", "Subsidiaries", "Parent company", "Business registration number (s)",
    "IMO number", "Current owner/operator (s)", "Previous owner/operator (s)",
    "Current believed flag of ship", "Previous flags", "Type of ship", "Tonnage of ship",
    "Length of ship", "Year Built", "Hull identification number (HIN)",
)  # fmt: skip
_KINDS: Final = {
    "individual": "person", "entity": "organisation", "ship": "vessel", "": "unknown"
}  # fmt: skip
_USES: Final = {
    "primary name": "primary", "primary name variation": "alias", "alias": "alias", "": "alias",
}  # fmt: skip
_REPORTED: Final = re.compile(r"\s*\"?Report Date:?,?\s*([^\",\r\n]+)\"?,*\r?\n", re.IGNORECASE)
_AGAIN: Final = "Fetch the file again"


class _Declared(Exception):  # noqa: N818 - it ends a look, it is no error
    """Say that a document declares a type."""


class _Begun(Exception):  # noqa: N818
    """Say that the document's first element begins, before which a type could be declared."""


def declares_type(content: bytes) -> bool:
    """Tell whether an XML document declares its type, or entities within it."""

    def declared(*_: object) -> None:
        raise _Declared

    def begun(*_: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        parser.Parse(content, True)
    except _Declared:
        return True
    except (_Begun, expat.ExpatError):
        return False
    return False


def read_xml(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read the list as XML; a document that declares a type is refused."""
    for file, content in files.items():
        if not content.strip():
            gathered.problems.add(
                Problem(file, "IN-502", "the file is empty", "one listed party at least", _AGAIN)
            )
        elif declares_type(content):
            gathered.problems.add(
                Problem(
                    file, "IN-511", "the XML declares a document type", "plain elements",
                    "Fetch the file from its publisher",
                )
            )  # fmt: skip
        else:
            _read_elements(file, content, gathered)


def _read_elements(file: str, content: bytes, gathered: Gathered) -> None:
    number = 0
    try:
        for _, element in ET.iterparse(io.BytesIO(content), events=("end",)):  # noqa: S314
            if element.tag == "DateGenerated":
                _report_day(_own(element), file, gathered)
            elif element.tag == "Designation":
                number += 1
                _take_element(element, file, number, gathered)
                element.clear()
    except ET.ParseError as error:
        line = error.position[0]
        what = f"the XML breaks off or is broken ({error})"
        gathered.problems.add(Problem(file, "IN-505", what, "a whole file", _AGAIN, line))
        return
    if not number:
        what = "the XML holds no designation"
        gathered.problems.add(Problem(file, "IN-502", what, "one listed party at least", _AGAIN))


def _report_day(text: str, file: str, gathered: Gathered) -> None:
    gathered.appeared(gathered.day(text, file, 1, "DateGenerated", is_day_first=True))


def _own(element: ET.Element | None) -> str:
    return (element.text or "").strip(SPACES) if element is not None else ""


def _inner(element: ET.Element, tag: str) -> str:
    return _own(element.find(tag))


def _take_element(element: ET.Element, file: str, number: int, gathered: Gathered) -> None:
    entry_id = _inner(element, "UniqueID")
    names = [
        (_name(_inner(one, f"Name{part}") for part in _PARTS), _inner(one, "NameType"),
         _inner(one, "AliasStrength"))
        for one in element.iterfind("Names/Name")
    ]  # fmt: skip
    names += [
        (_inner(one, "NameNonLatinScript"), "alias", "")
        for one in element.iterfind("NonLatinNames/NonLatinName")
    ]
    if not _is_told(entry_id, [name for name, _, _ in names], file, number, gathered):
        return
    said = (("Sanctions", "SanctionsImposed"), ("", "OtherInformation"),
            ("Reasons", "UKStatementofReasons"), ("Source", "DesignationSource"),
            ("OFSI group", "OFSIGroupID"))  # fmt: skip
    _enter(
        entry_id, _inner(element, "IndividualEntityShip"), _inner(element, "RegimeName"),
        _inner(element, "DateDesignated"),
        remarks_of((label, _inner(element, tag)) for label, tag in said), file, number, gathered,
    )  # fmt: skip
    for name, use, strength in names:
        _add_name(entry_id, name, use, strength, file, number, gathered)
    for place in element.iterfind("Addresses/Address"):
        lines = [_inner(place, f"AddressLine{part}") for part in _PARTS]
        _add_place(
            entry_id, lines, _inner(place, "AddressPostalCode"), _inner(place, "AddressCountry"),
            file, number, gathered,
        )  # fmt: skip
    for one in element.iter("BusinessRegistrationNumber"):
        gathered.identifier(entry_id, "Business registration number", _own(one))


def read_csv(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read the list as CSV: the rows of one id are one entry, their order does not matter."""
    for file, content in files.items():
        text = text_in(content, file, gathered.problems)
        if text is None:
            continue
        first = 1
        reported = _REPORTED.match(text)
        if reported:
            _report_day(reported[1].strip(), file, gathered)
            first, text = 2, text[reported.end() :]
        for row in headed_rows(text, file, gathered.problems, NEEDED, KNOWN, first=first):
            cells = {key: one.strip(SPACES) for key, one in row.cells.items()}
            _take_row(cells, file, row.line, gathered)


def _take_row(cells: Mapping[str, str], file: str, line: int, gathered: Gathered) -> None:
    entry_id = cells["Unique ID"]
    name = _name(cells[f"Name {part}"] for part in _PARTS)
    foreign = cells.get("Name non-latin script", "")
    if not _is_told(entry_id, [name, foreign], file, line, gathered):
        return
    said = (("Sanctions", "Sanctions Imposed"), ("", "Other Information"),
            ("Reasons", "UK Statement of Reasons"), ("Source", "Designation source"),
            ("OFSI group", "OFSI Group ID"), ("Parent", "Parent company"),
            ("Subsidiaries", "Subsidiaries"))  # fmt: skip
    others = [(key, value) for key, value in cells.items() if key not in {*NEEDED, *KNOWN}]
    remarks = remarks_of([*((label, cells.get(key, "")) for label, key in said), *others])
    _enter(
        entry_id, cells["Designation Type"], cells["Regime Name"], cells["Date Designated"],
        remarks, file, line, gathered,
    )  # fmt: skip
    strength = cells.get("Alias strength", "")
    _add_name(entry_id, name, cells["Name type"], strength, file, line, gathered)
    _add_name(entry_id, foreign, "alias", "", file, line, gathered)
    lines = [cells.get(f"Address Line {part}", "") for part in _PARTS]
    _add_place(
        entry_id, lines, cells.get("Address Postal Code", ""), cells.get("Address Country", ""),
        file, line, gathered,
    )  # fmt: skip
    for one in re.split(r"[;\n]", cells.get("Business registration number (s)", "")):
        gathered.identifier(entry_id, "Business registration number", one)


def _name(parts: Iterator[str]) -> str:
    """Return a name from its six parts; the sixth is the family name, or a company's whole one."""
    return " ".join(part for part in parts if part)


def _is_told(entry_id: str, names: list[str], file: str, line: int, gathered: Gathered) -> bool:
    if entry_id and any(names):
        return True
    code, column = ("IN-508", "Name 6") if entry_id else ("IN-509", "Unique ID")
    what = "the name is empty" if entry_id else "the id is empty"
    expected = "the name of a party" if entry_id else "the id of a designation"
    gathered.problems.add(Problem(file, code, what, expected, _AGAIN, line, column))
    return False


def _enter(
    entry_id: str, kind: str, regime: str, date: str, remarks: str,
    file: str, line: int, gathered: Gathered,
) -> None:  # fmt: skip
    known = _KINDS.get(kind.casefold())
    if known is None:
        what = f'"{kind}" is no known kind; read as unknown'
        gathered.notice("IN-519", what, file, line, "Designation Type", kind)
    since = gathered.day(date, file, line, "Date Designated", is_day_first=True)
    gathered.appeared(since)
    gathered.entry(
        entry_id, known or "unknown", programmes=[regime], listed_on=since, remarks=remarks
    )


def _add_name(
    entry_id: str, name: str, use: str, strength: str, file: str, line: int, gathered: Gathered
) -> None:
    known = _USES.get(use.casefold())
    if known is None:
        what = f'"{use}" is not known; read as alias'
        gathered.notice("IN-519", what, file, line, "Name type", use)
    is_weak = known != "primary" and strength.casefold().startswith(("low", "weak"))
    gathered.name(entry_id, name, "weak alias" if is_weak else known or "alias")


def _add_place(
    entry_id: str, lines: list[str], code: str, country: str,
    file: str, line: int, gathered: Gathered,
) -> None:  # fmt: skip
    given = [one for one in lines if one]
    found = gathered.country(country, file, line, "Address Country")
    town = given[-1] if given else ""
    gathered.address(entry_id, ", ".join(filter(None, (*given, code))), town, found)
    gathered.belongs_to(entry_id, [found])
