"""Read a lexicon of company names from its two files."""

from __future__ import annotations

import csv
import hashlib
from io import StringIO

from keepline.model.lexicon import Lexicon


def lexicon_of(words: str, counts: str) -> Lexicon:
    """Return the lexicon that two CSV texts hold.

    Args:
        words: Columns kind, meaning and words, which are separated by ``;``; where the meaning is
            empty each of the words means itself.
        counts: Columns word and names; the row without a word tells how many names were counted.
    """
    phrases: dict[str, tuple[str, str]] = {}
    for row in csv.DictReader(StringIO(words)):
        for word in row["words"].split(";"):
            phrases.setdefault(word, (row["kind"], row["meaning"] or word))
    found = {row["word"]: int(row["names"]) for row in csv.DictReader(StringIO(counts))}
    names = found.pop("")
    digest = hashlib.sha256((words + "\0" + counts).encode()).hexdigest()
    return Lexicon(phrases, found, names, digest)
