"""Public lists of US agencies as they were on some day; data only, each file as it was published.

They are there so that screening can be tried at once, and are old: ``keepline lists`` says of what
day, and ``keepline lists add`` takes the lists of today. ``SOURCES.md`` has the source, licence
and hash of each file.
"""

from __future__ import annotations

import gzip
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Shipped(NamedTuple):
    """A list that ships: its files, and whether they are only a part of it."""

    files: tuple[str, ...]
    is_partial: bool


LISTS: Final[Mapping[str, Shipped]] = {
    "ofac-sdn": Shipped(("ofac_sdn.csv", "ofac_alt.csv", "ofac_add.csv"), is_partial=False),
    "us-dpl": Shipped(("bis_dpl.txt",), is_partial=False),
    "us-mieu": Shipped(("bis_mieu.csv",), is_partial=False),
    "fcc-covered": Shipped(("fcc_covered_list_table.csv",), is_partial=False),
    "us-csl-sample": Shipped(("csl_sample_2025_29cols.csv",), is_partial=True),
    "us-csl-sample-2019": Shipped(("csl_sample_v1.csv",), is_partial=True),
    "huawei-entity-list": Shipped(("huawei_entity_list_names.csv",), is_partial=True),
}

__all__ = ["LISTS", "Shipped", "contents"]


def contents(list_id: str) -> dict[str, bytes]:
    """Return the files of a list, as they were published."""
    here = files(__package__)
    return {
        name: gzip.decompress(here.joinpath(f"{name}.gz").read_bytes())
        for name in LISTS[list_id].files
    }
