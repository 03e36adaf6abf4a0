"""A workbook is read as a folder is; wrong ones are named."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from keepline.formats import folder
from keepline.model.inputs import INPUTS

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {"part_id", "item_id", "name", "supplier_id"}


def as_cell(text: str, column: str) -> object:
    """Give a cell the type that a spreadsheet program would give it on typing."""
    if column in TEXTS:
        return text
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def workbook(files, path: Path, change=None, sheets=None) -> Path:
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    tables = {one.stem: list(csv.reader(io.StringIO(one.read_text()))) for one in
              sorted(files.path.glob("*.csv"))}  # fmt: skip
    pairs = [line.split(": ") for line in files.text("network.yaml").splitlines()]
    tables["network"] = [["key", "value"], *pairs]
    for name, rows in tables.items():
        sheet = book.add_worksheet((sheets or {}).get(name, name))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                value = text if row == 0 else as_cell(text, rows[0][column])
                if isinstance(value, dt.date):
                    sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value) if value else None
                else:
                    sheet.write(row, column, value)
        if change and change[0] == name:
            change[1](sheet)
    book.close()
    return path


def lines(path: Path) -> list[str]:
    return [str(one) for one in folder.check(path).problems]


def test_a_workbook_holds_the_same_network_as_a_folder(files, tmp_path):
    path = workbook(files, tmp_path / "two.xlsx")
    from_book, from_folder = folder.read(path), folder.read(files.path)
    for name in INPUTS:
        assert from_book[name].equals(from_folder[name]), name
    assert (from_book.name, from_book.start, from_book.end) == (
        from_folder.name,
        from_folder.start,
        from_folder.end,
    )
    assert list(from_book.hashes) == ["two.xlsx"]


def test_a_part_number_that_is_a_number_cell_becomes_plain_digits(files, tmp_path):
    files.change("parts.csv", "1e5,", "1234,")
    for name in ("installed.csv", "orders.csv"):
        files.put(name, files.text(name).replace("1e5", "1234"))
    path = workbook(
        files, tmp_path / "two.xlsx", ("parts", lambda sheet: sheet.write_number(2, 0, 1234))
    )
    assert folder.read(path)["parts"]["part_id"].to_list() == ["02351234", "1234"]


CASES = [
    (
        "stock",
        lambda sheet: sheet.write_string(1, 2, "12,5"),
        (
            "two.xlsx sheet stock row 2, column "
            'on_hand: "12,5" is not a number. Expected a whole number of units, 0 or more. '
            "Write 12. "
            "[IN-104]"
        ),
    ),
    (
        "stock",
        lambda sheet: sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!"),
        (
            "two.xlsx sheet "
            'stock row 2, column on_hand: "#DIV/0!" is not a number. Expected a whole number '
            "of units, 0 "
            "or more. [IN-104]"
        ),
    ),
    (
        "sites",
        lambda sheet: sheet.write_formula(2, 6, "=NA()", None, "#N/A"),
        (
            "two.xlsx sheet "
            'sites row 3, column traffic: "#N/A" is not a number. Expected a number '
            "(traffic), 0 or more. "
            "[IN-104]"
        ),
    ),
    (
        "orders",
        lambda sheet: sheet.write_number(1, 3, 44088),
        (
            "two.xlsx sheet orders row 2, column "
            'due_on: "44088" is not a date. Expected a date such as 2020-09-14. Write 2020-09-14. '
            "[IN-109]"
        ),
    ),
    (
        "stock",
        lambda sheet: sheet.write_string(0, 2, "on hand"),
        (
            "two.xlsx sheet stock row 1, "
            'column on hand: the column "on hand" is not known, and on_hand is missing. '
            "Write on_hand. "
            "[IN-209]"
        ),
    ),
    (
        "network",
        lambda sheet: sheet.write_string(3, 1, "pounds"),
        (
            "two.xlsx sheet network, "
            'currency: "pounds" is not a currency. Expected a code of ISO 4217, such as GBP. '
            "[IN-344]"
        ),
    ),
    (
        "network",
        lambda sheet: sheet.write_string(6, 0, "name"),
        (
            "two.xlsx sheet network row 7, "
            'column A: the key "name" stands twice. Expected each key once. Remove one. [IN-342]'
        ),
    ),
]


@pytest.mark.parametrize(("sheet", "change", "line"), CASES)
def test_each_wrong_cell_is_one_clear_line(files, tmp_path, sheet, change, line):
    assert lines(workbook(files, tmp_path / "two.xlsx", (sheet, change))) == [line]


def test_rows_are_those_of_the_sheet(files, tmp_path):
    def change(sheet):
        sheet.write_row(4, 0, ["ee-central", "1e5", "many"])

    found = lines(workbook(files, tmp_path / "two.xlsx", ("stock", change)))
    assert [one.split(":")[0] for one in found] == ["two.xlsx sheet stock row 5, column on_hand"]


def test_misspelt_and_missing_sheets_are_named(files, tmp_path):
    names = {"sites": "site", "network": "settings", "crews": "holidays"}
    assert lines(workbook(files, tmp_path / "two.xlsx", sheets=names)) == [
        (
            "two.xlsx: the sheet network is missing. Expected keys in column A, values in B. "
            "Add it: "
            "format, name, currency, start, end. [IN-340]"
        ),
        'two.xlsx sheet holidays: the sheet is not used: no table is called "holidays". [IN-205]',
        (
            'two.xlsx sheet site: "site" is not the name of a table, and sites is missing. '
            "Name the "
            "sheet sites. [IN-204]"
        ),
        'two.xlsx sheet settings: the sheet is not used: no table is called "settings". [IN-205]',
    ]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "broken"),
        (b"PK\x03\x04", "broken"),
        (b"site_id,name\n", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
    ],
)
def test_what_is_no_workbook_is_said(tmp_path, content, word):
    path = tmp_path / "two.xlsx"
    path.write_bytes(content)
    (line,) = lines(path)
    assert line.startswith(f"two.xlsx: the workbook is {word}")
    assert line.endswith("[IN-218]")


def test_a_cut_workbook_is_broken(files, tmp_path):
    path = workbook(files, tmp_path / "two.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    assert lines(path)[0].endswith("[IN-218]")


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("keepline.formats.workbook.LARGEST", 1_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(2_000_000))
    assert lines(path)[0].startswith("bomb.xlsx: the workbook unpacks to 2,000,000 bytes")


def test_an_empty_sheet_of_an_optional_table_is_said(files, tmp_path):
    files.remove("crews.csv")
    path = workbook(files, tmp_path / "two.xlsx", sheets={})
    assert folder.check(path).network is not None
    files.put("crews.csv", "")
    assert lines(workbook(files, tmp_path / "two.xlsx")) == [
        (
            "two.xlsx sheet crews: the sheet is empty. Expected a header and rows. Fill or "
            "remove it. "
            "[IN-206]"
        )
    ]
