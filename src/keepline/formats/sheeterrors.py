"""Find cells of a workbook whose formula failed (``#DIV/0!``, ``#REF!``, ``#N/A``).

The reader of workbooks hands such a cell on as an empty one. Nothing may be dropped, so they are
found in the sheets' XML itself. Only ``<c>`` elements of type ``e`` are sought, by pattern; no XML
parser runs over a file that anyone may have made.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Final

_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_LINK: Final = re.compile(rb"<Relationship\s[^>]*>")
_CELL: Final = re.compile(rb'<c\s[^>]*?\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]{1,20})</v>', re.DOTALL)
_PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def error_cells(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return, for each sheet with failed formulas, (row, column) to the error that is shown."""
    out = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        for sheet, path in _paths(archive).items():
            if path in names:
                text = archive.read(path)
                found = _errors(text) if b't="e"' in text else {}
                if found:
                    out[sheet] = found
    return out


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    links = {}
    for link in _LINK.findall(archive.read("xl/_rels/workbook.xml.rels")):
        target = _attribute(link, "Target")
        links[_attribute(link, "Id")] = (
            target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        )
    sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
    return {
        html.unescape(_attribute(sheet, "name")): links.get(_attribute(sheet, "r:id"), "")
        for sheet in sheets
    }


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb"\s" + name.encode() + rb'="([^"]*)"', tag)
    return found.group(1).decode("utf-8", "replace") if found else ""


def _errors(text: bytes) -> dict[tuple[int, int], str]:
    out = {}
    for found in _CELL.finditer(text):
        place = _PLACE.search(found.group(0))
        if place:
            column = 0
            for letter in place.group(1):
                column = column * 26 + letter - 64
            out[int(place.group(2)), column] = found.group(1).decode("utf-8", "replace")
    return out
