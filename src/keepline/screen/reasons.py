"""Say why two names score as they do, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.maths.names.pairing import INITIALS, JOINED, MEANT, SAME
from keepline.screen.words import LEGAL, NUMBER, PLACE, TRADE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.screen.matching import Matcher
    from keepline.screen.words import Word

_SIGNS: Final = {SAME: "=", MEANT: "means", JOINED: "=", INITIALS: "initials of"}
_KINDS: Final = {TRADE: "trade", PLACE: "place", NUMBER: "number", LEGAL: "form"}


def reasons(matcher: Matcher, name: str, listed: str) -> str:
    """Return why two names score as they do.

    Pairs come first, ``=`` the same word and ``~`` one spelt alike with how much so; then the
    words that only one name has; then forms in law where the two state different ones.
    """
    ours, theirs, pairs = matcher.paired(name, listed)
    told = []
    for number, (like, how) in enumerate(zip(pairs.likeness, pairs.how, strict=True)):
        left, right = _joined(ours, pairs.a, number), _joined(theirs, pairs.b, number)
        sign = _SIGNS.get(int(how), f"~ ({like:.2f})")
        told.append(f"{left} {sign} {right}" if sign.isalpha() or left != right else f"{left} =")
    for who, words, found in (("asked", ours, pairs.a), ("listed", theirs, pairs.b)):
        alone = [_told(word) for word, at in zip(words, found, strict=True) if at < 0]
        if alone:
            told.append(f"only {who}: {', '.join(alone)}")
    forms = [_forms(matcher, one) for one in (name, listed)]
    if all(forms) and not set(forms[0]) & set(forms[1]):
        told.append(f"forms in law: {' '.join(forms[0])} against {' '.join(forms[1])}")
    return "; ".join(told) or "no word in common"


def _joined(words: Sequence[Word], found: NDArray, number: int) -> str:  # type: ignore[type-arg]
    return " ".join(word.written for word, at in zip(words, found, strict=True) if at == number)


def _told(word: Word) -> str:
    kind = _KINDS.get(word.kind)
    return f"{word.written} ({kind})" if kind else word.written


def _forms(matcher: Matcher, name: str) -> list[str]:
    words = matcher.reader.words(name)
    # a mere "company" contradicts no other form
    return sorted({word.meaning for word in words if word.kind == LEGAL and word.meaning != "CO"})
