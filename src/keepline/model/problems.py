"""What is wrong with an input: one problem a bad cell, all of them gathered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from keepline.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Problems printed for each kind (file, column and code); all of them go to ``issues.csv``.
EXAMPLES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """Point at one thing that is wrong and say how to mend it.

    Attributes:
        file: The file (or sheet) it stands in, as the user knows it.
        code: The code of its page, such as ``IN-104``.
        what: What is wrong, in words.
        expected: What should stand there.
        mend: How to mend it.
        row: The row as an editor shows it (the header is row 1); 0 when it has none.
        column: The column or the key; empty when it has none.
        value: The text as it stands in the file, before any reading of it.
        is_notice: True for what is worth knowing but stops nothing.
        stands_for: How many problems this one counts for: 1, or the cells not listed one by one.
    """

    file: str
    code: str
    what: str
    expected: str = ""
    mend: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    is_notice: bool = False
    stands_for: int = 1

    def __str__(self) -> str:
        """Write the problem as one line.

        >>> str(Problem("stock.csv", "IN-104", '"12,5" is not a number',
        ...     "a whole number of units, 0 or more", "Write 12", 10009, "on_hand", "12,5"))
        'stock.csv row 10009, column on_hand: "12,5" is not a number. \
Expected a whole number of units, 0 or more. Write 12. [IN-104]'
        """
        where = self.file
        if self.row:
            where += f" row {self.row}"
        if self.column:
            where += f", column {self.column}" if self.row else f", {self.column}"
        sentences = [self.what]
        if self.expected:
            sentences.append(f"Expected {self.expected}")
        if self.mend:
            sentences.append(self.mend)
        text = ". ".join(sentences)
        return f"{where}: {text}{'' if text.endswith('?') else '.'} [{self.code}]"


@dataclass
class Problems:
    """Gather problems, however many, and raise them once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Put one more problem on the list."""
        self.found.append(problem)

    @property
    def count(self) -> int:
        """Return how many problems there are, notices left out, unlisted cells counted."""
        return sum(problem.stands_for for problem in self.found if not problem.is_notice)

    @property
    def notices(self) -> list[Problem]:
        """Return what is worth knowing but stops nothing."""
        return [problem for problem in self.found if problem.is_notice]

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)

    def lines(self) -> list[str]:
        """Return the problems as lines, a few examples of each kind, then how many more."""
        shown: Counter[tuple[str, str, str]] = Counter()
        out: list[str] = []
        for problem in self.found:
            kind = (problem.file, problem.column, problem.code)
            shown[kind] += problem.stands_for
            if shown[kind] <= EXAMPLES_SHOWN:
                out.append(str(problem))
        for (file, column, code), count in shown.items():
            if count > EXAMPLES_SHOWN:
                where = f"{file}, column {column}" if column else file
                out.append(f"{where}: {count - EXAMPLES_SHOWN:,} more like these. [{code}]")
        return out

    def table(self) -> pl.DataFrame:
        """Return every problem as a row: file, row, column, value, what, expected, mend, code."""
        names = ("file", "row", "column", "value", "what", "expected", "mend", "code")
        types = {name: pl.Int64 if name == "row" else pl.String for name in names}
        return pl.DataFrame(
            {name: [getattr(problem, name) for problem in self.found] for name in names},
            schema=types,
        )

    def raise_if_any(self) -> None:
        """Raise one ``InputError`` that carries all problems, unless there are only notices.

        Raises:
            InputError: When at least one problem is more than a notice.
        """
        count = self.count
        if not count:
            return
        noun = "problem" if count == 1 else "problems"
        raise InputError(f"The input has {count:,} {noun}.", self)
