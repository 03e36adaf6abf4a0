"""A rule of a law: what it says, when it was known, and what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from keepline.model.fields import Fields, as_date
from keepline.model.problems import Problems
from keepline.model.rulekinds import ALWAYS, KINDS
from keepline.model.terms import Terms, kind_from, terms_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.fields import Path
    from keepline.model.rulekinds import Kind


@dataclass(frozen=True, slots=True)
class Amendment:
    """Change keys of a rule.

    Attributes:
        on: The day on which it was made.
        effective: The day from which what it says of goods and parties holds.
        known_on: The day on which it became known.
        values: The keys with their new values.
    """

    on: dt.date
    effective: dt.date
    known_on: dt.date
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold a rule as it is written, with its amendments.

    Attributes:
        rule_id: Its id.
        kind: A word of :data:`keepline.model.rulekinds.KINDS`.
        values: Its keys, without the amendments.
        amendments: What changed, in order.
        known_on: When it became known: as written, or else the earliest of announced, published
            and effective; None for a planner's supposition.
        place: Where it stands in its file.
    """

    rule_id: str
    kind: str
    values: Mapping[str, object]
    amendments: tuple[Amendment, ...] = ()
    known_on: dt.date | None = None
    place: Path = field(default=(), compare=False)

    @property
    def says(self) -> Kind:
        """Return what its kind takes and does."""
        return KINDS[self.kind]

    def forms(self) -> list[tuple[dt.date | None, Terms]]:
        """Return its terms at first, and after every amendment, with the day from which."""
        values = dict(self.values)
        found: list[tuple[dt.date | None, Terms]] = [(None, self._terms(values))]
        for one in self.amendments:
            values |= one.values
            found.append((one.effective, self._terms(values)))
        return found

    def _terms(self, values: Mapping[str, object]) -> Terms:
        # what is wrong was reported when the file was read
        return terms_from(Fields(values, "", Problems()), self.says)

    def as_of(self, day: dt.date) -> Rule | None:
        """Return the rule as it was known on a day; None when nobody knew of it."""
        values = _known_values(self.values, day)
        has_no_window = bool(self.values.get("windows")) and not values["windows"]
        if has_no_window or (self.known_on and self.known_on > day):
            return None
        return replace(
            self,
            values=values,
            amendments=tuple(
                replace(one, values=_known_values(one.values, day))
                for one in self.amendments
                if one.known_on <= day
            ),
        )


def rule_from(fields: Fields) -> Rule | None:
    """Read one rule; whatever is wrong with it goes to the fields' problems."""
    before = len(fields.problems)
    kind = kind_from(fields)
    rule_id = fields.text("id")
    terms_from(fields, kind)
    is_sound = len(fields.problems) == before
    amendments = _amendments(fields, kind, is_sound=is_sound)
    # a key may be looked at twice, for what it is and for what follows from it
    told = dict.fromkeys(fields.problems.found[before:])
    fields.problems.found[before:] = told
    values = {key: value for key, value in fields.values.items() if key != "amended"}
    if len(fields.problems) > before:
        return None
    return Rule(rule_id, fields.text("kind"), values, amendments, _known_on(fields), fields.path)


def _amendments(fields: Fields, kind: Kind, *, is_sound: bool) -> tuple[Amendment, ...]:
    found: list[Amendment] = []
    before = len(fields.problems)
    for entry in fields.each("amended"):
        entry.only(("on", "effective", "known_on", "set", "source"))
        on = entry.date("on")
        if not entry.has("on"):
            entry.report("on", "IN-300", "on is missing", "a date", "Add on")
        entry.text("source", "")
        allowed = {*ALWAYS, *kind.keys} - {"id", "kind", "amended", "known_on"}
        changes = entry.inner("set")
        changes.only(sorted(allowed))
        if not changes.values:
            entry.report("set", "IN-300", "set is missing", "keys of the rule", "Add set")
        if on:
            effective = entry.date("effective", on) or on
            known_on = entry.date("known_on", on) or on
            found.append(Amendment(on, effective, known_on, changes.values))
    in_order = tuple(sorted(found, key=lambda one: (one.on, one.effective)))
    if is_sound and len(fields.problems) == before:
        values = dict(fields.values)
        for one in in_order:
            count = len(fields.problems)
            values |= one.values
            terms_from(
                Fields(values, fields.file, fields.problems, fields.path, fields.lines), kind
            )
            if len(fields.problems) > count:
                break
    return in_order


def _known_on(fields: Fields) -> dt.date | None:
    if fields.has("known_on"):
        return fields.date("known_on")
    effective = fields.values.get("effective")
    first: list[object] = [effective]
    if isinstance(effective, dict):
        first = [effective["earliest"]] if "earliest" in effective else list(effective)
    days = [as_date(one) for one in (*first, *map(fields.values.get, ("announced", "published")))]
    return min((day for day in days if day), default=_first_window(fields))


def _first_window(fields: Fields) -> dt.date | None:
    days = [
        as_date(one.values.get("known_on") or one.values.get("from"))
        for one in fields.each("windows")
    ]
    return min((day for day in days if day), default=None)


def _known_values(values: Mapping[str, object], day: dt.date) -> dict[str, object]:
    """Return the keys of a rule without suspensions, windows and revocations still to come."""
    kept = dict(values)
    for key in ("suspended", "windows"):
        entries = cast("list[Mapping[str, object]]", kept.get(key) or [])
        if entries:
            kept[key] = [one for one in entries if _known_day(one, "from") <= day] or None
    revoked = kept.get("revoked")
    if revoked is not None:
        told = revoked if isinstance(revoked, dict) else {"on": revoked}
        if _known_day(told, "on") > day:
            kept["revoked"] = None
    return kept


def _known_day(entry: Mapping[str, object], key: str) -> dt.date:
    return as_date(entry.get("known_on") or entry.get(key)) or dt.date.max
