"""Keep decisions in a file that only grows: one JSON object a line, each bound to the one before.

Every line carries the hash of the line before it, so that a line that was taken out, changed or
put in is found when the file is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

from keepline.formats.atomic import refusals_named
from keepline.model.decisions import SAID, Candidate, Decision
from keepline.model.errors import StoreError
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

NAME: Final = "decisions.jsonl"
_START: Final = "0" * 64
_TEXTS: Final = (
    "supplier_id", "list_id", "entry_id", "said", "by", "at", "why", "names_print", "entry_print",
    "list_version", "name", "listed_name", "band", "before",
)  # fmt: skip


def place_of(network: Path) -> Path:
    """Return where the decisions on a network stand: in its folder, or beside its workbook."""
    if network.suffix.lower() == ".xlsx":
        return network.with_name(f"{network.stem}.{NAME}")
    return network / NAME


def read(place: Path) -> list[Decision]:
    """Read all decisions, in the order in which they were made; none where there is no file.

    Raises:
        InputError: With every line that is no decision, or is not bound to the one before.
        StoreError: When the file cannot be read.
    """
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{place} cannot be read: {error.strerror or error}.", "KL-052") from error
    problems = Problems()
    found = []
    before = _START
    for number, line in enumerate(content.splitlines(), 1):
        decision = _decision(line, before, place.name, number, problems)
        if decision is not None:
            found.append(decision)
        before = _hash(line)
    problems.raise_if_any()
    return found


def append(place: Path, decisions: Iterable[Decision]) -> int:
    """Add decisions behind those that stand there; return how many.

    Raises:
        InputError: When the file as it stands is broken.
        StoreError: When the disk refuses; what stood there is as it was.
    """
    read(place)
    content = place.read_bytes() if place.exists() else b""
    lines = content.splitlines()
    before = _hash(lines[-1]) if lines else _START
    written: list[bytes] = []
    for decision in decisions:
        line = json.dumps(_told(decision, before), ensure_ascii=False, sort_keys=True).encode(
            "utf-8", "surrogatepass"
        )
        written.append(line + b"\n")
        before = _hash(line)
    lead = b"" if not content or content.endswith(b"\n") else b"\n"
    with refusals_named(place), place.open("ab") as handle:
        size = handle.tell()
        try:
            handle.write(lead + b"".join(written))
            handle.flush()
            os.fsync(handle.fileno())
        except OSError:
            handle.truncate(size)
            raise
    return len(written)


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _told(decision: Decision, before: str) -> dict[str, Any]:
    return {
        **decision.candidate._asdict(),
        "said": decision.said,
        "by": decision.by,
        "at": decision.at.astimezone(dt.UTC).isoformat(),
        "why": decision.why,
        "names_print": decision.names_print,
        "entry_print": decision.entry_print,
        "list_version": decision.list_version,
        "name": decision.name,
        "listed_name": decision.listed_name,
        "score": decision.score,
        "band": decision.band,
        "before": before,
    }


def _decision(
    line: bytes, before: str, file: str, number: int, problems: Problems
) -> Decision | None:
    try:
        found = json.loads(line.decode("utf-8", "surrogatepass"))
        at = dt.datetime.fromisoformat(found["at"])
        score = float(found["score"])
        is_whole = all(isinstance(found.get(key), str) for key in _TEXTS) and found["said"] in SAID
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_whole = False
    if not is_whole or at.tzinfo is None:
        what, expected = "the line is no decision", "a line as keepline decide writes it"
        mend = "Take the file from a backup; lines are never changed by hand"
        problems.add(Problem(file, "IN-523", what, expected, mend, number))
        return None
    if found["before"] != before:
        what = "a line before it was changed, taken out or put in"
        mend = "Take the file from a backup; lines are never changed by hand"
        problems.add(Problem(file, "IN-524", what, "the hash of the line before", mend, number))
    return Decision(
        Candidate(found["supplier_id"], found["list_id"], found["entry_id"]),
        at=at,
        score=score,
        **{key: found[key] for key in _TEXTS[3:13] if key != "at"},
    )


def columns_of(decisions: Sequence[Decision]) -> dict[str, list[object]]:
    """Return decisions as columns, to be exported."""
    told = [_told(one, "") for one in decisions]
    names = [key for key in _told(decisions[0], "") if key != "before"] if decisions else []
    return {name: [one[name] for one in told] for name in names}
