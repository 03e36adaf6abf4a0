"""Plan stock: what to buy for which depot by when, exactly, with a certified gap."""

from keepline.stock.engine import Stocked, plan_stock
from keepline.stock.substitution import substitution

__all__ = ["Stocked", "plan_stock", "substitution"]
