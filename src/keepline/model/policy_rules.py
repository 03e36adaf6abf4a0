"""A rule of a policy: whose equipment it means, where, how much of it, from when and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from keepline.model.calendar import months_later
from keepline.model.fields import nearest
from keepline.model.policy_rulekinds import (
    ALWAYS,
    MARKS,
    METRICS,
    RULE_KEYS,
    RULE_KINDS,
    SCOPES,
    UNKNOWN,
    kind_of,
)
from keepline.model.policy_where import (
    Exemption,
    Vendors,
    Where,
    exemptions_from,
    vendors_from,
    where_from,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keepline.model.fields import Fields, Path
    from keepline.model.policy_rulekinds import Kind

FORCES: Final = ("not yet", "wherever possible", "hard", "ended", "not dated")
_OF_OPERATORS: Final = ("report", "duty")
_MOST_MONTHS: Final = 600


class Step(NamedTuple):
    """Hold a limit and the first day on which it holds; None for always.

    The limit is exact: 0.35 is 7/20 and not the nearest binary fraction.
    """

    begins: dt.date | None
    limit: Fraction


class Within(NamedTuple):
    """Say that a rule must hold so many months after a day that the policy names."""

    milestone: str
    months: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold a rule of a policy, as it is written and as it is meant.

    Attributes:
        rule_id: Its id.
        law: The law it is from.
        terms: Its keys as they are written; dates are texts.
        kind: A word of :data:`keepline.model.policy_rulekinds.RULE_KINDS`.
        vendors: Whose equipment it means.
        where: What it looks at.
        metric: What it measures; empty where nothing is measured.
        steps: Its limits by the day from which each holds; none where it has no limit.
        by: The day on which it must hold at the latest, that day counted.
        begins: The first day on which it is in force.
        until: The last day on which it is in force.
        wherever_possible: The day from which it is to hold wherever that is possible.
        penalty: Money for each unit of the metric beyond the limit and quarter meanwhile.
        within: The months after a milestone; None where it has a day of its own.
        exemptions: What it spares, until when.
        every_days: The oldest that a document may be.
        document: The document that must be on record.
        scope: Whether each operator keeps it, or the nation as a whole.
        unknown: Whether a unit that it may mean ``counts``, or is ``spared``.
        mark: V verified, P partly verified, U not verified; empty where nothing is said.
        reading: What of it is a planner's reading, and not what the law says.
        pack: The shipped pack it comes from; empty for the policy's own.
        place: Where it stands in its file.
    """

    rule_id: str
    law: str
    terms: Mapping[str, object]
    kind: str = "duty"
    vendors: Vendors = field(default_factory=Vendors)
    where: Where = field(default_factory=Where)
    metric: str = ""
    steps: tuple[Step, ...] = ()
    by: dt.date | None = None
    begins: dt.date | None = None
    until: dt.date | None = None
    wherever_possible: dt.date | None = None
    penalty: float | None = None
    within: Within | None = None
    exemptions: tuple[Exemption, ...] = ()
    every_days: int | None = None
    document: str = ""
    scope: str = "operator"
    unknown: str = "counts"
    mark: str = ""
    reading: str = ""
    pack: str = ""
    place: Path = field(default=(), compare=False)

    @property
    def hard_from(self) -> dt.date | None:
        """Return the first day on which it must hold; None where it always must."""
        first_step = self.steps[0].begins if self.steps else None
        return self.by or first_step or self.begins

    @property
    def is_dated(self) -> bool:
        """Tell whether the day is known on which it must hold: its milestone may not be."""
        return self.within is None or self.by is not None

    def force_on(self, day: dt.date) -> str:
        """Return how it binds on a day: a word of :data:`FORCES`. Dates are inclusive."""
        if self.until is not None and day > self.until:
            return "ended"
        wish, hard = self.wherever_possible, self.hard_from
        is_open = not self.is_dated or (wish is not None and hard is None)
        if not is_open and (hard is None or day >= hard):
            return "hard"
        if wish is not None and day >= wish:
            return "wherever possible"
        return "not yet" if self.is_dated else "not dated"

    def limit_on(self, day: dt.date) -> Fraction | None:
        """Return the limit of a day: the last that began; before the first, the first.

        None for a rule without a limit.
        """
        held = [one.limit for one in self.steps if one.begins is None or one.begins <= day]
        return held[-1] if held else self.steps[0].limit if self.steps else None

    def dated(self, milestones: Mapping[str, dt.date]) -> Rule:
        """Return the rule with its day, where it counts from a milestone that is known."""
        on = milestones.get(self.within.milestone) if self.within else None
        if self.within is None or on is None:
            return self
        return replace(self, by=months_later(on, self.within.months))


def rule_from(fields: Fields, pack: str = "") -> Rule | None:
    """Read one rule; whatever is wrong with it goes to the fields' problems, and None comes back.

    Args:
        fields: Its keys.
        pack: The shipped pack that it stands in; empty for a policy's own.
    """
    before = len(fields.problems)
    word = _kind_from(fields)
    if word is None:
        return None
    kind = RULE_KINDS[word]
    _check_keys(fields, word, kind)
    where = where_from(fields.inner("where"), is_of_operators=word in _OF_OPERATORS)
    found = Rule(
        rule_id=fields.text("id"),
        law=fields.text("law", ""),
        terms=_frozen(fields.values),
        kind=word,
        vendors=vendors_from(fields),
        where=where,
        metric=_metric(fields, word, kind),
        steps=_steps(fields, word),
        by=fields.date("by"),
        begins=fields.date("from"),
        until=fields.date("until"),
        wherever_possible=fields.date("wherever_possible"),
        penalty=fields.number("penalty", 0.0, 0.0) if fields.has("penalty") else None,
        within=_within(fields),
        exemptions=exemptions_from(fields),
        every_days=_days(fields),
        document=fields.text("document", ""),
        scope=_word(fields, "scope", SCOPES),
        unknown=_word(fields, "unknown", UNKNOWN),
        mark=_word(fields, "mark", ("", *MARKS)),
        reading=fields.text("reading", ""),
        pack=pack,
        place=fields.path,
    )
    for key in ("source", "link", "note"):
        fields.text(key, "")
    _check_order(fields, found)
    return found if len(fields.problems) == before else None


def _kind_from(fields: Fields) -> str | None:
    word = kind_of(fields.values)
    if word in RULE_KINDS:
        return word
    known = ", ".join(RULE_KINDS)
    if word is None:
        fields.report(
            "kind", "IN-360", "what the rule asks for is not clear", f"kind: one of {known}",
            "Add kind, or the limit at_most",
        )  # fmt: skip
    else:
        mend = nearest(word, RULE_KINDS)
        fields.report("kind", "IN-360", f'unknown kind of rule "{word}"', f"one of {known}", mend)
    fields.only(RULE_KEYS)
    fields.text("id")
    return None


def _check_keys(fields: Fields, word: str, kind: Kind) -> None:
    allowed = (*ALWAYS, *kind.keys)
    fields.only(RULE_KEYS)
    for key in fields.values:
        if key in RULE_KEYS and key not in allowed:
            what = f"a rule of the kind {word} takes no {key}"
            fields.report(str(key), "IN-363", what, "one of " + ", ".join(allowed), "Remove it")
    for choice in kind.needs:
        if not any(fields.has(key) for key in choice):
            needed = " or ".join(choice)
            what = f"a rule of the kind {word} needs {needed}"
            fields.report(choice[0], "IN-361", what, needed, f"Add {choice[0]}")


def _metric(fields: Fields, word: str, kind: Kind) -> str:
    if not kind.metrics or not fields.has("metric"):
        return kind.metrics[0] if kind.metrics else ""
    metric = fields.text("metric")
    if metric not in METRICS:
        fields.report("metric", "IN-312", f'unknown metric "{metric}"', ", ".join(METRICS))
    elif metric not in kind.metrics:
        what = f"a rule of the kind {word} does not measure {metric}"
        fields.report("metric", "IN-363", what, "one of " + ", ".join(kind.metrics))
    return metric


def _steps(fields: Fields, word: str) -> tuple[Step, ...]:
    if word in ("exclude", "remove", "replace_software"):
        if fields.number("at_most", 0.0) != 0.0:
            what = f"a rule of the kind {word} leaves nothing"
            fields.report("at_most", "IN-363", what, "0", "Write 0, or kind: cap")
        return (Step(None, Fraction(0)),)
    if word in ("purchase_ban", "installation_ban"):
        return (Step(None, Fraction(0)),)
    if word in ("min_vendors", "endurance") and fields.has("at_least"):
        least = fields.number("at_least", 0.0, 0.0)
        if word == "min_vendors" and (least != int(least) or least < 1):
            what = f"{least:g} is no number of vendors"
            fields.report("at_least", "IN-304", what, "a whole number, 1 or more")
        return (Step(None, exactly(least)),)
    if fields.has("schedule"):
        return _schedule(fields)
    if fields.has("at_most"):
        return (Step(None, exactly(fields.number("at_most", 0.0, 0.0, 1.0))),)
    return ()


def _schedule(fields: Fields) -> tuple[Step, ...]:
    steps: list[Step] = []
    for key in ("at_most", "by"):
        if fields.has(key):
            fields.report(
                key, "IN-363", f"a rule with a schedule takes no {key}", "one of the two",
                "Put it into the schedule",
            )  # fmt: skip
    entries = fields.each("schedule")
    if not entries:
        fields.report("schedule", "IN-361", "the schedule is empty", "entries of from and at_most")
    for entry in entries:
        entry.only(("from", "at_most"))
        if not entry.has("from"):
            entry.report("from", "IN-300", "from is missing", "a date", "Add from")
        begins = entry.date("from")
        steps.append(Step(begins, exactly(entry.number("at_most", None, 0.0, 1.0))))
    for number, (one, other) in enumerate(pairwise(steps)):
        if one.begins and other.begins and other.begins <= one.begins:
            entries[number + 1].report(
                "from", "IN-324", "it begins before the limit before it", "limits in order of days"
            )
    return tuple(steps)


def _within(fields: Fields) -> Within | None:
    if not fields.has("within"):
        return None
    if fields.has("by"):
        what = "a rule has a day, or counts from a milestone"
        fields.report("within", "IN-363", what, "by or within", "Remove one")
    inner = fields.inner("within")
    inner.only(("of", "months"))
    months = inner.number("months", None, 0.0, _MOST_MONTHS)
    if months != int(months):
        inner.report("months", "IN-304", f"{months:g} is no number of months", "a whole number")
    return Within(inner.text("of"), int(months))


def _days(fields: Fields) -> int | None:
    if not fields.has("every_days"):
        return None
    days = fields.number("every_days", 1.0, 1.0)
    if days != int(days):
        fields.report("every_days", "IN-304", f"{days:g} is no number of days", "a whole number")
    return int(days)


def _word(fields: Fields, key: str, known: Sequence[str]) -> str:
    word = fields.text(key, known[0])
    if word not in known:
        listed = ", ".join(one for one in known if one)
        fields.report(
            key, "IN-355", f'"{word}" is no {key}', f"one of {listed}", nearest(word, known)
        )
    return word


def _check_order(fields: Fields, rule: Rule) -> None:
    for first, later, key, said in (
        (rule.wherever_possible, rule.hard_from, "wherever_possible", "it is wished for"),
        (rule.begins, rule.by, "from", "it begins"),
        (rule.hard_from, rule.until, "until", "it must hold"),
    ):
        if first and later and first > later:
            what = f"{said} ({first}) only after {later}"
            fields.report(key, "IN-324", what, "dates in order")


def exactly(number: float) -> Fraction:
    """Return the decimal that a number was written as, exactly.

    >>> exactly(0.35), exactly(2)
    (Fraction(7, 20), Fraction(2, 1))
    """
    return Fraction(repr(float(number)))


def _frozen(values: Mapping[str, object]) -> dict[str, object]:
    # dates become text so that a rule can be written to JSON as it stands
    return {str(key): _plain(value) for key, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return _frozen(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value
