"""Ask a list whether it finds names that it must find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline.screen.bands import MATCH
from keepline.screen.matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keepline.model.lexicon import Lexicon
    from keepline.model.partylist import PartyList


def finder(found: PartyList, lexicon: Lexicon) -> Callable[[Sequence[str]], list[bool]]:
    """Return what tells of names whether a list finds each of them as a match."""
    listed = found.names["name"].to_list()

    def finds(names: Sequence[str]) -> list[bool]:
        near = Matcher(lexicon).nearest(names, listed)
        hit = {int(row) for row, score in zip(near.asked, near.score, strict=True)
               if score >= MATCH.least}  # fmt: skip
        return [row in hit for row in range(len(names))]

    return finds
