"""Write and read what a run leaves behind: a plan's folder, lists of problems, single texts.

A plan's folder holds ``plan.json`` (summary and provenance), ``tables/NAME.csv`` and
``tables/NAME.parquet``, and whatever the report adds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.formats.atomic import refusals_named, write_file, write_folder
from keepline.formats.bytesin import read_bytes
from keepline.formats.guard import guarded
from keepline.formats.tabletext import csv_bytes, parquet_bytes
from keepline.model.errors import InputError, StoreError
from keepline.model.plan import Plan, plan_from_json
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.formats.atomic import Content

PLAN: Final = "plan.json"
REPLAY: Final = "replay.json"
RULES: Final = "rules.json"
SWAP: Final = "swap.json"
ISSUES: Final = "issues.csv"
_LEFT_BY_SYSTEMS: Final = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


def write_plan(path: str | Path, plan: Plan, files: Mapping[str, Content]) -> list[Path]:
    """Write a plan's folder; an earlier plan there stays as it was until the new one is whole.

    Args:
        path: The folder: a new one, an empty one, or one with an earlier plan and nothing else.
        plan: The plan: it becomes ``plan.json`` and the tables.
        files: Further files by relative path: their bytes, or a function that writes the file at
            the path it is given.

    Returns:
        The files that were written, in order of name.

    Raises:
        StoreError: When something else stands there, or the disk refuses.
    """
    place = Path(path)
    refuse_foreign(place)
    everything: dict[str, Content] = dict(files)
    for name, table in plan.tables.items():
        everything[f"tables/{name}.csv"] = csv_bytes(table)
        everything[f"tables/{name}.parquet"] = parquet_bytes(table)
    everything[PLAN] = b""
    listed = {**plan.to_json(), "files": sorted(everything)}
    text = json.dumps(listed, indent=2, ensure_ascii=False, allow_nan=False)
    everything[PLAN] = (text + "\n").encode("utf-8")
    return write_folder(place, everything)


def write_replay(
    path: str | Path,
    told: Mapping[str, object],
    tables: Mapping[str, pl.DataFrame],
    files: Mapping[str, Content],
) -> list[Path]:
    """Write the folder of a replay: ``replay.json``, the tables and further files.

    Raises:
        StoreError: When something else stands there, or the disk refuses.
    """
    return write_answer(path, told, tables, files, REPLAY)


def write_answer(
    path: str | Path,
    told: Mapping[str, object],
    tables: Mapping[str, pl.DataFrame],
    files: Mapping[str, Content],
    sign: str,
) -> list[Path]:
    """Write the folder of an answer: its sign, such as ``replay.json``, the tables, further files.

    Args:
        path: The folder: a new one, an empty one, or one with an earlier answer and nothing else.
        told: What the sign says; the list of files is added.
        tables: The result tables by name.
        files: Further files by relative path.
        sign: The file by which such an answer is known.

    Returns:
        The files that were written, in order of name.

    Raises:
        StoreError: When something else stands there, or the disk refuses.
    """
    place = Path(path)
    refuse_foreign(place, sign)
    everything: dict[str, Content] = dict(files)
    for name, table in tables.items():
        everything[f"tables/{name}.csv"] = csv_bytes(table)
        everything[f"tables/{name}.parquet"] = parquet_bytes(table)
    everything[sign] = b""
    listed = {**told, "files": sorted(everything)}
    text = json.dumps(listed, indent=2, ensure_ascii=False, allow_nan=False)
    everything[sign] = (text + "\n").encode("utf-8")
    return write_folder(place, everything)


def read_plan(path: str | Path) -> Plan:
    """Return the plan that a folder holds.

    Raises:
        InputError: When the folder holds no finished plan, or one that was changed.
    """
    place, problems = Path(path), Problems()
    content = read_bytes(place / PLAN, PLAN, problems)
    values = None if content is None else guarded(lambda: json.loads(content))
    if content is not None and not isinstance(values, dict):
        problems.add(Problem(PLAN, "IN-221", "it is not a plan that Keepline wrote"))
    problems.raise_if_any()
    tables: dict[str, pl.DataFrame] = {}
    listed = values.get("tables") if isinstance(values, dict) else None
    for name in listed if isinstance(listed, dict) else ():
        file = f"tables/{Path(str(name)).name}.parquet"
        raw = read_bytes(place / file, file, problems)
        frame = None if raw is None else guarded(lambda raw=raw: pl.read_parquet(raw))  # type: ignore[misc]
        if raw is not None and frame is None:
            problems.add(Problem(file, "IN-216", "the file is not whole", "a table of the plan"))
        if frame is not None:
            tables[str(name)] = frame
    problems.raise_if_any()
    try:
        return plan_from_json(values or {}, tables)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"it is not a plan that this version reads ({type(error).__name__}: {error})"
        problems.add(Problem(PLAN, "IN-221", what, mend="Make the plan again"))
        raise InputError("The folder holds no plan that can be read.", problems) from error


def write_text(path: str | Path, text: str) -> Path:
    """Write a text file (UTF-8, lines as they are), whole or not at all.

    Raises:
        StoreError: When it cannot be written.
    """
    return write_file(Path(path), text.encode("utf-8"))


def write_issues(path: str | Path, problems: Problems) -> Path:
    """Write every problem and notice as a row of a CSV.

    Args:
        path: The file, or the folder that gets an ``issues.csv``.
        problems: What was found.

    Returns:
        The file.

    Raises:
        StoreError: When it cannot be written.
    """
    place = Path(path)
    target = place / ISSUES if place.is_dir() else place
    return write_file(target, csv_bytes(problems.table()))


def refuse_foreign(path: str | Path, sign: str = PLAN) -> None:
    """Refuse a place where something stands that is no earlier plan; best asked before the work.

    A plan replaces an earlier one and nothing else: neither a folder without ``plan.json``, nor one
    in which there is a file that Keepline did not write.

    Args:
        path: The folder.
        sign: The file by which an earlier one is known: that of a plan, a replay, an answer on
            rules, or a programme of swaps.

    Raises:
        StoreError: When a plan must not be written there.
    """
    place, noun = Path(path), sign.removesuffix(".json")
    if place.exists() and not place.is_dir():
        raise StoreError(f"{place} is a file; a {noun} is written as a folder.", "KL-053")
    if not place.is_dir():
        return
    with refusals_named(place):
        standing = {
            one.relative_to(place).as_posix()
            for one in place.rglob("*")
            if one.is_file() and one.name not in _LEFT_BY_SYSTEMS
        }
        strange = sorted(standing - {sign, *_written_before(place, sign)})
    if standing and sign not in standing:
        message = f"{place} holds something that is not a {noun}; choose another folder."
        raise StoreError(message, "KL-053")
    if strange:
        message = f"{place} holds {strange[0]}, which Keepline did not write; move it away first."
        raise StoreError(message, "KL-053")


def _written_before(place: Path, sign: str) -> list[str]:
    content = (place / sign).read_bytes() if (place / sign).is_file() else b""
    values = guarded(lambda: json.loads(content))
    listed = values.get("files") if isinstance(values, dict) else None
    return [str(one) for one in listed] if isinstance(listed, list) else []
