"""What a policy asks of a programme of swaps, beside its rules and its budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.fields import Fields

SWAP_KEYS: Final = (
    "most_share", "mobilisation_cost", "down_cost", "late_penalty", "sensitive_first", "freeze",
)  # fmt: skip
FREEZE_KEYS: Final = ("from", "until")


class Freeze(NamedTuple):
    """Hold days on which no site is swapped, both counted."""

    begins: dt.date
    until: dt.date


@dataclass(frozen=True)
class SwapTerms:
    """Say how sites are to be swapped.

    Attributes:
        most_share: The most of an operator's sites of a technology at which any one new supplier
            may stand; None for no limit. What stands there today is not moved for it.
        mobilisation_cost: Money for each region and quarter in which any site is swapped.
        down_cost: Money for each crew day of work at a site and unit of its traffic.
        late_penalty: Money for each unit of a rule's metric and quarter after the day from which
            it is wished for, where the rule names no penalty; None: as soon as limits allow.
        sensitive_first: Whether sensitive, core and management sites come first.
        freeze: Days on which nobody works.
    """

    most_share: float | None = None
    mobilisation_cost: float = 0.0
    down_cost: float = 0.0
    late_penalty: float | None = None
    sensitive_first: bool = False
    freeze: tuple[Freeze, ...] = ()


def swap_terms_from(fields: Fields) -> SwapTerms:
    """Read the key ``swaps`` of a policy; what is wrong with it goes to the fields' problems."""
    fields.only(SWAP_KEYS)
    return SwapTerms(
        most_share=_optional(fields, "most_share", 1.0),
        mobilisation_cost=fields.number("mobilisation_cost", 0.0, 0.0),
        down_cost=fields.number("down_cost", 0.0, 0.0),
        late_penalty=_optional(fields, "late_penalty", None),
        sensitive_first=_flag(fields, "sensitive_first"),
        freeze=tuple(_freezes(fields)),
    )


def _optional(fields: Fields, key: str, high: float | None) -> float | None:
    if not fields.has(key):
        return None
    return fields.number(key, 0.0, 0.0, high) if high else fields.number(key, 0.0, 0.0)


def _flag(fields: Fields, key: str) -> bool:
    value = fields.values.get(key)
    if value is not None and not isinstance(value, bool):
        fields.report(key, "IN-355", f'"{value}" is not true or false', "true or false")
    return value is True


def _freezes(fields: Fields) -> list[Freeze]:
    found = []
    for entry in fields.each("freeze"):
        entry.only(FREEZE_KEYS)
        for key in FREEZE_KEYS:
            if not entry.has(key):
                entry.report(key, "IN-300", f"{key} is missing", "a date", f"Add {key}")
        begins, until = entry.date("from"), entry.date("until")
        if begins and until and until < begins:
            entry.report("until", "IN-324", "it ends before it begins", "a date from `from` on")
        elif begins and until:
            found.append(Freeze(begins, until))
    return found
