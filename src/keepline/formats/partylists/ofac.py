"""Read OFAC's list in its legacy CSV: parties, and beside them aliases and addresses.

The files have no header; ``-0-`` stands for an empty cell, and the end may be marked by Ctrl-Z.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from keepline.formats.partylists.rows import SPACES, bare_rows, text_in
from keepline.formats.partylists.said import remarks_of
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.formats.partylists.gathering import Gathered

#: Cells of a row of each file: 12 of parties, 5 of aliases, 6 of addresses.
_WIDTHS: Final = {12: "sdn", 5: "alt", 6: "add"}
_NULL: Final = "-0-"
_KINDS: Final = {
    "": "organisation", "individual": "person", "vessel": "vessel", "aircraft": "aircraft"
}  # fmt: skip
_USES: Final = {"aka": "alias", "fka": "former", "nka": "alias"}
_LABELS: Final = (
    "Title", "Call sign", "Vessel type", "Tonnage", "Gross registered tonnage", "Flag", "Owner", ""
)  # fmt: skip
_ALSO: Final = re.compile(r"a\.k\.a\. '([^']+)'")
_SAID_OF: Final = re.compile(
    r"(?:^|; )(Tax ID No\.|Registration (?:ID|Number)|Commercial Registry Number|RUC #|"
    r"Company Number|C\.R\. No\.|Chamber of Commerce Number|Legal Entity Number|NIT #|"
    r"Matricula Mercantil No|SWIFT/BIC|D-U-N-S Number|Identification Number|RFC|C\.U\.I\.T\.|"
    r"Enterprise Number|UK Company Number|V\.A\.T\. Number|Business Number)\s*([\w./-]*\d[\w./-]*)"
)
_COUNTRY: Final = re.compile(r"(?:nationality|citizen) ([A-Z][^;.]+)")


def part_of(text: str) -> str | None:
    """Return which of the three files a text is, by the cells of its first row."""
    import csv  # noqa: PLC0415 - only to look at one line

    first = next(csv.reader(text.lstrip("\ufeff\r\n").splitlines()[:1]), [])
    return _WIDTHS.get(len(first)) if first and first[0].strip(SPACES).isdigit() else None


def read(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read the parties, then their aliases and addresses."""
    texts: dict[str, tuple[str, str]] = {}
    for file, content in files.items():
        text = text_in(content, file, gathered.problems, "latin-1")
        if text is None:
            continue
        part = part_of(text)
        if part is None or part in texts:
            what = "the rows are of no file of this list" if part is None else "given twice"
            gathered.problems.add(
                Problem(file, "IN-510", what, "its sdn, alt and add", "Give each of them once")
            )
        else:
            texts[part] = (file, text)
    if "sdn" not in texts:
        name = next(iter(files), "the list")
        what = "the file of the parties (sdn) was not given"
        gathered.problems.add(Problem(name, "IN-510", what, "its sdn, alt and add", "Give it too"))
        return
    _read_parties(*texts["sdn"], gathered)
    for part, noun, take in (("alt", "aliases", _take_alias), ("add", "addresses", _take_place)):
        if part not in texts:
            what = f"the file of {noun} ({part}) was not given; fewer parties will be found"
            gathered.notice("IN-518", what, texts["sdn"][0])
            continue
        file, text = texts[part]
        width = next(width for width, name in _WIDTHS.items() if name == part)
        for line, row in bare_rows(text, file, gathered.problems, width):
            cells = [_cell(one) for one in row]
            if cells[0] not in gathered:
                gathered.problems.add(
                    Problem(
                        file, "IN-509", f'no entry has the number "{cells[0]}"',
                        f"a number that stands in {texts['sdn'][0]}",
                        "Fetch all files of the list on one day", line, "ent_num", cells[0],
                    )
                )  # fmt: skip
            else:
                take(cells, file, line, gathered)


def _cell(text: str) -> str:
    trimmed = text.strip(SPACES)
    return "" if trimmed == _NULL else trimmed


def _read_parties(file: str, text: str, gathered: Gathered) -> None:
    for line, row in bare_rows(text, file, gathered.problems, 12):
        cells = [_cell(one) for one in row]
        number, name, kind, programmes = cells[:4]
        if not name or not number:
            gathered.problems.add(
                Problem(
                    file, "IN-508", "the number or the name is empty", "a number and a name",
                    "Fetch the file again", line,
                )
            )  # fmt: skip
            continue
        remarks = cells[11]
        countries = [
            gathered.country(one, file, line, "remarks") for one in _COUNTRY.findall(remarks)
        ]
        gathered.entry(
            number,
            _KINDS.get(kind.casefold(), "unknown"),
            countries=countries,
            programmes=re.split(r"\]\s*\[|;", programmes.strip("[]")),
            remarks=remarks_of(zip(_LABELS, cells[4:], strict=True)),
        )
        gathered.name(number, name)
        for alias in _ALSO.findall(remarks):
            gathered.name(number, alias, "weak alias")
        for label, value in _SAID_OF.findall(remarks):
            gathered.identifier(number, label, value)


def _take_alias(cells: list[str], file: str, line: int, gathered: Gathered) -> None:
    number, _, use, name, remarks = cells
    written = use.casefold()
    if written not in _USES:
        gathered.notice("IN-519", f'"{use}" is not known; read as alias', file, line, "alt_type")
    weak = "weak" in remarks.casefold()
    gathered.name(number, name, "weak alias" if weak else _USES.get(written, "alias"))


def _take_place(cells: list[str], file: str, line: int, gathered: Gathered) -> None:
    number, _, street, town, country, remarks = cells
    code = gathered.country(country, file, line, "country")
    gathered.address(number, "; ".join(filter(None, (street, remarks))), town, code)
    gathered.belongs_to(number, [code])
