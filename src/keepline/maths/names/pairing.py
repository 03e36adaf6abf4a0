"""Pair the words of two names, and score how sure it is that they name the same party.

Words are paired once each, those that tell most first: the same word, one of the same meaning, one
spelt alike, two or three written as one, or initials. The score is the weighted share of both
names that is paired (a soft Dice coefficient), less for what speaks against it: other forms in
law, places or numbers. A name that is only the telling word of the other, the rest of which is
form and trade, scores as one shortened.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import compiled, inner
from keepline.maths.names.ground import ANY_FORM, CORE, LEGAL, NUMBER, PLACE, TRADE, Names, Words
from keepline.maths.names.letters import likeness

#: How words were paired.
SAME, MEANT, SPELT, JOINED, INITIALS = range(5)
_MOST = 32
_FREE = -1


class Terms(NamedTuple):
    """What speaks against, and by how much the score falls."""

    other_form: float = 0.26
    """Both state a form in law, and not the same."""
    other_place: float = 0.22
    """Each names a place that the other does not."""
    more_place: float = 0.12
    """One names a place that the other does not."""
    other_trade: float = 0.08
    """Each names a trade that the other does not."""
    more_trade: float = 0.14
    """One names a trade that the other does not, though both state a form in law."""
    other_number: float = 0.05
    """Each has a number that the other has not."""
    more_number: float = 0.16
    """One has a number, other than the first, that the other has not."""
    meant: float = 0.97
    """Likeness of two words of one meaning."""
    joined: float = 0.98
    """Likeness of words written as one."""
    initials: float = 0.78
    """Likeness of initials to the words that they stand for."""
    stem: float = 0.895
    """Score of a name that is the telling word of the other."""
    stem_word: float = 0.01
    """Less for every word more of the other."""
    stem_place: float = 0.05
    """Less for every place more of the other."""
    telling: float = 0.55
    """Weight from which a word is telling."""
    kin: float = 0.71
    """The least score of two names that share a telling word and differ in trade, place and form
    alone: a company and its sister."""
    kin_word: float = 0.8
    """Weight from which a word is a family's."""


class Paired(NamedTuple):
    """How the words of two names were paired."""

    a: NDArray[np.int64]
    """int64[words of a]; the number of the pair that a word is in, or -1."""
    b: NDArray[np.int64]
    likeness: NDArray[np.float64]
    """float64[pairs]"""
    how: NDArray[np.int64]
    """int64[pairs]"""


@inner
def _letters(words: Words, word: int) -> NDArray[np.uint8]:
    return words.letters[words.first[word] : words.first[word + 1]]


@inner
def _alike(words: Words, x: int, y: int, terms: Terms) -> tuple[float, int]:
    if x == y:
        return 1.0, SAME
    if words.kind[x] == words.kind[y] and words.meaning[x] > 0:
        if words.meaning[x] == words.meaning[y]:
            return terms.meant, MEANT
        if words.kind[x] == NUMBER or words.meaning[y] > 0:
            return 0.0, SPELT  # two known words that say different things
    if words.kind[x] == NUMBER or words.kind[y] == NUMBER:
        return 0.0, SPELT
    return likeness(_letters(words, x), _letters(words, y)), SPELT


@inner
def _in_one(words: Words, parts: NDArray[np.int32], whole: int) -> float:
    """Return how alike words written as one are to a word."""
    size = 0
    for part in parts:
        size += words.first[part + 1] - words.first[part]
    length = words.first[whole + 1] - words.first[whole]
    if size < 4 or abs(size - length) > 1:
        return 0.0
    put = np.empty(size, np.uint8)
    at = 0
    for part in parts:
        for letter in _letters(words, part):
            put[at] = letter
            at += 1
    return likeness(put, _letters(words, whole))


@inner
def _are_initials(words: Words, short: int, of: NDArray[np.int32]) -> bool:
    letters = _letters(words, short)
    same = len(letters) == len(of) and len(of) >= 3
    for at in range(min(len(of), len(letters))):
        same &= letters[at] == words.letters[words.first[of[at]]]
    return same


@inner
def _weight(words: Words, row: NDArray[np.int32]) -> float:
    total = 0.0
    for word in row:
        total += words.weight[word]
    return total


class _Step(NamedTuple):
    """The best pair that is left: from which words on, how many of each, how alike, and how."""

    gain: float
    at_a: int
    size_a: int
    at_b: int
    size_b: int
    alike: float
    how: int


@inner
def paired(words: Words, a: NDArray[np.int32], b: NDArray[np.int32], terms: Terms) -> Paired:
    """Pair the words of two names, what tells most first."""
    n, m = len(a), len(b)
    in_a = np.full(n, _FREE)
    in_b = np.full(m, _FREE)
    alike = np.zeros(n + m)
    how = np.zeros(n + m, np.int64)
    if (n == 1 and _are_initials(words, a[0], b)) or (m == 1 and _are_initials(words, b[0], a)):
        in_a[:] = 0
        in_b[:] = 0
        alike[0] = terms.initials
        how[0] = INITIALS
        return Paired(in_a, in_b, alike[:1], how[:1])
    near, ways = _likenesses(words, a, b, terms)
    pairs = 0
    while True:
        best = _best(words, a, b, in_a, in_b, near, ways)
        if best.gain == 0.0:
            break
        in_a[best.at_a : best.at_a + best.size_a] = pairs
        in_b[best.at_b : best.at_b + best.size_b] = pairs
        alike[pairs] = best.alike
        how[pairs] = best.how
        pairs += 1
    return Paired(in_a, in_b, alike[:pairs], how[:pairs])


@inner
def _likenesses(
    words: Words, a: NDArray[np.int32], b: NDArray[np.int32], terms: Terms
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return how alike words are, and how: float64[5, words of a, words of b].

    The first sheet is of single words, the others of two or three words of a, then of b, from a
    word on, against one of the other name.
    """
    n, m = len(a), len(b)
    near = np.zeros((5, n, m))
    ways = np.zeros((n, m), np.int64)
    for i in range(n):
        for j in range(m):
            near[0, i, j], ways[i, j] = _alike(words, a[i], b[j], terms)
            if near[0, i, j] == 1.0:
                continue
            for size in (2, 3):
                if i + size <= n:
                    found = _in_one(words, a[i : i + size], b[j])
                    near[size - 1, i, j] = terms.joined * found
                if j + size <= m:
                    found = _in_one(words, b[j : j + size], a[i])
                    near[size + 1, i, j] = terms.joined * found
    return near, ways


@inner
def _best(
    words: Words,
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    in_a: NDArray[np.int64],
    in_b: NDArray[np.int64],
    near: NDArray[np.float64],
    ways: NDArray[np.int64],
) -> _Step:
    """Return the pair of unpaired words that tells most, or one without gain."""
    best = _Step(0.0, 0, 0, 0, 0, 0.0, 0)
    for i in range(len(a)):
        for j in range(len(b)):
            for sheet in range(5):
                alike = near[sheet, i, j]
                if alike == 0.0:
                    continue
                size_a = sheet + 1 if sheet in (1, 2) else 1
                size_b = sheet - 1 if sheet in (3, 4) else 1
                if not (_are_free(in_a, i, size_a) and _are_free(in_b, j, size_b)):
                    continue
                told = _weight(words, a[i : i + size_a]) + _weight(words, b[j : j + size_b])
                if alike * told > best.gain:
                    how = ways[i, j] if sheet == 0 else JOINED
                    best = _Step(alike * told, i, size_a, j, size_b, alike, how)
    return best


@inner
def _are_free(in_pair: NDArray[np.int64], at: int, size: int) -> bool:
    free = at + size <= len(in_pair)
    for row in range(at, min(at + size, len(in_pair))):
        free &= in_pair[row] == _FREE
    return free


@inner
def _unpaired(
    words: Words, row: NDArray[np.int32], in_pair: NDArray[np.int64]
) -> tuple[int, int, int, int]:
    """Count the unpaired words of a name: telling ones, of a trade, places, numbers but 1."""
    core = trade = place = number = 0
    for at in range(len(row)):
        if in_pair[at] != _FREE:
            continue
        kind = words.kind[row[at]]
        core += kind == CORE
        trade += kind in (TRADE, LEGAL)
        place += kind == PLACE
        number += kind == NUMBER and not _is_one(words, row[at])
    return core, trade, place, number


@inner
def _is_one(words: Words, word: int) -> bool:
    letters = _letters(words, word)
    return len(letters) == 1 and letters[0] in (ord("1"), ord("i"))


@inner
def _stem(
    words: Words,
    row: NDArray[np.int32],
    found: NDArray[np.int64],
    alike: NDArray[np.float64],
    terms: Terms,
) -> float:
    """Return how closely a name is paired, all of it; 0 where it is not, or tells too little."""
    telling = 0.0
    least = 1.0
    for at in range(len(row)):
        if found[at] == _FREE:
            return 0.0
        least = min(least, alike[found[at]])
        if words.kind[row[at]] == CORE:
            telling += words.weight[row[at]]
    return least if telling >= terms.telling else 0.0


@inner
def scored(
    words: Words,
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    forms: tuple[int, int],
    terms: Terms,
) -> float:
    """Return the score of two names, 0 to 1."""
    if len(a) == 0 or len(b) == 0:
        return 0.0
    pairs = paired(words, a, b, terms)
    whole = _weight(words, a) + _weight(words, b)
    if whole <= 0.0:
        # nothing but forms in law: only the same words will do
        return 1.0 if len(a) == len(b) and np.all(a == b) else 0.0
    held = _held(words, a, pairs.a, pairs.likeness) + _held(words, b, pairs.b, pairs.likeness)
    left_a = _unpaired(words, a, pairs.a)
    left_b = _unpaired(words, b, pairs.b)
    least = max(
        _shortened(words, a, pairs.a, pairs.likeness, forms[0], left_b, terms),
        _shortened(words, b, pairs.b, pairs.likeness, forms[1], left_a, terms),
    )
    if left_a[0] == 0 and left_b[0] == 0 and _is_kin(words, a, pairs, terms):
        least = max(least, terms.kin)
    less = _against(forms, left_a, left_b, terms)
    return min(max(held / whole - less, least, 0.0), 1.0)


@inner
def _held(
    words: Words,
    row: NDArray[np.int32],
    found: NDArray[np.int64],
    alike: NDArray[np.float64],
) -> float:
    """Return the weight of a name's words that are paired, each by how alike its pair is."""
    held = 0.0
    for at in range(len(row)):
        if found[at] != _FREE:
            held += alike[found[at]] * words.weight[row[at]]
    return held


@inner
def _shortened(
    words: Words,
    row: NDArray[np.int32],
    found: NDArray[np.int64],
    alike: NDArray[np.float64],
    form: int,
    left: tuple[int, int, int, int],
    terms: Terms,
) -> float:
    """Return the score of a name as the telling word of the other; 0 where it is no such thing.

    A name that states its form in law is whole, and so is not short for a longer one.
    """
    core, trade, place, number = left
    if core or number or form:
        return 0.0
    near = _stem(words, row, found, alike, terms)
    return near * (terms.stem - terms.stem_word * trade - terms.stem_place * place)


@inner
def _against(
    forms: tuple[int, int],
    left_a: tuple[int, int, int, int],
    left_b: tuple[int, int, int, int],
    terms: Terms,
) -> float:
    """Return by how much the score falls for what speaks against."""
    _, trade_a, place_a, number_a = left_a
    _, trade_b, place_b, number_b = left_b
    less = 0.0
    if forms[0] > ANY_FORM and forms[1] > ANY_FORM and (forms[0] & forms[1]) <= ANY_FORM:
        less += terms.other_form
    if trade_a and trade_b:
        less += terms.other_trade
    elif (trade_a or trade_b) and forms[0] != 0 and forms[1] != 0:
        less += terms.more_trade
    if place_a and place_b:
        less += terms.other_place
    elif place_a or place_b:
        less += terms.more_place
    if number_a and number_b:
        less += terms.other_number
    elif number_a or number_b:
        less += terms.more_number
    return less


@inner
def _is_kin(words: Words, a: NDArray[np.int32], pairs: Paired, terms: Terms) -> bool:
    """Tell whether two names share a word that is a family's."""
    for at in range(len(a)):
        word = a[at]
        is_family = words.kind[word] == CORE and words.weight[word] >= terms.kin_word
        if is_family and pairs.a[at] != _FREE and pairs.likeness[pairs.a[at]] >= 0.97:
            return len(_letters(words, word)) > 3
    return False


@compiled
def scores(
    words: Words,
    asked: Names,
    listed: Names,
    rows: NDArray[np.int64],
    others: NDArray[np.int64],
    terms: Terms,
) -> NDArray[np.float64]:
    """Return the score of many pairs of names: float64[pairs]."""
    found = np.empty(len(rows))
    for pair in range(len(rows)):
        x, y = rows[pair], others[pair]
        found[pair] = scored(
            words,
            asked.words[asked.first[x] : asked.first[x + 1]],
            listed.words[listed.first[y] : listed.first[y + 1]],
            (asked.forms[x], listed.forms[y]),
            terms,
        )
    return found


@compiled
def pairing(words: Words, a: NDArray[np.int32], b: NDArray[np.int32], terms: Terms) -> Paired:
    """Return how the words of two names are paired, to be told."""
    return paired(words, a, b, terms)
