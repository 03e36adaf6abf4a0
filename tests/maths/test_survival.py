from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy.stats import poisson

from keepline.maths.echelon import depot_measures
from keepline.maths.outstanding import outstanding_mean, supply_flow
from keepline.maths.poisson import cdf, ebo
from keepline.maths.pooling import Arrivals, Laws, Pool
from keepline.maths.survival import Lasting, Lines, lasting
from keepline.maths.survival_play import watch
from keepline.maths.survival_ranks import rank_interval
from keepline.maths.survival_units import NO_NUMBER, fewest_more

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
    more_day: float = 0.0
    more_whole: list[bool] = field(default_factory=list)


def laws_of(line: Line) -> Laws:
    steps = np.array([step for _, law in line.laws for step in law]).T.copy()
    first = np.cumsum([0] + [len(law) for _, law in line.laws])
    return Laws(first, *steps)


def lines_of(line: Line) -> tuple[Lines, np.ndarray]:
    """Lay out one line, and what arrives of its orders under each law."""
    is_depot = line.share < 1.0 or line.ship_days > 0.0
    one = np.array([0, 1])
    lines = Lines(
        first_pool=one,
        rate=np.array([line.rate]),
        repair_share=np.array([line.repair_share]),
        repair_days=np.array([line.repair_days]),
        returned_share=np.zeros(1),
        lead_days=np.array([line.lead_days]),
        first_law=np.array([0, len(line.laws)]),
        law=np.arange(len(line.laws)),
        chance=np.array([chance for chance, _ in line.laws]),
        factor=np.ones(len(line.laws)),
        own_rate=np.array([line.rate * line.share if is_depot else 0.0]),
        share=np.array([line.share]),
        ship_days=np.array([line.ship_days]),
        central=np.array([line.central]),
        own=np.array([line.own]),
        first_due=np.array([0, len(line.due)]),
        due_day=np.array([day for day, _, _ in line.due], float),
        is_own=np.array([is_own for _, is_own, _ in line.due], np.bool_),
        order=np.arange(len(line.due)),
        more=np.zeros(1, np.int64),
        more_day=np.array([line.more_day]),
        is_more_own=np.array([line.ship_days > 0.0]),
        is_more_whole=np.array(line.more_whole or [True] * len(line.laws)),
    )
    units = np.array([count for _, _, count in line.due], np.int64)
    return lines, np.tile(units, (len(line.laws), 1))


def last(line: Line, confidences: list[float], end: int) -> Lasting:
    lines, comes = lines_of(line)
    return lasting(lines, laws_of(line), comes, np.array(confidences), end)


def ask(line: Line, confidence: float, end: int) -> tuple[int, float, bool]:
    """Return the first failing day by the upper bound, units short, and whether bounds meet."""
    found = last(line, [confidence], end)
    least, most = int(found.least[0, 0]), int(found.most[0, 0])
    return most + 1, float(found.short[0]), least == most


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
        assert failing == max(days[0] if days else 601, 1), seed
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


def exact_chance(rate: float, units: int, more: int, arrival: float, to: float) -> float:
    """Return P(none short by a day) of a line without returns that gets units at an arrival."""
    before, after = poisson(rate * arrival), poisson(rate * (to - arrival))
    return float(
        sum(
            before.pmf(x) * after.cdf(units + more - x) for x in range(min(units, units + more) + 1)
        )
    )


def test_with_one_arrival_the_bounds_hold_the_law_of_two_dates() -> None:
    line = Line(0.05, 6, due=[(80.0, False, 10)])
    for to in (100, 200, 300):
        found = last(line, [0.9], to)
        exact = exact_chance(0.05, 6, 10, 80.0, float(to))
        assert found.least_hold[0] - 1e-9 <= exact <= found.most_hold[0] + 1e-9
        assert found.most_hold[0] - found.least_hold[0] < 0.15


@pytest.mark.parametrize("seed", [3, 8, 11, 17, 24, 31, 40, 52])
def test_a_simulation_lies_between_the_bounds(seed: int) -> None:
    line = random_line(seed)
    if line.ship_days == 0.0:
        line.share, line.own = 1.0, 0
        line.due = [(day, False, count) for day, _, count in line.due]
    found = last(line, [0.9], 600)
    first = played(line, 600.0, 4000, seed)
    held = float((first > 600.0).mean())
    spread = 4.0 * (held * (1.0 - held) / 4000) ** 0.5 + 0.002
    assert found.least_hold[0] - spread <= held <= found.most_hold[0] + spread
    spread = 4.0 * (0.25 / 4000) ** 0.5
    least, most = int(found.least[0, 0]), int(found.most[0, 0])
    assert float((first > least).mean()) >= 0.9 - spread
    assert most == 600 or float((first > most + 1).mean()) <= 0.9 + spread


def played(line: Line, until: float, replications: int, seed: int) -> np.ndarray:
    """Return when the line is first short in replications of the event kernel."""
    lines, comes = lines_of(line)
    rest = line.rate * (1.0 - line.share)
    is_tree = line.share < 1.0 or line.ship_days > 0.0
    pool = Pool(
        np.array([rest, line.rate * line.share] if is_tree else [line.rate]),
        np.array([0.0, line.ship_days] if is_tree else [0.0]),
        np.array([line.central, line.own] if is_tree else [line.central]),
        line.repair_share,
        line.repair_days,
        line.lead_days,
    )
    order = np.argsort(lines.due_day, kind="stable")
    at = (lines.is_own & is_tree).astype(np.int64)
    due = Arrivals(lines.due_day[order], at[order], comes[:, order])
    seen = watch(
        pool, laws_of(line), lines.chance, due, until, None, 0.0, seed, 1, (0, replications)
    )
    return seen.first_short_day[:, -1]


@pytest.mark.parametrize("ship_days", [0.0, 4.0])
def test_a_fed_depots_bounds_are_close_and_hold_the_simulation(ship_days: float) -> None:
    law = [*WHOLE, (150.0, 0.0, 1.0, 0.0)]
    line = Line(0.5, 30, [(1.0, law)], 0.9, 20.0, 60.0, share=0.3, ship_days=ship_days, own=6)
    if ship_days == 0.0:
        line.own = 0
    found = last(line, [0.95, 0.9, 0.5], 500)
    first = np.sort(played(line, 500.0, 4000, 5))
    for c, confidence in enumerate((0.95, 0.9, 0.5)):
        low, high = rank_interval(4000, 1.0 - confidence, 0.9999)
        assert found.least[0, c] <= first[high - 1]
        assert found.most[0, c] + 1 >= first[low - 1]
        assert 0 < found.least[0, c] <= found.most[0, c]
    assert found.most[0, 0] - found.least[0, 0] <= 7


def test_a_depot_alone_is_exact() -> None:
    alone = Line(0.1, 0, share=0.3, ship_days=5.0, own=6)
    failing, _, exact = ask(alone, 0.95, 2000)
    pooled = ask(Line(0.03, 6), 0.95, 2000)
    assert exact
    assert failing == pooled[0]


def test_no_stock_lasts_no_day_and_no_removals_for_ever() -> None:
    assert ask(Line(1.0, 0), 0.95, 100)[0] == 1
    assert ask(Line(0.0, 0), 0.95, 100) == (101, 0.0, True)
    assert last(Line(0.0, 0), [0.95], 100).least_hold[0] == 1.0


def test_more_stock_never_lasts_less_and_more_confidence_never_longer() -> None:
    confidences = [0.99, 0.95, 0.9, 0.5]
    for seed in range(40):
        line = random_line(seed)
        line.share, line.ship_days = (line.share, 3.0) if seed % 2 else (1.0, 0.0)
        before = last(line, confidences, 600)
        line.central += 1 + seed % 3
        after = last(line, confidences, 600)
        for found in (before, after):
            assert np.all(found.least <= found.most)
            assert np.all(np.diff(found.least[0]) >= 0)
            assert np.all(np.diff(found.most[0]) >= 0)
            assert found.least_hold[0] <= found.most_hold[0]
        assert np.all(after.most >= before.most), seed
        # quadrature leaves the lower bound a hair of play
        assert np.all(after.least >= before.least - 1), seed


def test_the_confidences_may_stand_in_any_order() -> None:
    line = random_line(7)
    falling, mixed = last(line, [0.99, 0.9, 0.5], 600), last(line, [0.5, 0.99, 0.9], 600)
    assert mixed.most[0].tolist() == falling.most[0][[2, 0, 1]].tolist()
    assert mixed.least[0].tolist() == falling.least[0][[2, 0, 1]].tolist()


def brute_force(line: Line, to: int, confidence: float) -> int:
    """Return the fewest units, by trying every number, as orders due; NO_NUMBER beyond 300."""
    for units in range(300):
        lines, comes = lines_of(line)
        lines.more[0] = units
        asked = np.array([confidence])
        if lasting(lines, laws_of(line), comes, asked, to, 0.0).most[0, 0] >= to:
            return units
    return NO_NUMBER


def test_the_fewest_units_are_those_of_a_search_of_every_number() -> None:
    found_some = {True: 0, False: 0}
    for seed in range(40):
        line = random_line(seed)
        line.more_day = float(5 + 20 * (seed % 4))
        line.more_whole = [(seed + k) % 3 > 0 for k in range(len(line.laws))]
        days = int(last(line, [0.9], 600).most[0, 0])
        if days == 600:
            continue
        to = min(days + 90, 600)
        lines, comes = lines_of(line)
        asked = np.array([0]), np.array([to])
        found = fewest_more(lines, laws_of(line), comes, *asked, 0.9)
        assert int(found.units[0]) == brute_force(line, to, 0.9), seed
        assert lines.more[0] == 0
        found_some[found.units[0] > 0] += 1
    assert min(found_some.values()) > 3


def test_sure_units_are_the_fewest_by_the_law_of_two_dates() -> None:
    line = Line(0.05, 10, more_day=60.0)
    days = int(last(line, [0.95], 2000).most[0, 0])
    lines, comes = lines_of(line)
    found = fewest_more(lines, laws_of(line), comes, np.array([0]), np.array([days + 90]), 0.95)
    assert found.is_sure[0]
    chances = [exact_chance(0.05, 10, more, 60.0, days + 90.0) for more in range(20)]
    assert int(found.units[0]) == next(n for n, p in enumerate(chances) if p >= 0.95)
