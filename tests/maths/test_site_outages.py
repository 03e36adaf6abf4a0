"""Outage logs swept by the kernel and by a plain reference agree."""

from itertools import pairwise

import numpy as np
import pytest

from keepline.maths.site_outages import standing, swept


def world(rng):
    """Draw sites with rows; weights often make exactly the site's traffic, or more."""
    sites, operators, regions, technologies = rng.integers(1, 6), 2, 3, 3
    rows = int(rng.integers(1, 12))
    carried = rng.choice([0.0, 0.5, 1.0, 2.5], (sites, technologies))
    return {
        "row_site": rng.integers(0, sites, rows),
        "row_technology": rng.integers(0, technologies, rows),
        "row_weight": rng.choice([0.0, 0.25, 0.3, 1.0], rows),
        "site_traffic": rng.choice([0.0, 1.0, 1.2, 5.0], sites),
        "site_operator": rng.integers(0, operators, sites),
        "site_region": rng.integers(0, regions, sites),
        "technology_traffic": carried,
        "operators": operators,
        "regions": regions,
    }


def log_of(rng, rows, replications, end):
    """Draw changes of every row: some at day 0, on edges, at the same moment, past the end."""
    lines = []
    for replication in range(replications):
        mine = []
        for row in range(rows):
            days = np.sort(rng.choice([rng.uniform(0, 1.2 * end), rng.integers(0, end + 1)],
                                      rng.integers(0, 5)).astype(float))  # fmt: skip
            if rng.random() < 0.3:
                days = np.concatenate(([0.0], days))
            mine += [(replication, day, row, int(rng.integers(0, 5))) for day in days]
        lines += sorted(mine, key=lambda one: one[1])
    return lines


def lost_at(at, site, out):
    total, by = 0.0, {}
    for row in np.flatnonzero(at["row_site"] == site):
        amount = at["row_weight"][row] * out.get(row, 0)
        total += amount
        kind = at["row_technology"][row]
        by[kind] = by.get(kind, 0.0) + amount
    most = at["technology_traffic"][site]
    return min(total, at["site_traffic"][site]), {k: min(v, most[k]) for k, v in by.items()}


def reference(at, lines, edges, replications):
    """Cut the time of each site at every change and every edge, and add up piece by piece."""
    months, technologies = len(edges) - 1, at["technology_traffic"].shape[1]
    made = {
        "lost_operator": np.zeros((replications, months, at["operators"] + 1)),
        "lost_region": np.zeros((replications, months, at["regions"])),
        "lost_technology": np.zeros((replications, months, technologies)),
        "down_operator": np.zeros((replications, months, at["operators"] + 1)),
        "down_region": np.zeros((replications, months, at["regions"])),
        "hit_operator": np.zeros((replications, months, at["operators"] + 1)),
        "hit_region": np.zeros((replications, months, at["regions"])),
        "longest": np.zeros((replications, at["operators"] + 1)),
        "longest_lost": np.zeros((replications, at["operators"] + 1)),
        "longest_down": np.zeros((replications, at["operators"] + 1)),
    }
    for replication in range(replications):
        for site in range(len(at["site_traffic"])):
            one_site(at, made, [x for x in lines if x[0] == replication], edges, replication, site)
    return made


def one_site(at, made, lines, edges, replication, site):
    mine = [x for x in lines if at["row_site"][x[2]] == site]
    cuts = np.unique([*edges, *(x[1] for x in mine if edges[0] < x[1] < edges[-1])])
    groups = (at["site_operator"][site], at["operators"])
    region = at["site_region"][site]
    hit, pieces = set(), []
    for begin, end in pairwise(cuts):
        out = {row: units for _, day, row, units in mine if day <= begin}
        lost, by = lost_at(at, site, out)
        month = int(np.searchsorted(edges, begin, side="right")) - 1
        is_down = lost > 0 and lost >= at["site_traffic"][site] * (1 - 1e-9)
        pieces.append((begin, end, lost, is_down))
        for kind, amount in by.items():
            made["lost_technology"][replication, month, kind] += amount * (end - begin)
        for group in groups:
            made["lost_operator"][replication, month, group] += lost * (end - begin)
            made["down_operator"][replication, month, group] += is_down * (end - begin)
        made["lost_region"][replication, month, region] += lost * (end - begin)
        made["down_region"][replication, month, region] += is_down * (end - begin)
        hit |= {month} if lost > 0 else set()
    for month in hit:
        made["hit_region"][replication, month, region] += 1
        for group in groups:
            made["hit_operator"][replication, month, group] += 1
    longest(made, groups, replication, pieces)


def longest(made, groups, replication, pieces):
    for length, lost in spells(pieces, 2):
        for group in groups:
            if length > made["longest"][replication, group] + 1e-10:
                made["longest"][replication, group] = length
                made["longest_lost"][replication, group] = lost
    for length, _ in spells(pieces, 3):
        for group in groups:
            made["longest_down"][replication, group] = max(
                made["longest_down"][replication, group], length
            )


def spells(pieces, column):
    """Give length and loss of every run of pieces in which a column is not 0."""
    found, run = [], []
    for piece in [*pieces, (0, 0, 0.0, False)]:
        if piece[column]:
            run.append(piece)
        elif run:
            found.append((run[-1][1] - run[0][0], sum((b - a) * x for a, b, x, _ in run)))
            run = []
    return found


@pytest.mark.parametrize("seed", range(300))
def test_any_log_as_the_plain_reference(seed):
    rng = np.random.default_rng(seed)
    at = world(rng)
    edges = np.array([0.0, 9.0, 40.0, 41.0, 71.0])
    replications = int(rng.integers(1, 4))
    lines = log_of(rng, len(at["row_site"]), replications, 71)
    stands, place = standing(**at)
    columns = [np.array([x[i] for x in lines], float if i == 1 else int) for i in range(4)]
    found = swept(stands, columns[0], columns[1], place[columns[2]], columns[3], edges,
                  replications)  # fmt: skip
    wanted = reference(at, lines, edges, replications)
    for name, values in wanted.items():
        # of outages as long as each other the kernel takes the first to the last bit
        if name != "longest_lost" or is_single(at, lines, edges, replications):
            assert getattr(found, name) == pytest.approx(values, abs=1e-9), name


def is_single(at, lines, edges, replications):
    """Tell whether no two outages are of one length, but for rounding."""
    for replication in range(replications):
        lengths = []
        for site in range(len(at["site_traffic"])):
            mine = [x for x in lines if x[0] == replication and at["row_site"][x[2]] == site]
            cuts = np.unique([*edges, *(x[1] for x in mine if x[1] < edges[-1])])
            pieces = []
            for begin, end in pairwise(cuts):
                out = {row: units for _, day, row, units in mine if day <= begin}
                pieces.append((begin, end, lost_at(at, site, out)[0], False))
            lengths += [length for length, _ in spells(pieces, 2)]
        ordered = np.sort(lengths)
        if len(ordered) > 1 and np.diff(ordered).min() < 1e-9:
            return False
    return True


def single(lines, traffic=2.0, weight=1.0, edges=(0.0, 10.0, 20.0)):
    """Sweep a log of one site with two rows of one technology."""
    stands, _ = standing(
        np.array([0, 0]), np.array([0, 0]), np.array([weight, weight]), np.array([traffic]),
        np.array([0]), np.array([0]), np.array([[traffic]]), 1, 1,
    )  # fmt: skip
    columns = [np.array([x[i] for x in lines], float if i == 1 else int) for i in range(4)]
    return swept(stands, *columns, np.array(edges), 1)


def test_overlapping_rows_lose_no_more_than_the_site_has():
    found = single([(0, 2.0, 0, 1), (0, 4.0, 1, 1), (0, 5.0, 0, 3), (0, 8.0, 0, 0), (0, 9.0, 1, 0)])
    # 1 for two days, 2 for four days, 1 for one day
    assert found.lost_operator[0, :, 1].tolist() == [11.0, 0.0]
    assert found.down_operator[0, :, 0].tolist() == [4.0, 0.0]
    assert found.hit_operator[0, :, 1].tolist() == [1.0, 0.0]
    assert (found.longest[0, 1], found.longest_lost[0, 1], found.longest_down[0, 1]) == (7, 11, 4)


def test_an_outage_over_the_end_of_a_month_is_one_and_counts_in_both():
    found = single([(0, 7.0, 0, 1), (0, 13.0, 0, 0)])
    assert found.lost_region[0, :, 0].tolist() == [3.0, 3.0]
    assert found.hit_region[0, :, 0].tolist() == [1.0, 1.0]
    assert found.longest[0, 0] == 6.0


def test_an_outage_open_at_the_end_lasts_to_the_end():
    found = single([(0, 0.0, 0, 1), (0, 25.0, 0, 0)])
    assert found.lost_technology[0, :, 0].tolist() == [10.0, 10.0]
    assert found.longest[0, 1] == 20.0


def test_what_has_no_duration_counts_for_nothing():
    found = single([(0, 3.0, 0, 1), (0, 3.0, 0, 0)])
    assert not found.hit_operator.any()
    # a unit comes and the next fails at once: one outage
    found = single([(0, 3.0, 0, 1), (0, 4.0, 0, 0), (0, 4.0, 0, 1), (0, 6.0, 0, 0)])
    assert found.longest[0, 1] == 3.0
    assert found.hit_operator[0, 0, 1] == 1.0


def test_nothing_is_left_over_by_rounding():
    found = single([(0, 1.0, 0, 1), (0, 2.0, 1, 3), (0, 3.0, 0, 0), (0, 4.0, 1, 0)], weight=0.1)
    assert found.hit_operator[0, :, 1].tolist() == [1.0, 0.0]
    assert found.longest[0, 1] == 3.0


def test_a_site_without_traffic_loses_none():
    found = single([(0, 1.0, 0, 2)], traffic=0.0)
    assert not any(values.any() for values in found)


def test_an_empty_log_loses_nothing():
    found = single([])
    assert found.lost_operator.shape == (1, 2, 2)
    assert not any(values.any() for values in found)
