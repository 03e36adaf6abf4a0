"""How alike two words are, letter by letter."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import inner

#: Letters that stand for one another where a name is spelt by ear or from another script.
_ALIKE: Final = ("ckq", "iyj", "sz", "vwf", "ao", "ou", "ei", "ea", "dt", "bp", "gk", "0o", "1li")
#: Costs of such a change, and of a letter that is doubled or single, against 1 for any other.
_ALIKE_COST: Final = 0.6
_DOUBLED_COST: Final = 0.5
#: Words of so many letters or fewer must be the same.
_SHORT: Final = 3
#: Most that may differ in words of up to so many letters.
_BUDGETS: Final = ((5, 1.0), (8, 1.6), (12, 2.2), (1_000, 3.0))
#: How fast likeness falls with the share of letters that differ.
_SLOPE: Final = 0.75


def _costs() -> NDArray[np.float64]:
    cost = np.ones((128, 128))
    for group in _ALIKE:
        codes = [ord(letter) for letter in group]
        cost[np.ix_(codes, codes)] = _ALIKE_COST
    np.fill_diagonal(cost, 0.0)
    return cost


_COSTS: Final = _costs()


@inner
def _budget(letters: int) -> float:
    if letters <= _SHORT:
        return 0.0
    for most, budget in _BUDGETS:
        if letters <= most:
            return budget
    return 0.0


@inner
def _least(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Return what the distance is at least: every letter that only one has costs something."""
    in_a = in_b = 0
    for letter in a:
        in_a |= 1 << (letter & 63)
    for letter in b:
        in_b |= 1 << (letter & 63)
    return _DOUBLED_COST * max(_bits(in_a & ~in_b), _bits(in_b & ~in_a))


@inner
def _bits(flags: int) -> int:
    count = 0
    while flags:
        flags &= flags - 1
        count += 1
    return count


@inner
def likeness(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Return how alike two words are: 1 the same, 0 not to be taken for one another.

    1 - 0.75 d / max(len a, len b), d the restricted Damerau-Levenshtein distance in which letters
    that sound alike and doubled letters cost less; 0 where d is above what is plausible for the
    length.
    """
    longest = max(len(a), len(b))
    budget = _budget(longest)
    if budget == 0.0:
        return 1.0 if longest > 0 and _is_same(a, b) else 0.0
    if abs(len(a) - len(b)) > budget + 1.0 or _least(a, b) > budget:
        return 0.0
    distance = _distance(a, b, budget)
    return float(max(1.0 - _SLOPE * distance / longest, 0.0)) if distance <= budget else 0.0


@inner
def _is_same(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    same = len(a) == len(b)
    for at in range(min(len(a), len(b))):
        same &= a[at] == b[at]
    return same


@inner
def _distance(a: NDArray[np.uint8], b: NDArray[np.uint8], budget: float) -> float:
    """Return the distance; once it is above the budget, any number above it."""
    rows, columns = len(a), len(b)
    before = np.empty(columns + 1)
    last = np.empty(columns + 1)
    now = np.empty(columns + 1)
    for j in range(columns + 1):
        last[j] = float(j)
        before[j] = float(j)
    for i in range(1, rows + 1):
        now[0] = float(i)
        least = now[0]
        for j in range(1, columns + 1):
            x, y = a[i - 1], b[j - 1]
            gone = _DOUBLED_COST if i > 1 and a[i - 2] == x else 1.0
            come = _DOUBLED_COST if j > 1 and b[j - 2] == y else 1.0
            found = min(last[j] + gone, now[j - 1] + come, last[j - 1] + _COSTS[x, y])
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                found = min(found, before[j - 2] + 1.0)
            now[j] = found
            least = min(least, found)
        if least > budget:
            return float(least)
        before, last, now = last, now, before
    return float(last[columns])
