"""Find the listed names that are most like some asked ones, and score them."""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.names import gather
from keepline.maths.names.ground import joined
from keepline.maths.names.pairing import Paired, Terms, pairing
from keepline.maths.names.scoring import scores
from keepline.screen.book import Book
from keepline.screen.words import Reader, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from keepline.maths.names.ground import Names
    from keepline.model.lexicon import Lexicon

    Whole = NDArray[np.int64]
    Number = NDArray[np.float64]

#: Listed names that are scored for each asked one.
CANDIDATES: Final = 20
TERMS: Final = Terms()
#: Asked names that a thread takes at a time.
_CHUNK: Final = 500
#: Listed names that are read at a time.
_READ: Final = 10_000
_THREADS: Final = os.cpu_count() or 1


class Nearest(NamedTuple):
    """The candidates of asked names, by row: who asks, who is listed, their score."""

    asked: Whole
    listed: Whole
    score: Number


def _read(book: Book, listed: Sequence[str], pool: Executor) -> tuple[Names, Future[gather.Index]]:
    """Number the words of listed names, while a thread finds the features of those numbered."""
    parts: list[Names] = []
    bags: list[Future[gather.Bags]] = []
    for begin in range(0, len(listed), _READ):
        parts.append(book.names(listed[begin : begin + _READ]))
        bags.append(pool.submit(gather.bags, book.words(), parts[-1]))

    def index() -> gather.Index:
        return gather.indexed(gather.joined([one.result() for one in bags]))

    return joined(parts), pool.submit(index)


class Matcher:
    """Compare names with a lexicon; a score hangs on the two names and the lexicon alone."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.reader = Reader(lexicon)

    def nearest(
        self, asked: Sequence[str], listed: Sequence[str], most: int = CANDIDATES
    ) -> Nearest:
        """Return the listed names most like each asked one, with their scores.

        Args:
            asked: Names.
            listed: Names; their order does not matter, but for the rows that tell them.
            most: How many candidates are scored for each asked name.

        Returns:
            Rows sorted by asked name, then by score from the highest, then by listed row.
        """
        if not asked or not listed:
            return Nearest(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        book = Book(self.reader)
        with ThreadPoolExecutor(1) as behind:
            theirs, indexed = _read(book, listed, behind)
            ours = book.names(asked)
            words = book.words()
            bags, index = gather.bags(words, ours), indexed.result()

        def chunk(begin: int) -> tuple[Whole, Whole, Number]:
            end = min(begin + _CHUNK, len(asked))
            found, _ = gather.gathered(index, len(listed), bags, begin, end, most)
            rows = np.repeat(np.arange(begin, end), most)
            others = found.ravel().astype(np.int64)
            rows, others = rows[others >= 0], others[others >= 0]
            return rows, others, scores(words, ours, theirs, rows, others, TERMS)

        with ThreadPoolExecutor(_THREADS) as pool:
            told = [*pool.map(chunk, range(0, len(asked), _CHUNK))]
        rows, others, score = (np.concatenate(column) for column in zip(*told, strict=True))
        order = np.lexsort((others, -score, rows))
        return Nearest(rows[order], others[order], score[order])

    def score(self, one: str, other: str) -> float:
        """Return how alike two names are, 0 to 1."""
        a, b, book = self._two(one, other)
        row = np.zeros(1, np.int64)
        return float(scores(book.words(), a, b, row, row, TERMS)[0])

    def paired(self, one: str, other: str) -> tuple[list[Word], list[Word], Paired]:
        """Return the words of two names without forms in law, and how they are paired."""
        a, b, book = self._two(one, other)
        told = ([book.word(row) for row in names.words] for names in (a, b))
        return *told, pairing(book.words(), a.words, b.words, TERMS)  # type: ignore[return-value]

    def _two(self, one: str, other: str) -> tuple[Names, Names, Book]:
        book = Book(self.reader)
        return book.names([one]), book.names([other]), book
