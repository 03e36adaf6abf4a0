"""The closed vocabulary of a policy's rules: every kind, the keys it takes, what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

METRICS: Final = ("sites", "traffic", "premises", "units", "vendors", "days_of_cover")
MARKS: Final[Mapping[str, str]] = {"V": "verified", "P": "partly verified", "U": "not verified"}
SCOPES: Final = ("operator", "national")
#: What a rule makes of units of which it is not known whether it means them.
UNKNOWN: Final = ("counts", "spared")
#: Keys that every rule may have.
ALWAYS: Final = (
    "id", "kind", "law", "source", "link", "mark", "note", "reading", "where", "from", "until",
)  # fmt: skip
#: Keys by which a rule says when its limit must hold.
DATED: Final = ("by", "within", "wherever_possible", "penalty")
_STANDING: Final = ("vendors", "metric", "at_most", "exemptions", "unknown", "scope", *DATED)
#: Keys of `where` that take texts, any of which may match.
WHERE_TEXTS: Final = (
    "technology", "function", "network_function", "region", "site", "part", "operator", "country",
)  # fmt: skip
WHERE_FLAGS: Final = ("is_sensitive", "is_sanctions_affected")
WHERE_KEYS: Final = (*WHERE_TEXTS, *WHERE_FLAGS, "installed_after", "tier")
#: Keys of `where` that look at whose network it is, and at nothing that stands in it.
WHERE_OPERATOR: Final = ("operator", "country", "tier")
EXEMPTION_KEYS: Final = ("what", "where", "from", "until", "link")


@dataclass(frozen=True, slots=True)
class Kind:
    """Say what a kind of rule takes.

    Attributes:
        what: What such a rule asks for, in words.
        keys: The keys it takes beside those that every rule takes.
        needs: Keys that must stand there, each a choice of several.
        metrics: What it may measure; the first is meant where nothing is said.
        is_told: Whether the word for it must stand there, since no other key gives it away.
    """

    what: str
    keys: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...] = ()
    metrics: tuple[str, ...] = ()
    is_told: bool = True


RULE_KINDS: Final[Mapping[str, Kind]] = {
    "cap": Kind(
        "Equipment of some vendors makes up a share at most, for each technology by itself.",
        (*_STANDING, "schedule"),
        (("vendors",), ("at_most", "schedule")),
        ("sites", "traffic", "premises", "units"),
        is_told=False,
    ),
    "exclude": Kind(
        "No equipment of some vendors stands there.",
        _STANDING,
        (("vendors",),),
        ("units", "sites"),
        is_told=False,
    ),
    "remove": Kind(
        "No equipment of some vendors is left there by a day.",
        _STANDING,
        (("vendors",), ("by", "within")),
        ("units", "sites"),
        is_told=False,
    ),
    "replace_software": Kind(
        "No equipment is managed by software of some vendors; the equipment itself may stay.",
        _STANDING,
        (("vendors",),),
        ("units", "sites"),
    ),
    "purchase_ban": Kind(
        "Nothing of some vendors is ordered from a day on.",
        ("vendors", "metric", "exemptions", "unknown", "scope"),
        (("vendors",),),
        ("units",),
    ),
    "installation_ban": Kind(
        "Nothing of some vendors is installed from a day on; what stands there may stay.",
        ("vendors", "metric", "exemptions", "unknown", "scope"),
        (("vendors",),),
        ("units",),
    ),
    "min_vendors": Kind(
        "Equipment of so many vendors at least stands there, for each technology by itself.",
        ("metric", "at_least", "scope", *DATED),
        (("at_least",),),
        ("vendors",),
        is_told=False,
    ),
    "endurance": Kind(
        "Stock of every part lasts so many days at least, from the plan's first day.",
        ("vendors", "metric", "at_least", "by", "within"),
        (("at_least",),),
        ("days_of_cover",),
        is_told=False,
    ),
    "report": Kind(
        "A report, review, plan or register is on record, and no older than so many days.",
        ("document", "every_days", "by", "within"),
        (("document",),),
        (),
        is_told=False,
    ),
    "duty": Kind(
        "Something is to be done that no table shows: it is told, with its dates, never judged.",
        ("by", "within"),
    ),
}
#: Every key that some rule takes.
RULE_KEYS: Final = tuple(
    dict.fromkeys([*ALWAYS, *(key for kind in RULE_KINDS.values() for key in kind.keys)])
)
#: Kinds that a share or a number of what stands there decides.
STANDING: Final = ("cap", "exclude", "remove", "replace_software")
BANS: Final = ("purchase_ban", "installation_ban")


def kind_of(values: Mapping[str, object]) -> str | None:
    """Return the kind of a rule: as it says, or as its other keys give it away; None for neither.

    >>> kind_of({"metric": "sites", "at_most": 0.35}), kind_of({"at_most": 0, "by": "2027-12-31"})
    ('cap', 'remove')
    >>> kind_of({"every_days": 365}), kind_of({"vendors": "high_risk"})
    ('report', None)
    """
    said = values.get("kind")
    if said is not None:
        return str(said)
    if values.get("every_days") is not None or values.get("document") is not None:
        return "report"
    by_metric = {"vendors": "min_vendors", "days_of_cover": "endurance"}
    metric = str(values.get("metric"))
    if metric in by_metric:
        return by_metric[metric]
    if values.get("at_most") == 0 and values.get("at_most") is not False:
        is_dated = values.get("by") is not None or values.get("within") is not None
        return "remove" if is_dated else "exclude"
    has_limit = values.get("at_most") is not None or values.get("schedule") is not None
    return "cap" if has_limit else None
