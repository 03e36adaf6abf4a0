"""Turn rules into events, so that everything else need not know of rules.

A rule becomes one event with its id. Where it says several things (its goods changed by an
amendment, or it reaches goods in two ways), it becomes a *head* that decides whether and when, and
*limbs* that say what: each limb happens when the head does. Exceptions become events that lift
those of the rules they name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from keepline.model.event import DateLaw, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keepline.model.hits import Hits
    from keepline.model.rule import Rule
    from keepline.model.terms import Terms

_DAY: Final = dt.timedelta(days=1)


@dataclass
class _Made:
    """Gather the events, and which of them stand for which rule or event of the file."""

    events: list[Event] = field(default_factory=list)
    of: dict[str, list[Event]] = field(default_factory=dict)
    rule_of: dict[str, str] = field(default_factory=dict)

    def add(self, rule_id: str, events: Iterable[Event]) -> None:
        made = list(events)
        self.events += made
        self.of.setdefault(rule_id, []).extend(made)
        self.rule_of |= {one.event_id: rule_id for one in made}

    def hitting(self, names: Iterable[str]) -> list[Event]:
        """Return the events of some rules that take something away."""
        return [
            one for name in names for one in self.of.get(name, ()) if one.hits and not one.lifts
        ]


def events_of(rules: Sequence[Rule], written: Sequence[Event]) -> tuple[Event, ...]:
    """Return the events that rules stand for.

    Args:
        rules: The rules.
        written: The events of the same scenario that were written as events.

    Returns:
        The events of the rules, in the order of the rules. A rule that takes nothing away becomes
        an event only when a condition names it; an exception only when what it lifts is there.
    """
    made = _Made(of={event.event_id: [event] for event in written})
    named = {one for event in written for one in event.needs + event.bars}
    named |= {one for rule in rules for one in _conditions(rule)}
    later = []
    for rule in rules:
        if rule.says.is_exception or rule.kind == "ownership":
            later.append(rule)
        elif _has_hits(rule) or rule.rule_id in named:
            made.add(rule.rule_id, _plain_events(rule))
    for rule in later:
        if rule.kind == "ownership":
            _add_owned(rule, made)
    for rule in later:
        if rule.says.is_exception:
            made.add(rule.rule_id, _exceptions(rule, made, named))
    order = {rule.rule_id: number for number, rule in enumerate(rules)}
    return tuple(sorted(made.events, key=lambda one: order[made.rule_of[one.event_id]]))


def _conditions(rule: Rule) -> tuple[str, ...]:
    last = rule.forms()[-1][1]
    return last.needs + last.bars


def _has_hits(rule: Rule) -> bool:
    return any(terms.scopes for _, terms in rule.forms())


def _head(rule: Rule, terms: Terms) -> Event:
    return Event(
        event_id=rule.rule_id,
        what=str(rule.values.get("what") or rule.says.what),
        source=str(rule.values.get("source") or rule.values.get("law") or ""),
        begins=terms.begins,
        until=terms.until,
        suspended=terms.suspended,
        probability=terms.probability,
        needs=terms.needs,
        bars=terms.bars,
        lag_days=terms.lag_days,
        cause=terms.cause,
        known_on=rule.known_on,
        place=rule.place,
    )


def _forms(rule: Rule) -> list[tuple[dt.date | None, dt.date | None, Terms]]:
    """Return what a rule says with the first and the last day on which it says so."""
    kept: list[tuple[dt.date | None, Terms]] = []
    for on, terms in rule.forms():
        if not kept or terms.form != kept[-1][1].form:
            kept.append((on, terms))
    ends = [on - _DAY if on else None for on, _ in kept[1:]]
    return [(on, end, terms) for (on, terms), end in zip(kept, [*ends, None], strict=True)]


def _plain_events(rule: Rule) -> list[Event]:
    """Return the event of a rule, or its head and its limbs."""
    head = _head(rule, rule.forms()[-1][1])
    forms = _forms(rule)
    said = [
        (number, name, on, end, terms, hits)
        for number, (on, end, terms) in enumerate(forms, 1)
        for name, hits in terms.scopes
    ]
    if len(said) == 1 and len(forms) == 1:
        (*_, terms, hits) = said[0]
        return [replace(head, hits=hits, effect=terms.effect)]
    return [
        head,
        *(
            _limb(head, _name(number if len(forms) > 1 else 0, name), hits, terms, on, end)
            for number, name, on, end, terms, hits in said
        ),
    ]


def _name(number: int, name: str) -> str:
    return "-".join(str(one) for one in (number or "", name) if one) or "goods"


def _limb(
    head: Event,
    name: str,
    hits: Hits,
    terms: Terms,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> Event:
    ends = [day for day in (head.until, last) if day]
    return Event(
        event_id=f"{head.event_id}/{name}",
        what=head.what,
        source=head.source,
        begins=DateLaw(((first, 1.0),)) if first else None,
        until=min(ends) if ends else None,
        suspended=head.suspended,
        needs=(head.event_id,),
        hits=hits,
        effect=terms.effect,
        known_on=head.known_on,
        place=head.place,
    )


def _add_owned(rule: Rule, made: _Made) -> None:
    """Add what rules on companies take away from those that these own."""
    terms = rule.forms()[-1][1]
    head = _head(rule, terms)
    reach = terms.scopes[0][1]
    limbs = []
    for base in made.hitting(terms.rules):
        assert base.hits is not None  # noqa: S101 - those that hit something
        hits = replace(base.hits, owned_share=reach.owned_share, owned_through=reach.owned_through)
        limb = replace(
            _limb(head, base.event_id.replace("/", "-"), hits, terms),
            effect=terms.effect if rule.values.get("effect") else base.effect,
            needs=(rule.rule_id, base.event_id),
            until=min((day for day in (head.until, base.until) if day), default=None),
        )
        limbs.append((base, limb))
    made.add(rule.rule_id, [head, *(limb for _, limb in limbs)])
    for base, limb in limbs:
        # an exception to the rule is one for those whom it reaches in this way too
        made.of[made.rule_of.get(base.event_id, base.event_id)].append(limb)


def _exceptions(rule: Rule, made: _Made, named: set[str]) -> list[Event]:
    last = rule.forms()[-1][1]
    there = [name for name in last.rules if made.hitting([name])]
    if not there:
        head = _head(rule, replace(last, begins=last.begins or _first_day(last.rules, made)))
        return [head] if rule.rule_id in named else []
    if rule.kind == "licence_review":
        return _reviewed(rule, last, there, made)
    found = _lasting(rule, last, there, made)
    return [*found, *_renewed(last, found)]


def _lifting(event: Event, hits: Hits, terms: Terms, names: Iterable[str], made: _Made) -> Event:
    lifts = tuple(dict.fromkeys(one.event_id for one in made.hitting(names)))
    return replace(event, hits=hits, effect=terms.effect, lifts=lifts)


def _lasting(rule: Rule, last: Terms, there: list[str], made: _Made) -> list[Event]:
    """Return an exception that stands for a time, in its forms."""
    head = _head(rule, replace(last, begins=last.begins or _first_day(there, made)))
    forms = _forms(rule)
    if len(forms) == 1:
        return [_lifting(head, last.scopes[0][1], last, there, made)]
    limbs = [
        _lifting(
            _limb(head, str(number), terms.scopes[0][1], terms, on, end),
            terms.scopes[0][1], terms, [one for one in terms.rules if one in there], made,
        )
        for number, (on, end, terms) in enumerate(forms, 1)
    ]  # fmt: skip
    return [head, *limbs]


def _renewed(terms: Terms, found: Sequence[Event]) -> list[Event]:
    """Return the renewals of an exception: each follows the one before, with its probability."""
    renewal, until = terms.renewal, terms.until
    if renewal is None or until is None:
        return []
    before, chain = found[0], []
    for number in range(1, renewal.times + 1):
        start, until = until + _DAY, until + dt.timedelta(days=renewal.every_days)
        before = replace(
            found[-1],
            event_id=f"{found[0].event_id}/renewal-{number}",
            begins=DateLaw(((start, 1.0),)),
            until=until,
            suspended=(),
            probability=renewal.probability,
            needs=(before.event_id,),
            bars=(),
            lag_days=0,
            cause="",
        )
        chain.append(before)
    return chain


def _reviewed(rule: Rule, terms: Terms, there: list[str], made: _Made) -> list[Event]:
    """Return the grant of licences: one draw for all rules, each after its own first day."""
    head = _head(rule, terms)
    hits = terms.scopes[0][1]
    if len(there) == 1:
        return [_lifting(replace(head, needs=(*terms.needs, there[0])), hits, terms, there, made)]
    begins = terms.begins or _first_day(there, made)
    return [
        replace(head, begins=begins),
        *(
            _lifting(
                replace(
                    head, event_id=f"{rule.rule_id}/{name.replace('/', '-')}",
                    needs=(rule.rule_id, name), bars=(), probability=1.0, cause="",
                ),
                hits, terms, [name], made,
            )
            for name in there
        ),
    ]  # fmt: skip


def _first_day(names: Iterable[str], made: _Made) -> DateLaw:
    days = [
        event.begins.dates[0][0]
        for name in names
        for event in made.of.get(name, ())
        if event.begins and event.begins.dates
    ]
    return DateLaw(((min(days, default=dt.date.min), 1.0),))
