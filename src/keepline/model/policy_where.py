"""Where a rule of a policy looks, whose equipment it means, and what is exempt from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keepline.model.fields import nearest
from keepline.model.inputs import FUNCTIONS
from keepline.model.policy_rulekinds import (
    EXEMPTION_KEYS,
    WHERE_FLAGS,
    WHERE_KEYS,
    WHERE_OPERATOR,
    WHERE_TEXTS,
)

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.fields import Fields

HIGH_RISK: Final = "high_risk"
ANY: Final = "any"
#: The lowest tier that a code of practice may name.
_LOWEST_TIER: Final = 99


@dataclass(frozen=True, slots=True)
class Vendors:
    """Say whose equipment a rule means.

    Attributes:
        who: ``high_risk``, ``any`` or ``named``.
        names: Ids, names or aliases of suppliers, where named.
        is_each: Whether the rule holds for each of them by itself, not for all together.
    """

    who: str = ANY
    names: tuple[str, ...] = ()
    is_each: bool = False

    @property
    def in_words(self) -> str:
        """Say whose equipment is meant.

        >>> Vendors("named", ("huawei", "zte"), is_each=True).in_words
        'each of huawei, zte'
        """
        said = {HIGH_RISK: "high-risk vendors", ANY: "any vendor"}.get(self.who)
        said = said or ", ".join(self.names)
        return f"each of {said}" if self.is_each and self.who != ANY else said


@dataclass(frozen=True, slots=True)
class Where:
    """Select what stands in a network; all that is said must hold, of a list any one.

    Attributes:
        texts: The words wanted, by key.
        flags: Whether the site is sensitive, or the part affected by sanctions, by key.
        installed_after: Only units installed after this day.
        tiers: Tiers of the operator.
    """

    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    flags: tuple[tuple[str, bool], ...] = ()
    installed_after: dt.date | None = None
    tiers: tuple[int, ...] = ()

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words wanted of a key; none where it does not matter."""
        return dict(self.texts).get(key, ())

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys that say something."""
        said = [key for key, _ in (*self.texts, *self.flags)]
        said += ["installed_after"] if self.installed_after else []
        return (*said, *(["tier"] if self.tiers else []))


@dataclass(frozen=True, slots=True)
class Exemption:
    """Spare what a rule would mean, until a day."""

    what: str
    where: Where
    until: dt.date | None
    begins: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether it holds on a day; its last day is one of them."""
        begun = self.begins is None or self.begins <= day
        return begun and self.until is not None and day <= self.until


def vendors_from(fields: Fields) -> Vendors:
    """Read whose equipment a rule means; report what is wrong with it."""
    value = fields.values.get("vendors")
    if value is None:
        return Vendors()
    if not isinstance(value, dict):
        return _whose(fields, "vendors", is_each=False)
    inner = fields.inner("vendors")
    inner.only(("each", "together"))
    given = [key for key in ("each", "together") if inner.has(key)]
    if len(given) != 1:
        fields.report(
            "vendors", "IN-362", "vendors are each or together, one of the two",
            "high_risk, any, or a list of suppliers, below each or together",
            "Write vendors: {each: [...]} or {together: [...]}",
        )  # fmt: skip
        return Vendors()
    return _whose(inner, given[0], is_each=given[0] == "each")


def _whose(fields: Fields, key: str, *, is_each: bool) -> Vendors:
    names = fields.texts(key)
    if names in ((HIGH_RISK,), (ANY,)):
        return Vendors(names[0], (), is_each)
    mixed = [one for one in names if one in (HIGH_RISK, ANY)]
    if mixed or not names:
        what = f'"{mixed[0]}" stands among names' if mixed else "no vendor is named"
        fields.report(key, "IN-362", what, "high_risk, any, or a list of suppliers")
    return Vendors("named", names, is_each)


def where_from(fields: Fields, *, is_of_operators: bool = False) -> Where:
    """Read where a rule looks; report what is wrong with it.

    Args:
        fields: The keys below ``where``.
        is_of_operators: Whether it may only say whose network it is.
    """
    fields.only(WHERE_OPERATOR if is_of_operators else WHERE_KEYS)
    texts = [(key, fields.texts(key)) for key in WHERE_TEXTS if fields.has(key)]
    for word in dict(texts).get("function", ()):
        if word not in FUNCTIONS:
            fields.report(
                "function", "IN-355", f'"{word}" is no function of a site',
                "one of " + ", ".join(FUNCTIONS), nearest(word, FUNCTIONS),
            )  # fmt: skip
    flags = [(key, _flag(fields, key)) for key in WHERE_FLAGS if fields.has(key)]
    after = fields.date("installed_after")
    return Where(tuple(texts), tuple(flags), after, _tiers(fields))


def _flag(fields: Fields, key: str) -> bool:
    value = fields.values[key]
    if not isinstance(value, bool):
        fields.report(key, "IN-355", f'"{value}" is not true or false', "true or false")
    return value is True


def _tiers(fields: Fields) -> tuple[int, ...]:
    value = fields.values.get("tier")
    if value is None:
        return ()
    found = value if isinstance(value, list) else [value]
    whole = [one for one in found if isinstance(one, int) and not isinstance(one, bool)]
    if len(whole) < len(found) or not all(1 <= one <= _LOWEST_TIER for one in whole):
        fields.report("tier", "IN-304", f"{value} is no tier", "whole numbers from 1 on")
    return tuple(whole)


def exemptions_from(fields: Fields) -> tuple[Exemption, ...]:
    """Read what is exempt from a rule; every exemption has a last day."""
    found = []
    for entry in fields.each("exemptions"):
        entry.only(EXEMPTION_KEYS)
        entry.text("link", "")
        if not entry.has("until"):
            entry.report(
                "until", "IN-300", "until is missing", "the exemption's last day", "Add until"
            )
        begins, until = entry.date("from"), entry.date("until")
        if begins and until and until < begins:
            entry.report("until", "IN-324", "it ends before it begins", "a date from `from` on")
        what = entry.text("what", "exempt")
        found.append(Exemption(what, where_from(entry.inner("where")), until, begins))
    return tuple(found)
