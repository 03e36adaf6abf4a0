"""Write a network folder."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from keepline.formats.atomic import write_folder
from keepline.formats.tabletext import csv_bytes, parquet_bytes
from keepline.model.check.settings import FORMAT, KEYS
from keepline.model.errors import StoreError
from keepline.model.inputs import INPUTS
from keepline.model.network import Network

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

    from keepline.formats.atomic import Content

_SETTINGS: Final = "network.yaml"


def write(
    tables: Mapping[str, pl.DataFrame] | Network,
    settings: Mapping[str, object] | object | None,
    path: str | Path,
    *,
    parquet: Collection[str] = (),
) -> Path:
    """Write a network folder; an earlier one stays as it was until the new one is whole.

    Files beside the tables are kept. Tables without rows are left out. Reading the folder gives
    equal tables again. A folder that holds anything but a network is not replaced.

    Args:
        tables: Frames by the name of their table, or a network.
        settings: ``name``, ``currency``, ``start``, ``end`` and, if known, ``source``; a mapping
            or anything with these attributes; None to take them from the network.
        path: The folder.
        parquet: Tables to be written as Parquet instead of CSV.

    Returns:
        The folder.

    Raises:
        StoreError: When it cannot be written, or when something else stands there.
    """
    place = Path(path)
    _refuse_strange(place)
    frames = tables.tables if isinstance(tables, Network) else tables
    said = tables if settings is None and isinstance(tables, Network) else settings
    files: dict[str, Content] = dict(_kept(place))
    files |= {_SETTINGS: settings_text(_plain(said)).encode()}
    for name in INPUTS:
        frame = frames.get(name)
        if frame is None or not (frame.height or name in parquet):
            continue
        if name in parquet:
            files[f"{name}.parquet"] = parquet_bytes(frame)
        else:
            files[f"{name}.csv"] = csv_bytes(frame)
    write_folder(place, files)
    return place


def _kept(place: Path) -> dict[str, Content]:
    # a scenario or a note beside the tables is the user's; a table that is gone must not come back
    if not place.is_dir():
        return {}
    tables = {f"{name}{suffix}" for name in INPUTS for suffix in (".csv", ".parquet")}
    return {
        one.relative_to(place).as_posix(): partial(shutil.copyfile, one)
        for one in place.rglob("*")
        if one.is_file() and one.relative_to(place).as_posix() not in tables
    }


def settings_text(values: Mapping[str, object]) -> str:
    """Return the text of ``network.yaml``.

    >>> print(settings_text({"name": "UK", "start": dt.date(2020, 6, 22)}), end="")
    format: 1
    name: "UK"
    start: 2020-06-22
    """
    lines = [f"format: {FORMAT}"]
    for key in KEYS[1:]:
        value = values.get(key)
        if value in (None, ""):
            continue
        # a JSON string is a YAML string, whatever stands in it
        text = str(value) if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)
        lines.append(f"{key}: {text}")
    return "\n".join(lines) + "\n"


def _plain(settings: object) -> Mapping[str, object]:
    if isinstance(settings, Mapping):
        return settings
    if is_dataclass(settings):
        names = {one.name for one in fields(settings)}
        return {key: getattr(settings, key) for key in KEYS if key in names}
    return {key: getattr(settings, key) for key in KEYS if hasattr(settings, key)}


def _refuse_strange(place: Path) -> None:
    if place.is_dir() and any(place.iterdir()) and not (place / _SETTINGS).is_file():
        message = f"{place} holds something that is not a network; choose another folder."
        raise StoreError(message, "KL-053")
    if place.exists() and not place.is_dir():
        message = f"{place} is a file; a network is written as a folder."
        raise StoreError(message, "KL-053")
