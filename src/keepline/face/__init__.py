"""The Python face: read, plan, simulate and save, with files on the outside and frames inside.

It translates and never decides: what is computed is computed below, and what is wrong is raised as
one error of :mod:`keepline.model.errors`. A network, a scenario or a policy may be given as it is,
or as the path of its file.
"""

from keepline.face.compliance import comply, pack_of, rules_of, save_rules
from keepline.face.losses import draw_losses, find_impact, find_singles
from keepline.face.past import history, replay, save_replay
from keepline.face.plans import (
    LIBRARIES,
    SIZES,
    demo,
    explain,
    learn_rate,
    load,
    plan,
    plan_stock,
    save,
    simulate,
    weigh_waiting,
)
from keepline.face.programmes import plan_swaps, save_swapping
from keepline.face.reading import (
    library,
    network_of,
    read,
    read_all,
    read_both,
    read_policy,
    read_scenario,
    rule_packs,
)
from keepline.face.screening import add_list, decide, decisions_of, known_lists, read_lists, screen

__all__ = [
    "LIBRARIES",
    "SIZES",
    "add_list",
    "comply",
    "decide",
    "decisions_of",
    "demo",
    "draw_losses",
    "explain",
    "find_impact",
    "find_singles",
    "history",
    "known_lists",
    "learn_rate",
    "library",
    "load",
    "network_of",
    "pack_of",
    "plan",
    "plan_stock",
    "plan_swaps",
    "read",
    "read_all",
    "read_both",
    "read_lists",
    "read_policy",
    "read_scenario",
    "replay",
    "rule_packs",
    "rules_of",
    "save",
    "save_replay",
    "save_rules",
    "save_swapping",
    "screen",
    "simulate",
    "weigh_waiting",
]
