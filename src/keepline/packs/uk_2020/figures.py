"""Read the figures that shape the network, each with its source or the word ``assumed``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import yaml

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

ASSUMED: Final = "assumed"
MARKS: Final = ("V", "P", "U")
_KEYS: Final = {"value", "unit", "source", "mark", "note"}


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold one figure and where it comes from.

    Attributes:
        name: What the figure is of, such as ``mobile_sites.ee``.
        value: A number, a date, or numbers and words by name.
        unit: Its unit.
        source: Where it was read, or ``assumed``.
        mark: V read in the source, P partly read or secondary, U not verified or assumed.
        note: The reason of an assumption, or the conflict between sources.
    """

    name: str
    value: object
    unit: str
    source: str
    mark: str
    note: str


@lru_cache(maxsize=1)
def figures() -> Mapping[str, Figure]:
    """Return every figure by its name.

    >>> figures()["mobile_sites.ee"].source
    'the-mobile-network.com 2020/09'
    """
    read = yaml.safe_load(text_of("figures.yaml"))
    return {name: _figure(name, entry) for name, entry in read.items()}


def _figure(name: str, entry: dict[str, object]) -> Figure:
    if not {"value", "unit", "source", "mark"} <= set(entry) <= _KEYS:
        raise ValueError(f"figures.yaml: {name} needs value, unit, source, mark; note may follow")
    return Figure(
        name=name,
        value=entry["value"],
        unit=str(entry["unit"]),
        source=str(entry["source"]),
        mark=str(entry["mark"]),
        note=str(entry.get("note", "")),
    )


def text_of(file: str) -> str:
    """Return the text of a file that ships beside this one."""
    return files(__package__).joinpath(file).read_text(encoding="utf-8")


def number(name: str, of: str = "") -> float:
    """Return a figure, or the figure ``of`` something in a figure by name.

    >>> number("busy_traffic_share"), number("unit_cost_usd", "radio")
    (0.25, 4000.0)
    """
    value = by_name(name)[of] if of else figures()[name].value
    return float(cast("float", value))


def whole(name: str, of: str = "") -> int:
    """Return a figure that is a whole number.

    >>> whole("exchanges")
    1300
    """
    return round(number(name, of))


def by_name(name: str) -> dict[str, object]:
    """Return a figure that holds values by name."""
    return cast("dict[str, object]", figures()[name].value)


def numbers(name: str, of: str = "") -> dict[str, float]:
    """Return a figure that holds numbers by name, or one that lies ``of`` a name within it."""
    found = by_name(name)[of] if of else by_name(name)
    return {key: float(value) for key, value in cast("dict[str, float]", found).items()}


def names(name: str, of: str) -> list[str]:
    """Return the names that a figure lists under a name, or none."""
    return list(cast("list[str]", by_name(name).get(of, [])))


def words(name: str, of: str) -> dict[str, str]:
    """Return words by name that a figure holds under a name."""
    return cast("dict[str, dict[str, str]]", by_name(name))[of]


def place(name: str, of: str) -> tuple[float, float]:
    """Return a latitude and a longitude."""
    latitude, longitude = cast("list[float]", by_name(name)[of])
    return latitude, longitude


def several(name: str) -> list[float]:
    """Return a figure that is a list of numbers."""
    return [float(value) for value in cast("list[float]", figures()[name].value)]


def date(name: str) -> dt.date:
    """Return a figure that is a date.

    >>> date("start")
    datetime.date(2020, 6, 22)
    """
    return cast("dt.date", figures()[name].value)


def stream(seed: int, *address: str) -> np.random.Generator:
    """Return the random numbers of one purpose: the same for the same seed and address.

    A national network thus holds the very sites of an operator's own network.

    >>> first, again = stream(2020, "stock", "ee"), stream(2020, "stock", "ee")
    >>> bool(first.random() == again.random())
    True
    """
    return np.random.default_rng([seed, *"/".join(address).encode()])
