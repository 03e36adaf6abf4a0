"""What may make a programme of swaps slip: funding that comes late, crews that are short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.fields import Fields

PROGRAMME_KEYS: Final = ("funding_late", "crews_short")
FUNDING_KEYS: Final = ("probability", "days", "from")
CREWS_KEYS: Final = ("probability", "share", "region")


@dataclass(frozen=True)
class Slipping:
    """Hold the key ``programme`` of a scenario.

    Attributes:
        late_probability: Probability that funding is late.
        late_days: How many days later all swaps are then.
        late_from: The first day whose swaps it hits; None for the plan's first.
        short_probability: Probability, of each region and quarter, that crews are short.
        short_share: Share of the quarter's work that is then not done.
        short_region: The only region that it hits; None for every one.
    """

    late_probability: float = 0.0
    late_days: float = 0.0
    late_from: dt.date | None = None
    short_probability: float = 0.0
    short_share: float = 0.0
    short_region: str | None = None

    @property
    def is_possible(self) -> bool:
        """Tell whether anything may slip."""
        is_late = self.late_probability > 0.0 and self.late_days > 0.0
        return is_late or (self.short_probability > 0.0 and self.short_share > 0.0)


#: Nothing slips.
NO_SLIPPING: Final = Slipping()


def slipping_from(top: Fields) -> Slipping:
    """Read the key ``programme`` of a scenario; everything that is wrong with it is reported."""
    if not top.has("programme"):
        return NO_SLIPPING
    programme = top.inner("programme")
    programme.only(PROGRAMME_KEYS)
    late, short = programme.inner("funding_late"), programme.inner("crews_short")
    late.only(FUNDING_KEYS)
    short.only(CREWS_KEYS)
    # what is no group of keys has been reported; an empty one lacks its keys
    is_late, is_short = (isinstance(programme.values.get(key), dict) for key in PROGRAMME_KEYS)
    return Slipping(
        late_probability=late.number("probability", low=0.0, high=1.0) if is_late else 0.0,
        late_days=late.number("days", low=0.0, high=36_500.0) if is_late else 0.0,
        late_from=late.date("from"),
        short_probability=short.number("probability", low=0.0, high=1.0) if is_short else 0.0,
        short_share=short.number("share", low=0.0, high=1.0) if is_short else 0.0,
        short_region=short.text("region") if short.has("region") else None,
    )
