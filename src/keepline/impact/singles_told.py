"""Write single losses and pairs down as declared result tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from keepline.model.results import MODES, RESULTS
from keepline.model.singles_results import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from keepline.impact.singles_ground import Fallen, Ground
    from keepline.impact.singles_lasting import Lasts

    Flags = NDArray[np.bool_]
    Key = tuple[float, float, float, int, str]


class Single(NamedTuple):
    """Hold what a label takes.

    Attributes:
        label: The label.
        key: Its place among others, the least being the worst.
        sure: What parts lose.
        perhaps: The same if all facts that are missing turn out badly.
        for_good: Of which parts new supply is gone even if every source were approved [parts].
    """

    label: int
    key: Key
    sure: Fallen
    perhaps: Fallen
    for_good: Flags


class Pair(NamedTuple):
    """Hold what two labels take together: their place, and the parts that neither takes."""

    key: tuple[float, float, float, int, int]
    label: int
    other: int
    parts: Flags


def singles_told(ground: Ground, found: Sequence[Single], left: Sequence[Lasts]) -> pl.DataFrame:
    """Return the table of single losses."""
    named = ground.named
    rows = []
    for place, (one, last) in enumerate(zip(found, left, strict=True), 1):
        sure, traffic = one.sure, -one.key[0]
        repair, software = (np.isfinite(sure.gone[MODES.index(one)]) for one in MODES[1:])
        rows.append(
            {
                "rank": place,
                "kind": KINDS[named.kind[one.label]],
                "label": named.label[one.label],
                "name": named.name[one.label],
                "parts_lost": int(sure.lost.sum()),
                "parts_lost_for_good": int(one.for_good.sum()),
                "parts_touched": int((sure.touched & ~sure.lost).sum()),
                "repair_lost": int(repair.sum()),
                "software_lost": int(software.sum()),
                "parts_unmapped": int((one.perhaps.lost & ~sure.lost).sum()),
                "first_lost_days": _day(float(sure.gone[0].min(initial=np.inf))),
                "units": 0.0 - one.key[1],
                "traffic": 0.0 + traffic,
                "traffic_share": ground.behind.share(traffic),
                "survive_at_least_days": last.at_least,
                "survive_at_most_days": last.at_most,
                "worst_part_id": last.part_id,
            }
        )
    return _declared("single_losses", rows)


def losses_of_parts(ground: Ground, found: Sequence[Single]) -> pl.DataFrame:
    """Return the table of what parts lose: what is sure, and where nothing is, what is perhaps."""
    named, ids = ground.named, ground.offers.parts["part_id"].to_list()
    rows = []
    for one in found:
        kind, label = KINDS[named.kind[one.label]], named.label[one.label]
        for part in np.flatnonzero(one.perhaps.touched | one.sure.touched).tolist():
            is_sure = bool(one.sure.touched[part])
            told = one.sure if is_sure else one.perhaps
            rows.append(
                {
                    "kind": kind,
                    "label": label,
                    "part_id": ids[part],
                    "certainty": "sure" if is_sure else "unknown",
                    "supply_short_days": _day(told.short[0, part]),
                    "supply_lost_days": _day(told.gone[0, part]),
                    "repair_short_days": _day(told.short[1, part]),
                    "software_short_days": _day(told.short[2, part]),
                    "share_lost": 1.0 - float(told.left[0, part]),
                    "units": float(ground.behind.units[part]),
                }
            )
    return _declared("single_losses_parts", rows)


def pairs_told(ground: Ground, pairs: Sequence[Pair]) -> pl.DataFrame:
    """Return the table of pairs."""
    named, ids = ground.named, ground.offers.parts["part_id"]
    rows = [
        {
            "rank": place,
            "kind": KINDS[named.kind[pair.label]],
            "label": named.label[pair.label],
            "other_kind": KINDS[named.kind[pair.other]],
            "other_label": named.label[pair.other],
            "parts_lost": int(pair.parts.sum()),
            "part_ids": "; ".join(ids.filter(pl.Series(pair.parts)).to_list()),
            "first_lost_days": _day(pair.key[2]),
            "units": 0.0 - pair.key[1],
            "traffic": 0.0 - pair.key[0],
            "traffic_share": ground.behind.share(-pair.key[0]),
        }
        for place, pair in enumerate(pairs, 1)
    ]
    return _declared("pair_losses", rows)


def unmapped_told(ground: Ground) -> pl.DataFrame:
    """Return how much is not recorded, by kind."""
    rows = []
    for kind, is_open in zip(KINDS, ground.named.is_open, strict=True):
        rows.append(
            {
                "kind": kind,
                "deliveries": is_open.size,
                "unmapped": int(is_open.sum()),
                "share": float(is_open.mean()) if is_open.size else 0.0,
                "parts": int(ground.standing_on(is_open).sum()),
            }
        )
    return _declared("unmapped", rows)


def _day(day: float) -> int | None:
    return int(day) if np.isfinite(day) else None


def _declared(table: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in RESULTS[table].columns().items()}
    return pl.DataFrame(rows, schema=schema, orient="row")
