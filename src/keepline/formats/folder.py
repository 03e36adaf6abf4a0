"""Read and write a network: a folder of tables, or one workbook.

A folder holds ``network.yaml`` and a ``NAME.csv`` or ``NAME.parquet`` for every table; a workbook
holds a sheet for each and a sheet ``network``. Everything that is wrong, in whatever file, comes
back at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from keepline.formats.bytesin import fingerprint, read_bytes
from keepline.formats.csvtext import read_csv
from keepline.formats.folderwrite import write
from keepline.formats.parquet import read_parquet
from keepline.formats.tablenames import tables_in_folder, tables_in_workbook
from keepline.formats.workbook import open_workbook, read_sheet, sheet_settings
from keepline.formats.yamltext import parse_yaml
from keepline.model.check import check_tables
from keepline.model.check.settings import Settings, check_settings
from keepline.model.check.tables import WORKERS, in_turn
from keepline.model.errors import InputError
from keepline.model.inputs import NEEDED
from keepline.model.network import Network, complete
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from keepline.model.check import Raw

__all__ = ["SETTINGS", "Checked", "check", "read", "write"]

SETTINGS: Final = "network.yaml"
_SHEET: Final = "network"


@dataclass(frozen=True)
class Checked:
    """Hold what a check of a network found.

    Attributes:
        network: The network; None when there is any problem that is more than a notice.
        problems: Every problem and notice, of all files.
        rows: How many rows were read from each table.
        hashes: SHA-256 of every file, by name.
    """

    network: Network | None
    problems: Problems
    rows: Mapping[str, int] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Found:
    settings: Settings | None = None
    raws: list[Raw] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    hashes: dict[str, Future[str]] = field(default_factory=dict)


def read(path: str | Path) -> Network:
    """Return the network that a folder or a workbook holds.

    Args:
        path: A folder with ``network.yaml`` and tables, or one ``.xlsx``.

    Returns:
        The network, every table in its declared columns and types, with the SHA-256 of each file.

    Raises:
        InputError: When anything is wrong, with all problems of all files.
    """
    checked = check(path)
    checked.problems.raise_if_any()
    if checked.network is None:
        raise InputError("The input holds no network.", checked.problems)
    return checked.network


def check(path: str | Path) -> Checked:
    """Read a network and return what was found, be it good or bad; it raises for no input.

    Args:
        path: A folder with ``network.yaml`` and tables, or one ``.xlsx``.
    """
    place, problems = Path(path), Problems()
    # hashing runs beside the checks, for it holds up neither Python nor Polars
    with ThreadPoolExecutor(WORKERS) as beside:
        found = _find(place, beside, problems)
        return Checked(None, problems) if found is None else _checked(found, problems)


def _checked(found: _Found, problems: Problems) -> Checked:
    typed = check_tables(found.raws, problems, found.unread)
    heights = {raw.name: raw.frame.height for raw in found.raws}
    _check_needed(found, heights, problems)
    hashes = {file: digest.result() for file, digest in sorted(found.hashes.items())}
    network = None
    if not problems.count and found.settings is not None:
        said = found.settings
        network = Network(
            said.name,
            said.currency,
            said.start,
            said.end,
            said.source,
            complete(typed),
            hashes,
        )
    return Checked(network, problems, heights, hashes)


def _find(place: Path, beside: ThreadPoolExecutor, problems: Problems) -> _Found | None:
    try:
        if place.is_dir():
            return _from_folder(place, beside, problems)
        if place.is_file():
            return _from_workbook(place, beside, problems)
        what = "there is no such folder or file"
    except (OSError, ValueError) as error:
        what = f"the path cannot be used: {getattr(error, 'strerror', None) or error}"
    expected, mend = "a network folder, or a workbook (.xlsx)", "Check the path"
    problems.add(Problem(place.name or str(place), "IN-201", what, expected, mend))
    return None


def _from_folder(place: Path, beside: ThreadPoolExecutor, problems: Problems) -> _Found:
    out = _Found()
    names = sorted(one.name for one in place.iterdir())
    _read_settings(place, names, out, beside, problems)
    chosen = tables_in_folder(names, problems)
    out.unread.update(chosen.unread)
    reads = {}
    for name, file in chosen.tables.items():
        content = read_bytes(place / file, file, problems)
        if content is None:
            out.unread.add(name)
        else:
            reader = read_parquet if file.lower().endswith(".parquet") else read_csv
            reads[name] = partial(reader, content, name, file), file, content
    raws = in_turn((read for read, _, _ in reads.values()), beside, problems)
    for name, raw in zip(reads, raws, strict=True):
        if raw is None:
            out.unread.add(name)
        else:
            out.raws.append(raw)
    # reading keeps every core busy; the checks leave one free, and hashing takes it
    for _, file, content in reads.values():
        out.hashes[file] = beside.submit(fingerprint, content)
    return out


def _read_settings(
    place: Path, names: list[str], out: _Found, beside: ThreadPoolExecutor, problems: Problems
) -> None:
    if SETTINGS not in names:
        near = [one for one in names if one.lower().endswith((".yaml", ".yml"))]
        books = [one for one in names if one.lower().endswith(".xlsx")]
        mend = "Add it: format, name, currency, start, end"
        if books:
            mend = f"Add it, or give the workbook itself ({books[0]})"
        if len(near) == 1:
            mend = f"Is {near[0]} meant? Name it {SETTINGS}"
        what = "the file is missing"
        problems.add(Problem(SETTINGS, "IN-340", what, "the settings of the network", mend))
        return
    content = read_bytes(place / SETTINGS, SETTINGS, problems)
    if content is None:
        return
    out.hashes[SETTINGS] = beside.submit(fingerprint, content)
    found = parse_yaml(content, SETTINGS, problems)
    if found is not None:
        out.settings = check_settings(found.values, SETTINGS, problems, found.lines)


def _from_workbook(place: Path, beside: ThreadPoolExecutor, problems: Problems) -> _Found | None:
    file = place.name
    if place.suffix.lower() not in {".xlsx", ".xlsm"}:
        what, mend = (
            "it is neither a folder nor a workbook",
            "Give the folder that holds the tables",
        )
        expected = "a network folder, or a workbook (.xlsx)"
        problems.add(Problem(file, "IN-201", what, expected, mend))
        return None
    content = read_bytes(place, file, problems)
    book = None if content is None else open_workbook(content, file, problems)
    if content is None or book is None:
        return None
    out = _Found(hashes={file: beside.submit(fingerprint, content)})
    if _SHEET in book.sheets:
        values = sheet_settings(book, _SHEET, problems)
        out.settings = check_settings(values, book.name_of(_SHEET), problems)
    else:
        what, mend = "the sheet network is missing", "Add it: format, name, currency, start, end"
        problems.add(Problem(file, "IN-340", what, "keys in column A, values in B", mend))
    chosen = tables_in_workbook([one for one in book.sheets if one != _SHEET], file, problems)
    out.unread.update(chosen.unread)
    for name, sheet in chosen.tables.items():
        raw = read_sheet(book, sheet, name, problems)
        if raw is None:
            out.unread.add(name)
        else:
            out.raws.append(raw)
    return out


def _check_needed(found: _Found, heights: Mapping[str, int], problems: Problems) -> None:
    files = {raw.name: raw.file for raw in found.raws}
    spoilt = {raw.name for raw in found.raws if raw.spoilt.height}
    for name in NEEDED:
        if name in found.unread:
            continue
        if name not in heights:
            what = f"the table {name} is missing"
            expected, mend = "a network has " + ", ".join(NEEDED), f"Add {name}.csv"
            problems.add(Problem(f"{name}.csv", "IN-203", what, expected, mend))
        elif not heights[name] and name not in spoilt:
            what = "the table has a header and no rows"
            problems.add(Problem(files[name], "IN-207", what, "one row at least", "Add its rows"))
