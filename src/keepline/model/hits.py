"""What an event hits: selectors of deliveries, and how they are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.fields import Fields

SELECTORS: Final = (
    "suppliers", "suppliers_not", "receivers", "countries", "countries_not", "destinations",
    "kinds", "technology_origin", "items", "goods", "technologies", "lists",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """Ask whether the share of an item's value that comes from some countries passes a limit.

    Attributes:
        origins: The countries: what is made there counts whole, what is made elsewhere counts for
            the components in it that count.
        share: The limit, 0 to 1.
        is_inclusive: Whether a share of exactly the limit passes it.
    """

    origins: tuple[str, ...]
    share: float
    is_inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Hits:
    """Select deliveries: every selector that is given must match.

    Companies are given by id, by name or by an alias, in capitals or not; none given selects all.

    Attributes:
        suppliers: The delivering supplier, or a maker further down the path, is one of these.
        suppliers_not: Neither the supplier nor a maker further down the path is one of these.
        receivers: Somebody further down the path is one of these; whoever delivers does not count.
        owned_share: Companies held to this share or more by named ones count as named; None when
            only the named ones count.
        owned_through: ``links``: who counts passes on the whole of what it holds, so every link
            must reach the share; ``products``: shares multiply along a chain, chains add up.
        countries: Where the delivery is made (else where its supplier is seated).
        countries_not: It is made in none of these.
        destinations: Somebody further down the path, or the operator, is in one of these.
        is_exported: Whoever receives it next is outside `countries`.
        kinds: The kind of the component delivered.
        technology_origin: Countries whose technology the making needs; one in common is enough.
        items: Parts or components by id.
        goods: Kinds of components, or parts and components by id or name, in capitals or not.
        technologies: The network technology of the part delivered.
        makers: Who delivers it, or in whose name a part is sold, is one of these.
        level: ``parts`` or ``components`` alone; empty for both.
        content: How much of its value comes from where.
        lists: As `suppliers`: those on one of these lists, by screening and a person's word.
    """

    suppliers: tuple[str, ...] = ()
    suppliers_not: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    owned_share: float | None = None
    owned_through: str = "links"
    countries: tuple[str, ...] = ()
    countries_not: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    is_exported: bool = False
    kinds: tuple[str, ...] = ()
    technology_origin: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    level: str = ""
    content: Content | None = None
    lists: tuple[str, ...] = ()


def hits_from(fields: Fields, key: str = "hits") -> Hits:
    """Read what an event hits: selectors of deliveries."""
    inner = fields.inner(key)
    inner.only((*SELECTORS, "owned_share"))
    given = {key: inner.texts(key) for key in SELECTORS}
    if not any(given.values()):
        inner.report("", "IN-327", "it hits nothing", "one of " + ", ".join(SELECTORS))
    check_codes(inner, given)
    if given["kinds"] and given["technologies"]:
        what = "a component has no technology, a part no kind"
        inner.report("kinds", "IN-334", what, mend="Name kinds, or technologies")
    return Hits(
        suppliers=given["suppliers"],
        suppliers_not=given["suppliers_not"],
        receivers=given["receivers"],
        owned_share=owned_share_from(inner),
        countries=given["countries"],
        countries_not=given["countries_not"],
        destinations=given["destinations"],
        kinds=given["kinds"],
        technology_origin=given["technology_origin"],
        items=given["items"],
        goods=given["goods"],
        technologies=given["technologies"],
        lists=given["lists"],
    )


def check_codes(fields: Fields, given: Mapping[str, tuple[str, ...]]) -> None:
    """Report what stands where a country is asked for and is no code of one."""
    for key in ("countries", "countries_not", "destinations", "technology_origin", "content_of"):
        for code in given.get(key, ()):
            if not re.fullmatch("[A-Z]{2}", code):
                fields.report(key, "IN-328", f'"{code}" is no country code', "two capital letters")


def owned_share_from(fields: Fields) -> float | None:
    """Read the share from which companies held by a named one count as named."""
    has_share, owned_share = fields.has("owned_share"), fields.number("owned_share", 1.0, 0.0, 1.0)
    if has_share and owned_share <= 0.0:
        fields.report("owned_share", "IN-304", "0 would take in everyone", "more than 0, at most 1")
    return owned_share if has_share else None
