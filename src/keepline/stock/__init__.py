"""Plan stock: what to buy for which depot by when, exactly, with a certified gap."""

from keepline.stock.engine import Settled, Stocked, judge_of, plan_stock, settle, told
from keepline.stock.hindsight import Advice, Verdict, advise, look_back
from keepline.stock.rates import LearnedRate, learn_rate
from keepline.stock.substitution import substitution
from keepline.stock.waiting import Waiting, weigh_waiting
from keepline.stock.worth import Worth, worth_of

__all__ = [
    "Advice",
    "LearnedRate",
    "Settled",
    "Stocked",
    "Verdict",
    "Waiting",
    "Worth",
    "advise",
    "judge_of",
    "learn_rate",
    "look_back",
    "plan_stock",
    "settle",
    "substitution",
    "told",
    "weigh_waiting",
    "worth_of",
]
