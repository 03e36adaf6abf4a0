"""Play the future many times: the judge of every plan."""

from keepline.maths.crew import Crew
from keepline.simulation.effort import Effort, Store
from keepline.simulation.engine import Simulation, run
from keepline.simulation.field import Field

__all__ = ["Crew", "Effort", "Field", "Simulation", "Store", "run"]
