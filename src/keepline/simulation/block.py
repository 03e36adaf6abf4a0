"""Play one block of replications: the unit of work of every crew.

What a block gives depends on the setup and on the numbers of its replications alone, so blocks of
any size, played by anyone in any order, join to the same sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keepline.maths.blocks import played_in_order
from keepline.maths.fingerprint import fingerprint
from keepline.maths.pooling import Laws
from keepline.model.calendar import month_edges
from keepline.model.moving import Carried, carried_in, moved
from keepline.simulation.base import Place, base_of
from keepline.simulation.controls import Controls
from keepline.simulation.courses import Courses, measured, timelines
from keepline.simulation.outcome import Outcome
from keepline.simulation.play import Player
from keepline.simulation.schedule import bought
from keepline.simulation.tally import Tally

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from keepline.model.arrays import Places, Pools, Supply
    from keepline.model.network import Network
    from keepline.simulation.base import Base
    from keepline.simulation.field import Field
    from keepline.simulation.field_player import FieldPlayer
    from keepline.simulation.outcome import Key


@dataclass(frozen=True)
class Setup:
    """Hold all that decides what a replication gives; it reaches each worker once.

    Attributes:
        player: Plays one pool.
        courses: Whose pools are whose, and which courses are played.
        chance: Probability of each timeline [timelines].
        field: Plays families of parts with the mechanisms of the field; None where what the
            formulas assume is played, pool by pool.
        base: What the measures of sites, parts and money stand on; None likewise.
        controls: What takes chance out of availability and units short; None likewise.
    """

    player: Player
    courses: Courses
    chance: NDArray[np.float64]
    field: FieldPlayer | None = None
    base: Base | None = None
    controls: Controls | None = None

    def decided_by(self) -> dict[str, str]:
        """Return a hash for each kind of input that decides the bits of an outcome."""
        one, courses = self.player, self.courses
        network = (one.pools, one.places, one.edges, courses.operators, courses.traffic)
        field, more, slips, held, planned = self.field, None, None, None, None
        if field is not None:
            more, slips = (field.setup.ground, field.setup.families), field.schedule
        if self.base is not None:
            held, planned = (self.base.unit_cost, self.base.held), self.base.planned
        return {
            "network": fingerprint((network, courses.group, more, held)),
            "scenario": fingerprint((one.laws, one.law, self.chance, slips)),
            "plan": fingerprint((one.moved, one.purchases, courses.names, planned)),
            "seed": str(one.seed),
            "mechanisms": "formulas" if field is None else fingerprint(field.mechanisms),
        }


def setup_of(
    network: Network,
    pools: Pools,
    supply: Supply,
    places: Places,
    branches: pl.DataFrame,
    purchases: pl.DataFrame | None,
    moves: pl.DataFrame | None,
    seed: int,
    field: Field | None = None,
) -> Setup:
    """Bring a network, its scenario and a plan into the form in which blocks are played.

    Raises:
        InputError: When the plan buys or moves what the network does not have.
    """
    lines = timelines(supply, branches)
    carried = Carried.nothing() if moves is None else carried_in(network, pools, moves)
    player = Player(
        pools=pools,
        moved=moved(pools, carried),
        places=places,
        laws=Laws(*supply[1:]),
        law=supply.law[:, lines.first],
        edges=np.array(month_edges(network.start, network.end)),
        purchases=None if purchases is None else bought(network, pools, purchases),
        seed=seed,
    )
    courses = Courses.of(network, pools, has_plan=purchases is not None)
    if field is None or field.mechanisms.is_formulas:
        return Setup(player, courses, lines.chance)
    plays = field.player(network, player, supply, lines)
    families = zip(plays.setup.family_parts, plays.setup.family_depots, strict=True)
    stand = tuple(Place(*one) for one in families)
    ground, names = plays.setup.ground, courses.names
    base = base_of(network, ground, stand, names, lines.chance, purchases)
    controls = Controls.of(player, courses, lines.chance)
    return Setup(player, courses, lines.chance, plays, base, controls)


def play_block(setup: Setup, first: int, count: int, threads: int = 1) -> Outcome:
    """Play a block of replications.

    Args:
        setup: What decides them.
        first: Number of the first replication.
        count: How many.
        threads: On how many threads pools are played side by side; no bit depends on it.

    Returns:
        The sums: keys are ("month", measure, operator, course) by month, and ("plan",
        "availability", None, course) over the whole plan; with the field also those of
        :mod:`keepline.simulation.tally`.
    """
    return (_pools if setup.field is None else _families)(setup, first, count, threads)


def _pools(setup: Setup, first: int, count: int, threads: int) -> Outcome:
    """Play what the formulas assume, pool by pool."""
    player = setup.player
    sheet = setup.courses.sheet(len(setup.chance), count, len(player.edges) - 1)
    jobs = [(pool, first, count) for pool in range(len(player.pools.part))]
    # with one thread a pool is added before the next is played: the least memory
    found = map(player, jobs) if threads == 1 else played_in_order(player, jobs, threads)
    for pool, played in enumerate(found):
        sheet.add(pool, played)
    return Outcome(measured(setup.courses, sheet, setup.chance, player.edges))


def _families(setup: Setup, first: int, count: int, threads: int) -> Outcome:
    """Play the mechanisms of the field, family by family."""
    field, base, player = setup.field, setup.base, setup.player
    assert field is not None  # noqa: S101 - asked for only where there is one
    sheet = setup.courses.sheet(len(setup.chance), count, len(player.edges) - 1)
    tally = None if base is None else Tally.of(base, first, count)
    for family in field.block(first, count, threads):
        for pool, played in zip(family.pools.tolist(), family.played, strict=True):
            sheet.add(pool, played)
        if tally is not None:
            tally.add(tally.base.places[family.family], family.records)
    values: dict[Key, NDArray[np.float64]] = {}
    found = measured(setup.courses, sheet, setup.chance, player.edges, values)
    if tally is not None:
        found |= tally.measured()
    if setup.controls is not None:
        found |= setup.controls.paired(player.short, first, count, values)
    return Outcome(found)


def play_job(setup: Setup, job: tuple[int, int], threads: int = 1) -> Outcome:
    """Play a block as a crew hands it out: first replication, and how many."""
    return play_block(setup, *job, threads)
