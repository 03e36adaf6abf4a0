"""Write files and folders whole or not at all.

Everything is written beside its place, brought to the disk, and then swapped in by renaming. What
stood there before stays as it was until that moment, whatever goes wrong. On Linux a folder is
swapped in one step; elsewhere in two, and a kill just between them leaves the earlier folder beside
its place as ``.NAME.old-...``.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import uuid
from typing import TYPE_CHECKING

from keepline.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Content = bytes | Callable[[Path], object]


def write_folder(place: Path, files: Mapping[str, Content]) -> list[Path]:
    """Put a folder of files in the place of whatever folder is there.

    Args:
        place: The folder.
        files: By relative path: the bytes, or a function that writes the file at the path it is
            given.

    Returns:
        The files, in their final place, in order of name.

    Raises:
        StoreError: When anything cannot be written; the earlier folder then stands untouched.
    """
    beside = _beside(place, "new")
    with refusals_named(place):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            for name, content in sorted(files.items()):
                _write(beside / name, content)
            _sync_folders(beside)
            _swap(beside, place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return [place / name for name in sorted(files)]


def write_file(place: Path, content: Content) -> Path:
    """Put one file in its place, whole.

    Raises:
        StoreError: When it cannot be written; an earlier file then stands untouched.
    """
    beside = _beside(place, "new")
    with refusals_named(place):
        try:
            _write(beside, content)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    return place


@contextlib.contextmanager
def refusals_named(place: Path) -> Iterator[None]:
    """Turn what the disk refuses into a ``StoreError`` that names the place."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"{place} could not be written: {reason}. What stood there is as it was."
        raise StoreError(message, "KL-052") from error


def _beside(place: Path, word: str) -> Path:
    return place.parent / f".{place.name}.{word}-{uuid.uuid4().hex[:12]}"


def _write(place: Path, content: Content) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if callable(content):
        content(place)
        with place.open("rb+") as handle:
            os.fsync(handle.fileno())
        return
    with place.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _sync_folders(top: Path) -> None:
    if os.name != "posix":
        return
    for folder in (top, *(one for one in top.rglob("*") if one.is_dir())):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _swap(beside: Path, place: Path) -> None:
    if not place.exists():
        beside.rename(place)
        return
    if _exchanged(beside, place):
        return  # what stood there now stands beside, and is removed with it
    old = _beside(place, "old")
    place.rename(old)
    try:
        beside.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two paths in one step; return False where the system or the disk cannot."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    rename = getattr(libc, "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
    if rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.ENOSYS, errno.EINVAL}:
        return False
    raise OSError(number, os.strerror(number), str(other))
