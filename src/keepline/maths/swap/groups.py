"""Groups of jobs that stand for their mean.

Jobs of one group take each option in the same shares. That is a restriction, so that the groups'
linear programme costs at least as much as that of the jobs; its prices, put to every single job,
certify a bound whatever the groups are. Grouped by what is best for each of them under those
prices, the two meet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from keepline.maths.swap.master import Columns, Items

if TYPE_CHECKING:
    from keepline.maths.swap.problem import Number, Whole
    from keepline.maths.swap.rows import Rows


def labels(*keys: Whole | Number) -> tuple[Whole, int]:
    """Return the same number for jobs that are alike in all keys, and how many there are."""
    label = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        _, one = np.unique(key, return_inverse=True)
        _, label = np.unique(label * (int(one.max(initial=0)) + 1) + one, return_inverse=True)
    return label, int(label.max(initial=-1)) + 1


def ranked(label: Whole, value: Number, size: int) -> Whole:
    """Return a bin of each job within its label, by value, each of at most so many jobs."""
    order = np.lexsort((value, label))
    count = np.bincount(label)
    first = np.cumsum(count) - count
    place = np.empty(len(label), np.int64)
    place[order] = np.arange(len(label)) - first[label[order]]
    bins = -(-count // size)
    return np.asarray(place * bins[label] // np.maximum(count[label], 1))


def patterns(weight: sparse.csr_matrix) -> Whole:
    """Return a number of each job for the set of rows in which it has weight."""
    draw = np.random.default_rng(0)
    mark = draw.integers(1, 2**52, weight.shape[1])
    is_some = sparse.csr_matrix(
        ((weight.data > 0.0).astype(np.int64), weight.indices, weight.indptr), weight.shape
    )
    return np.asarray(is_some @ mark)


def needs(rows: Rows) -> Whole:
    """Return the same number for jobs that no group may mix, or that are better not mixed."""
    jobs = rows.problem.jobs
    is_able = np.isfinite(jobs.cost) @ (1 << np.arange(rows.problem.suppliers))
    keys = [jobs.pool, is_able, jobs.earliest, jobs.latest, patterns(rows.cap)]
    if rows.mobilise.any():
        keys.append(jobs.cluster)
    return labels(*keys)[0]


def alike(rows: Rows) -> tuple[Whole, int]:
    """Return the same number for jobs that are alike in everything, and how many there are."""
    jobs = rows.problem.jobs
    draw = np.random.default_rng(1)
    # a random sum of a row tells rows apart but for a chance that does not matter: jobs that are
    # taken for alike stand for their mean, which certifies its bound all the same
    own = np.where(np.isfinite(rows.own), rows.own, -1.0)
    days = np.where(np.isfinite(jobs.crew_days), jobs.crew_days, -1.0)
    sums = [table @ draw.random(table.shape[1]) for table in (own, days, rows.cap, rows.share)]
    keys = [np.round(one, 12) for one in sums]
    if rows.mobilise.any():
        keys.append(jobs.cluster)
    return labels(jobs.pool, jobs.supply, *keys)


def grouped(rows: Rows, label: Whole, count: int) -> Items:
    """Return groups as items.

    Args:
        rows: Limits and own costs of jobs.
        label: Group of each job, of one pool and, with mobilising, of one cluster.
        count: Number of groups.
    """
    jobs, n = rows.problem.jobs, len(label)
    size = np.bincount(label, minlength=count).astype(float)
    mean = sparse.csr_matrix((1.0 / size[label], (label, np.arange(n))), (count, n))
    _, one = np.unique(label, return_index=True)
    means = replace(
        jobs.taken(one),
        cost=mean @ jobs.cost,
        crew_days=mean @ jobs.crew_days,
        supply=mean @ jobs.supply,
    )
    items = replace(
        rows,
        problem=replace(rows.problem, jobs=means),
        own=mean @ rows.own,
        cap=sparse.csr_matrix(mean @ rows.cap),
        share=sparse.csr_matrix(mean @ rows.share),
    )
    opened = np.zeros(rows.mobilise.shape, bool)
    return Items(items, size, np.zeros(int(rows.first[-1])), opened)


def everything(items: Items) -> Columns:
    """Return every option that an item has."""
    return Columns(*np.nonzero(np.isfinite(items.rows.own)))


def nearest(cost: Number, least: Number, margin: float, most: int) -> Columns:
    """Return the options of each item within a margin of its cheapest, not more than so many.

    Args:
        cost: Of options under prices, float64[items, options].
        least: Of the cheapest of each item, float64[items].
        margin: How much dearer they may be.
        most: Options of an item.
    """
    most = min(most, cost.shape[1])
    near = np.argpartition(cost, most - 1, axis=1)[:, :most]
    dearer = np.take_along_axis(cost, near, axis=1) - least[:, None]
    keep = np.isfinite(dearer) & (dearer <= margin)
    keep[np.arange(len(cost)), np.argmin(np.where(np.isnan(dearer), np.inf, dearer), axis=1)] = True
    item, place = np.nonzero(keep)
    return Columns(item, near[item, place].astype(np.int64))
