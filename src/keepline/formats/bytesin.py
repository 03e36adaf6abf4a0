"""Read a file's bytes: the first door, where nothing has been believed yet."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from keepline.model.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from keepline.model.problems import Problems

#: The largest file that is read, in bytes.
LARGEST: Final = 4 * 2**30


def read_bytes(path: Path, file: str, problems: Problems) -> bytes | None:
    """Return a file's bytes, or report why they cannot be had."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            what = f"the file has {size:,} bytes, more than {LARGEST:,}"
            problems.add(Problem(file, "IN-219", what, mend="Split the network, or use Parquet"))
            return None
        return path.read_bytes()
    except PermissionError:
        what, mend = "the file may not be read: permission denied", "Give yourself leave to read it"
    except IsADirectoryError:
        what, mend = "it is a folder, not a file", "Put the table itself there"
    except FileNotFoundError:
        what, mend = "the file is not there", "Check the path"
    except OSError as error:
        what, mend = f"the file cannot be read: {error.strerror or error}", "Check the disk"
    problems.add(Problem(file, "IN-202", what, mend=mend))
    return None


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits.

    >>> fingerprint(b"abc")[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(content).hexdigest()


def text_of(content: bytes, file: str, problems: Problems, kind: str) -> bytes | None:
    """Return a text file's bytes as UTF-8 without its mark, or report that it is something else.

    Args:
        content: The file's bytes.
        file: Its name for the report.
        problems: Where the problem goes.
        kind: What it should have been, such as ``CSV``.
    """
    other = _other_kind(content)
    if other:
        what, mend = f"the file is {other}, whatever its name says", f"Save it as {kind} (UTF-8)"
        problems.add(Problem(file, "IN-213", what, f"{kind} text", mend))
        return None
    body = content.removeprefix(b"\xef\xbb\xbf")
    if body.isascii():
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        _report_encoding(body, error.start, len(content) - len(body), file, problems)
        return None
    return body


def _other_kind(content: bytes) -> str:
    signs = (
        (b"PK\x03\x04", "an Excel workbook or another zip file"),
        (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file"),
        (b"PAR1", "a Parquet file"),
        (b"\x1f\x8b", "a gzip file"),
        (b"%PDF", "a PDF file"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xfe", "text in UTF-16"),
        (b"\xfe\xff", "text in UTF-16"),
    )
    for sign, words in signs:
        if content.startswith(sign):
            return words
    return "binary" if b"\0" in content[:4096] else ""


def _report_encoding(body: bytes, at: int, mark: int, file: str, problems: Problems) -> None:
    row = body.count(b"\n", 0, at) + 1
    line = body[body.rfind(b"\n", 0, at) + 1 : at + 24].splitlines()[0]
    word = line.decode("cp1252", "replace")[-40:]
    likely = "Windows-1252 (Western European)" if _is_western(body) else "not Western European"
    what = f"byte {at + mark:,} (0x{body[at]:02x}) is not UTF-8; the file looks like {likely}"
    if _is_western(body):
        what += f', in which the place reads "{word.strip()}"'
    mend = "Save the file as CSV UTF-8" if file.lower().endswith("csv") else "Save it as UTF-8"
    problems.add(Problem(file, "IN-212", what, "UTF-8", mend, row=row))


def _is_western(body: bytes) -> bool:
    try:
        body.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True
