"""What a simulation with the mechanisms of the field is asked to play."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from keepline.model.mechanisms import Mechanisms
from keepline.model.programme import swapped
from keepline.model.slipping import NO_SLIPPING, Slipping
from keepline.simulation.families import Course, field_setup
from keepline.simulation.field_player import FieldPlayer
from keepline.simulation.slips import schedule_of

if TYPE_CHECKING:
    import polars as pl

    from keepline.model.arrays import Supply
    from keepline.model.network import Network
    from keepline.simulation.courses import Timelines
    from keepline.simulation.play import Player


@dataclass(frozen=True)
class Field:
    """Say which mechanisms are played, and what they need to know.

    Attributes:
        mechanisms: Which ones.
        original: The network before parts that are one counted as one, and before it had the places
            of what its programme brings; None where it is the network that is played.
        pooled_parts: The result table ``pooled_parts``; None where no parts are one.
        slipping: What may make the programme slip.
    """

    mechanisms: Mechanisms = field(default_factory=Mechanisms)
    original: Network | None = None
    pooled_parts: pl.DataFrame | None = None
    slipping: Slipping = NO_SLIPPING

    def player(
        self, network: Network, player: Player, supply: Supply, lines: Timelines
    ) -> FieldPlayer:
        """Return what plays the network's families.

        Args:
            network: A checked network in which parts that are one count as one.
            player: What plays its pools by themselves: pools, the plan, months and seed.
            supply: What is left of supply and repair.
            lines: The timelines.
        """
        original, on = self.original or network, self.mechanisms
        has_plan = player.purchases is not None
        setup = field_setup(
            network,
            original,
            self.pooled_parts,
            player.pools,
            supply,
            np.array(lines.first),
            on,
            Course(player.moved, player.purchases) if has_plan else None,
        )
        is_slipping = on.programme and on.slipping
        return FieldPlayer(
            setup=setup,
            pools=player.pools,
            mechanisms=on,
            schedule=schedule_of(
                original, swapped(original).swaps, self.slipping if is_slipping else None
            ),
            edges=player.edges,
            seed=player.seed,
            has_plan=has_plan,
        )
