"""Names to measure screening with: listed ones, made-up ones, and names written otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from keepline.face.screening import read_lists

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

_FORM = re.compile(
    r"[\s,]*\b(co\.?,?\s*ltd\.?|llc|ltd\.?|limited|inc\.?|corp\.?|corporation|company|s\.a\.|"
    r"gmbh|jsc)\W*$",
    re.IGNORECASE,
)
_FORMS = ("Ltd", "Limited", "Co., Ltd.", "LLC", "Inc", "Company", "GmbH", "S.A.", "JSC", "Corp.")
_BY_EAR = (
    ("ph", "f"), ("y", "i"), ("ck", "k"), ("ou", "u"), ("ee", "i"), ("kh", "h"), ("zh", "j"),
    ("q", "k"),
)  # fmt: skip
#: Letters from which a name gets two slips.
_LONG = 10


def companies() -> dict[int, list[str]]:
    """Return the names of each company of the OFAC list that ships, by number; its own first."""
    (found,) = read_lists(None, ["ofac-sdn"])
    kept = set(found.entries.filter(kind="organisation")["entry_id"])
    named: dict[int, list[str]] = defaultdict(list)
    for entry_id, name, use in found.names.iter_rows():
        if entry_id in kept and use != "weak alias":
            named[int(entry_id)].insert(0 if use == "primary" else len(named[int(entry_id)]), name)
    return dict(sorted(named.items()))


def slip(name: str, rng: random.Random) -> str:
    """Change, drop, add or exchange a letter."""
    at = rng.randrange(len(name))
    letter = chr(97 + rng.randrange(26))
    return (
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
    )[rng.randrange(4)]


def otherwise(name: str, rng: random.Random) -> str:  # noqa: PLR0911 - one of eight ways
    """Write a name otherwise, in one of eight ways, each as often as another."""
    words = name.split()
    bare = _FORM.sub("", name)
    at = rng.randrange(max(len(words) - 1, 1))
    way = rng.randrange(8)
    if way == 0:
        return slip(name, rng)
    if way == 1:
        once = slip(name, rng)
        return slip(once, rng) if sum(map(str.isalpha, name)) >= _LONG else once
    if way == 2:  # noqa: PLR2004 - the ways are numbered
        return bare if bare.strip() else name
    if way == 3:  # noqa: PLR2004
        return (bare if bare.strip() else name) + " " + rng.choice(_FORMS)
    if way == 4 and len(words) > 1:  # noqa: PLR2004
        return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])
    if way == 5:  # noqa: PLR2004
        return _split(words, rng) or name.replace(".", "").replace(",", "").lower()
    if way == 6 and len(words) > 2:  # noqa: PLR2004
        words[at], words[at + 1] = words[at + 1], words[at]
        return " ".join(words)
    by_ear = next((pair for pair in _BY_EAR if pair[0] in name.lower()), None)
    return name.lower().replace(*by_ear) if by_ear else slip(name, rng)


def _split(words: Sequence[str], rng: random.Random) -> str:
    """Write a long word as two; empty where there is none."""
    at = rng.randrange(len(words))
    word = words[at]
    if len(word) <= 6:  # noqa: PLR2004 - too short to be written as two
        return ""
    cut = rng.randrange(3, len(word) - 2)
    return " ".join([*words[:at], word[:cut], word[cut:], *words[at + 1 :]])


def many(names: Sequence[str], common: Sequence[str], size: int, rng: random.Random) -> list[str]:
    """Return as many names as asked: those given, and made-up ones of words like theirs."""
    invent = _maker([word for name in names for word in name.split()], rng)
    found = list(names)
    while len(found) < size:
        core = [invent() for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        more = [rng.choice(common) for _ in range(rng.choice((1, 2, 2, 3)))]
        found.append(" ".join(core + more).upper())
    return found


def _maker(words: Sequence[str], rng: random.Random) -> Callable[[], str]:
    """Return what makes words whose letters follow one another as in those given."""
    after: dict[str, list[str]] = defaultdict(list)
    for word in sorted({one.lower() for one in words if one.isalpha()}):
        framed = f"^^{word}$"
        for at in range(len(framed) - 2):
            after[framed[at : at + 2]].append(framed[at + 2])

    def invent() -> str:
        while True:
            word = "^^"
            while not word.endswith("$") and len(word) < 16:  # noqa: PLR2004 - long enough
                word += rng.choice(after[word[-2:]])
            word = word.strip("^$")
            if 3 <= len(word) <= 13:  # noqa: PLR2004 - as words of names are
                return word

    return invent
