"""Read lists that are one table: the Denied Persons, the military-intelligence end users, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.formats.partylists.rows import SPACES, headed_rows, text_in
from keepline.formats.partylists.said import id_of, remarks_of
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keepline.formats.partylists.gathering import Gathered
    from keepline.formats.partylists.rows import Row

DENIED: Final = (
    "Name", "Street_Address", "City", "State", "Country", "Postal_Code", "Effective_Date",
    "Expiration_Date", "Standard_Order", "Last_Update", "Action", "FR_Citation",
)  # fmt: skip
END_USERS: Final = (
    "Type", "Name", "Alias", "Country", "Topics", "Program", "Date", "End date", "Source URL"
)  # fmt: skip
NAMES: Final = ("name", "country", "relation", "first_listed", "source")
_KINDS: Final = {
    "organization": "organisation", "company": "organisation", "publicbody": "organisation",
    "legalentity": "unknown", "person": "person", "vessel": "vessel",
}  # fmt: skip


def _rows(
    files: Mapping[str, bytes], gathered: Gathered, columns: Sequence[str], delimiter: str
) -> Iterator[tuple[str, Row]]:
    """Yield the rows that have a name, each with its file; report those that have none."""
    named = next(one for one in columns if one.casefold() == "name")
    for file, content in files.items():
        text = text_in(content, file, gathered.problems)
        if text is None:
            continue
        for row in headed_rows(text, file, gathered.problems, columns, delimiter=delimiter):
            if row.cells[named].strip(SPACES):
                yield file, row
            else:
                gathered.problems.add(
                    Problem(
                        file, "IN-508", "the name is empty", "the name of a party",
                        "Fetch the file again", row.line, named,
                    )
                )  # fmt: skip


def _others(row: Row, columns: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in row.cells.items() if key not in columns]


def read_denied(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read the Denied Persons List; rows of one name, order and dates are one entry."""
    for file, row in _rows(files, gathered, DENIED, "\t"):
        cells = {key: one.strip(SPACES) for key, one in row.cells.items()}
        dates = ("Effective_Date", "Expiration_Date")
        entry_id = id_of([cells["Name"], *(cells[one] for one in dates)])
        code = gathered.country(cells["Country"], file, row.line, "Country")
        since, until = (gathered.day(cells[one], file, row.line, one) for one in dates)
        said = (("", "Action"), ("Federal Register", "FR_Citation"), ("Standard order",
                "Standard_Order"), ("Last update", "Last_Update"))  # fmt: skip
        gathered.entry(
            entry_id,
            "unknown",
            countries=[code],
            programmes=["DPL"],
            listed_on=since,
            ends_on=until,
            remarks=remarks_of(
                [*((label, cells[key]) for label, key in said), *_others(row, DENIED)]
            ),
        )
        gathered.appeared(gathered.day(cells["Last_Update"], file, row.line, "Last_Update"))
        gathered.name(entry_id, cells["Name"])
        street = ", ".join(
            cells[one] for one in ("Street_Address", "State", "Postal_Code") if cells[one]
        )
        gathered.address(entry_id, street, cells["City"], code)


def read_end_users(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read the table of military-intelligence end users."""
    for file, row in _rows(files, gathered, END_USERS, ","):
        cells = {key: one.strip(SPACES) for key, one in row.cells.items()}
        entry_id = id_of([cells["Name"], cells["Country"]])
        since = gathered.day(cells["Date"], file, row.line, "Date")
        gathered.appeared(since)
        gathered.entry(
            entry_id,
            _KINDS.get(cells["Type"].casefold(), "unknown"),
            countries=[gathered.country(cells["Country"], file, row.line, "Country")],
            programmes=[cells["Program"]],
            listed_on=since,
            ends_on=gathered.day(cells["End date"], file, row.line, "End date"),
            remarks=remarks_of([("Topics", cells["Topics"]), *_others(row, END_USERS)]),
            url=cells["Source URL"],
        )
        gathered.name(entry_id, cells["Name"])
        for alias in cells["Alias"].split(";"):
            gathered.name(entry_id, alias, "alias")


def read_names(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read a list of one's own: a name a row, each an entry of its own."""
    for file, row in _rows(files, gathered, NAMES, ","):
        cells = {key: one.strip(SPACES) for key, one in row.cells.items()}
        entry_id = id_of([cells["name"], cells["country"]])
        since = gathered.day(cells["first_listed"], file, row.line, "first_listed")
        gathered.appeared(since)
        said = [("Relation", cells["relation"]), ("Source", cells["source"])]
        gathered.entry(
            entry_id,
            "organisation",
            countries=[gathered.country(cells["country"], file, row.line, "country")],
            listed_on=since,
            remarks=remarks_of([*said, *_others(row, NAMES)]),
        )
        gathered.name(entry_id, cells["name"])
