"""An event of a scenario: what may happen, when, how probably, to whom, and with what effect."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from keepline.model.fields import as_date, nearest
from keepline.model.hits import Hits, hits_from
from keepline.model.results import MODES

if TYPE_CHECKING:
    from keepline.model.fields import Fields

EVENT_KEYS: Final = (
    "id", "what", "source", "announced", "known_on", "from", "until", "suspended", "probability",
    "if", "unless", "lag_days", "cause", "hits", "effect", "lifts",
)  # fmt: skip
EFFECT_KEYS: Final = ("stop", "stop_after_days", "capacity", "lead_days", "price")
SLICES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
SURPLUS: Final = 1e-9
LONGEST_LAG: Final = 36_500


@dataclass(frozen=True, slots=True)
class DateLaw:
    """Say on which dates an event may begin, and how probably; what is left over is *never*.

    Attributes:
        dates: Dates in order, each with its probability; together at most 1.
    """

    dates: tuple[tuple[dt.date, float], ...]


@dataclass(frozen=True, slots=True)
class Suspension:
    """Lift an event from one day to another, both counted; no last day means for good.

    It became known on `known_on`; None when that is not told.
    """

    first: dt.date
    last: dt.date | None = None
    known_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Say what becomes of one mode of a delivery that an event hits.

    Attributes:
        capacity: Share of normal service left while the event is in force.
        stop_after_days: Days from the event's first day until nothing is left; None for never.
        lead_factor: Lead time against the normal one.
        price_factor: Price against the normal one.
    """

    capacity: float = 1.0
    stop_after_days: float | None = None
    lead_factor: float = 1.0
    price_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Event:
    """Hold one event.

    Attributes:
        event_id: Its id.
        what: What it is, in words.
        source: Where it was read.
        announced: When it became known.
        begins: When it may begin; None when that follows from its condition alone.
        until: Last day in force; None when it stays.
        suspended: When it is lifted in between.
        probability: Probability that it happens, given that its conditions hold.
        needs: Events that must happen for it to happen (`if`).
        bars: Events that must not happen (`unless`).
        lag_days: It begins no sooner than so many days after the latest event of `needs`.
        cause: Events of one cause share one draw u and happen when u <= probability.
        hits: What it hits; None for an event that is only a condition of others.
        effect: What it does, by mode; a mode that is absent is left alone.
        lifts: Events whose effects it takes away, from what it hits and while it is in force; the
            capacity of its own effect is the share that it lets through.
        known_on: When it became known; None for a planner's supposition, which has no such day.
        place: Where it stands in the file it was read from.
    """

    event_id: str
    what: str = ""
    source: str = ""
    announced: dt.date | None = None
    begins: DateLaw | None = None
    until: dt.date | None = None
    suspended: tuple[Suspension, ...] = ()
    probability: float = 1.0
    needs: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    lag_days: int = 0
    cause: str = ""
    hits: Hits | None = None
    effect: tuple[tuple[str, Change], ...] = ()
    lifts: tuple[str, ...] = ()
    known_on: dt.date | None = None
    place: tuple[str | int, ...] = field(default=(), compare=False)

    @property
    def is_limb(self) -> bool:
        """Tell whether it only says what a rule does, whose head says whether and when."""
        is_ruled = self.place[:1] in (("rules",), ("library",))
        return is_ruled and "/" in self.event_id and self.probability >= 1.0

    def change(self, mode: str) -> Change | None:
        """Return what the event does to a mode, or None when it leaves the mode alone."""
        return dict(self.effect).get(mode)


def triangular(earliest: dt.date, likely: dt.date, latest: dt.date) -> DateLaw:
    """Return a triangular law as five dates of probability 1/5, each the median of its fifth.

    The dates are the 10, 30, 50, 70 and 90 % quantiles to the nearest day:
    F^-1(p) = a + sqrt(p (b-a)(c-a)) up to the mode c, b - sqrt((1-p)(b-a)(b-c)) beyond.

    >>> law = triangular(dt.date(2020, 1, 1), dt.date(2020, 1, 11), dt.date(2020, 1, 21))
    >>> [day.isoformat()[-2:] for day, _ in law.dates]
    ['05', '09', '11', '13', '17']
    """
    width, rise = (latest - earliest).days, (likely - earliest).days
    chances: dict[dt.date, float] = {}
    for p in SLICES:
        if p * width <= rise:
            day = math.sqrt(p * width * rise)
        else:
            day = width - math.sqrt((1.0 - p) * width * (width - rise))
        date = earliest + dt.timedelta(days=round(day))
        chances[date] = chances.get(date, 0.0) + 1.0 / len(SLICES)
    return DateLaw(tuple(sorted(chances.items())))


def event_from(fields: Fields) -> Event:
    """Read one event; whatever is wrong with it goes to the fields' problems."""
    fields.only(EVENT_KEYS)
    needs = fields.texts("if")
    begins = date_law_from(fields, "from")
    if begins is None and not needs and not fields.has("from"):
        fields.report("from", "IN-323", "no date and no condition", "from, or if", "Add from")
    lag_days = fields.number("lag_days", 0.0, 0.0, LONGEST_LAG)
    if lag_days != int(lag_days):
        fields.report("lag_days", "IN-329", f"{lag_days:g} is not whole", "a whole number of days")
    if fields.has("lag_days") and not needs:
        fields.report("lag_days", "IN-329", "a lag after nothing", "if beside lag_days", "Add if")
    until = fields.date("until")
    if until and begins and begins.dates and begins.dates[0][0] > until:
        fields.report("until", "IN-324", "it ends before it begins", "a date from `from` on")
    lifts = fields.texts("lifts")
    announced = fields.date("announced")
    known_on = fields.date("known_on", announced)
    if known_on and until and known_on > until:
        fields.report(
            "known_on", "IN-353", f"it is known only after its end, {until}", "a day before"
        )
    effect = effect_from(fields.inner("effect"))
    event = Event(
        event_id=fields.text("id"),
        what=fields.text("what", ""),
        source=fields.text("source", ""),
        announced=announced,
        begins=begins,
        until=until,
        suspended=suspensions_from(fields),
        probability=fields.number("probability", 1.0, 0.0, 1.0),
        needs=needs,
        bars=fields.texts("unless"),
        lag_days=int(lag_days),
        cause=fields.text("cause", ""),
        hits=hits_from(fields) if fields.has("hits") else Hits() if lifts else None,
        effect=effect or tuple((mode, Change()) for mode in MODES if lifts),
        lifts=lifts,
        known_on=known_on,
        place=fields.path,
    )
    if not lifts and fields.has("effect") != fields.has("hits"):
        missing = "hits" if fields.has("effect") else "effect"
        fields.report(missing, "IN-327", "hits and effect go together", mend=f"Add {missing}")
    return event


def date_law_from(fields: Fields, key: str) -> DateLaw | None:
    """Read a date, {earliest, likely, latest}, or dates with their probabilities."""
    value = fields.values.get(key)
    if not isinstance(value, dict):
        date = fields.date(key)
        return None if date is None else DateLaw(((date, 1.0),))
    inner = fields.inner(key)
    if any(key in value for key in ("earliest", "likely", "latest")):
        return _triangular_law(inner)
    return _listed_law(inner)


def _triangular_law(inner: Fields) -> DateLaw | None:
    names = ("earliest", "likely", "latest")
    inner.only(names)
    for name in names:
        if not inner.has(name):
            inner.report(name, "IN-300", f"{name} is missing", "a date", f"Add {name}")
    earliest, likely, latest = (inner.date(name) for name in names)
    if earliest is None or likely is None or latest is None:
        return None
    if not earliest <= likely <= latest:
        inner.report("", "IN-324", "dates out of order", "earliest <= likely <= latest")
        return None
    return triangular(earliest, likely, latest)


def _listed_law(inner: Fields) -> DateLaw | None:
    chances: dict[dt.date, float] = {}
    for key in inner.values:
        date = as_date(key)
        if date is None:
            what, expected = f'"{key}" is not a date', "dates, each with its probability"
            inner.report(key, "IN-305", what, expected)
            continue
        chances[date] = chances.get(date, 0.0) + inner.number(key, None, 0.0, 1.0)
    total = math.fsum(chances.values())
    if total > 1.0 + SURPLUS:
        inner.report("", "IN-325", f"the probabilities add up to {total:g}", "1 at most")
    if not chances:
        inner.report("", "IN-323", "no date", "dates, each with its probability")
        return None
    # a sum that misses 1 by rounding alone is meant to be 1
    scale = 1.0 / total if abs(total - 1.0) <= SURPLUS else 1.0
    return DateLaw(tuple((date, chance * scale) for date, chance in sorted(chances.items())))


def suspensions_from(fields: Fields) -> tuple[Suspension, ...]:
    """Read the days on which an event is lifted in between."""
    found = []
    for entry in fields.each("suspended"):
        entry.only(("from", "until", "known_on"))
        first, last = entry.date("from"), entry.date("until")
        if not entry.has("from"):
            entry.report("from", "IN-300", "from is missing", "a date", "Add from")
        if first and last and last < first:
            entry.report("until", "IN-324", "it ends before it begins", "a date from `from` on")
        if first:
            found.append(Suspension(first, last, entry.date("known_on")))
    return tuple(sorted(found, key=lambda one: one.first))


def effect_from(fields: Fields) -> tuple[tuple[str, Change], ...]:
    """Read what an event does, mode by mode."""
    fields.only(MODES)
    return tuple((mode, _change(fields, mode)) for mode in MODES if fields.has(mode))


def _change(fields: Fields, mode: str) -> Change:
    value = fields.values[mode]
    if value == "stop":
        return Change(stop_after_days=0.0)
    if not isinstance(value, dict):
        expected = "stop, or keys of " + ", ".join(EFFECT_KEYS)
        fields.report(
            mode, "IN-326", f'"{value}" is no effect', expected, nearest(str(value), ["stop"])
        )
        return Change()
    inner = fields.inner(mode)
    inner.only(EFFECT_KEYS)
    stops = value.get("stop")
    if stops is not None and not isinstance(stops, bool):
        inner.report("stop", "IN-326", f'"{stops}" is not true or false', "true or false")
    if not any(inner.has(key) for key in EFFECT_KEYS):
        inner.report("", "IN-326", "the effect is empty", "one of " + ", ".join(EFFECT_KEYS))
    if stops is True and (inner.has("capacity") or inner.has("stop_after_days")):
        inner.report("stop", "IN-326", "stop leaves nothing", mend="Remove stop, or the other key")
    after: float | None = 0.0 if stops is True else None
    if inner.has("stop_after_days"):
        after = inner.number("stop_after_days", None, 0.0)
    return Change(
        capacity=inner.number("capacity", 1.0, 0.0, 1.0),
        stop_after_days=after,
        lead_factor=inner.number("lead_days", 1.0, 1.0),
        price_factor=inner.number("price", 1.0, 0.0),
    )
