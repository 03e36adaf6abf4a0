"""Pair the words of two names: each once, those that tell most first.

A pair is the same word, one of the same meaning, one spelt alike, two or three written as one, or
initials.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import compiled, inner
from keepline.maths.names.ground import NUMBER, Words
from keepline.maths.names.letters import likeness

#: How words were paired.
SAME, MEANT, SPELT, JOINED, INITIALS = range(5)
FREE = -1
#: A word of so many letters or fewer is brief: most that are a whole name are made up of initials.
_BRIEF = 4


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
    brief: float = 0.8
    """Likeness, against another word's, of a brief word that is a whole name: a letter changed
    makes it another one."""
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
def letters_of(words: Words, word: int) -> NDArray[np.uint8]:
    """Return the letters of a word: uint8[letters]."""
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
    return likeness(letters_of(words, x), letters_of(words, y)), SPELT


@inner
def _are_brief(words: Words, x: int, y: int) -> bool:
    return len(letters_of(words, x)) <= _BRIEF and len(letters_of(words, y)) <= _BRIEF


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
        for letter in letters_of(words, part):
            put[at] = letter
            at += 1
    return likeness(put, letters_of(words, whole))


@inner
def _are_initials(words: Words, short: int, of: NDArray[np.int32]) -> bool:
    letters = letters_of(words, short)
    same = len(letters) == len(of) and len(of) >= 3
    for at in range(min(len(of), len(letters))):
        same &= letters[at] == words.letters[words.first[of[at]]]
    return same


@inner
def weight_of(words: Words, row: NDArray[np.int32]) -> float:
    """Return how much the words of a name tell apart, all together."""
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
    in_a = np.full(n, FREE)
    in_b = np.full(m, FREE)
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
            if min(n, m) == 1 and ways[i, j] == SPELT and _are_brief(words, a[i], b[j]):
                near[0, i, j] *= terms.brief
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
                told = weight_of(words, a[i : i + size_a]) + weight_of(words, b[j : j + size_b])
                if alike * told > best.gain:
                    how = ways[i, j] if sheet == 0 else JOINED
                    best = _Step(alike * told, i, size_a, j, size_b, alike, how)
    return best


@inner
def _are_free(in_pair: NDArray[np.int64], at: int, size: int) -> bool:
    free = at + size <= len(in_pair)
    for row in range(at, min(at + size, len(in_pair))):
        free &= in_pair[row] == FREE
    return free


@compiled
def pairing(words: Words, a: NDArray[np.int32], b: NDArray[np.int32], terms: Terms) -> Paired:
    """Return how the words of two names are paired, to be told."""
    return paired(words, a, b, terms)
