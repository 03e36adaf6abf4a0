"""Screening of names: speed and memory, what is found, and what is found wrongly.

Beside it stand a TF-IDF of three-letter runs (scipy), and as scorers rapidfuzz's WRatio and, where
it is installed (it asks for ICU's headers), rigour by the letters of the parts it aligns. Sizes
and pairs are those of the issue that asked for them; the machine's other work shows in the times.
"""

from __future__ import annotations

import csv
import random
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz
from scipy import sparse

from keepline.face.screening import lexicon
from keepline.screen import Matcher
from screen_names import companies, many, otherwise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Number = NDArray[np.float64]
    Flags = NDArray[np.bool_]

PAIRS = Path(__file__).parents[1] / "tests" / "screen" / "data" / "organisation_pairs.csv"
ASKED, LISTED, CANDIDATES, FOLDS = 10_000, 100_000, 20, 5
COMMON = [
    "trading",
    "company",
    "limited",
    "international",
    "bank",
    "shipping",
    "group",
    "general",
    "industries",
    "co",
    "ltd",
    "llc",
    "sa",
    "holding",
    "services",
    "energy",
    "technology",
    "investment",
    "corporation",
    "development",
    "petroleum",
    "foundation",
]


def f1(guess: Flags, truth: Flags) -> float:
    return 2.0 * (guess & truth).sum() / max(guess.sum() + truth.sum(), 1)


def best_threshold(score: Number, truth: Flags) -> float:
    cuts = np.unique(score)
    cuts = np.concatenate((cuts, (cuts[1:] + cuts[:-1]) / 2.0))
    return float(max(cuts, key=lambda cut: (f1(score >= cut, truth), cut)))


def crossed(score: Number, truth: Flags, seed: int) -> float:
    """Return F1 with the threshold of each fifth found on the other four."""
    fold = np.random.default_rng(seed).permutation(len(truth)) % FOLDS
    guess = np.zeros(len(truth), np.bool_)
    for one in range(FOLDS):
        held = fold == one
        guess[held] = score[held] >= best_threshold(score[~held], truth[~held])
    return f1(guess, truth)


def of_rigour() -> Callable[[str, str], float] | None:
    """Return rigour's scorer: the share of letters that it aligns, by how well."""
    try:
        from rigour.names import NameTypeTag, analyze_names, compare_parts  # noqa: PLC0415
    except ImportError:
        return None

    def parts(name: str) -> list[object]:
        return [part for one in analyze_names(NameTypeTag.ORG, [name]) for part in one.parts]

    def score(one: str, other: str) -> float:
        aligned = compare_parts(parts(one), parts(other))
        letters = [sum(len(part.form) for part in (*it.qps, *it.rps)) for it in aligned]
        total = sum(size * it.score for size, it in zip(letters, aligned, strict=True))
        return float(total / max(sum(letters), 1))

    return score


def pairs(matcher: Matcher) -> None:
    with PAIRS.open(encoding="utf-8") as handle:
        rows = [*csv.DictReader(handle)]
    truth = np.array([row["is_match"] == "true" for row in rows])
    scorers: dict[str, Callable[[str, str], float]] = {
        "ours": matcher.score,
        "rapidfuzz WRatio": lambda a, b: fuzz.WRatio(a.casefold(), b.casefold()) / 100.0,
    }
    if (theirs := of_rigour()) is not None:
        scorers["rigour"] = theirs
    print(f"{len(rows)} labelled pairs; thresholds from four fifths each, mean of 20 partitions:")
    for name, scorer in scorers.items():
        score = np.array([scorer(row["name1"], row["name2"]) for row in rows])
        whole = f1(score >= best_threshold(score, truth), truth)
        folds = [crossed(score, truth, seed) for seed in range(20)]
        print(
            f"  {name}: F1 {np.mean(folds):.3f} (least {min(folds):.3f}); best on all {whole:.3f}"
        )


def grams(names: Sequence[str], known: dict[str, int], *, grow: bool) -> sparse.csr_matrix:
    rows, columns = [], []
    for row, name in enumerate(names):
        text = f" {name.casefold()} "
        for at in range(len(text) - 2):
            gram = text[at : at + 3]
            if grow or gram in known:
                rows.append(row)
                columns.append(known.setdefault(gram, len(known)))
    ones = np.ones(len(rows), np.float32)
    return sparse.csr_matrix((ones, (rows, columns)), (len(names), len(known)))


def peer(asked: Sequence[str], listed: Sequence[str]) -> NDArray[np.int64]:
    """Return the rows of the names nearest by the cosine of three-letter runs."""
    known: dict[str, int] = {}
    theirs = grams(listed, known, grow=True)
    rarity = np.log(len(listed) / (theirs > 0).sum(0).A1)
    bags = []
    for bag in (theirs, grams(asked, known, grow=False)):
        weighed = bag @ sparse.diags(rarity.astype(np.float32))
        length = np.sqrt(weighed.multiply(weighed).sum(1)).A1
        bags.append(sparse.diags(1.0 / np.maximum(length, 1e-9)) @ weighed)
    found = np.full((len(asked), CANDIDATES), -1, np.int64)
    turned = bags[0].T.tocsr()
    for begin in range(0, len(asked), 200):
        part = (bags[1][begin : begin + 200] @ turned).tocsr()
        for row in range(part.shape[0]):
            ends = slice(part.indptr[row], part.indptr[row + 1])
            order = np.argsort(-part.data[ends])[:CANDIDATES]
            found[begin + row, : len(order)] = part.indices[ends][order]
    return found


def speed(matcher: Matcher, named: dict[int, list[str]]) -> None:
    rng = random.Random(1)  # noqa: S311 - nothing is secret here
    owners = [number for number, names in named.items() for _ in names]
    listed = many([name for names in named.values() for name in names], COMMON, LISTED, rng)
    source = [rng.randrange(len(owners)) for _ in range(ASKED)]
    asked = [otherwise(listed[row], rng) for row in source]
    owner = np.array(owners + [-1] * (len(listed) - len(owners)))
    matcher.nearest(asked[:50], listed[:500])
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        near = Matcher(lexicon()).nearest(asked, listed)
        seconds.append(time.perf_counter() - began)
    is_own = owner[near.listed] == owner[np.array(source)][near.asked]
    recall = len(np.unique(near.asked[is_own])) / ASKED
    top = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    began = time.perf_counter()
    found = peer(asked, listed)
    theirs = time.perf_counter() - began
    hit = (owner[np.maximum(found, 0)] == owner[np.array(source)][:, None]) & (found >= 0)
    print(f"{ASKED:,} x {LISTED:,} names ({len(owners):,} of a list, the rest made up):")
    times = f"{min(seconds):.1f} to {max(seconds):.1f} s"
    print(f"  ours: {times} with the index and all scores (limit 4 s), {top:,.0f} MB")
    print(f"  recall at {CANDIDATES}: {recall:.4f} (limit 0.99)")
    told = f"{theirs:.1f} s without any score, recall {hit.any(1).mean():.4f}"
    print(f"  TF-IDF of scipy: {told}; ratio {theirs / min(seconds):.1f}")


def wrongly(matcher: Matcher, named: dict[int, list[str]]) -> None:
    rng = random.Random(3)  # noqa: S311
    kept = [(number, name) for number, names in named.items() if number % 2 == 0 for name in names]
    listed = [name for _, name in kept]
    owner = np.array([number for number, _ in kept])
    strangers = [names[0] for number, names in named.items() if number % 2]
    source = np.array([rng.randrange(len(listed)) for _ in range(6_000)])
    written = [otherwise(listed[row], rng) for row in source]
    near = matcher.nearest(strangers, listed)
    wrong = np.zeros(len(strangers))
    np.maximum.at(wrong, near.asked, near.score)
    near = matcher.nearest(written, listed)
    is_own = owner[near.listed] == owner[source][near.asked]
    right = np.zeros(len(written))
    np.maximum.at(right, near.asked[is_own], near.score[is_own])
    same = (wrong > 0.999).sum()  # noqa: PLR2004 - the same words
    print(f"{len(listed):,} names of a half of a list; {len(written):,} of them written otherwise;")
    print(
        f"{len(strangers):,} companies of the other half, {same} with the words of a listed name:"
    )
    at = float(np.quantile(right, 0.15))
    for cut in (0.70, 0.88, at):
        share = (wrong >= cut).mean()
        others = ((wrong >= cut).sum() - same) / (len(wrong) - same)
        told = f"strangers {share:.4f}, without those {others:.4f}"
        print(f"  from {cut:.3f}: found {(right >= cut).mean():.3f}, {told}")
    print("  (limit: strangers at most 0.02 where 0.85 are found)")


def main() -> None:
    """Print all of it."""
    matcher = Matcher(lexicon())
    named = companies()
    pairs(matcher)
    speed(matcher, named)
    wrongly(matcher, named)


if __name__ == "__main__":
    main()
