"""Read the terms of a rule: when and how surely it holds, what it stops or lets through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from keepline.model.event import (
    Change,
    DateLaw,
    Suspension,
    date_law_from,
    effect_from,
    suspensions_from,
)
from keepline.model.fields import nearest
from keepline.model.hits import Content, Hits, check_codes, owned_share_from
from keepline.model.rulekinds import (
    ALL_MODES,
    ALWAYS,
    CHOICES,
    COUNTS,
    DAYS,
    KINDS,
    LISTS,
    SCOPE,
    SHARES,
    TEXTS,
)

if TYPE_CHECKING:
    from keepline.model.fields import Fields
    from keepline.model.rulekinds import Kind

_STOP: Final = Change(stop_after_days=0.0)
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Renewal:
    """Say that an exception may be renewed: how often, for how long, with what probability."""

    every_days: int
    times: int
    probability: float


@dataclass(frozen=True, slots=True)
class Terms:
    """Hold what a rule says at one time.

    Attributes:
        begins: When it may take effect; None when that follows from its condition or its rules.
        until: Its last day in force: it expires then, or is revoked on the next; None if it stays.
        suspended: When it is lifted in between.
        probability, needs, bars, lag_days, cause: As of an event.
        scopes: What it hits; one of these is enough. Each has a name, empty for the first.
        effect: What it does, by mode.
        rules: The rules that it lifts, or extends to companies owned.
        renewal: How it may be renewed.
        parties: Whom it names.
    """

    begins: DateLaw | None
    until: dt.date | None
    suspended: tuple[Suspension, ...]
    probability: float
    needs: tuple[str, ...]
    bars: tuple[str, ...]
    lag_days: int
    cause: str
    scopes: tuple[tuple[str, Hits], ...]
    effect: tuple[tuple[str, Change], ...]
    rules: tuple[str, ...]
    renewal: Renewal | None
    parties: tuple[str, ...] = ()

    @property
    def form(self) -> tuple[object, ...]:
        """Return what the rule says apart from when: rules that agree in it have one form."""
        return self.scopes, self.effect, self.rules


def terms_from(fields: Fields, kind: Kind) -> Terms:
    """Read the terms; whatever is wrong with them goes to the fields' problems."""
    fields.only((*ALWAYS, *kind.keys))
    _check_values(fields)
    for choice in kind.needs:
        if not any(fields.has(key) for key in choice):
            asked = " or ".join(choice)
            what = f"a rule of this kind needs {asked}"
            fields.report(choice[0], "IN-351", what, asked, f"Add {choice[0]}")
    begins, until, suspended = _times(fields)
    needs, lag_days = fields.texts("if"), int(fields.number("lag_days", 0.0, 0.0))
    excepts = fields.texts("rules")
    if begins is None and not needs and not excepts and not fields.has("effective"):
        fields.report(
            "effective", "IN-323", "no date and no condition", "effective, or if", "Add effective"
        )
    scopes: tuple[tuple[str, Hits], ...]
    if kind.is_exception:
        scopes, effect = (("", _scope(fields)),), _let_through(fields)
        lag_days += int(fields.number("delay_days", 0.0, 0.0))
    else:
        scopes, effect = _scopes(fields, kind), _effect(fields, kind)
    return Terms(
        begins, until, suspended, fields.number("probability", 1.0, 0.0, 1.0), needs,
        fields.texts("unless"), lag_days, fields.text("cause", ""), scopes, effect, excepts,
        _renewal(fields, until), fields.texts("parties"),
    )  # fmt: skip


def kind_from(fields: Fields) -> Kind:
    """Read the kind of a rule; an unknown one is reported and taken to do nothing."""
    word = fields.text("kind")
    if word not in KINDS and fields.has("kind"):
        what, expected = f'unknown kind of rule "{word}"', "one of " + ", ".join(KINDS)
        fields.report("kind", "IN-350", what, expected, nearest(word, KINDS))
    return KINDS.get(word, replace(KINDS["enabling_act"], keys=tuple(fields.values)))


def _check_values(fields: Fields) -> None:
    for key in fields.values:
        if key in CHOICES and key != "kind":
            word = fields.text(key, CHOICES[key][0])
            if word not in CHOICES[key]:
                what, expected = f'"{word}" is no {key}', "one of " + ", ".join(CHOICES[key])
                fields.report(key, "IN-355", what, expected, nearest(word, CHOICES[key]))
        elif key in SHARES:
            fields.number(key, None, 0.0, 1.0)
        elif key in DAYS:
            fields.date(key)
        elif key in TEXTS:
            fields.text(key, "")
        elif key in COUNTS:
            days = fields.number(key, 0.0, 0.0, 36_500.0)
            if days != int(days):
                fields.report(key, "IN-329", f"{days:g} is not whole", "a whole number of days")
    given = {key: fields.texts(key) for key in LISTS if fields.has(key)}
    check_codes(fields, given)
    for mode in given.get("modes", ()):
        if mode not in ALL_MODES:
            what, expected = f'"{mode}" is no mode', "one of " + ", ".join(ALL_MODES)
            fields.report("modes", "IN-326", what, expected, nearest(mode, ALL_MODES))


def _times(fields: Fields) -> tuple[DateLaw | None, dt.date | None, tuple[Suspension, ...]]:
    begins, until = date_law_from(fields, "effective"), fields.date("expires")
    revoked = revoked_on(fields)
    if revoked:
        until = min(until or dt.date.max, revoked - _DAY)
    suspended = suspensions_from(fields)
    first = begins.dates[0][0] if begins and begins.dates else None
    announced, published = fields.date("announced"), fields.date("published")
    if announced and published and published < announced:
        what = f"it is published ({published}) before it is announced ({announced})"
        fields.report("published", "IN-324", what, "announced on or before that day")
    if fields.has("windows"):
        begins, until, gaps = _windows(fields)
        suspended = tuple(sorted((*suspended, *gaps), key=lambda one: one.first))
    elif first and until and until < first:
        what = f"it ends ({until}) before it takes effect ({first})"
        fields.report("expires", "IN-324", what, "a day on or after effective")
    known_on = fields.date("known_on")
    if known_on and until and known_on > until:
        what = f"it is known ({known_on}) only after its end ({until})"
        fields.report("known_on", "IN-353", what, "a day on or before its end")
    return begins, until, suspended


def revoked_on(fields: Fields) -> dt.date | None:
    """Return the day from which a rule is revoked; None when it is not."""
    if isinstance(fields.values.get("revoked"), dict):
        inner = fields.inner("revoked")
        inner.only(("on", "known_on"))
        if not inner.has("on"):
            inner.report("on", "IN-300", "on is missing", "a date", "Add on")
        return inner.date("on")
    return fields.date("revoked")


def _windows(
    fields: Fields,
) -> tuple[DateLaw | None, dt.date | None, tuple[Suspension, ...]]:
    """Return the first day, the last day and the gaps between the windows of an exception."""
    spans: list[tuple[dt.date, dt.date]] = []
    for entry in fields.each("windows"):
        entry.only(("from", "until", "known_on"))
        for key in ("from", "until"):
            if not entry.has(key):
                entry.report(key, "IN-300", f"{key} is missing", "a date", f"Add {key}")
        first, last = entry.date("from"), entry.date("until")
        if first and last and last < first:
            entry.report("until", "IN-324", "it ends before it begins", "a date from `from` on")
        elif first and last and spans and first <= spans[-1][1]:
            what = f"it begins before the window before it ends ({spans[-1][1]})"
            entry.report("from", "IN-324", what, "windows in order")
        elif first and last:
            spans.append((first, last))
    if not spans:
        return None, None, ()
    gaps = tuple(
        Suspension(last + _DAY, first - _DAY, dt.date.min)
        for (_, last), (first, _) in pairwise(spans)
        if last + _DAY < first
    )  # fmt: skip
    return DateLaw(((spans[0][0], 1.0),)), spans[-1][1], gaps


def _renewal(fields: Fields, until: dt.date | None) -> Renewal | None:
    if not fields.has("renewal"):
        return None
    inner = fields.inner("renewal")
    inner.only(("every_days", "times", "probability"))
    if until is None:
        fields.report("renewal", "IN-351", "what never ends is not renewed", "expires or windows")
    found = Renewal(
        int(inner.number("every_days", None, 1.0, 3_650.0)),
        int(inner.number("times", 1.0, 1.0, 100.0)),
        inner.number("probability", None, 0.0, 1.0),
    )
    return found if until else None


def _let_through(fields: Fields) -> tuple[tuple[str, Change], ...]:
    share = fields.number("share", 1.0, 0.0, 1.0)
    modes = fields.texts("modes") or ALL_MODES
    return tuple((mode, Change(capacity=share)) for mode in ALL_MODES if mode in modes)


def _effect(fields: Fields, kind: Kind) -> tuple[tuple[str, Change], ...]:
    if fields.has("effect"):
        return effect_from(fields.inner("effect"))
    return tuple((mode, _STOP) for mode in kind.stops)


def _goods(fields: Fields) -> Hits:
    return Hits(
        owned_share=owned_share_from(fields),
        owned_through=fields.text("owned_through", "links"),
        **{
            key: fields.texts(key)
            for key in (
                "countries", "countries_not", "destinations", "kinds", "technology_origin",
                "items", "goods", "technologies",
            )
        },  # type: ignore[arg-type]
    )  # fmt: skip


def _scope(fields: Fields) -> Hits:
    inner = fields.inner("scope")
    inner.only(SCOPE)
    check_codes(inner, {key: inner.texts(key) for key in SCOPE if key in LISTS})
    return replace(
        _goods(inner),
        receivers=inner.texts("parties"),
        suppliers=inner.texts("suppliers"),
        suppliers_not=inner.texts("suppliers_not"),
    )


def _scopes(fields: Fields, kind: Kind) -> tuple[tuple[str, Hits], ...]:
    word, parties, base = fields.text("kind"), fields.texts("parties"), _goods(fields)
    if kind.is_kept or fields.text("applies_to", "all") == "new_models" or word == "ownership":
        return (("", base),) if word == "ownership" else ()
    if word == "import_ban":
        return (("", replace(base, makers=parties, level="parts")),)
    if word in ("export_control", "retaliation"):
        spared = fields.texts("spared")
        return (("", replace(base, receivers=parties, suppliers_not=spared, is_exported=True)),)
    base = replace(base, receivers=parties)
    content = _content(fields)
    if content is None:
        return (("", base),)
    by_content = replace(base, content=content, countries=(), countries_not=())
    # what is made in the law's country is subject to it, and so is what holds enough of it
    return (("", base), ("content", by_content)) if base.countries else (("", by_content),)


def _content(fields: Fields) -> Content | None:
    if not fields.has("content_of"):
        return None
    is_inclusive = fields.has("at_least")
    key = "at_least" if is_inclusive else "more_than"
    if not fields.has(key):
        fields.report(key, "IN-351", "a share of content needs a limit", "more_than or at_least")
    return Content(fields.texts("content_of"), fields.number(key, 0.0, 0.0, 1.0), is_inclusive)
