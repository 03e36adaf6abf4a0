"""Gather, for each name asked, the listed names that are most like it, before any is scored.

Every name is a bag of features: the three-letter runs of its words written as one, so that words
joined, split or misspelt still share most of them; each word, or its meaning, by itself; each word
with any one letter left out, so that two with one slip between them share one; all words, and every
two, written as one; all words in any order; and its initials. Features weigh by their rarity among
the listed names (idf), bags are compared by their cosine, and the nearest are kept. Of a name with
many common features only the rarest are looked at.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepline.maths.compiled import compiled, inner
from keepline.maths.names.ground import Names, Words

#: Features are numbered by their hash; two that fall together only add a weak candidate.
_SLOTS: Final = 1 << 21
_GRAM: Final = 3
#: Letters of a name that are read.
_MOST: Final = 200
#: How much a whole word weighs against a run of three letters.
_WORD: Final = 2.0
_INITIALS: Final = 2.5
_JOINED: Final = 2.0
_SLIP: Final = 1.0
#: Letters of words of which any one may be left out.
_SLIPPED: Final = (3, 16)
#: Places in the index that are looked at for one name: the rarest features first, and at least so
#: many features.
_MOST_LOOKED: Final = 6_000
_LEAST_FEATURES: Final = 8


class Bags(NamedTuple):
    """The features of names, and how often each stands in a name, weighed by their sort."""

    slots: NDArray[np.int32]
    sizes: NDArray[np.float32]
    first: NDArray[np.int64]


class Index(NamedTuple):
    """Where every feature stands."""

    names: NDArray[np.int32]
    """The listed names that have a feature, feature by feature, in order."""
    shares: NDArray[np.float32]
    """The feature's part of the bag of that name, its length being 1."""
    first: NDArray[np.int64]
    """int64[features + 1]"""
    rarity: NDArray[np.float32]
    """float32[features]; idf, 0 for a feature that no name has."""


@inner
def _mixed(value: int, seed: int) -> int:
    x = np.uint64(value) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(32)
    return int(x & np.uint64(_SLOTS - 1))


@inner
def _word_slot(words: Words, word: int) -> int:
    if words.meaning[word] > 0:
        return _mixed(words.meaning[word], 7)
    return _mixed(_hashed(words.letters[words.first[word] : words.first[word + 1]]), 11)


@inner
def _hashed(letters: NDArray[np.uint8]) -> int:
    return _hashed_on(0, letters)


@inner
def _hashed_on(value: int, letters: NDArray[np.uint8]) -> int:
    for letter in letters:
        value = (value * 131 + letter) & 0x7FFFFFFFFFFF
    return value


@compiled
def bags(words: Words, names: Names) -> Bags:
    """Return the features of every name."""
    count = len(names.first) - 1
    room = 0
    for name in range(count):
        for word in names.words[names.first[name] : names.first[name + 1]]:
            room += 2 * (words.first[word + 1] - words.first[word]) + 4
        room += 6 + _SLIPPED[1]
    slots = np.empty(room, np.int32)
    sizes = np.empty(room, np.float32)
    first = np.zeros(count + 1, np.int64)
    text = np.empty(_MOST, np.uint8)
    put = 0
    for name in range(count):
        row = names.words[names.first[name] : names.first[name + 1]]
        begin = put
        put = _with_words(words, row, slots, sizes, put)
        length = _squashed(words, row, text)
        if len(row) > 1 and length < _MOST:
            slots[put] = _mixed(_hashed(text[:length]), 11)
            sizes[put] = _JOINED
            slots[put + 1] = _mixed(_unordered(words, row), 17)
            sizes[put + 1] = _JOINED
            put += 2
            if length <= _SLIPPED[1]:
                put = _with_slips(text[:length], slots, sizes, put)
        for at in range(length - _GRAM + 1):
            value = (text[at] * 256 + text[at + 1]) * 256 + text[at + 2]
            slots[put] = _mixed(value, 3)
            sizes[put] = 1.0
            put += 1
        put = begin + _merged(slots[begin:put], sizes[begin:put])
        first[name + 1] = put
    return Bags(slots[:put].copy(), sizes[:put].copy(), first)


@inner
def _squashed(words: Words, row: NDArray[np.int32], text: NDArray[np.uint8]) -> int:
    """Write the words of a name as one; return how many letters that has."""
    length = 0
    for word in row:
        for letter in words.letters[words.first[word] : words.first[word + 1]]:
            if length < _MOST:
                text[length] = letter
                length += 1
    return length


@inner
def _with_words(
    words: Words,
    row: NDArray[np.int32],
    slots: NDArray[np.int32],
    sizes: NDArray[np.float32],
    put: int,
) -> int:
    """Put the features of words down: each, with a letter left out, two as one, initials."""
    spelt = 0
    said = 0
    for at in range(len(row)):
        word = row[at]
        letters = words.letters[words.first[word] : words.first[word + 1]]
        size = len(letters)
        if size == 0:
            continue
        slots[put] = _word_slot(words, word)
        sizes[put] = _WORD
        put += 1
        spelt = (spelt * 131 + letters[0]) & 0x7FFFFFFFFFFF
        said += 1
        if at:
            before = row[at - 1]
            both = words.letters[words.first[before] : words.first[before + 1]]
            slots[put] = _mixed(_hashed_on(_hashed(both), letters), 11)
            sizes[put] = _JOINED
            put += 1
        if _SLIPPED[0] <= size <= _SLIPPED[1]:
            put = _with_slips(letters, slots, sizes, put)
    if said >= _GRAM:
        slots[put] = _mixed(spelt, 11)
        sizes[put] = _INITIALS
        put += 1
    return put


@inner
def _unordered(words: Words, row: NDArray[np.int32]) -> int:
    """Return a number for the words of a name in any order."""
    value = 0
    for word in row:
        value = (value + _word_slot(words, word) * 0x9E3779B1) & 0x7FFFFFFFFFFF
    return value


@inner
def _with_slips(
    letters: NDArray[np.uint8],
    slots: NDArray[np.int32],
    sizes: NDArray[np.float32],
    put: int,
) -> int:
    """Put letters down as they are, and with each one left out."""
    slots[put] = _mixed(_hashed(letters), 13)
    sizes[put] = _SLIP
    put += 1
    for left_out in range(len(letters)):
        value = _hashed_on(_hashed(letters[:left_out]), letters[left_out + 1 :])
        slots[put] = _mixed(value, 13)
        sizes[put] = _SLIP
        put += 1
    return put


@inner
def _merged(slots: NDArray[np.int32], sizes: NDArray[np.float32]) -> int:
    """Keep each feature once, with the greatest size; return how many there are."""
    order = np.argsort(slots)
    kept_slots = slots[order]
    kept_sizes = sizes[order]
    count = 0
    for at in range(len(order)):
        if count and slots[count - 1] == kept_slots[at]:
            sizes[count - 1] = max(sizes[count - 1], kept_sizes[at])
        else:
            slots[count] = kept_slots[at]
            sizes[count] = kept_sizes[at]
            count += 1
    return count


def joined(parts: Sequence[Bags]) -> Bags:
    """Return the features of names that were found in parts, one part after the other."""
    ends = np.cumsum([0, *(len(one.slots) for one in parts)])
    first = [one.first[:-1] + end for one, end in zip(parts, ends[:-1], strict=True)]
    return Bags(
        np.concatenate([one.slots for one in parts]),
        np.concatenate([one.sizes for one in parts]),
        np.concatenate([*first, ends[-1:]]).astype(np.int64),
    )


@compiled
def indexed(listed: Bags) -> Index:
    """Return where every feature stands in listed names."""
    count = len(listed.first) - 1
    first = np.zeros(_SLOTS + 1, np.int64)
    for slot in listed.slots:
        first[slot + 1] += 1
    rarity = np.zeros(_SLOTS, np.float32)
    for slot in range(_SLOTS):
        if first[slot + 1]:
            rarity[slot] = np.log(1.0 + count / first[slot + 1])
    for slot in range(_SLOTS):
        first[slot + 1] += first[slot]
    at = first[:-1].copy()
    names = np.empty(len(listed.slots), np.int32)
    shares = np.empty(len(listed.slots), np.float32)
    for name in range(count):
        begin, end = listed.first[name], listed.first[name + 1]
        length = 0.0
        for one in range(begin, end):
            length += (listed.sizes[one] * rarity[listed.slots[one]]) ** 2
        length = np.sqrt(length)
        for one in range(begin, end):
            slot = listed.slots[one]
            names[at[slot]] = name
            shares[at[slot]] = listed.sizes[one] * rarity[slot] / length
            at[slot] += 1
    return Index(names, shares, first, rarity)


@compiled
def gathered(
    index: Index, listed: int, asked: Bags, begin: int, end: int, most: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the listed names nearest to some asked names, and their cosines.

    Args:
        index: Where every feature stands.
        listed: Number of listed names.
        asked: The features of the asked names.
        begin: First of the asked names.
        end: One beyond the last.
        most: How many are kept for each.

    Returns:
        int32[end - begin, most], -1 where there are fewer, the nearest first, of equal ones the
        first listed; and float32 of the same shape.
    """
    found = np.full((end - begin, most), -1, np.int32)
    cosines = np.zeros((end - begin, most), np.float32)
    total = np.zeros(listed, np.float32)
    touched = np.empty(listed, np.int32)
    for name in range(begin, end):
        count = 0
        length = 0.0
        for one in range(asked.first[name], asked.first[name + 1]):
            length += (asked.sizes[one] * index.rarity[asked.slots[one]]) ** 2
        if length == 0.0:
            continue
        length = np.sqrt(length)
        begin_at, end_at = asked.first[name], asked.first[name + 1]
        slots = asked.slots[begin_at:end_at]
        held = index.first[slots + 1] - index.first[slots]
        looked = 0
        used = 0
        for rank in np.argsort(held):
            one = begin_at + rank
            slot = asked.slots[one]
            if held[rank] == 0:
                continue
            if used >= _LEAST_FEATURES and looked + held[rank] > _MOST_LOOKED:
                break
            used += 1
            looked += held[rank]
            part = np.float32(asked.sizes[one] * index.rarity[slot] / length)
            for at in range(index.first[slot], index.first[slot + 1]):
                other = index.names[at]
                if total[other] == 0.0:
                    touched[count] = other
                    count += 1
                total[other] += part * index.shares[at]
        _keep(total, touched[:count], found[name - begin], cosines[name - begin])
    return found, cosines


@inner
def _keep(
    total: NDArray[np.float32],
    touched: NDArray[np.int32],
    found: NDArray[np.int32],
    cosines: NDArray[np.float32],
) -> None:
    """Keep the greatest totals in order, and set all of them back to nought."""
    most = len(found)
    kept = 0
    for other in touched:
        value = total[other]
        total[other] = 0.0
        if kept == most and (
            value < cosines[most - 1] or (value == cosines[most - 1] and other > found[most - 1])
        ):
            continue
        at = kept if kept < most else most - 1
        while at > 0 and (
            cosines[at - 1] < value or (cosines[at - 1] == value and found[at - 1] > other)
        ):
            cosines[at] = cosines[at - 1]
            found[at] = found[at - 1]
            at -= 1
        cosines[at] = value
        found[at] = other
        kept = min(kept + 1, most)
