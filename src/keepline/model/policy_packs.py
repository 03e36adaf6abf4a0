"""Packs of rules that ship, each with its law, source and mark; how a policy takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keepline.model.fields import Fields, nearest
from keepline.model.policy_rules import rule_from
from keepline.model.problems import Problems

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from keepline.model.fields import Path
    from keepline.model.policy_rules import Rule

    #: Fetches every shipped pack by its name.
    Packs = Callable[[], Mapping[str, "Pack"]]

_KEYS: Final = ("id", "what", "note", "rules")


@dataclass(frozen=True, slots=True)
class Pack:
    """Hold a pack of rules.

    Attributes:
        pack_id: Its name, by which a policy takes it.
        what: What it restates.
        note: What to know before it is used.
        rules: Its rules.
    """

    pack_id: str
    what: str
    rules: tuple[Rule, ...]
    note: str = ""


def pack_from(
    values: Mapping[str, object], file: str = "pack", lines: Mapping[Path, int] | None = None
) -> Pack:
    """Make a pack from the keys of its file.

    Raises:
        InputError: With every problem, when there is any.
    """
    problems = Problems()
    top = Fields(values, file, problems, (), lines or {})
    top.only(_KEYS)
    pack_id, what, note = top.text("id"), top.text("what"), top.text("note", "")
    rules = tuple(own_rules(top, pack_id).values())
    problems.raise_if_any()
    return Pack(pack_id, what, rules, note)


def own_rules(top: Fields, pack: str = "") -> dict[str, Rule]:
    """Read the rules of a file, by id, in the order in which they stand."""
    found: dict[str, Rule] = {}
    seen: set[str] = set()
    for entry in top.each("rules"):
        rule = rule_from(entry, pack)
        rule_id = str(entry.values.get("id"))
        if entry.has("id") and rule_id in seen:
            entry.report("id", "IN-311", f'the rule "{rule_id}" stands twice', "one entry a rule")
        seen.add(rule_id)
        if rule is not None:
            found[rule.rule_id] = rule
    return found


def rules_from(top: Fields, packs: Packs | None) -> tuple[Rule, ...]:
    """Return the rules of a policy: those of the packs it takes, its own instead where ids agree.

    Days that count from a milestone are filled in from the policy's milestones.
    """
    own = own_rules(top)
    taken: dict[str, Rule] = {}
    for name in top.texts("packs"):
        shipped = packs() if packs is not None else {}
        if name not in shipped:
            mend = nearest(name, shipped) or "keepline rules lists those that ship"
            top.report(
                "packs", "IN-364", f'no pack of rules "{name}" ships', "a shipped pack", mend
            )
            continue
        for rule in shipped[name].rules:
            if rule.rule_id in taken and rule.rule_id not in own:
                what = f'the rule "{rule.rule_id}" stands in two packs'
                top.report("packs", "IN-311", what, "packs that do not overlap", "Take one")
            taken[rule.rule_id] = rule
    milestones = _milestones(top)
    rules = [own.pop(rule_id, rule) for rule_id, rule in taken.items()]
    return tuple(rule.dated(milestones) for rule in (*rules, *own.values()))


def taken_from(pack: Pack, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return rules with those of a pack added; where ids agree, the first stay."""
    known = {rule.rule_id for rule in rules}
    return (*rules, *(rule for rule in pack.rules if rule.rule_id not in known))


def _milestones(top: Fields) -> dict[str, dt.date]:
    inner = top.inner("milestones")
    found = {str(key): inner.date(str(key)) for key in inner.values}
    return {key: on for key, on in found.items() if on is not None}
