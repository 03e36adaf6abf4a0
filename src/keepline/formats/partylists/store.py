"""Keep lists in a folder, a version beside another, so that a decision's list can be shown again.

``FOLDER/LIST/VERSION/`` holds the five tables as Parquet and ``list.yaml``, which says what the
list is, when it was added, and the hash of each table.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import yaml

from keepline.formats.atomic import write_folder
from keepline.formats.tabletext import parquet_bytes
from keepline.model.errors import InputError, StoreError
from keepline.model.partylist import LIST_TABLES, PartyList

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ABOUT: Final = "list.yaml"
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def add(folder: Path, found: PartyList, at: dt.datetime) -> Path:
    """Keep a list; the same version kept before is written anew. Return its folder.

    Raises:
        InputError: When its name cannot name a folder.
        StoreError: When the disk refuses; what was kept stays as it was.
    """
    if not _NAME.fullmatch(found.list_id):
        raise InputError(
            f'"{found.list_id}" cannot name a list. Use small letters, digits and hyphens.',
            code="IN-522",
        )
    tables = {f"{name}.parquet": parquet_bytes(frame) for name, frame in found.tables.items()}
    about = {
        "list_id": found.list_id,
        "title": found.title,
        "publisher": found.publisher,
        "licence": found.licence,
        "format": found.format,
        "published": found.published,
        "added": at,
        "is_partial": found.is_partial,
        "version": found.version,
        "sha256": dict(found.sha256),
        "tables": {name: hashlib.sha256(one).hexdigest() for name, one in tables.items()},
    }
    text = yaml.safe_dump(about, sort_keys=False, allow_unicode=True).encode()
    place = folder / found.list_id / found.version
    write_folder(place, {**tables, ABOUT: text})
    return place


def kept(folder: Path) -> dict[str, list[str]]:
    """Return the versions of each list in a folder, the one added last first."""
    found: dict[str, list[tuple[dt.datetime, str]]] = {}
    for place in _places(folder):
        about = _about(place)
        found.setdefault(place.parent.name, []).append((about["added"], place.name))
    return {name: [one for _, one in sorted(found[name], reverse=True)] for name in sorted(found)}


def read(folder: Path, list_id: str, version: str | None = None) -> PartyList:
    """Read a kept list, the version that was added last unless another is named.

    Raises:
        InputError: When there is no such list or version.
        StoreError: When it is not whole, or was changed since.
    """
    versions = kept(folder).get(list_id, [])
    if not versions or (version is not None and version not in versions):
        told = ", ".join(versions) or "none"
        raise InputError(
            f"There is no list {list_id} {version or ''}".rstrip() + f"; kept versions: {told}.",
            code="IN-520",
        )
    place = folder / list_id / (version or versions[0])
    about = _about(place)
    tables = {name: _table(place, name, about["tables"]) for name in LIST_TABLES}
    return PartyList(
        list_id=about["list_id"],
        title=about["title"],
        publisher=about["publisher"],
        licence=about["licence"],
        format=about["format"],
        published=about["published"],
        sha256=about["sha256"],
        is_partial=about["is_partial"],
        entries=tables["entries"],
        names=tables["names"],
        addresses=tables["addresses"],
        identifiers=tables["identifiers"],
        holdings=tables["holdings"],
    )


def _places(folder: Path) -> Iterator[Path]:
    """Yield the folders of versions; what begins with a point is being written or was left over."""
    if folder.is_dir():
        for place in sorted(folder.glob("*/*/")):
            if not place.name.startswith(".") and not place.parent.name.startswith("."):
                yield place


def _about(place: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load((place / ABOUT).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _broken(place, f"{ABOUT} cannot be read") from error
    wanted = {"list_id", "title", "publisher", "licence", "format", "published", "added"}
    wanted |= {"is_partial", "version", "sha256", "tables"}
    if not isinstance(found, dict) or not wanted <= set(found):
        raise _broken(place, f"{ABOUT} does not say what it must")
    return found


def _table(place: Path, name: str, hashes: Mapping[str, str]) -> pl.DataFrame:
    file = f"{name}.parquet"
    try:
        content = (place / file).read_bytes()
    except OSError as error:
        raise _broken(place, f"{file} is not there") from error
    if hashlib.sha256(content).hexdigest() != hashes.get(file):
        raise _broken(place, f"{file} was changed")
    return pl.read_parquet(io.BytesIO(content))


def _broken(place: Path, why: str) -> StoreError:
    return StoreError(
        f"The version {place.name} of {place.parent.name} is not whole: {why}. Remove the folder "
        f"{place} and add the list again.",
        "IN-521",
    )
