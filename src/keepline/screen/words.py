"""Take a company's name apart into words that can be compared, whatever its script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING, Final

from anyascii import anyascii

from keepline.model.lexicon import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keepline.model.lexicon import Lexicon

#: Words of a name, and letters of a word, that are compared; what is beyond is left out.
MOST_WORDS: Final = 32
MOST_LETTERS: Final = 40
#: Characters of a name that are read.
_MOST_READ: Final = 1_000

CORE, LEGAL, TRADE, PLACE, NUMBER, STOP = range(len(KINDS))

#: How much a word tells, by kind, against a word that is in no other name.
_SHARE: Final = {CORE: 1.0, LEGAL: 0.0, TRADE: 0.45, PLACE: 0.5, NUMBER: 0.3, STOP: 0.0}
#: The least that a core word tells, however common.
_LEAST: Final = 0.15

#: Kinds whose words are everyday ones: known also with a slip, and as the end of a longer word.
_EVERYDAY: Final = (LEGAL, TRADE)
_SHORTEST_SLIPPED: Final = 6
#: Letters at one end or the other that a slip leaves as they are in words of that length.
_UNHURT: Final = 3
_SHORTEST_ENDING: Final = 5
_LONGEST_ENDING: Final = 18
_TENS: Final = range(20, 100, 10)
_UNITS: Final = range(1, 10)
#: Letters that are left before such an ending.
_SHORTEST_STEM: Final = 3

_APOSTROPHES: Final = re.compile("['`\u2018\u2019\u02bc\u02bb\u00b4\u2032]")
_ASCII_WORDS: Final = re.compile("[a-z0-9]+")
_WORDS: Final = re.compile(r"[^\W_]+")
#: A letter and its point, before another such letter.
_INITIALS: Final = re.compile(r"(?<![^\W_])([^\W\d_])\.\s?(?=[^\W\d_](?![^\W_]))")
#: Scripts written without spaces: Han, Kana, Hangul.
_UNSPACED: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u3005-\u3007]+"
)


@dataclass(slots=True, eq=False)
class Word:
    """One word of a name; a reader gives one object for a word, however often it is met.

    Attributes:
        text: Small ASCII letters and digits.
        kind: Its number in :data:`keepline.model.lexicon.KINDS`.
        meaning: What it says, where it is known: words of one meaning are the same word.
        written: As it stands in the name.
    """

    text: str
    kind: int
    meaning: str
    written: str


class Reader:
    """Take names apart with a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._counts = lexicon.counts
        self._scale = log(max(lexicon.names, 2) + 1)
        self._unspaced: dict[str, tuple[int, str]] = {}
        self._phrases: _Node = _Node({}, None)
        self._plain: dict[str, list[Word]] = {}
        self._slips: dict[str, Word] = {}
        self._endings: dict[str, Word] = {}
        self._tails: set[str] = set()
        self._ends: dict[str, int] = {}
        for phrase, (kind, meaning) in lexicon.phrases.items():
            self._learn(phrase, KINDS.index(kind), meaning)
        self._most_unspaced = max(map(len, self._unspaced), default=0)

    def _learn(self, phrase: str, kind: int, meaning: str) -> None:
        if _UNSPACED.fullmatch(phrase):
            self._unspaced[phrase] = (kind, meaning)
            return
        texts = [text for text, _ in _folded(phrase)]
        node = self._phrases
        for text in texts:
            node = node.after.setdefault(text, _Node({}, None))
        if texts and node.word is None:
            said = "".join(texts)[:MOST_LETTERS]
            node.word = Word(said, kind, meaning, " ".join(texts))  # one object, however often met
            if len(texts) == 1 and kind in _EVERYDAY:
                self._learn_spelling(node.word)

    def _learn_spelling(self, word: Word) -> None:
        """Learn an everyday word's ending of other words, and its form with one slip."""
        if len(word.text) >= _SHORTEST_ENDING:
            self._endings[word.text] = word
            self._tails.add(word.text[-_SHORTEST_ENDING:])
        if len(word.text) >= _SHORTEST_SLIPPED:
            sizes = 0b111 << (len(word.text) - 1)  # a slip may leave a letter out or add one
            for end in (word.text[:_UNHURT], word.text[-_UNHURT:]):
                self._ends[end] = self._ends.get(end, 0) | sizes
            for text in _with_one_left_out(word.text):
                self._slips.setdefault(text, word)

    def words(self, name: str) -> list[Word]:
        """Return the words of a name, those that only join others left out.

        A name of nothing but such words keeps them; one without any letter or digit has none.

        >>> from keepline.model.lexicon import Lexicon
        >>> known = {"co ltd": ("legal", "LLC"), "技术": ("trade", "technology")}
        >>> reader = Reader(Lexicon(known, {}, 1000, ""))
        >>> [word.text for word in reader.words("Huawei Technologies Co., Ltd.")]
        ['huawei', 'technologies', 'coltd']
        >>> [(word.text, word.meaning) for word in reader.words("华为技术")]
        [('huawei', ''), ('jishu', 'technology')]
        """
        name = name[:_MOST_READ]
        if name.isascii():
            found = self._meant(_ASCII_WORDS.findall(_plain(name.lower())))
        else:
            found = self._words_of_any(name)
        kinds = {word.kind for word in found}
        if NUMBER in kinds:
            found = _numbers(found)
        if STOP in kinds and len(kinds) > 1:
            found = [word for word in found if word.kind != STOP]
        return found[:MOST_WORDS]

    def weight(self, word: Word) -> float:
        """Return how much a word tells apart, 0 to 1: by its kind, and less if it is common."""
        share = _SHARE[word.kind]
        if word.kind == NUMBER:
            return share
        count = self._counts.get(word.text)
        if count is None:
            return share
        rarity = max(1.0 - log(count + 1) / self._scale, 0.0)
        return share * max(_LEAST, rarity)

    def _words_of_any(self, name: str) -> list[Word]:
        """Return the words of a name in any script, or in several."""
        text = unicodedata.normalize("NFKC", name)
        found: list[Word] = []
        at = 0
        for run in _UNSPACED.finditer(text):
            found += self._written(text[at : run.start()])
            found += self._segments(run.group())
            at = run.end()
        return found + self._written(text[at:])

    def _written(self, text: str) -> list[Word]:
        """Return the words of a text with spaces, each as it stands there."""
        split = [*_folded(text)]
        words = self._meant([one for one, _ in split])
        if len(words) != len(split):
            return words  # phrases, or words cut in two, are told as they are known
        pairs = zip(words, split, strict=True)
        return [
            word if word.written == written else replace(word, written=written)
            for word, (_, written) in pairs
        ]

    def _segments(self, run: str) -> Iterator[Word]:
        """Cut known words out of a run without spaces; what is between is a word each."""
        at = start = 0
        while at < len(run):
            sizes = range(min(self._most_unspaced, len(run) - at), 0, -1)
            size = next((size for size in sizes if run[at : at + size] in self._unspaced), 0)
            if not size:
                at += 1
                continue
            if start < at:
                yield Word(_spelt(run[start:at]), CORE, "", run[start:at])
            known = run[at : at + size]
            yield Word(_spelt(known), *self._unspaced[known], known)
            at += size
            start = at
        if start < len(run):
            yield Word(_spelt(run[start:]), CORE, "", run[start:])

    def _meant(self, texts: Sequence[str]) -> list[Word]:
        """Find phrases of the lexicon, the longest first."""
        found: list[Word] = []
        at = 0
        while at < len(texts):
            text = texts[at]
            if at + 1 < len(texts) and text + texts[at + 1] in self._endings:
                found.append(self._endings[text + texts[at + 1]])  # one word, cut in two
                at += 2
                continue
            node = self._phrases.after.get(text)
            word = None
            after = at
            while node is not None:
                after += 1
                if node.word is not None:
                    word, at = node.word, after
                node = node.after.get(texts[after]) if after < len(texts) else None
            if word is None:
                at += 1
                known = self._plain.get(text)
                found += self._new(text) if known is None else known
            else:
                found.append(word)
        return found

    def _new(self, text: str) -> list[Word]:
        """Return what a word is that no phrase begins with, or its parts.

        One that ends in an everyday word is two, such as ``petro`` and ``bank``.
        A word nobody has seen yet that is an everyday one but for one slip is taken for that one.
        """
        words = self._plain[text] = self._plain_words(text)
        return words

    def _plain_words(self, text: str) -> list[Word]:
        short = text[:MOST_LETTERS]
        if text.isdigit():
            return [Word(short, NUMBER, text.lstrip("0") or "0", short)]
        if text[-_SHORTEST_ENDING:] in self._tails:
            most = min(len(text) - _SHORTEST_STEM, _LONGEST_ENDING)
            for size in range(most, _SHORTEST_ENDING - 1, -1):
                ending = self._endings.get(text[-size:])
                if ending is not None:
                    return [*self._plain_words(text[:-size]), ending]
        # one slip leaves the beginning or the end as it was
        ends = self._ends
        sizes = ends.get(text[:_UNHURT], 0) | ends.get(text[-_UNHURT:], 0)
        if sizes >> len(text) & 1 and text not in self._counts:
            for one in _with_one_left_out(text):
                meant = self._slips.get(one)
                if meant is not None:
                    return [Word(short, meant.kind, meant.meaning, short)]
        return [Word(short, CORE, "", short)]


def _with_one_left_out(text: str) -> Iterator[str]:
    """Return a text, and all that it is with one letter left out.

    Two texts share one if a letter more, less, changed or exchanged with the next is all between.
    """
    yield text
    for at in range(len(text)):
        yield text[:at] + text[at + 1 :]


@dataclass
class _Node:
    """Hold what may follow a beginning of a phrase, and the word if a phrase ends here."""

    after: dict[str, _Node]
    word: Word | None


def _plain(text: str) -> str:
    """Return small letters without apostrophes, ``&`` spelt out, and initials as one word.

    Letters with points in a row are one word: ``S.A.R.L.`` and ``J. P.``, not the ``V`` and
    ``L.P.`` of a fund.
    """
    if "'" in text or not text.isascii():
        text = _APOSTROPHES.sub("", text)
    if "&" in text:
        text = text.replace("&", " and ")
    return _INITIALS.sub(r"\1", text) if "." in text else text


def _folded(text: str) -> Iterator[tuple[str, str]]:
    """Return the words of a text in a script with spaces, in small ASCII and as written."""
    for written in _WORDS.findall(_plain(text.casefold())):
        spelt = "".join(_ASCII_WORDS.findall(anyascii(written).lower()))
        if spelt:
            yield spelt, written


def _spelt(run: str) -> str:
    return "".join(_ASCII_WORDS.findall(anyascii(run).lower()))[:MOST_LETTERS]


def _numbers(words: Sequence[Word]) -> list[Word]:
    """Make one number of tens and units that are written as two words."""
    found: list[Word] = []
    for word in words:
        last = found[-1] if found else None
        if last is not None and last.kind == word.kind == NUMBER:
            tens, units = int(last.meaning), int(word.meaning)
            if last.text.isalpha() and tens in _TENS and units in _UNITS:
                value = str(tens + units)
                found[-1] = Word(value, NUMBER, value, f"{last.written} {word.written}")
                continue
        found.append(word)
    return found
