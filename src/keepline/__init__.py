"""Keepline plans how a telecom network stays up when a supplier is cut off.

The main job in five lines::

    import keepline as kl

    network = kl.read("my-network")
    plan = kl.plan(network, scenario="us-rule.yaml", policy="policy.yaml")
    kl.save(plan, "my-plan")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from keepline.face import (
        comply,
        demo,
        draw_losses,
        explain,
        find_impact,
        find_singles,
        learn_rate,
        library,
        load,
        plan,
        plan_stock,
        plan_swaps,
        read,
        read_policy,
        read_scenario,
        replay,
        rule_packs,
        save,
        simulate,
        weigh_waiting,
    )
    from keepline.model.mechanisms import Mechanisms
    from keepline.model.network import Network
    from keepline.model.plan import Plan
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario

#: Where each public name lives; it is loaded when it is first asked for.
_HOMES = {
    "Mechanisms": "keepline.model.mechanisms",
    "Network": "keepline.model.network",
    "Plan": "keepline.model.plan",
    "Policy": "keepline.model.policy",
    "Scenario": "keepline.model.scenario",
    "comply": "keepline.face",
    "demo": "keepline.face",
    "draw_losses": "keepline.face",
    "explain": "keepline.face",
    "find_impact": "keepline.face",
    "find_singles": "keepline.face",
    "learn_rate": "keepline.face",
    "library": "keepline.face",
    "load": "keepline.face",
    "plan": "keepline.face",
    "plan_stock": "keepline.face",
    "plan_swaps": "keepline.face",
    "read": "keepline.face",
    "read_policy": "keepline.face",
    "read_scenario": "keepline.face",
    "replay": "keepline.face",
    "rule_packs": "keepline.face",
    "save": "keepline.face",
    "simulate": "keepline.face",
    "weigh_waiting": "keepline.face",
}

__all__ = [
    "Mechanisms",
    "Network",
    "Plan",
    "Policy",
    "Scenario",
    "comply",
    "demo",
    "draw_losses",
    "explain",
    "find_impact",
    "find_singles",
    "learn_rate",
    "library",
    "load",
    "plan",
    "plan_stock",
    "plan_swaps",
    "read",
    "read_policy",
    "read_scenario",
    "replay",
    "rule_packs",
    "save",
    "simulate",
    "weigh_waiting",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"keepline has no {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
