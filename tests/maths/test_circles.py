import numpy as np

from keepline.maths.circles import feeds_circle
from keepline.maths.tiers import Graph


def graph_of(nodes: int, needs: list[tuple[int, int]]) -> Graph:
    """Make a graph with one delivery a node; a pair says who needs whom."""
    rows = sorted(needs)
    first = np.searchsorted([one for one, _ in rows], np.arange(nodes + 1))
    need = np.array([other for _, other in rows], np.int64)
    users = sorted((other, one) for one, other in rows)
    first_user = np.searchsorted([other for other, _ in users], np.arange(nodes + 1))
    return Graph(
        np.arange(nodes + 1), np.arange(nodes), np.ones(nodes), np.zeros(nodes), np.zeros(nodes),
        first.astype(np.int64), need, first_user.astype(np.int64),
        np.array([one for _, one in users], np.int64),
    )  # fmt: skip


def reached(needs: list[tuple[int, int]], start: int) -> set[int]:
    """Return all that use a node, at any remove."""
    found: set[int] = set()
    new = {start}
    while new:
        new = {one for one, other in needs if other in new} - found
        found |= new
    return found


def test_what_feeds_a_circle_and_what_hangs_on_it() -> None:
    # 0 needs 1 and 2; 1 and 2 need each other; 2 needs 3; 4 stands apart
    graph = graph_of(5, [(0, 1), (0, 2), (1, 2), (2, 1), (2, 3)])
    assert feeds_circle(graph).tolist() == [False, True, True, True, False]


def test_none_without_circles_and_one_that_needs_itself() -> None:
    assert not feeds_circle(graph_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)])).any()
    assert not feeds_circle(graph_of(2, [])).any()
    assert feeds_circle(graph_of(2, [(0, 1), (1, 1)])).tolist() == [False, True]


def test_it_is_what_a_search_finds() -> None:
    rng = np.random.default_rng(3)
    for _ in range(300):
        nodes = int(rng.integers(1, 8))
        needs = [(i, j) for i in range(nodes) for j in range(nodes) if rng.random() < 0.18]
        circles = {one for one in range(nodes) if one in reached(needs, one)}
        wanted = [one in circles or bool(circles & reached(needs, one)) for one in range(nodes)]
        assert feeds_circle(graph_of(nodes, needs)).tolist() == wanted
