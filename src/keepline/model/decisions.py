"""What people have decided on candidates, and what must be asked again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

SAID: Final = ("confirmed", "cleared", "withdrawn")
_DIGITS: Final = 16


class Candidate(NamedTuple):
    """Name what a decision is on."""

    supplier_id: str
    list_id: str
    entry_id: str


@dataclass(frozen=True)
class Decision:
    """Hold what one person said of one candidate, and what it looked like then.

    Attributes:
        candidate: Which supplier, list and entry.
        said: ``confirmed``, ``cleared``, or ``withdrawn``: as if nothing had been said.
        by: Who said it.
        at: When.
        why: The reason, in that person's words.
        names_print: Fingerprint of the supplier's names then.
        entry_print: Fingerprint of the entry then.
        list_version: The version of the list then.
        name: The supplier's name that was compared.
        listed_name: The listed name that was compared.
        score: Their score.
        band: Its band.
    """

    candidate: Candidate
    said: str
    by: str
    at: dt.datetime
    why: str
    names_print: str
    entry_print: str
    list_version: str
    name: str
    listed_name: str
    score: float
    band: str


class Seen(NamedTuple):
    """What a candidate looks like now."""

    names_print: str
    entry_print: str
    band: str


def fingerprint(texts: Iterable[str]) -> str:
    """Return what tells texts from others, whatever their order.

    >>> fingerprint(["b", "a"]) == fingerprint(["a", "b"]) != fingerprint(["ab"])
    True
    """
    joined = "\\x1f".join(sorted(set(texts)))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def latest(decisions: Iterable[Decision]) -> dict[Candidate, Decision]:
    """Return the last decision on each candidate, withdrawn ones left out."""
    found: dict[Candidate, Decision] = {}
    for decision in decisions:
        if decision.said == "withdrawn":
            found.pop(decision.candidate, None)
        else:
            found[decision.candidate] = decision
    return found


def standing(decision: Decision | None, seen: Seen) -> tuple[str, str]:
    """Return how a candidate stands, and what has changed since it was decided.

    It is asked again only when the supplier's names, the entry or the band of the score have
    changed; a new version of the list in which the entry is the same asks nobody.
    """
    if decision is None:
        return "open", ""
    changed = _changes(decision, seen)
    if changed:
        return "ask again", ", ".join(changed)
    return decision.said, ""


def _changes(decision: Decision, seen: Seen) -> list[str]:
    pairs: Mapping[str, tuple[str, str]] = {
        "the supplier's names": (decision.names_print, seen.names_print),
        "the entry": (decision.entry_print, seen.entry_print),
        "the band of the score": (decision.band, seen.band),
    }
    return [what for what, (then, now) in pairs.items() if then != now]
