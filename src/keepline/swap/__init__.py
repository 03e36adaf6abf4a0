"""Rules on whose equipment may stand where: as figures, and how a network stands against them.

:func:`weights` and :func:`limits` tell a rule as figures, site by site and day by day, for whoever
plans swaps or checks a plan; :func:`comply` judges. :func:`task_of`, :func:`search` and
:func:`swapping_of` find the programme of swaps that keeps the rules at the least cost.
"""

from keepline.maths.swap.mend import Mending
from keepline.maths.swap.solve import Solution
from keepline.maths.swap_search import look
from keepline.maths.swap_warm import warm
from keepline.swap.bans import banned
from keepline.swap.building import Task, task_of
from keepline.swap.duties import due_days
from keepline.swap.engine import Complied, comply, deadlines, quarter_ends
from keepline.swap.fleet import Fleet, bought_units, fleet_of
from keepline.swap.holding import Duty, duties_of, kept_from, left_over, planned_days, share_kept
from keepline.swap.lasting import told_by_part
from keepline.swap.search import Found, brief_of, found_of, search
from keepline.swap.shares import Compared, of_number, of_share
from keepline.swap.telling import REFURBISH_DAYS, Swapping, swapping_of
from keepline.swap.weights import in_scope, limits, vendors_standing, weights

__all__ = [
    "REFURBISH_DAYS",
    "Compared",
    "Complied",
    "Duty",
    "Fleet",
    "Found",
    "Mending",
    "Solution",
    "Swapping",
    "Task",
    "banned",
    "bought_units",
    "brief_of",
    "comply",
    "deadlines",
    "due_days",
    "duties_of",
    "fleet_of",
    "found_of",
    "in_scope",
    "kept_from",
    "left_over",
    "limits",
    "look",
    "of_number",
    "of_share",
    "planned_days",
    "quarter_ends",
    "search",
    "share_kept",
    "swapping_of",
    "task_of",
    "told_by_part",
    "vendors_standing",
    "warm",
    "weights",
]
