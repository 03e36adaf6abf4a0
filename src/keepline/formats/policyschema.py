"""Make JSON schemas and a page of a policy's rules from the vocabulary that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.model.inputs import FUNCTIONS
from keepline.model.policy_rulekinds import (
    ALWAYS,
    EXEMPTION_KEYS,
    MARKS,
    RULE_KINDS,
    SCOPES,
    UNKNOWN,
    WHERE_FLAGS,
    WHERE_KEYS,
    WHERE_OPERATOR,
    WHERE_TEXTS,
)
from keepline.model.policy_swaps import FREEZE_KEYS, SWAP_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keepline.model.policy_rulekinds import Kind

    Schema = dict[str, object]

_DAY, _TEXT, _TEXTS, _SHARE, _NONNEGATIVE = (
    {"$ref": f"#/$defs/{name}"} for name in ("day", "text", "texts", "share", "not_negative")
)
_ZERO: Final = ("exclude", "remove", "replace_software")
_OF_OPERATORS: Final = ("report", "duty")
#: The day of a key, by key; the rest are texts.
_PLAIN: Final[Mapping[str, object]] = {
    **dict.fromkeys(("by", "from", "until", "wherever_possible"), _DAY),
    "penalty": _NONNEGATIVE,
    "mark": {"enum": list(MARKS)},
    "scope": {"enum": list(SCOPES)},
    "unknown": {"enum": list(UNKNOWN)},
    "every_days": {"type": "integer", "minimum": 1},
}


def policy_rule_schemas() -> list[Schema]:
    """Return the JSON schema of a rule of every kind; a rule must pass one of them."""
    return [_rule(word, kind) for word, kind in RULE_KINDS.items()]


def policy_swaps_schema() -> Schema:
    """Return the JSON schema of how sites are to be swapped."""
    span = {"type": "array", "items": _object(dict.fromkeys(FREEZE_KEYS, _DAY), FREEZE_KEYS)}
    said = {"most_share": _SHARE, "sensitive_first": {"type": "boolean"}, "freeze": span}
    return _object({key: said.get(key, _NONNEGATIVE) for key in SWAP_KEYS})


def _object(properties: Mapping[str, object], required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _rule(word: str, kind: Kind) -> Schema:
    where = _where(WHERE_OPERATOR if word in _OF_OPERATORS else WHERE_KEYS)
    properties: dict[str, object] = {
        **{key: _PLAIN.get(key, _TEXT) for key in (*ALWAYS, *kind.keys)},
        "kind": {"const": word},
        "where": where,
    }
    special = {
        "vendors": _vendors(),
        "exemptions": _exemptions(),
        "metric": {"enum": list(kind.metrics)},
        "at_most": {"const": 0} if word in _ZERO else _SHARE,
        "at_least": {"type": "integer", "minimum": 1} if word == "min_vendors" else _NONNEGATIVE,
        "schedule": {
            "type": "array", "minItems": 1,
            "items": _object({"from": _DAY, "at_most": _SHARE}, ("from", "at_most")),
        },
        "within": _object(
            {"of": _TEXT, "months": {"type": "integer", "minimum": 0}}, ("of", "months")
        ),
    }  # fmt: skip
    properties |= {key: said for key, said in special.items() if key in properties}
    needed = [choice[0] for choice in kind.needs if len(choice) == 1]
    told = ["kind"] if kind.is_told else []
    either: list[Schema] = [
        {"anyOf": [{"required": [key]} for key in choice]}
        for choice in (*kind.needs, *_GIVEN_AWAY.get(word, ()))
        if len(choice) > 1
    ]
    either += [
        {"not": {"required": list(pair)}} for pair in _NOT_BOTH if set(pair) <= set(properties)
    ]
    if word == "cap":  # without a word for it, nothing at most is an exclusion or a removal
        either.append({"anyOf": [{"required": ["kind"]}, {"properties": {"at_most": _SOME}}]})
    return _object(properties, ["id", *told, *needed]) | ({"allOf": either} if either else {})


_NOT_BOTH: Final = (("at_most", "schedule"), ("by", "schedule"), ("by", "within"))
_SOME: Final = {"exclusiveMinimum": 0}
#: Keys of which one must stand there for the kind to be clear, where it is not told.
_GIVEN_AWAY: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "exclude": (("kind", "at_most"),),
    "remove": (("kind", "at_most"),),
    "min_vendors": (("kind", "metric"),),
    "endurance": (("kind", "metric"),),
}


def _where(keys: Iterable[str]) -> Schema:
    functions = {"enum": list(FUNCTIONS)}
    said: dict[str, object] = {
        **dict.fromkeys(WHERE_TEXTS, _TEXTS),
        "function": {"anyOf": [functions, {"type": "array", "items": functions}]},
        **{key: {"type": "boolean"} for key in WHERE_FLAGS},
        "installed_after": _DAY,
        "tier": {"anyOf": [_tier(), {"type": "array", "items": _tier()}]},
    }
    return _object({key: said[key] for key in keys})


def _tier() -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": 99}


def _vendors() -> Schema:
    named = {"type": "string", "not": {"enum": ["high_risk", "any"]}}
    several = {"type": "array", "minItems": 1, "items": named}
    alone = {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string"}}
    whose = {"anyOf": [{"type": "string"}, several, alone]}
    one_way = [_object({key: whose}, (key,)) for key in ("each", "together")]
    return {"anyOf": [whose, *one_way]}


def _exemptions() -> Schema:
    said: dict[str, object] = dict.fromkeys(EXEMPTION_KEYS, _TEXT)
    said |= {"where": _where(WHERE_KEYS), "from": _DAY, "until": _DAY}
    return {"type": "array", "items": _object(said, ("until",))}


_SWAPS: Final[Mapping[str, str]] = {
    "most_share": "The most of an operator's sites of a technology at which any one new supplier "
    "may stand, from 0 to 1. What stands there today is not moved for it.",
    "mobilisation_cost": "Money for each region and quarter in which any site is swapped.",
    "down_cost": "Money for each crew day of work at a site and unit of its traffic.",
    "late_penalty": "Money for each unit of a rule's metric and quarter after the day from which "
    "the rule is wished for, where it names no `penalty`. Without it such a rule is kept as soon "
    "as the limits allow.",
    "sensitive_first": "Of what rules demand gone, sensitive, core and management sites first.",
    "freeze": "Days on which nobody works: a list, each with `from` and `until`, both counted.",
}


def policy_page() -> str:
    """Return the page that tells the keys of a policy's rules, kind by kind."""
    lines = [
        "# The policy file",
        "",
        "Generated from the vocabulary that reads it. For machines:",
        "[policy.schema.json](policy.schema.json). How to write rules:",
        "[policy-rules.md](../policy-rules.md).",
        "",
        "At the top: `name`, `service` (needed), `budget`, `swaps`, `packs` (names of shipped",
        "packs of rules), `milestones` (days from which rules count, by name) and `rules`.",
        "",
        "## Swaps",
        "",
        f"`swaps` may have {_listed(SWAP_KEYS)}. None of them is meant where it is not said.",
        "",
        "| key | what it says |",
        "|---|---|",
        *(f"| `{key}` | {_SWAPS[key]} |" for key in SWAP_KEYS),
        "",
        "## Rules",
        "",
        f"Every rule may have {_listed(ALWAYS)}.",
        "`mark` is " + ", ".join(f"`{mark}` {what}" for mark, what in MARKS.items()) + ".",
        f"`where` selects by {_listed(WHERE_KEYS)}; all that are given must match.",
        f"An exemption has {_listed(EXEMPTION_KEYS)}; `until` is needed.",
        "",
        "| kind | what it asks for | further keys (**needed**) | measured in |",
        "|---|---|---|---|",
    ]
    for word, kind in RULE_KINDS.items():
        needed = {one for choice in kind.needs for one in choice}
        keys = ", ".join(f"**`{key}`**" if key in needed else f"`{key}`" for key in kind.keys)
        told = "" if kind.is_told else " `kind` may be left out where other keys give it away."
        measured = ", ".join(kind.metrics)
        lines.append(f"| `{word}` | {kind.what}{told} | {keys} | {measured} |")
    lines += [
        "",
        "Of two needed keys that go together (`at_most`, `schedule`; `by`, `within`) one will do.",
        f"`scope` is {_listed(SCOPES)}; `unknown` is {_listed(UNKNOWN)}; the first is meant where",
        "nothing is said.",
    ]
    return "\n".join(lines) + "\n"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
