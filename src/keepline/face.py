"""The Python face: read, plan, simulate and save, with files on the outside and frames inside.

It translates and never decides: what is computed is computed below, what is wrong is raised as one
error of :mod:`keepline.model.errors`.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from keepline import __version__
from keepline.formats import folder, out, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from keepline.model.network import Network
    from keepline.model.plan import Plan
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario

    Progress = Callable[[str], None]
