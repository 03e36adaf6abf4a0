"""Make JSON schemas and a page of the settings files from the same vocabulary that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.formats.policyschema import policy_rule_schemas, policy_swaps_schema
from keepline.formats.schema import DIALECT
from keepline.model import rulekinds
from keepline.model.event import EFFECT_KEYS, EVENT_KEYS
from keepline.model.hits import SELECTORS
from keepline.model.policy import POLICY_KEYS
from keepline.model.results import MODES
from keepline.model.rulekinds import KINDS
from keepline.model.scenario import SCENARIO_KEYS
from keepline.model.slipping import CREWS_KEYS, FUNDING_KEYS, PROGRAMME_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Schema = dict[str, object]

#: Shapes that recur; a schema points at them by name.
_SHAPES: Final[dict[str, Schema]] = {
    "day": {"type": "string", "format": "date"},
    "text": {"type": ["string", "number"]},
    "share": {"type": "number", "minimum": 0, "maximum": 1},
    "not_negative": {"type": "number", "minimum": 0},
    "count": {"type": "integer", "minimum": 0, "maximum": 36_500},
    "code": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "codes": {
        "anyOf": [
            {"$ref": "#/$defs/code"},
            {"type": "array", "items": {"$ref": "#/$defs/code"}},
        ]
    },
}
_DAY, _TEXT, _SHARE, _NONNEGATIVE, _COUNT, _TEXTS, _CODES, _LAW, _EFFECT, _SPANS = (
    {"$ref": f"#/$defs/{name}"}
    for name in (
        "day", "text", "share", "not_negative", "count", "texts", "codes", "law", "effect", "spans",
    )
)  # fmt: skip
_COUNTRY_KEYS: Final = (
    "countries", "countries_not", "destinations", "technology_origin", "content_of",
)  # fmt: skip
_MODE_LIST: Final = {"type": "array", "items": {"enum": list(MODES)}}


def scenario_schema() -> Schema:
    """Return the JSON schema of a scenario file."""
    rules = [_rule_schema(word) for word in KINDS]
    top = {
        "name": _TEXT,
        "source": _TEXT,
        "events": {"type": "array", "items": _event_schema()},
        "rules": {
            "type": "array",
            "items": {"properties": {"kind": {"enum": list(KINDS)}}, "oneOf": rules},
        },
        "library": _TEXTS,
        "programme": _programme(),
    }
    return _file("scenario", "What may happen: events, rules, and events of the library.", top,
                 SCENARIO_KEYS)  # fmt: skip


def policy_schema() -> Schema:
    """Return the JSON schema of a policy file."""
    service = _object(
        {"availability": _SHARE, "confidence": _SHARE, "survive_days": _NONNEGATIVE}
    ) | {"anyOf": [{"required": ["availability"]}, {"required": ["survive_days"]}]}
    money = {
        "stock": _NONNEGATIVE, "per_quarter": _NONNEGATIVE, "discount_rate": _SHARE,
        "move_cost": _NONNEGATIVE,
    }  # fmt: skip
    dated: Schema = {"type": "object", "additionalProperties": _DAY}
    top = {
        "name": _TEXT,
        "service": service,
        "budget": _object(money),
        "swaps": policy_swaps_schema(),
        "packs": _TEXTS,
        "milestones": dated,
        "rules": {"type": "array", "items": {"anyOf": policy_rule_schemas()}},
    }
    return _file("policy", "What must hold: service, budget and rules.", top, POLICY_KEYS) | {
        "required": ["service"]
    }


def settings_page() -> str:
    """Return the page that tells the keys of a scenario's rules, kind by kind."""
    lines = [
        "# The scenario file",
        "",
        "Generated from the vocabulary that reads it. For machines:",
        "[scenario.schema.json](scenario.schema.json), [policy.schema.json](policy.schema.json).",
        "",
        f"At the top: {_listed(SCENARIO_KEYS)}.",
        "",
        "## Events",
        "",
        f"An event has {_listed(EVENT_KEYS)}.",
        f"`hits` selects by {_listed((*SELECTORS, 'owned_share'))}; all that are given must match.",
        f"`effect` has {_listed(MODES)}, each `stop` or with {_listed(EFFECT_KEYS)}.",
        "",
        "## Rules",
        "",
        f"Every rule may have {_listed(rulekinds.ALWAYS)}.",
        f"`mark` is one of {_listed(rulekinds.MARKS)}: read, partly read, not verified.",
        "",
        "| kind | what it does | further keys (**needed**) | stops, without `effect` |",
        "|---|---|---|---|",
    ]
    for word, kind in KINDS.items():
        needed = {one for choice in kind.needs for one in choice}
        keys = ", ".join(f"**`{key}`**" if key in needed else f"`{key}`" for key in kind.keys)
        stops = "" if kind.is_exception else ", ".join(kind.stops) or "nothing: it is kept"
        lines.append(f"| `{word}` | {kind.what} | {keys} | {stops or 'lifts others'} |")
    lines += [
        "",
        "## Programme",
        "",
        "What may make the swaps of the table `programme` slip, in the simulation.",
        f"`programme` has {_listed(PROGRAMME_KEYS)}.",
        f"`funding_late` has {_listed(FUNDING_KEYS)}: with that probability every swap planned for",
        "the day or later comes so many days later.",
        f"`crews_short` has {_listed(CREWS_KEYS)}: with that probability, in each region and",
        "quarter by itself, or in the one region, that share of the quarter's crew days is",
        "missing; what is not done stands at the front of the next quarter.",
        "",
        "`parties` are companies by id, name or alias. `goods` are kinds of components, or parts",
        "and components by id or name. `scope` of an exception selects by",
        f"{_listed(rulekinds.SCOPE)}.",
    ]
    return "\n".join(lines) + "\n"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _object(properties: Mapping[str, object], required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _file(title: str, what: str, top: Mapping[str, object], keys: Iterable[str]) -> Schema:
    head: Schema = {"$schema": DIALECT, "title": title, "description": what}
    shapes = {**_SHAPES, "law": _law(), "effect": _effect(), "spans": _spans()}
    return head | _object({key: top[key] for key in keys}) | {"$defs": shapes}


def _programme() -> Schema:
    late = _object(
        {"probability": _SHARE, "days": _NONNEGATIVE, "from": _DAY}, ["probability", "days"]
    )
    short = _object(
        {"probability": _SHARE, "share": _SHARE, "region": _TEXT}, ["probability", "share"]
    )
    return _object(dict(zip(PROGRAMME_KEYS, (late, short), strict=True)))


def _law() -> Schema:
    three = dict.fromkeys(("earliest", "likely", "latest"), _DAY)
    listed: Schema = {
        "type": "object",
        "propertyNames": {"pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "additionalProperties": _SHARE,
        "minProperties": 1,
    }
    return {"anyOf": [_DAY, _object(three, three), listed]}


def _spans(required: Iterable[str] = ("from",)) -> Schema:
    days = dict.fromkeys(("from", "until", "known_on"), _DAY)
    return {"type": "array", "items": _object(days, required)}


def _effect() -> Schema:
    change = {
        "stop": {"type": "boolean"}, "stop_after_days": _NONNEGATIVE, "capacity": _SHARE,
        "lead_days": {"type": "number", "minimum": 1}, "price": _NONNEGATIVE,
    }  # fmt: skip
    keys = _object({key: change[key] for key in EFFECT_KEYS}) | {"minProperties": 1}
    return _object({mode: {"anyOf": [{"const": "stop"}, keys]} for mode in MODES})


def _selected(keys: Iterable[str]) -> dict[str, object]:
    return {key: _CODES if key in _COUNTRY_KEYS else _TEXTS for key in keys}


def _event_schema() -> Schema:
    hits = _object(_selected(SELECTORS) | {"owned_share": _SHARE}) | {"minProperties": 1}
    shaped: dict[str, object] = {
        "from": _LAW, "suspended": _SPANS, "probability": _SHARE, "lag_days": _COUNT,
        "hits": hits, "effect": _EFFECT,
        **dict.fromkeys(("announced", "known_on", "until"), _DAY),
        **dict.fromkeys(("if", "unless", "lifts"), _TEXTS),
    }  # fmt: skip
    return _object({key: shaped.get(key, _TEXT) for key in EVENT_KEYS}, ["id"])


def _rule_schema(word: str) -> Schema:
    kind = KINDS[word]
    keys = (*rulekinds.ALWAYS, *kind.keys)
    said = {key: _rule_value(key) for key in keys} | {"kind": {"const": word}}
    changed = {key: said[key] for key in keys if key not in ("id", "kind", "amended", "known_on")}
    amended = {
        "on": _DAY, "effective": _DAY, "known_on": _DAY, "source": _TEXT, "set": _object(changed),
    }  # fmt: skip
    said["amended"] = {"type": "array", "items": _object(amended, ["on", "set"])}
    needed = [choice[0] for choice in kind.needs if len(choice) == 1]
    either = [
        {"anyOf": [{"required": [key]} for key in choice]}
        for choice in kind.needs
        if len(choice) > 1
    ]
    return _object(said, ["id", "kind", *needed]) | ({"allOf": either} if either else {})


def _rule_value(key: str) -> object:
    owner = {"owned_share": {**_SHARE, "exclusiveMinimum": 0}}
    special: dict[str, object] = {
        "effective": _LAW, "suspended": _SPANS, "windows": _spans(("from", "until")),
        "revoked": {"anyOf": [_DAY, _object({"on": _DAY, "known_on": _DAY}, ["on"])]},
        "renewal": _object(
            {"every_days": _COUNT, "times": _COUNT, "probability": _SHARE},
            ["every_days", "probability"],
        ),
        "scope": _object(
            _selected(key for key in rulekinds.SCOPE if not key.startswith("owned"))
            | owner | {"owned_through": {"enum": list(rulekinds.THROUGH)}}
        ),
        "effect": _EFFECT, "modes": _MODE_LIST, **owner,
    }  # fmt: skip
    if key in special:
        return special[key]
    if key in rulekinds.CHOICES:
        return {"enum": list(rulekinds.CHOICES[key])}
    if key in rulekinds.LISTS:
        return _CODES if key in _COUNTRY_KEYS else _TEXTS
    if key in rulekinds.SHARES:
        return _SHARE
    if key in rulekinds.COUNTS:
        return _COUNT
    return _DAY if key in rulekinds.DAYS else _TEXT
