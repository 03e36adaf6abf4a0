from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from keepline.maths.echelon import depot_measures
from keepline.maths.outstanding import outstanding_mean, supply_flow
from keepline.maths.poisson import cdf, ebo
from keepline.maths.pooling import Laws
from keepline.maths.survival import Lines, survive

Step = tuple[float, float, float, float]
CUT: list[Step] = [(0.0, 0.0, 1.0, 0.0)]
WHOLE: list[Step] = [(0.0, 1.0, 1.0, 1.0)]


@dataclass
class Line:
    """One line in plain words; a depot has a share under 1 or days of shipping."""

    rate: float
    central: int
    laws: list[tuple[float, list[Step]]] = field(default_factory=lambda: [(1.0, CUT)])
    repair_share: float = 0.0
    repair_days: float = 30.0
    lead_days: float = 60.0
    share: float = 1.0
    ship_days: float = 0.0
    own: int = 0
    due: list[tuple[float, bool, int]] = field(default_factory=list)


def laws_of(line: Line) -> Laws:
    steps = np.array([step for _, law in line.laws for step in law]).T.copy()
    first = np.cumsum([0] + [len(law) for _, law in line.laws])
    return Laws(first, *steps)


def ask(line: Line, confidence: float, end: int) -> tuple[int, float, bool]:
    is_depot = line.share < 1.0 or line.ship_days > 0.0
    one = np.array([0, 1])
    lines = Lines(
        one,
        np.array([line.rate]),
        np.array([line.repair_share]),
        np.array([line.repair_days]),
        np.array([line.lead_days]),
        np.array([0, len(line.laws)]),
        np.arange(len(line.laws)),
        np.array([chance for chance, _ in line.laws]),
        np.array([line.rate * line.share if is_depot else 0.0]),
        np.array([line.share]),
        np.array([line.ship_days]),
        np.array([line.central]),
        np.array([line.own]),
        np.array([0, len(line.due)]),
        np.array([day for day, _, _ in line.due], float),
        np.array([is_own for _, is_own, _ in line.due], np.bool_),
        np.arange(len(line.due)),
    )
    units = np.array([count for _, _, count in line.due], np.int64)
    comes = np.tile(units, (len(line.laws), 1))
    failing, short, exact = survive(lines, laws_of(line), comes, confidence, end, 0.0)
    return int(failing[0]), float(short[0]), bool(exact[0])


def chance_on(line: Line, day: float) -> tuple[float, float]:
    """Return the chance that nothing is short on a day, and the expected units short."""
    chance = short = 0.0
    for weight, law in line.laws:
        start, share, lead, repair = np.array(law).T.copy()
        flow = supply_flow(
            start,
            share,
            lead,
            repair,
            line.repair_share,
            line.repair_days,
            line.lead_days,
            0.0,
        )
        then = day - line.ship_days
        m0 = outstanding_mean(line.rate, flow, then)
        s0 = line.central + sum(n for at, own, n in line.due if not own and at <= then)
        s = line.own + sum(n for at, own, n in line.due if own and at <= day)
        if line.share == 1.0 and line.ship_days == 0.0:
            chance += weight * cdf(m0, s0 + s)
            short += weight * ebo(m0, s0 + s)
            continue
        a = line.rate * line.share * min(day, line.ship_days)
        found = depot_measures(m0, s0, a, line.share, s)
        chance += weight * (1.0 - found[2])
        short += weight * found[0]
    return chance, short


@pytest.mark.parametrize(
    ("confidence", "days"), [(0.95, 2712.7028), (0.5, 4834.3573), (0.7166242587, 4000.0)]
)
def test_without_resupply_the_time_is_gamma(confidence: float, days: float) -> None:
    # case A13: 2 removals in 1,000 days, 9 units: T ~ Gamma(10, rate 2)
    failing, short, exact = ask(Line(0.002, 9), confidence, 9000)
    assert failing == int(np.floor(days)) + 1
    assert exact
    assert short == pytest.approx(ebo(18.0, 9))


def random_line(seed: int) -> Line:
    rng = np.random.default_rng(seed)
    laws = []
    for _ in range(int(rng.integers(1, 4))):
        times = np.concatenate([[0.0], np.sort(rng.choice(np.arange(1, 500), 2, False))])
        law = [
            (
                float(at),
                float(rng.choice([0, 0.5, 1])),
                float(rng.choice([1, 1.5])),
                float(rng.choice([0, 0.3, 1])),
            )
            for at in times[: rng.integers(1, 4)]
        ]
        laws.append(law)
    chances = rng.dirichlet(np.ones(len(laws)))
    line = Line(
        float(rng.choice([0.02, 0.1, 0.4])),
        int(rng.integers(0, 40)),
        list(zip(chances.tolist(), laws, strict=True)),
        float(rng.choice([0, 0.8, 1])),
        float(rng.choice([20.5, 60])),
        float(rng.choice([30, 90])),
    )
    if rng.random() < 0.5:
        line.share, line.ship_days = 0.3, float(rng.choice([0, 3, 40.5]))
        line.own = int(rng.integers(0, 8))
    for _ in range(int(rng.integers(0, 3))):
        is_own = bool(rng.random() < 0.5)
        line.due.append((float(rng.integers(0, 500)), is_own, int(rng.integers(1, 12))))
    return line


@pytest.mark.parametrize("block", range(3))
def test_the_day_is_that_of_a_search_of_every_day(block: int) -> None:
    between = 0
    for seed in range(25 * block, 25 * block + 25):
        line = random_line(seed)
        failing, short, _ = ask(line, 0.9, 600)
        days = [day for day in range(601) if chance_on(line, day)[0] < 0.9]
        assert failing == (days[0] if days else 601), seed
        assert short == pytest.approx(chance_on(line, 600)[1]), seed
        between += 0 < failing <= 600
    assert between > 3


def simulate(line: Line, until: float, replications: int, seed: int) -> float:
    """Return the share of plain-Python courses of a pooled line without a shortage by then."""
    rng = np.random.default_rng(seed)
    held = 0
    for _ in range(replications):
        _, law = line.laws[rng.choice(len(line.laws), p=[p for p, _ in line.laws])]
        removed = np.cumsum(rng.exponential(1 / line.rate, int(line.rate * until * 3) + 60))
        removed = removed[removed <= until]

        def at(day: float, column: int, law: list[Step] = law) -> float:
            return [step[column] for step in law if step[0] <= day][-1]

        changes = [(day, 1) for day in removed]
        for day in removed:
            repaired = rng.random() < line.repair_share
            delay = line.repair_days if repaired else line.lead_days * at(day, 2)
            column = 3 if repaired else 1
            if rng.random() < min(at(day, column), at(day + delay, column)):
                changes.append((day + delay, -1))
        changes += [(day, -count) for day, _, count in line.due]
        level = worst = 0
        for day, change in sorted(changes):
            if day <= until:
                level += change
                worst = max(worst, level)
        held += worst <= line.central
    return held / replications


def test_an_exact_day_is_that_of_the_simulation() -> None:
    # repair goes on until day 100, and there is plenty of stock until then
    law = [*WHOLE, (100.0, 0.0, 1.0, 0.0)]
    line = Line(0.2, 40, [(1.0, law)], repair_share=0.9)
    failing, _, exact = ask(line, 0.9, 1000)
    assert exact
    assert 150 < failing < 1000
    held = simulate(line, failing, 3000, seed=5)
    assert held == pytest.approx(chance_on(line, failing)[0], abs=3 * 0.3 / 3000**0.5)


def test_a_bound_lies_above_the_simulation() -> None:
    # tight stock under full supply: on any one day enough, over a year not
    line = Line(0.2, 13, [(1.0, WHOLE)], repair_share=1.0)
    failing, _, exact = ask(line, 0.95, 365)
    assert (failing, exact) == (366, False)
    assert simulate(line, 365.0, 400, seed=6) < 0.9


def test_what_arrives_makes_a_pooled_day_a_bound_and_lasts_longer() -> None:
    alone = ask(Line(0.05, 10), 0.95, 1000)
    supplied = ask(Line(0.05, 10, due=[(50.0, False, 10)]), 0.95, 1000)
    assert supplied[0] > alone[0]
    # until day 50 ten units suffice but for 1 in 2,000 courses, and that matters
    assert (alone[2], supplied[2]) == (True, False)


def test_a_depot_alone_is_exact_and_a_fed_one_is_not() -> None:
    alone = Line(0.1, 0, share=0.3, ship_days=5.0, own=6)
    failing, _, exact = ask(alone, 0.95, 2000)
    pooled = ask(Line(0.03, 6), 0.95, 2000)
    assert exact
    assert failing == pooled[0]
    fed = Line(0.1, 20, share=0.3, ship_days=5.0, own=6)
    assert ask(fed, 0.95, 2000)[2] is False


def test_no_stock_lasts_no_day_and_no_removals_for_ever() -> None:
    assert ask(Line(1.0, 0), 0.95, 100)[0] == 1
    assert ask(Line(0.0, 0), 0.95, 100) == (101, 0.0, True)
