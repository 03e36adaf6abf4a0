"""The closed vocabulary of rules: every kind, the keys it takes, and what it does unless told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MARKS: Final = ("V", "P", "U")
#: Keys that say when and how surely a rule holds; an amendment of one of these moves the rule.
TIMES: Final = (
    "announced", "published", "effective", "expires", "revoked", "known_on", "suspended",
    "probability", "if", "unless", "lag_days", "cause", "windows", "renewal",
)  # fmt: skip
#: Keys that every rule may have.
ALWAYS: Final = (
    "id", "kind", "what", "law", "source", "link", "mark", "note", "amended",
    "announced", "published", "effective", "expires", "revoked", "known_on", "suspended",
    "probability", "if", "unless", "lag_days", "cause",
)  # fmt: skip
PARTIES: Final = ("parties", "owned_share", "owned_through")
GOODS: Final = ("goods", "kinds", "items", "technologies", "technology_origin", "countries")
EXCEPTS: Final = ("rules", "scope", "modes", "share")
#: What the scope of an exception may name; `parties` are those who receive.
SCOPE: Final = (
    *PARTIES, *GOODS, "countries_not", "destinations", "suppliers", "suppliers_not",
)  # fmt: skip
_KEPT: Final = (
    *PARTIES, "technologies", "functions", "destinations", "metric", "at_most", "by",
    "wherever_possible",
)  # fmt: skip
ALL_MODES: Final = ("supply", "repair", "software")


@dataclass(frozen=True, slots=True)
class Kind:
    """Say what a kind of rule takes.

    Attributes:
        what: What such a rule does, in words.
        keys: The keys it takes beside those that every rule takes.
        needs: Keys that must stand there, each a choice of several.
        stops: What it stops unless `effect` says otherwise.
        is_exception: Whether it lifts other rules.
        is_kept: Whether it is kept for later and takes no supply away.
    """

    what: str
    keys: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...] = ()
    stops: tuple[str, ...] = ()
    is_exception: bool = False
    is_kept: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    "listing": Kind(
        "Listed parties, and whom they own, may no longer receive goods subject to the law.",
        (*PARTIES, *GOODS, "countries_not", "destinations", "content_of", "more_than", "at_least",
         "footnote", "effect"),
        (("parties",),),
        ALL_MODES,
    ),
    "foreign_direct_product": Kind(
        "Listed parties may no longer receive what is made anywhere with a country's technology.",
        (*PARTIES, *GOODS, "countries_not", "destinations", "footnote", "effect"),
        (("technology_origin",),),
        ALL_MODES,
    ),
    "de_minimis": Kind(
        "Goods are subject to a law when enough of their value comes from its country.",
        (*PARTIES, *GOODS, "countries_not", "destinations", "content_of", "more_than", "at_least",
         "effect"),
        (("content_of",), ("more_than", "at_least")),
        ALL_MODES,
    ),
    "ownership": Kind(
        "The named rules reach companies that their parties own, from a share on.",
        ("rules", "owned_share", "owned_through", "parties", "effect"),
        (("rules",), ("owned_share",)),
        ALL_MODES,
    ),
    "export_control": Kind(
        "Goods may not leave their country of manufacture, or not without a licence.",
        (*PARTIES, *GOODS, "destinations", "spared", "measure", "effect"),
        (("countries",),),
        ("supply", "repair"),
    ),
    "import_ban": Kind(
        "Parts of a party, or made in some countries, may not be brought in.",
        (*PARTIES, "items", "technologies", "goods", "countries", "countries_not", "destinations",
         "applies_to", "effect"),
        (("parties", "countries", "countries_not"),),
        ("supply",),
    ),
    "retaliation": Kind(
        "A country answers another's rule, after a lag and with a probability.",
        (*PARTIES, *GOODS, "destinations", "spared", "effect"),
        (("countries",), ("if",)),
        ("supply", "repair"),
    ),
    "general_licence": Kind(
        "What the named rules stop may go on within a scope, for a time that may be renewed.",
        (*EXCEPTS, "windows", "renewal"),
        (("rules",),),
        ALL_MODES,
        is_exception=True,
    ),
    "saving_clause": Kind(
        "Goods in production when a rule came may still leave, until a day.",
        EXCEPTS,
        (("rules",), ("expires",)),
        ALL_MODES,
        is_exception=True,
    ),
    "licence_review": Kind(
        "Licences for what the named rules stop are granted, perhaps, in part, after a delay.",
        (*EXCEPTS, "delay_days"),
        (("rules",),),
        ALL_MODES,
        is_exception=True,
    ),
    "purchase_ban": Kind("Equipment may not be bought.", _KEPT, is_kept=True),
    "installation_ban": Kind("Equipment may not be installed.", _KEPT, is_kept=True),
    "removal_deadline": Kind(
        "Equipment must be gone by a day.", _KEPT, (("by",),), is_kept=True
    ),
    "cap": Kind("Equipment may make up a share at most.", _KEPT, (("at_most",),), is_kept=True),
    "enabling_act": Kind("A law under which rules may follow.", _KEPT, is_kept=True),
}  # fmt: skip
MEASURES: Final = ("licence", "ban")
APPLIES: Final = ("all", "new_models")
THROUGH: Final = ("links", "products")
#: Words of a closed vocabulary, by key.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": tuple(KINDS),
    "mark": MARKS,
    "measure": MEASURES,
    "applies_to": APPLIES,
    "owned_through": THROUGH,
}
#: Lists of texts, shares, dates and plain texts, by key; the schema is made from these too.
LISTS: Final = (
    "parties", "goods", "kinds", "items", "technologies", "technology_origin", "countries",
    "countries_not", "destinations", "content_of", "spared", "rules", "modes", "if", "unless",
    "functions", "suppliers", "suppliers_not",
)  # fmt: skip
SHARES: Final = ("owned_share", "more_than", "at_least", "share", "probability", "at_most")
DAYS: Final = ("announced", "published", "expires", "known_on", "by", "wherever_possible")
TEXTS: Final = ("id", "what", "law", "source", "link", "note", "cause", "footnote", "metric")
COUNTS: Final = ("lag_days", "delay_days")
