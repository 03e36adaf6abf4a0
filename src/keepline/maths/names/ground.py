"""Words and names as arrays, the ground of the kernels that compare them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Kinds of words, in the order of the lexicon.
CORE, LEGAL, TRADE, PLACE, NUMBER = range(5)
#: The bit of a form in law that contradicts no other: a mere "company".
ANY_FORM = 1


class Words(NamedTuple):
    """All different words of all names; a word is told by its row."""

    letters: NDArray[np.uint8]
    """Small ASCII letters and digits of all words, one after the other."""
    first: NDArray[np.int64]
    """int64[words + 1]; where each word's letters begin."""
    kind: NDArray[np.int8]
    """int8[words]; core, legal, trade, place or number."""
    meaning: NDArray[np.int32]
    """int32[words]; words of one number above 0 say the same."""
    weight: NDArray[np.float64]
    """float64[words]; how much the word tells apart, 0 to 1."""


class Names(NamedTuple):
    """Names as rows of words, without forms in law where anything else is left."""

    words: NDArray[np.int32]
    """The rows of the words of all names, one name after the other."""
    first: NDArray[np.int64]
    """int64[names + 1]; where each name's words begin."""
    forms: NDArray[np.int64]
    """int64[names]; forms in law that a name states, a bit each; 0 where it states none."""


def joined(parts: Sequence[Names]) -> Names:
    """Return names that were read in parts, one part after the other."""
    ends = np.cumsum([0, *(len(one.words) for one in parts)])
    first = [one.first[:-1] + end for one, end in zip(parts, ends[:-1], strict=True)]
    return Names(
        np.concatenate([one.words for one in parts]),
        np.concatenate([*first, ends[-1:]]).astype(np.int64),
        np.concatenate([one.forms for one in parts]),
    )
