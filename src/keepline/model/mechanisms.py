"""Which mechanisms of the field a simulation plays."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from keepline.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Who is served first where units are short: the first come, the site with the most traffic, or
#: core sites, for which depots keep a reserve.
ALLOCATIONS: Final = ("first", "traffic", "core")


@dataclass(frozen=True)
class Mechanisms:
    """Say what is played beyond what the formulas assume; each may be switched off.

    Attributes:
        finite_base: A unit that is missing cannot fail.
        spare_in_place: Units missing within a row's spare in place cost no service.
        allocation: Who is served first where units are short: one of ``ALLOCATIONS``.
        repair_shops: Workshops that the table ``workshops`` names may be full.
        substitution: Parts stand in for others as the table ``substitutes`` says.
        lateral: Depots with ``lateral_days`` are helped out by others of their tree.
        programme: Sites are swapped as the table ``programme`` says.
        harvest: What a swap takes out comes back as stock.
        leaving: Stock expires, goes bad and is taken back.
        uncertain_rates: Failure rates that are uncertain are drawn anew in each replication.
        slipping: Swaps slip where funding is late or crews are short, as the scenario says.
    """

    finite_base: bool = True
    spare_in_place: bool = True
    allocation: str = "first"
    repair_shops: bool = True
    substitution: bool = True
    lateral: bool = True
    programme: bool = True
    harvest: bool = True
    leaving: bool = True
    uncertain_rates: bool = True
    slipping: bool = True

    def __post_init__(self) -> None:
        """Refuse an allocation that there is not."""
        if self.allocation not in ALLOCATIONS:
            said = f"There is no allocation {self.allocation!r}; it is one of "
            raise InputError(f"{said}{', '.join(ALLOCATIONS)}.", code="IN-258")

    @classmethod
    def formulas(cls) -> Mechanisms:
        """Return what the formulas take in: leaving stock, uncertain rates, spares in place."""
        return cls().without(name for name in NAMES if name not in FORMULAS)

    @property
    def is_formulas(self) -> bool:
        """Tell whether this is what the formulas assume."""
        return self == Mechanisms.formulas()

    @property
    def said(self) -> str:
        """Return in a sentence what is played.

        >>> Mechanisms(lateral=False, allocation="core").said
        'Every mechanism is played but lateral; core sites are served first.'
        """
        served = {"first": "first come, first served", "traffic": "sites with most traffic first",
                  "core": "core sites are served first"}[self.allocation]  # fmt: skip
        if self.is_formulas:
            return f"What the formulas assume is played; {served}."
        off = [name.replace("_", "-") for name in NAMES if not getattr(self, name)]
        but = f" but {', '.join(off)}" if off else ""
        return f"Every mechanism is played{but}; {served}."

    def without(self, names: Iterable[str]) -> Mechanisms:
        """Return the same with some switched off; ``allocation`` off is first come, first served.

        Args:
            names: Names of attributes; ``-`` will do for ``_``.

        Raises:
            InputError: When there is no such mechanism.

        >>> Mechanisms(allocation="core").without(["spare-in-place", "allocation"]).allocation
        'first'
        """
        off: dict[str, str | bool] = {}
        for said in names:
            name = said.replace("-", "_")
            if name not in (*NAMES, "allocation"):
                near = " or ".join(get_close_matches(name, NAMES))
                near = f"Did you mean {near}?" if near else f"There are {', '.join(NAMES)}."
                near = near.replace("_", "-")
                raise InputError(f"There is no mechanism {said!r}. {near}", code="IN-258")
            off[name] = ALLOCATIONS[0] if name == "allocation" else False
        return replace(self, **off)  # type: ignore[arg-type]


#: Mechanisms that are on or off.
NAMES: Final = tuple(one.name for one in fields(Mechanisms) if one.name != "allocation")
#: Those that the formulas take in too.
FORMULAS: Final = ("spare_in_place", "leaving", "uncertain_rates")
