"""Plan stock: what to buy for which depot by when, exactly, with a certified gap."""

from keepline.stock.engine import Stocked, plan_stock
from keepline.stock.hindsight import Advice, Verdict, advise, look_back
from keepline.stock.rates import LearnedRate, learn_rate
from keepline.stock.substitution import substitution
from keepline.stock.waiting import Waiting, weigh_waiting

__all__ = [
    "Advice",
    "LearnedRate",
    "Stocked",
    "Verdict",
    "Waiting",
    "advise",
    "learn_rate",
    "look_back",
    "plan_stock",
    "substitution",
    "weigh_waiting",
]
