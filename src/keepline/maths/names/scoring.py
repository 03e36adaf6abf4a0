"""Score how sure it is that two names name the same party.

The score is the weighted share of both names that is paired (a soft Dice coefficient), less for
what speaks against it: other forms in law, trades, places or numbers. A name that is only the
telling word of the other, the rest of which is form and trade, scores as one shortened.
"""

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import compiled, inner
from keepline.maths.names.ground import (
    ANY_FORM,
    CORE,
    LEGAL,
    NUMBER,
    PLACE,
    TRADE,
    Names,
    Words,
)
from keepline.maths.names.pairing import FREE, Paired, Terms, letters_of, paired, weight_of


@inner
def _unpaired(
    words: Words, row: NDArray[np.int32], in_pair: NDArray[np.int64]
) -> tuple[int, int, int, int]:
    """Count the unpaired words of a name: telling ones, of a trade, places, numbers but 1."""
    core = trade = place = number = 0
    for at in range(len(row)):
        if in_pair[at] != FREE:
            continue
        kind = words.kind[row[at]]
        core += kind == CORE
        trade += kind in (TRADE, LEGAL)
        place += kind == PLACE
        number += kind == NUMBER and not _is_one(words, row[at])
    return core, trade, place, number


@inner
def _is_one(words: Words, word: int) -> bool:
    letters = letters_of(words, word)
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
        if found[at] == FREE:
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
    whole = weight_of(words, a) + weight_of(words, b)
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
        if found[at] != FREE:
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
        if is_family and pairs.a[at] != FREE and pairs.likeness[pairs.a[at]] >= 0.97:
            return len(letters_of(words, word)) > 3
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
