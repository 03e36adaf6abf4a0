"""Number the words of many names, so that names can be compared in bulk."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.names.ground import ANY_FORM, Names, Words
from keepline.screen.words import LEGAL, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keepline.screen.words import Reader

_NONE: Final = Words(
    np.empty(0, np.uint8),
    np.zeros(1, np.int64),
    np.empty(0, np.int8),
    np.empty(0, np.int32),
    np.empty(0),
)
#: Forms in law: a bit each.
_FORMS: Final = {"CO": ANY_FORM, "LLC": 2, "JSC": 4, "LP": 8, "NGO": 16, "STATE": 32}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the collector of cycles back: reading makes none, and it would look at every word."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Book:
    """Number words as they come."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._row_of: dict[Word, int] = {}
        self._said: dict[tuple[str, int, str], int] = {}
        self._words: list[Word] = []
        self._meanings: dict[tuple[int, str], int] = {}
        self._arrays = _NONE

    def names(self, names: Sequence[str]) -> Names:
        """Return names as rows of numbered words."""
        with _uncollected():
            return self._names(names)

    def _names(self, names: Sequence[str]) -> Names:
        rows: list[int] = []
        first = np.zeros(len(names) + 1, np.int64)
        forms = np.zeros(len(names), np.int64)
        row_of = self._row_of
        for at, name in enumerate(names):
            words = self.reader.words(name)
            telling = [word for word in words if word.kind != LEGAL] or words
            for word in telling:
                row = row_of.get(word)
                rows.append(self._new_row(word) if row is None else row)
            first[at + 1] = len(rows)
            if len(telling) < len(words):
                for word in words:
                    if word.kind == LEGAL:
                        forms[at] |= _FORMS[word.meaning]
        return Names(np.array(rows, np.int32), first, forms)

    def _new_row(self, word: Word) -> int:
        """Number a word; words that differ only in how they are written are one."""
        said = (word.text, word.kind, word.meaning)
        row = self._said.get(said)
        if row is None:
            row = self._said[said] = len(self._words)
            self._words.append(word)
        if word.written == word.text:
            self._row_of[word] = row
        return row

    def word(self, row: int) -> Word:
        """Return the word of a row, as it stood where it was first met."""
        return self._words[row]

    def words(self) -> Words:
        """Return all words numbered so far."""
        new = self._words[len(self._arrays.kind) :]
        if new:
            self._arrays = _after(self._arrays, self._as_arrays(new))
        return self._arrays

    def _as_arrays(self, words: Sequence[Word]) -> Words:
        text = "".join(word.text for word in words).encode("ascii")
        sizes = np.fromiter((len(word.text) for word in words), np.int64, len(words))
        meanings = [
            self._meanings.setdefault((word.kind, word.meaning), len(self._meanings) + 1)
            if word.meaning
            else 0
            for word in words
        ]
        return Words(
            np.frombuffer(text, np.uint8),
            np.concatenate(([0], np.cumsum(sizes))),
            np.array([word.kind for word in words], np.int8),
            np.array(meanings, np.int32),
            np.array([self.reader.weight(word) for word in words], np.float64),
        )


def _after(before: Words, more: Words) -> Words:
    """Return words and more words as one."""
    return Words(
        np.concatenate((before.letters, more.letters)),
        np.concatenate((before.first, more.first[1:] + before.first[-1])),
        np.concatenate((before.kind, more.kind)),
        np.concatenate((before.meaning, more.meaning)),
        np.concatenate((before.weight, more.weight)),
    )
