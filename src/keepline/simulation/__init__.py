"""Play the future many times: the judge of every plan."""

from keepline.simulation.engine import Simulation, run

__all__ = ["Simulation", "run"]
