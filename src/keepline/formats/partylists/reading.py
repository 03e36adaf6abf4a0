"""Read a list in whatever format it is published in: told by its content, never by its name."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keepline.formats.bytesin import read_bytes
from keepline.formats.partylists import covered, csl, ftm, ofac, plain, uk
from keepline.formats.partylists.gathering import Gathered
from keepline.model.errors import InputError
from keepline.model.partylist import PartyList
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    Reader = Callable[[Mapping[str, bytes], Gathered], None]

_US: Final = "US government work, in the public domain in the United States"
_UK: Final = "Open Government Licence v3.0"
_OWN: Final = "as its publisher says"
#: Bytes that are looked at to tell a format.
_HEAD: Final = 20_000


@dataclass(frozen=True)
class Format:
    """Hold how a list is read, and what is known of its publisher.

    Attributes:
        name: What the format is called.
        list_id: The usual name of the list.
        title: Its title.
        publisher: Who publishes it.
        licence: Its terms.
        read: Puts what files hold into the tables.
    """

    name: str
    list_id: str
    title: str
    publisher: str
    licence: str
    read: Reader


FORMATS: Final = {
    one.name: one
    for one in (
        Format("csl-csv", "us-csl", "Consolidated Screening List",
               "US International Trade Administration", _US, csl.read_csv),
        Format("csl-json", "us-csl", "Consolidated Screening List",
               "US International Trade Administration", _US, csl.read_json),
        Format("ofac-csv", "ofac-sdn", "Specially Designated Nationals and Blocked Persons",
               "US Treasury, Office of Foreign Assets Control", _US, ofac.read),
        Format("bis-dpl", "us-dpl", "Denied Persons List",
               "US Bureau of Industry and Security", _US, plain.read_denied),
        Format("bis-mieu", "us-mieu", "Military-intelligence end users",
               "US Bureau of Industry and Security", _US, plain.read_end_users),
        Format("fcc-covered", "fcc-covered", "Covered List",
               "US Federal Communications Commission", _US, covered.read),
        Format("uk-xml", "uk-sanctions", "UK Sanctions List",
               "UK Foreign, Commonwealth and Development Office", _UK, uk.read_xml),
        Format("uk-csv", "uk-sanctions", "UK Sanctions List",
               "UK Foreign, Commonwealth and Development Office", _UK, uk.read_csv),
        Format("ftm-json", "ftm", "FollowTheMoney entities", "not said", _OWN, ftm.read),
        Format("names-csv", "names", "A list of names", "not said", _OWN, plain.read_names),
    )
}  # fmt: skip
_HEADERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "csl-csv": (",", ("source", "name", "alt_names", "license_policy")),
    "bis-dpl": ("\t", ("Name", "Standard_Order", "FR_Citation")),
    "bis-mieu": (",", ("Type", "Name", "Program", "Source URL")),
    "fcc-covered": (",", covered.COLUMNS),
    "uk-csv": (",", ("Unique ID", "Name 6", "Regime Name")),
    "names-csv": (",", ("name", "relation", "first_listed")),
}


def detect(content: bytes) -> str | None:
    """Return the name of the format that a file is in, or None."""
    if content[:2] == b"\x1f\x8b":
        return None
    if declared := _markup(content):
        return declared
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip()
    if head[:1] in ("{", "["):
        return _json_format(head)
    if head.lower().lstrip('"').startswith("report date"):
        head = head.split("\n", 1)[-1]
    first = head.splitlines()[0] if head else ""
    for name, (delimiter, columns) in _HEADERS.items():
        cells = {one.strip() for one in next(csv.reader([first], delimiter=delimiter), [])}
        # one column may be missing: then it is told, and the format still known
        if sum(column in cells for column in columns) >= max(2, len(columns) - 1):
            return name
    return "ofac-csv" if ofac.part_of(head) else None


def _markup(content: bytes) -> str | None:
    start = content[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return "uk-xml" if start.startswith(b"<") else None


def _json_format(head: str) -> str | None:
    first = head.splitlines()[0]
    try:
        found = json.loads(first)
    except (json.JSONDecodeError, RecursionError):
        found = None
    if isinstance(found, dict) and {"schema", "properties"} & set(found):
        return "ftm-json"
    if '"alt_names"' in head or '"source_list_url"' in head or '"results"' in head:
        return "csl-json"
    return "ftm-json" if '"schema"' in head and '"properties"' in head else None


def read_files(
    paths: Iterable[Path],
    *,
    list_id: str | None = None,
    published: dt.date | None = None,
    is_partial: bool = False,
) -> PartyList:
    """Read the files of one list.

    Args:
        paths: Its files: one, or for OFAC up to three.
        list_id: What to call it; its usual name if left out.
        published: The day for which it stands; else the last day that its content tells.
        is_partial: Whether it is known to be only a part.

    Raises:
        InputError: With every problem.
    """
    problems = Problems()
    found = {path.name: read_bytes(path, path.name, problems) for path in paths}
    problems.raise_if_any()
    contents = {name: content for name, content in found.items() if content is not None}
    return read_contents(contents, list_id=list_id, published=published, is_partial=is_partial)


def read_contents(
    contents: Mapping[str, bytes],
    *,
    list_id: str | None = None,
    published: dt.date | None = None,
    is_partial: bool = False,
) -> PartyList:
    """Read the files of one list from their bytes; see ``read_files``."""
    problems = Problems()
    plain_bytes = {name: _unpacked(name, one, problems) for name, one in contents.items()}
    problems.raise_if_any()
    kinds = {name: detect(one) for name, one in plain_bytes.items()}
    for name, kind in kinds.items():
        if kind is None:
            is_empty = not plain_bytes[name].removeprefix(b"\xef\xbb\xbf").strip()
            what = "the file is empty" if is_empty else "the file is in no format that is read"
            problems.add(
                Problem(
                    name, "IN-502" if is_empty else "IN-501", what,
                    "one of " + ", ".join(FORMATS), "Fetch the list in one of these formats",
                )
            )  # fmt: skip
    problems.raise_if_any()
    if len(set(kinds.values())) != 1 or (len(kinds) > 1 and "ofac-csv" not in kinds.values()):
        said = ", ".join(f"{name} ({kind})" for name, kind in kinds.items()) or "no file"
        raise InputError(
            f"These are not the files of one list: {said}. Give one file; for OFAC its sdn, alt "
            "and add.",
            code="IN-510",
        )
    form = FORMATS[str(next(iter(kinds.values())))]
    gathered = Gathered(problems)
    form.read(plain_bytes, gathered)
    tables = gathered.tables()
    problems.raise_if_any()
    return PartyList(
        list_id=list_id or form.list_id,
        title=form.title,
        publisher=form.publisher,
        licence=form.licence,
        format=form.name,
        published=published or gathered.published,
        sha256={name: hashlib.sha256(one).hexdigest() for name, one in contents.items()},
        is_partial=is_partial,
        notices=tuple(problems.notices),
        **tables,
    )


def _unpacked(name: str, content: bytes, problems: Problems) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as error:
        what = f"the compressed file breaks off ({error})"
        problems.add(Problem(name, "IN-505", what, "a whole file", "Fetch the file again"))
        return b""
