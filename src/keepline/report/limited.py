"""Say how the policy's rules stand with the plan, and what must give way where they collide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.report import ruled, words
from keepline.report.markup import escape, grid
from keepline.report.tally import supplier_names, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from keepline.model.plan import Plan

    Row = Mapping[str, Any]

KEY: Final = ("rule_id", "scope", "operator_id", "technology", "vendors")
BINDS: Final = ("hard", "wherever possible")
MOST_ROWS: Final = 60
MOST_WAYS: Final = 12
NAMED: Final = 8
#: How a rule may stand, the best first.
ORDER: Final = ("nothing in scope", "not judged", "met", "wished", "unknown", "broken")
SAID: Final = {
    "broken": "Not kept on a day on which they must be",
    "unknown": "Not known to be kept",
    "wished": "Not kept on a day on which they should be if possible",
    "met": "Kept on every day on which they must be",
}
#: What a reader of rules asks first: the rules, then days, then what would be needed.
RANK: Final = {"cap": 0, "day": 1, "budget": 2, "share": 3, "supplier": 4, "crews": 5}
WAYS: Final = {"any": "any of them", "day": "days"}


def verdicts(plan: Plan) -> pl.DataFrame:
    """Return the rows of compliance that are verdicts.

    The national view adds up the operators and is none, unless the rule has no row of an operator:
    then it is a rule of the nation.
    """
    rows = table(plan, "compliance")
    owned = rows.filter(scope="operator")["rule_id"].unique().to_list()
    return rows.filter((pl.col("scope") == "operator") | ~pl.col("rule_id").is_in(owned))


def standing(plan: Plan) -> dict[str, list[str]]:
    """Return the rules by how they stand on days on which they bind, the worst of all operators.

    A rule that binds on no day that is judged counts by how it stands.
    """
    rows = verdicts(plan).filter(pl.col("force") != "ended")
    binds = pl.col("force").is_in(BINDS)
    has = rows.filter(binds)["rule_id"].unique().to_list()
    judged = rows.filter(binds | ~pl.col("rule_id").is_in(has))
    is_wish = (pl.col("force") == "wherever possible") & pl.col("is_met").not_().fill_null(False)
    rank = pl.when(is_wish).then(pl.lit("wished")).otherwise(pl.col("standing"))
    worst = (
        judged.with_columns(rank=rank.replace_strict(ORDER, range(len(ORDER)), default=0))
        .group_by("rule_id", maintain_order=True)
        .agg(pl.col("rank").max())
    )
    found: dict[str, list[str]] = {name: [] for name in reversed(ORDER)}
    for rule, number in worst.iter_rows():
        found[ORDER[number]].append(rule)
    return found


def standing_words(plan: Plan) -> list[str]:
    """Return in sentences which rules are kept and which are not; none without rules."""
    return [
        f"{said}: {words.counted(len(rules), 'rule')} ({words.listed(rules, NAMED)})."
        for name, said in SAID.items()
        if (rules := standing(plan)[name])
    ]


def deadlines(plan: Plan) -> pl.DataFrame:
    """Return the verdicts on each rule's own days: on which it begins to bind, or its limit falls.

    The last day that is judged stands beside them where the rule then stands otherwise. Duties
    that no table shows are left out, as is what has nothing in scope.
    """
    place = pl.col("place").min().over("rule_id")
    placed = verdicts(plan).with_row_index("place").with_columns(place)
    rows = placed.sort("place", *KEY, "on", nulls_last=True)
    number = pl.int_range(pl.len()).over(KEY)
    changes = pl.any_horizontal(
        pl.col(one).ne_missing(pl.col(one).shift(1)).over(KEY) for one in ("force", "limit")
    )
    binds = pl.col("force").is_in(BINDS)
    marked = rows.with_columns(due=(changes | (number == 0)) & binds)
    before = pl.col("standing").filter(pl.col("due")).last().over(KEY)
    is_last = number == pl.len().over(KEY) - 1
    differs = is_last & binds & pl.col("standing").ne_missing(before)
    is_judged = (pl.col("standing") != "nothing in scope") & (pl.col("kind") != "duty")
    told = (pl.col("due") | differs) & is_judged
    return marked.filter(told).drop("due", "place")


def standing_table(plan: Plan) -> str:
    """Return how the rules stand on their days, with the room left; nothing without rules."""
    rows = deadlines(plan)
    if rows.is_empty():
        return ""
    # what is broken is told before what is cut off
    kept = rows.with_row_index("place").sort(pl.col("standing") == "met", "place").head(MOST_ROWS)
    cells = [_judged(plan, row) for row in kept.sort("place").iter_rows(named=True)]
    headings = ["Rule", "Of", "On", "Measured", "Limit", "Slack", "Verdict"]
    caption = "How the rules stand with the plan, on the days on which each begins to bind"
    if len(rows) > MOST_ROWS:
        caption += f": {MOST_ROWS} of {words.count(len(rows))}; all stand in tables/compliance.csv"
    numeric = [False] * 3 + [True] * 3 + [False]
    return grid(headings, cells, numeric, caption, ("compliance",))


def _judged(plan: Plan, row: Row) -> list[str]:
    told = [ruled.verdict(row), ruled.must_go(row), row["what"] or ""]
    measured, *counts = ruled.value(row).split("\n")
    of = f"<small>{escape(counts[0])}</small>" if counts else ""
    return [
        escape(row["rule_id"]),
        escape(whose(plan, row)),
        words.date(row["on"]),
        escape(measured) + of,
        escape(limit(row)),
        escape(ruled.slack(row)),
        "<br>".join(escape(one) for one in told if one),
    ]


def whose(plan: Plan, row: Row) -> str:
    """Say of what a row of compliance is: operator, technology, supplier, metric."""
    names = supplier_names(plan)
    who = row["operator_id"] or ("the nation" if row["scope"] == "national" else "")
    vendor = names.get(row["vendors"], row["vendors"]) if row["vendors"] else ""
    return ", ".join(one for one in (who, row["technology"], vendor, row["metric"]) if one)


def limit(row: Row) -> str:
    """Say the limit of a row of compliance."""
    if row["limit"] is None:
        return ""
    least = "at least " if row["kind"] in ("min_vendors", "endurance") else ""
    share = row["kind"] == "cap"
    return least + (words.percent(row["limit"]) if share else words.count(row["limit"]))


def collision_words(plan: Plan) -> list[str]:
    """Return in a sentence that no programme keeps everything; none where one does."""
    ways = table(plan, "programme_relaxations")
    if ways.is_empty():
        return []
    if ways["is_certified"].any():
        return ["It is certified that no programme keeps all rules, dates and limits."]
    return ["No programme was found that keeps all rules, dates and limits."]


def ways_table(plan: Plan) -> str:
    """Return what must give way, a way a row; nothing where all can be kept."""
    ways = table(plan, "programme_relaxations")
    if ways.is_empty():
        return ""
    several, cells = ways["way"].n_unique() > 1, []
    for (way,), part in ways.partition_by("way", as_dict=True, maintain_order=True).items():
        if way == "any" and several and len(part) > MOST_WAYS:
            continue
        order = pl.col("limit").replace_strict(RANK, return_dtype=pl.Int64)
        said = part.sort(order, -pl.col("change"))["what"].to_list()
        more = [f"... and {words.count(len(said) - MOST_WAYS)} more"] * (len(said) > MOST_WAYS)
        shown = "<br>".join(escape(one) for one in [*said[:MOST_WAYS], *more])
        cells.append([escape(WAYS.get(str(way), str(way))), shown])
    caption = "What must give way; each row, all of it, is enough by itself"
    return grid(["What", "By"], cells, [False, False], caption, ("programme_relaxations",))


def unoffered_table(plan: Plan) -> str:
    """Return what rules count and no swap takes away; nothing where all can go."""
    rows, names = table(plan, "unoffered"), supplier_names(plan)
    if rows.is_empty():
        return ""
    cells = [
        [
            escape(row["rule_id"]),
            escape(row["operator_id"] or ""),
            escape(names.get(row["from_supplier_id"], row["from_supplier_id"])),
            escape(row["technology"]),
            words.count(row["sites"]),
            escape(row["what"]),
        ]
        for row in rows.head(MOST_ROWS).iter_rows(named=True)
    ]
    caption = "What rules count and no swap takes away"
    if len(rows) > MOST_ROWS:
        caption += f": {MOST_ROWS} of {words.count(len(rows))}; all stand in tables/unoffered.csv"
    headings = ["Rule", "Operator", "Of", "Technology", "Sites", "Why it stays"]
    return grid(headings, cells, [False] * 4 + [True, False], caption, ("unoffered",))
