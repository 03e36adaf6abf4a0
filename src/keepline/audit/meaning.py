"""Tell whether a rule means a unit, asked of one unit after another: no, perhaps, or surely."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from keepline.model.parties import named_suppliers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import polars as pl

    from keepline.audit.ground import Ground, Item, Part, Site
    from keepline.model.policy_where import Vendors, Where


class Meant(IntEnum):
    """Say how surely something is meant; "and" is the least of several, "or" the greatest."""

    NO = 0
    PERHAPS = 1
    SURELY = 2


#: Where a unit stands whose network function may be any, where it is not recorded.
_INNER = ("core", "management", "interconnect")


class Look:
    """See where a rule, or an exemption, looks; what it thinks of parts and sites is kept."""

    def __init__(self, where: Where, ground: Ground, seen_on: dt.date) -> None:
        self.where = where
        self.seen_on = seen_on
        self.parts: Mapping[str, Meant] = {
            one: self._of_part(part) for one, part in ground.parts.items()
        }
        unrecorded = (one for one, part in ground.parts.items() if part.functions is None)
        self.unrecorded = frozenset(unrecorded if where.words("network_function") else ())
        self.inner = where.words("function") or _INNER
        self.is_plain = not self.unrecorded and where.installed_after is None
        self._known: dict[object, Meant] = {}

    def at(self, site: Site) -> Meant:
        """Tell whether it looks at a site; sites that differ in their names alone are alike."""
        alike = site if self.where.words("site") else site[1:]
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = self._at(site)
        return found

    def _at(self, site: Site) -> Meant:
        found = Meant.SURELY
        for key, value in (
            ("function", site.function), ("region", site.region), ("site", site.site_id),
            ("country", site.country),
        ):  # fmt: skip
            words = self.where.words(key)
            if words:
                found = min(found, _among(value, words))
        operators = self.where.words("operator")
        if operators and site.operator_id not in operators:
            return Meant.NO
        if self.where.tiers:
            found = min(found, _among(site.tier, self.where.tiers))
        flags = dict(self.where.flags)
        if "is_sensitive" in flags:
            found = min(found, _among(site.is_sensitive, (flags["is_sensitive"],)))
        return found

    def of(self, item: Item, site: Site, of_site: Meant) -> Meant:
        """Tell whether it looks at units, given what it thinks of their site."""
        found = min(of_site, self.parts[item.part_id])
        if self.is_plain or found is Meant.NO:
            return found
        if item.part_id in self.unrecorded:
            is_inner = site.function is None or site.function in self.inner
            found = min(found, Meant.PERHAPS if is_inner else Meant.NO)
        after = self.where.installed_after
        if after is not None:
            found = min(found, self._installed_after(item, after))
        return found

    def _installed_after(self, item: Item, after: dt.date) -> Meant:
        if item.installed_on is not None:
            return Meant.SURELY if item.installed_on > after else Meant.NO
        # what the tables hold stood there on their day
        return Meant.NO if self.seen_on <= after else Meant.PERHAPS

    def _of_part(self, part: Part) -> Meant:
        found = Meant.SURELY
        for key, value in (("technology", part.technology), ("part", part.part_id)):
            words = self.where.words(key)
            if words:
                found = min(found, _among(value, words))
        wanted = self.where.words("network_function")
        if wanted and part.functions is not None:
            named = {one.strip().lower() for one in wanted}
            found = min(found, Meant.SURELY if part.functions & named else Meant.NO)
        flags = dict(self.where.flags)
        if "is_sanctions_affected" in flags:
            wish = flags["is_sanctions_affected"]
            found = min(found, _among(part.is_sanctions_affected, (wish,)))
        return found


def _among(value: object, wanted: Iterable[object]) -> Meant:
    if value is None:
        return Meant.PERHAPS
    return Meant.SURELY if value in wanted else Meant.NO


class Makers:
    """Tell whose equipment a rule means.

    Attributes:
        surely: Ids of the suppliers that it means.
        doubtful: Ids of those of whom nobody has said yet whether it does.
        strangers: Ids that stand for makers who are not known: they may be anybody.
        is_each: Whether each of them is judged by itself.
    """

    def __init__(self, vendors: Vendors, suppliers: pl.DataFrame) -> None:
        rows = suppliers.select("supplier_id", "is_high_risk", "is_unassessed", "is_unknown").rows()
        self.doubtful = frozenset[str]()
        if vendors.who == "high_risk":
            self.surely = frozenset(one for one, is_risky, _, _ in rows if is_risky)
            self.doubtful = frozenset(one for one, _, is_new, _ in rows if is_new) - self.surely
        elif vendors.names:
            self.surely = named_suppliers(suppliers, vendors.names)
        else:
            self.surely = frozenset(one for one, *_ in rows)
        self.strangers = frozenset(one for one, _, _, is_stranger in rows if is_stranger)
        self.strangers -= self.surely
        self.is_each = vendors.is_each

    def mean(self, supplier: str | None) -> Meant:
        """Tell whether a supplier is one of those that are meant."""
        if supplier in self.surely:
            return Meant.SURELY
        if supplier is None or supplier in self.doubtful or supplier in self.strangers:
            return Meant.PERHAPS
        return Meant.NO

    def is_of(self, label: str | None, supplier: str | None) -> Meant:
        """Tell whether a supplier is the one that is judged by itself, or may be it.

        Args:
            label: The one that is judged; None where none of those meant stands anywhere.
            supplier: Whose equipment it is; None is not known.
        """
        if label is not None and supplier == label:
            return Meant.SURELY if label in self.surely else Meant.PERHAPS
        is_anybody = supplier is None or supplier in self.strangers
        return Meant.PERHAPS if is_anybody else Meant.NO
