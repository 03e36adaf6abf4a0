"""Say a programme of swaps in sentences, and list it by quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.report.baselines import baseline_words
from keepline.report.limited import collision_words, standing_words
from keepline.report.markup import escape, grid
from keepline.report.periods import quarter
from keepline.report.swaps import by_quarter, kinds, swaps
from keepline.report.tally import table
from keepline.report.words import amount, count, counted, date, short_money

if TYPE_CHECKING:
    from keepline.model.plan import Plan

MOST_QUARTERS: Final = 40
MOST_KINDS: Final = 3
#: Quarters of which a table names the kinds of swaps.
MOST_TOLD: Final = 12


def swap_words(plan: Plan) -> list[str]:
    """Return in a sentence what is swapped, when and for how much; none without a programme."""
    found = table(plan, "programme")
    if found.is_empty():
        return []
    cost = float(found["cost"].sum())
    paid = f" for {short_money(cost, plan.summary.currency)}" if cost else ""
    first, last = swaps(plan)["swap_on"].min(), swaps(plan)["swap_on"].max()
    days = (
        f"on {date(first)}"  # type: ignore[arg-type]
        if first == last
        else f"from {date(first)} to {date(last)}"  # type: ignore[arg-type]
    )
    said = (
        f"Swap equipment at {counted(found['site_id'].n_unique(), 'site')} in "
        f"{counted(len(found), 'swap')} {days}{paid}."
    )
    return [said]


def answer_texts(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    """Return the sentences of the short answer with their tables; none without swaps or rules."""
    return [
        *((one, ("programme",)) for one in swap_words(plan)),
        *((one, ("programme_relaxations",)) for one in collision_words(plan)),
        *((one, ("compliance",)) for one in standing_words(plan)),
        *((one, ("baselines",)) for one in baseline_words(plan)),
    ]


def quarters_table(plan: Plan) -> str:
    """Return the programme by quarter; nothing without one."""
    rows, currency = by_quarter(plan), plan.summary.currency
    if rows.is_empty():
        return ""
    # a table of many quarters stays short: it counts the swaps and does not name them
    said = kinds(plan, MOST_KINDS) if len(rows) <= MOST_TOLD else {}
    cells = [
        [
            escape(quarter(row["quarter"])),
            count(row["sites"]),
            "<br>".join(escape(one) for one in said[row["quarter"]])
            if said
            else count(row["swaps"]),
            _told(row["crew_days"]),
            "" if row["cost"] is None else escape(short_money(row["cost"], currency)),
            _told(row["units_harvested"]),
        ]
        for row in rows.head(MOST_QUARTERS).iter_rows(named=True)
    ]
    headings = ["Quarter", "Sites", "Swaps", "Crew days", "Cost", "Units harvested"]
    caption = "The programme by quarter"
    if len(rows) > MOST_QUARTERS:
        caption += f": the first {MOST_QUARTERS} of {count(len(rows))}"
    return grid(headings, cells, [False, True, not said, *[True] * 3], caption, ("programme",))


def _told(value: float | None) -> str:
    return "" if value is None else amount(value)
