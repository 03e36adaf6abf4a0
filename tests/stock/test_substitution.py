"""Parts that are one plan as one; what other substitutes are worth is exact, or lies in bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from keepline import impact
from keepline.model import arrays
from keepline.model.limit_results import PooledParts, Substitution
from keepline.model.pooled import pooled_network, pooled_pools
from keepline.model.substitution import pooled_parts
from keepline.stock import substitution

TREE = {"c": {"ship_days": 1.0}, "d": {"parent_id": "c", "ship_days": 3.0}}
SITES = {"s": "c", "t": "d", "u": "d"}
CHANCES = (0.6, 0.4)


def pooled_case(found: Any) -> Any:
    """Return the case as the plan sees it, parts that are one counted as one."""
    table = pooled_parts(found.network, found.supply.law)
    network = pooled_network(found.network, table)
    pools = pooled_pools(found.network, network, table)
    return replace(found, network=network, pools=pools, places=arrays.places(network, pools))


def told(found: Any, purchases: pl.DataFrame | None = None) -> pl.DataFrame:
    if purchases is None:
        purchases = found.plan(availability=0.0).purchases
    table = substitution(
        found.network,
        found.pools,
        found.supply,
        found.branches,
        pooled_parts(found.network, found.supply.law),
        purchases,
    )
    Substitution.validate(table)
    return table


def two(case: Any, *, is_whole: bool, **said: Any) -> Any:
    """Return one part, or its two halves that stand in for each other."""
    b = "a" if is_whole else "b"
    part = {"failures_per_year": 0.9, "repair_share": 0.5, "lead_days": 40.0}
    other = {} if is_whole else {"b": {**part, "unit_cost": 130.0, "name": "other"}}
    cuts = [
        (one, 0, mode, day, 0.0)
        for one in {"a", b}
        for mode, day in (("supply", 90), ("repair", 150))
    ]
    return case(
        {"a": part, **other},
        TREE,
        SITES,
        [("s", "a", 3), ("t", b, 8), ("u", "a", 5)],
        [("c", "a", 1), ("d", b, 2)],
        [("c", b, 2, 60)],
        cuts,
        CHANCES,
        substitutes=[] if is_whole else [("a", "b"), ("b", "a")],
        **said,
    )


def test_two_halves_are_the_whole_to_the_last_bit(case):
    whole, halves = two(case, is_whole=True), pooled_case(two(case, is_whole=False))
    plans = [one.plan(availability=0.97, stock=3000.0) for one in (whole, halves)]
    assert plans[0].purchases["quantity"].sum() > 0
    assert plans[0].purchases.equals(plans[1].purchases)
    assert plans[0].outlook.equals(plans[1].outlook)
    assert plans[0].frontier.equals(plans[1].frontier)
    assert plans[0].marginals.equals(plans[1].marginals)
    assert plans[0].today.tolist() == plans[1].today.tolist()
    lasting = [
        impact.endurance(one.network, one.pools, one.supply, np.array(CHANCES), 0.95)
        for one in (whole, halves)
    ]
    assert lasting[0].equals(lasting[1])
    played = [
        one.play(plan.purchases, seed=3, replications=20)
        for one, plan in zip((whole, halves), plans, strict=True)
    ]
    assert played[0].simulated.equals(played[1].simulated)


def random_case(case: Any, seed: int, **said: Any) -> Any:
    """Return four parts of one kind that fail differently, cut alike."""
    random = np.random.default_rng(seed)
    names = ["a", "b", "e", "f"]
    parts = {
        one: {
            "failures_per_year": float(random.uniform(0.0, 1.5)),
            "unit_cost": float(random.integers(50, 200)),
            "repair_share": 0.4,
        }
        for one in names
    }
    places = [(site, one, int(random.integers(1, 9))) for one in names for site in SITES]
    stock = [(depot, one, int(random.integers(0, 5))) for one in names for depot in TREE]
    day = int(random.integers(60, 200))
    cuts = [(one, 0, "supply", day, 0.0) for one in names]
    return case(parts, TREE, SITES, places, stock, [], cuts, CHANCES, **said)


@pytest.mark.parametrize("seed", range(12))
def test_a_class_never_makes_the_target_dearer(case, seed):
    pairs = [("a", "b"), ("b", "a"), ("e", "a"), ("b", "e")]
    apart = random_case(case, seed)
    together = pooled_case(random_case(case, seed, substitutes=pairs))
    assert len(np.unique(together.pools.part)) == 2
    best = apart.plan(availability=0.999999)
    # a target half-way to what can be reached at all
    target = float(best.today.min() + best.planned.min()) / 2.0
    plans = [one.plan(availability=target) for one in (apart, together)]
    assert plans[0].purchases["cost"].sum() > 0.0
    assert [plan.is_target_met for plan in plans] == [True, True]
    assert plans[1].today.min() >= plans[0].today.min() - 1e-12
    assert plans[1].purchases["cost"].sum() <= plans[0].purchases["cost"].sum() + 1e-9


def cascade(means: Any, stocks: Any) -> float:
    """Return the units short by walking over the sum of what is missing so far, state by state.

    The fewest short are the highest that the running sum of (outstanding - stock) ever stands
    above zero; here by the joint law of that sum and its highest stand.
    """
    law = {(0, 0): 1.0}
    for mean, stock in zip(means, stocks, strict=True):
        most = int(mean + 12 * np.sqrt(mean) + 25)
        chance = stats.poisson.pmf(np.arange(most), mean)
        following: dict[tuple[int, int], float] = {}
        for (total, highest), p in law.items():
            for units in np.nonzero(chance * p > 1e-15)[0].tolist():
                now = total + units - stock
                key = (now, max(highest, now))
                following[key] = following.get(key, 0.0) + p * chance[units]
        law = following
    return sum(p * highest for (_, highest), p in law.items())


def apart(means: Any, stocks: Any) -> float:
    return sum(cascade([one], [has]) for one, has in zip(means, stocks, strict=True))


def chain_case(case: Any, pairs: Any, **said: Any) -> Any:
    parts = {
        "a": {"failures_per_year": 0.8, "repair_share": 0.5},
        "b": {"failures_per_year": 0.5, "repair_share": 0.0, "lead_days": 30.0},
        "e": {"failures_per_year": 1.1, "repair_share": 0.8, "weight": 2.0},
    }
    return case(
        parts,
        TREE,
        SITES,
        [("s", "a", 2), ("t", "a", 3), ("t", "b", 5), ("u", "e", 3)],
        [("c", "a", 3), ("d", "a", 1), ("d", "b", 1), ("c", "e", 1)],
        [("c", "a", 3, 70), ("d", "b", 4, 95), ("c", "e", 2, 300)],
        [("a", 0, "supply", 80, 0.5, 1.5), ("b", 0, "supply", 60, 0.25), ("e", 1, "repair", 40, 0)],
        CHANCES,
        days=250,
        substitutes=pairs,
        **said,
    )


PLANNED = (("a", "c", 2, 110), ("b", "d", 3, 120), ("e", "d", 1, 200))


def purchases_of(found: Any) -> pl.DataFrame:
    empty = found.plan(availability=0.0).purchases
    day = pl.duration(days=1)
    return pl.DataFrame(
        [(part, depot, units, there) for part, depot, units, there in PLANNED],
        schema=["part_id", "depot_id", "quantity", "there"],
        orient="row",
    ).select(
        *(
            pl.lit(None, kind).alias(name)
            for name, kind in empty.schema.items()
            if name not in {"part_id", "depot_id", "quantity", "arrives_on"}
        ),
        "part_id",
        "depot_id",
        "quantity",
        arrives_on=pl.lit(found.network.start) + pl.col("there") * day,
    )


@pytest.mark.parametrize(
    ("pairs", "order", "kind"),
    [
        ([("a", "b")], ["a", "b"], "one-way"),
        ([("b", "a")], ["b", "a"], "one-way"),
        ([("a", "e"), ("e", "b")], ["a", "e", "b"], "nested"),
    ],
)
def test_figures_are_the_law_of_the_running_sum(case, slow, months, pairs, order, kind):
    found = chain_case(case, pairs)
    table = told(found, purchases_of(found))
    assert table["course"].to_list() == ["plan", "today"]
    assert table["kind"].to_list() == [kind] * 2
    assert table["law"].to_list() == ["exact"] * 2
    judges = [slow(found, part) for part in order]
    for row in table.iter_rows(named=True):
        bought = [
            [(d, n, t) for one, d, n, t in PLANNED if one == part and row["course"] == "plan"]
            for part in order
        ]
        figures = []
        for day in months(found):
            sums = np.zeros(3)
            for branch, chance in enumerate(CHANCES):
                means = [one.mean(branch, day) for one in judges]
                stocks = [
                    sum(one.stock(branch, depot, day, units) for depot in TREE)
                    for one, units in zip(judges, bought, strict=True)
                ]
                sums += chance * np.array(
                    [
                        apart(means, stocks),
                        cascade(means, stocks),
                        cascade([sum(means)], [sum(stocks)]),
                    ]
                )
            figures.append(sums)
        short = [row[one] for one in ("short_apart", "short", "short_pooled")]
        worst = [row[one] for one in ("worst_apart", "worst", "worst_pooled")]
        assert short == pytest.approx(figures[-1].tolist(), abs=1e-8)
        assert worst == pytest.approx(np.max(figures, axis=0).tolist(), abs=1e-8)


def test_a_class_that_is_not_alike_is_exact_when_pooled(case):
    found = chain_case(case, [("a", "b"), ("b", "a")])
    table = told(found)
    assert table["pooling"].to_list() == ["apart"] * 2
    assert table["kind"].to_list() == ["two-way"] * 2
    assert table["short"].to_list() == table["short_pooled"].to_list()
    assert (table["short"] < table["short_apart"]).all()


def test_a_mixed_chain_has_its_bounds_alone(case):
    table = told(chain_case(case, [("a", "b"), ("a", "e")]))
    assert table["law"].to_list() == ["bound"] * 2
    assert table["short"].null_count() == table["worst"].null_count() == 2
    assert (table["short_pooled"] < table["short_apart"]).all()
    # a chain that holds the same pairs and more lies between
    nested = told(chain_case(case, [("a", "b"), ("a", "e"), ("b", "e")]))
    assert (nested["short"] >= table["short_pooled"]).all()
    assert (nested["short"] <= table["short_apart"]).all()


def test_pooled_parts_are_shown_with_what_it_is_worth(case):
    found = two(case, is_whole=False)
    plan = pooled_case(found).plan(availability=0.97)
    table = told(found, plan.purchases)
    assert table["chain"].to_list() == ["a = b"] * 2
    assert table["members"].to_list() == ["a; b"] * 2
    assert table["pooling"].to_list() == ["as one"] * 2
    assert (table["worst"] <= table["worst_apart"]).all()
    planned, today = table.to_dicts()
    assert planned["short"] < today["short"]


def test_the_order_of_rows_changes_nothing(case):
    pairs = [("a", "b"), ("b", "a"), ("e", "b")]
    tables = []
    for seed in (None, 5, 23):
        found = chain_case(case, pairs, shuffle=seed)
        tables.append(told(found, purchases_of(found)))
        halves = two(case, is_whole=False, shuffle=seed)
        PooledParts.validate(pooled_parts(halves.network, halves.supply.law))
        tables.append(pooled_parts(halves.network, halves.supply.law))
    for first, other in ((0, 2), (0, 4), (1, 3), (1, 5)):
        left, right = tables[first], tables[other]
        figures = [name for name, kind in left.schema.items() if kind == pl.Float64]
        assert left.drop(figures).equals(right.drop(figures))
        for name in figures:
            assert left[name].to_list() == pytest.approx(right[name].to_list(), rel=1e-12)


def test_nothing_stands_in_and_nothing_is_told(case):
    assert told(chain_case(case, [])).is_empty()


def test_parts_that_fail_never_or_stand_nowhere_give_figures(case):
    found = case(
        {"a": {"failures_per_year": 0.0}, "b": {}, "nowhere": {}, "lost": {}},
        {"c": {}, "x": {}},
        {"s": "c", "t": "x"},
        [("s", "a", 4), ("s", "b", 6), ("t", "b", 2)],
        [("c", "a", 3)],
        substitutes=[("a", "b"), ("b", "nowhere"), ("nowhere", "lost")],
    )
    table = told(found)
    assert table["chain"].unique().to_list() == ["a > b > nowhere > lost"]
    assert table["depot_id"].to_list() == ["c", "c", "x", "x"]
    figures = table.select(pl.col(pl.Float64))
    assert np.isfinite(figures.to_numpy()).all()
    # at c the parts that never fail stand in; at x there is nothing that could
    assert (table["short"] < table["short_apart"]).to_list() == [True, True, False, False]
    assert told(
        case({"a": {}, "b": {}}, {"c": {}}, {"s": "c"}, substitutes=[("a", "b")])
    ).is_empty()
