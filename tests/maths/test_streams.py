import numpy as np
import pytest
from scipy import stats

from keepline.maths.streams import (
    BRANCH,
    FAILURE,
    REPAIR,
    branches_drawn,
    philox,
    share_of,
    share_of_two,
    uniforms,
    words_of,
)

# Random123 1.14.0, tests/kat_vectors, rows "philox4x32 10": counter, key, answer.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def words(text):
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_generator_gives_the_published_answers(counter, key, answer):
    assert list(philox(*words(counter), *words(key))) == words(answer)


def test_every_part_of_an_address_changes_the_draw():
    base = (7, 3, 11, FAILURE, 5)
    seen = {words_of(*base)}
    for part in range(5):
        other = list(base)
        other[part] += 1
        seen.add(words_of(*other))
    seen.add(words_of(7 + 2**32, 3, 11, FAILURE, 5))
    seen.add(words_of(7, 3, 11, FAILURE, 5 + 2**32))
    assert len(seen) == 8


def test_purposes_do_not_meet():
    seen = {words_of(0, 0, 0, purpose, k) for purpose in (FAILURE, REPAIR, BRANCH)
            for k in range(1000)}  # fmt: skip
    assert len(seen) == 3000


def test_shares_stay_strictly_between_nought_and_one():
    most, least = np.uint64(2**32 - 1), np.uint64(0)
    assert 0.0 < share_of_two(least, least) < 1e-15
    assert 1.0 - 1e-15 < share_of_two(most, most) < 1.0
    assert 0.0 < share_of(least) < share_of(most) < 1.0


@pytest.mark.parametrize("along", ["replication", "stream", "draw"])
def test_draws_are_uniform_and_unrelated_along_each_axis(along):
    if along == "replication":
        drawn = uniforms(1, 0, 0, 20_000, FAILURE, 0)
    else:
        at = {"stream": lambda n: (1, n, 0, FAILURE, 0), "draw": lambda n: (1, 0, 0, FAILURE, n)}
        drawn = np.array([share_of_two(*words_of(*at[along](n))[:2]) for n in range(20_000)])
    assert stats.kstest(drawn, "uniform").pvalue > 1e-3
    neighbours = stats.pearsonr(drawn[:-1], drawn[1:]).pvalue
    assert neighbours > 1e-3


def test_the_four_words_are_unrelated():
    drawn = np.array([[share_of(w) for w in words_of(9, 1, 2, FAILURE, k)] for k in range(5_000)])
    related = np.corrcoef(drawn.T) - np.eye(4)
    assert np.abs(related).max() < 4.5 / np.sqrt(5_000)
    for column in drawn.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3


def test_block_does_not_matter():
    whole = uniforms(4, 2, 0, 100, BRANCH, 0)
    parts = [uniforms(4, 2, first, 10, BRANCH, 0) for first in range(0, 100, 10)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_branches_follow_their_probabilities():
    probability = np.array([0.5, 0.0, 0.3, 0.2, 0.0])
    drawn = branches_drawn(3, 0, probability, 50_000)
    seen = np.bincount(drawn, minlength=5)
    assert seen[1] == seen[4] == 0
    likely = probability > 0
    assert stats.chisquare(seen[likely], 50_000 * probability[likely]).pvalue > 1e-3
    assert np.array_equal(drawn[100:200], branches_drawn(3, 100, probability, 100))
