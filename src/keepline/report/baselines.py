"""Say what planning swaps and stock together saves against planning one before the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.report.markup import escape, grid
from keepline.report.tally import table
from keepline.report.words import availability, count, percent, short_money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from keepline.model.plan import Plan

    Row = Mapping[str, Any]

JOINT: Final = "joint"
#: How each course is told in a table and within a sentence.
NAMES: Final = {
    JOINT: "Swaps and stock planned together",
    "today's base": "Swaps first, then stock for today's base",
    "falling base": "Swaps first, then stock for the base as it falls, without harvest",
    "with harvest": "Swaps first, then stock for the base as it falls, with harvest",
}
AGAINST: Final = {
    "today's base": "stock for today's base",
    "falling base": "stock for the base as it falls, without harvest",
    "with harvest": "stock for the base as it falls, with harvest",
}
COSTS: Final = ("Swaps", "Stock", "Both", "More than together")
#: Less than this share of the total is no difference that a plan of this kind could claim.
SLIGHT: Final = 5e-4


def baseline_words(plan: Plan) -> list[str]:
    """Return in sentences what joint planning saves against each other course, even if nothing."""
    rows = {row["course"]: row for row in table(plan, "baselines").iter_rows(named=True)}
    joint = rows.get(JOINT)
    if joint is None:
        return []
    return [
        *_certified(plan),
        *(
            _against(said, rows[course], joint, plan.summary.currency)
            for course, said in AGAINST.items()
            if course in rows
        ),
    ]


def _certified(plan: Plan) -> list[str]:
    """Say how far swaps and stock together may be from the least; nothing where no bound is known.

    Beyond limits the gap is one of prices of the last resort, and tells nothing.
    """
    one = plan.summary
    if one.joint_gap is None or one.joint_cost is None or not one.programme_kept:
        return []
    cost = short_money(one.joint_cost, one.currency)
    near = percent(one.joint_gap, 2)
    said = (
        f"Swaps, discounted, and stock cost {cost} together, certified to be within {near} of the "
    )
    return [said + "least at which no more service is lost."]


def _against(said: str, other: Row, joint: Row, currency: str) -> str:
    extra, total = other["extra_cost"], other["total_cost"]
    caveat = _caveat(other, joint)
    if total <= 0.0 or abs(extra) < SLIGHT * total:
        return (
            "Planned together, swaps and stock cost the same as swaps first and then "
            f"{said}{caveat}."
        )
    share = percent(abs(extra) / total)
    if extra > 0.0:
        sum_ = short_money(extra, currency)
        return (
            f"Planned together, swaps and stock cost {sum_} ({share}) less than swaps first and "
            f"then {said}{caveat}."
        )
    sum_ = short_money(-extra, currency)
    return (
        f"Planned together, swaps and stock save nothing against swaps first and then {said}: they "
        f"cost {sum_} ({share}) more{caveat}."
    )


def _caveat(other: Row, joint: Row) -> str:
    """Say where costs do not compare, for one of the two misses the target."""
    if other["target_met"] == joint["target_met"]:
        return ""
    return (
        ", which misses the target"
        if joint["target_met"]
        else ", which meets the target that this plan misses"
    )


def baselines_table(plan: Plan) -> str:
    """Return the costs of each course; nothing where there are none to compare."""
    rows, currency = table(plan, "baselines"), plan.summary.currency
    if rows.is_empty():
        return ""
    by_course = {row["course"]: row for row in rows.iter_rows(named=True)}
    cells = [
        [
            escape(name),
            *(count(row[one])
              for one in ("programme_cost", "stock_cost", "total_cost")),
            "" if course == JOINT else count(row["extra_cost"]),
            "" if row["availability_worst"] is None else availability(row["availability_worst"]),
            "yes" if row["target_met"] else "no",
        ]
        for course, name in NAMES.items()
        if (row := by_course.get(course))
    ]  # fmt: skip
    unit = f"<small>{escape(currency)}</small>"
    headings = [
        "How it is planned",
        *(f"{one}{unit}" for one in COSTS),
        "Worst month",
        "Target met",
    ]
    caption = "Cost of swaps and stock by how they are planned; swaps discounted"
    return grid(headings, cells, [False, *[True] * 5, False], caption, ("baselines",))
