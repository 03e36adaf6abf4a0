"""Say which parts are planned as one, and what it is worth that others may stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.report.markup import escape, grid
from keepline.report.tally import counted_for, table
from keepline.report.words import count, counted, few, listed

if TYPE_CHECKING:
    from typing import Any

    from keepline.model.plan import Plan

MOST_ROWS: Final = 30
#: Groups of parts planned as one that a sentence names.
MOST_NAMED: Final = 3
#: What the signs in the name of a chain say.
SIGNS: Final = "> may stand in for what follows, = for each other"
_COURSES: Final = {"today": "today", "plan": "with the plan"}
_COUNTED: Final = {
    "as one": "the plan counts on it",
    "in part": "the plan counts on it for some of them",
    "apart": "the plan does not count on it",
}
#: Units short in the worst month from which the short answer speaks of what stands in.
MATTERS: Final = 0.5


def pooled_words(plan: Plan) -> list[str]:
    """Return a sentence on the parts that are planned as one; none when there are no such."""
    groups = counted_for(plan)
    if not groups:
        return []
    named = [f"{part} counts for {listed(members, 4)}" for part, members in groups.items()]
    more = len(named) - MOST_NAMED
    rest = f"; {counted(more, 'further group')} in the table" if more > 0 else ""
    said = (
        f"{counted(sum(map(len, groups.values())), 'part')} that are alike and stand in for each "
        f"other are planned as {count(len(groups))}: {'; '.join(named[:MOST_NAMED])}{rest}."
    )
    return [said]


def saving_words(plan: Plan) -> list[str]:
    """Return a sentence on what the plan leaves out where parts may stand in, if it matters."""
    rows = table(plan, "substitution").filter(course="plan").filter(pl.col("pooling") != "as one")
    # only what is sure: in a mixed chain, substitution may save nothing
    sure = rows.filter(pl.col("worst").is_not_null())
    apart, known = float(sure["worst_apart"].sum()), float(sure["worst"].sum())
    if apart - known < MATTERS:
        return []
    said = (
        f"The plan does not count on parts that stand in one way only or are not alike: in each "
        f"chain's worst month they would bring the units short from {few(apart)} down to "
        f"{few(known)}, all stock in one place."
    )
    return [said]


def standing(plan: Plan, part_id: str) -> list[str]:
    """Return sentences on what may stand in for a part, and for what it may."""
    pooled = table(plan, "pooled_parts")
    mine = pooled.filter(part_id=part_id)
    said = [_as_one(pooled, row, part_id) for row in mine.iter_rows(named=True)]
    among = pl.col("members").str.split("; ").list.contains(part_id)
    rows = table(plan, "substitution").filter(among)
    for _, courses in rows.group_by("chain", "depot_id", maintain_order=True):
        by_course = {row["course"]: row for row in courses.to_dicts()}
        said.append(_chain(by_course["today"], by_course["plan"]))
    return said


def _as_one(pooled: pl.DataFrame, row: dict[str, Any], part_id: str) -> str:
    as_which = row["counts_as"]
    members = pooled.filter(counts_as=as_which)["part_id"].to_list()
    if as_which == part_id:
        return f"It counts for {listed(members)}: they are alike and stand in for each other."
    return (
        f"It is planned as one with {listed([one for one in members if one != part_id])}, for they "
        f"are alike and stand in for each other; bought is {as_which}, and the figures below are "
        f"those of all of them."
    )


def _chain(today: dict[str, Any], planned: dict[str, Any]) -> str:
    signs = "some may stand in for others" if today["kind"] == "mixed" else SIGNS
    return (
        f"At {today['depot_id']}, {today['chain']} ({signs}): {_COUNTED[today['pooling']]}. "
        "Units expected to be short in the worst month, all stock in one place: today "
        f"{_worst(today)}; with the plan {_worst(planned)}."
    )


def _worst(row: dict[str, Any]) -> str:
    apart, known, pooled = row["worst_apart"], row["worst"], row["worst_pooled"]
    if known is None:
        return f"{few(pooled)} to {few(apart)}"
    return f"{few(apart)} if none stands in and {few(known)} if they do"


def standing_table(plan: Plan) -> str:
    """Return the chains of parts and what it is worth that they stand in; nothing without any."""
    rows = table(plan, "substitution")
    if rows.is_empty():
        return ""
    worst = rows.sort("worst_apart", "chain", "depot_id", "course",
                      descending=[True, False, False, True])  # fmt: skip
    cells = [
        [
            escape(row["chain"]),
            escape(row["depot_id"]),
            escape(_COURSES[row["course"]]),
            escape(row["kind"]),
            escape(row["pooling"]),
            few(row["worst_apart"]),
            "" if row["worst"] is None else few(row["worst"]),
            few(row["worst_pooled"]),
            escape(row["law"]),
        ]
        for row in worst.head(MOST_ROWS).iter_rows(named=True)
    ]
    headings = ["Parts", "Central depot", "Course", "How", "Planned", "None stands in",
                "They stand in", "All pooled", "Law"]  # fmt: skip
    caption = (
        f"Units expected to be short in the worst month where parts stand in for others ({SIGNS}), "
        "all stock of a central depot's tree in one place"
    )
    if len(rows) > MOST_ROWS:
        caption += f": {MOST_ROWS} of {count(len(rows))}; all stand in tables/substitution.csv"
    numeric = [False] * 5 + [True] * 3 + [False]
    return grid(headings, cells, numeric, caption, ("substitution",))
