"""Random numbers by counter: the k-th draw of a stream is a pure function of its address.

An address is (seed, stream, replication, purpose, k). Nothing is kept between draws, so results
depend neither on the number of threads nor on block size or order, and the k-th failure of a pool
in a replication has the same time, place and fate under every plan (common random numbers).

The generator is Philox 4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw (2011),
"Parallel random numbers: as easy as 1, 2, 3", SC '11, section 4.2 and table 2. Its period per key
is 2**128 blocks of 128 bits. A block holds all that one failure needs: 64 bits for its time,
32 for its place and 32 for its fate.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import compiled, lean_entry

FAILURE: Final = 0
"""Purpose of the draws for a failure: gap to the one before, place, fate."""
REPAIR: Final = 1
"""Purpose of the draws for the length of a repair (exponential law only)."""
BRANCH: Final = 2
"""Purpose of the draw for the scenario's branch of a replication."""

RATE: Final = 3
"""Purpose of the draw for an uncertain failure rate of a replication."""

STORE: Final = 4
"""Purpose of the draws for a unit that goes bad in store: when, and which."""

HARVEST: Final = 7
"""Purpose of the draws for how many units of a row are fit for stock once it is taken out."""

SLIP: Final = 8
"""Purpose of the draws for what makes a programme slip: late funding, short crews."""

_LOW = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_PURPOSE_SHIFT = np.uint64(24)
_BITS_21 = np.uint64(21)
_BITS_11 = np.uint64(11)
_HALF = 0.5
_SCALE_53 = 2.0**-53
_SCALE_32 = 2.0**-32

Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64]


@lean_entry
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> Words:
    """Scramble a 128-bit counter under a 64-bit key into four 32-bit words.

    Args:
        c0: First counter word (as the other words: 64-bit storage, value below 2**32).
        c1: Second counter word.
        c2: Third counter word.
        c3: Fourth counter word.
        k0: First key word.
        k1: Second key word.

    Returns:
        Four words, each below 2**32.

    Source: Salmon et al. (2011), Philox 4x32 with ten rounds; known answers in the Random123
    distribution, ``tests/kat_vectors``.

    >>> zero = np.uint64(0)
    >>> [f"{int(word):08x}" for word in philox(zero, zero, zero, zero, zero, zero)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = (product_1 >> _WORD) ^ c1 ^ k0
        c1 = product_1 & _LOW
        c2 = (product_0 >> _WORD) ^ c3 ^ k1
        c3 = product_0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@lean_entry
def words_of(seed: int, stream: int, replication: int, purpose: int, k: int) -> Words:
    """Give the four random words at an address.

    Args:
        seed: Seed of the whole run, 0 or more.
        stream: Number of the pool (or other owner of draws), below 2**32.
        replication: Number of the replication, below 2**32.
        purpose: What the draws are for (``FAILURE``, ``REPAIR``, ...), below 256.
        k: Which draw, below 2**56.

    Returns:
        Four words, each below 2**32.
    """
    draw = np.uint64(k)
    high = (np.uint64(purpose) << _PURPOSE_SHIFT) ^ (draw >> _WORD)
    key = np.uint64(seed)
    return philox(
        draw & _LOW,
        high & _LOW,
        np.uint64(replication) & _LOW,
        np.uint64(stream) & _LOW,
        key & _LOW,
        key >> _WORD,
    )


@lean_entry
def share_of_two(high: np.uint64, low: np.uint64) -> float:
    """Turn two words into a number strictly between 0 and 1, with 53 random bits."""
    bits = (high << _BITS_21) ^ (low >> _BITS_11)
    return min((np.float64(bits) + _HALF) * _SCALE_53, 1.0 - _SCALE_53)


@lean_entry
def share_of(word: np.uint64) -> float:
    """Turn one word into a number strictly between 0 and 1, with 32 random bits."""
    return (np.float64(word) + _HALF) * _SCALE_32


@compiled
def uniforms(
    seed: int, stream: int, first_replication: int, replications: int, purpose: int, k: int
) -> NDArray[np.float64]:
    """Draw one number strictly between 0 and 1 for each of some replications.

    Args:
        seed: Seed of the whole run, 0 or more.
        stream: Number of the owner of the draws, below 2**32.
        first_replication: Number of the first replication.
        replications: How many replications.
        purpose: What the draws are for.
        k: Which draw of that purpose.

    Returns:
        float64[replications].
    """
    drawn = np.empty(replications)
    for row in range(replications):
        w0, w1, _, _ = words_of(seed, stream, first_replication + row, purpose, k)
        drawn[row] = share_of_two(w0, w1)
    return drawn


def branches_drawn(
    seed: int, first_replication: int, probability: NDArray[np.float64], replications: int
) -> NDArray[np.int64]:
    """Choose the scenario's branch for each replication; all pools of a replication share it.

    Args:
        seed: Seed of the whole run, 0 or more.
        first_replication: Number of the first replication.
        probability: float64[branches], summing to 1.
        replications: How many replications.

    Returns:
        int64[replications], rows of ``probability``; one of probability 0 is never chosen.
    """
    ladder = np.cumsum(probability)
    drawn = uniforms(seed, 0, first_replication, replications, BRANCH, 0) * ladder[-1]
    likely = int(np.flatnonzero(probability)[-1])
    chosen = np.minimum(np.searchsorted(ladder, drawn, side="right"), likely)
    return np.asarray(chosen, np.int64)
