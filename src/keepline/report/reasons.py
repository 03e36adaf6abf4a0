"""Give every part that is bought its reasons, folded up under the purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.report.markup import bullets, element, escape, refs
from keepline.report.tally import part_names, spending_by_part, table
from keepline.report.why import explain
from keepline.report.words import counted, short_money

if TYPE_CHECKING:
    from keepline.model.plan import Plan

#: Parts that are explained on the page, the dearest first; the command explains any.
MOST_PARTS: Final = 30


def reasons(plan: Plan) -> str:
    """Return a folded explanation of each part that is bought; nothing without purchases."""
    bought = spending_by_part(plan)
    known = set(table(plan, "parts").get_column("part_id")) if len(bought) else set()
    rows = [row for row in bought.iter_rows(named=True) if row["part_id"] in known]
    if not rows:
        return ""
    names = part_names(plan)
    folded = "".join(
        _folded(
            plan,
            row["part_id"],
            f"{names[row['part_id']]} ({row['part_id']}): {counted(row['quantity'], 'unit')}, "
            f"{short_money(row['cost'], plan.summary.currency)}",
        )
        for row in rows[:MOST_PARTS]
    )
    return element("h3", "Why each part") + folded


def _folded(plan: Plan, part_id: str, heading: str) -> str:
    said = bullets(escape(one.text) + refs(one.tables) for one in explain(plan, part_id))
    return element("details", element("summary", escape(heading)) + said)
