"""What a list must be before anybody screens with it: whole, of these days, and able to find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from keepline.model.partylist import PartyList

    #: Tells of each name whether a list finds it.
    Finds = Callable[[Sequence[str]], Sequence[bool]]

#: Share of its entries that a list may lose from one version to the next.
_MOST_LOST: Final = 0.10


@dataclass(frozen=True)
class Measure:
    """Hold what is known of a list that is whole.

    Attributes:
        names: Names that have stood on it for years, at its beginning and its end.
        entries: Fewest entries.
        days: Most days since it was published; None where it changes seldom.
    """

    names: tuple[str, ...] = ()
    entries: int = 1
    days: int | None = None


MEASURES: Final[Mapping[str, Measure]] = {
    "us-csl": Measure(
        (
            "Huawei Technologies Co., Ltd.",
            "BANCO NACIONAL DE CUBA",
            "ISLAMIC REVOLUTIONARY GUARD CORPS",
            "Semiconductor Manufacturing International Corporation",
        ),
        5_000,
        60,
    ),
    "ofac-sdn": Measure(
        ("BANCO NACIONAL DE CUBA", "ISLAMIC REVOLUTIONARY GUARD CORPS", "AEROCARIBBEAN AIRLINES"),
        5_000,
        60,
    ),
    "us-dpl": Measure(("ABDULAH AL NASSER", "I. ASH"), 200, 90),
    "us-mieu": Measure(("Main Intelligence Directorate", "Reconnaissance General Bureau"), 8),
    "fcc-covered": Measure(
        (
            "Huawei Technologies Company",
            "ZTE Corporation",
            "Hytera Communications Corporation",
            "Hangzhou Hikvision Digital Technology Company",
            "Dahua Technology Company",
        ),
        10,
    ),
    "uk-sanctions": Measure(("GAZPROMBANK", "SBERBANK", "VTB BANK"), 1_000, 60),
}


def unsound(
    found: PartyList,
    today: dt.date,
    finds: Finds,
    *,
    before: PartyList | None = None,
    is_old: bool = False,
) -> list[str]:
    """Return why a list should not be relied on; nothing where it is sound.

    Args:
        found: The list.
        today: The day on which it is asked.
        finds: Tells of names whether the list finds them.
        before: The version that was kept before.
        is_old: Whether it is known, and meant, to be old.
    """
    measure = MEASURES.get(found.list_id, Measure())
    reasons = []
    if measure.days is not None and not is_old:
        if found.published is None:
            reasons.append("nothing says of which day it is")
        elif (age := (today - found.published).days) > measure.days:
            reasons.append(
                f"it is of {found.published}, {age:,} days ago, more than {measure.days}"
            )
    if found.is_partial:
        return reasons
    if found.entries.height < measure.entries:
        reasons.append(f"it has {found.entries.height:,} entries, fewer than {measure.entries:,}")
    if before is not None and not before.is_partial:
        lost = before.entries.height - found.entries.height
        if lost > _MOST_LOST * before.entries.height:
            reasons.append(f"it has {lost:,} entries fewer than the version {before.version}")
    missed = [
        name
        for name, is_found in zip(measure.names, finds(measure.names), strict=True)
        if not is_found
    ]
    if missed:
        reasons.append("it does not find " + ", ".join(missed))
    return reasons
