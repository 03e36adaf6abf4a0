"""Find what feeds circles: nodes that need each other, and all that they need.

Round a circle a shortage may wear what is left down, so that a node may end with nothing though
none of its deliveries was lost whole. Nodes that feed no circle cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from keepline.maths.tiers import Flags, Graph


def feeds_circle(graph: Graph) -> Flags:
    """Say which nodes stand in a circle, or are needed at any remove by one that does: bool[n].

    Nodes without users left are taken away until there are none (Kahn 1962, "Topological sorting
    of large networks", Communications of the ACM 5(11)); the rest have a circle among their users.

    Time: each need is looked at once.
    """
    users = np.diff(graph.first_user)
    feeds = np.ones(len(users), np.bool_)
    gone = np.flatnonzero(users == 0)
    needs_first = graph.first_need[graph.first_delivery]
    while len(gone):
        feeds[gone] = False
        sizes = needs_first[gone + 1] - needs_first[gone]
        starts = np.repeat(needs_first[gone] - (np.cumsum(sizes) - sizes), sizes)
        needed, times = np.unique(graph.need[np.arange(len(starts)) + starts], return_counts=True)
        users[needed] -= times
        gone = needed[users[needed] == 0]
    return feeds
