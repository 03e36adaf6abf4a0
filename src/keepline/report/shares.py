"""Draw what each rule measures as it falls, against its limit: a panel a rule and operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import altair as alt
import polars as pl

from keepline.report.limited import BINDS, KEY, verdicts
from keepline.report.look import INK, PLANNED, clean, rows
from keepline.report.tally import supplier_names

if TYPE_CHECKING:
    import datetime as dt

    from keepline.model.plan import Plan
    from keepline.report.look import Layers

#: Kinds of rule whose measure a programme brings down.
FALLING: Final = ("cap", "exclude", "remove", "replace_software")
MOST_PANELS: Final = 24
A_ROW: Final = 3
PANEL: Final = 178
HEIGHT: Final = 104
#: From panel to panel, which must hold the titles, axes and labels between them.
SPACING: Final[dict[str, float]] = {"row": 52, "column": 72}
ROOM: Final = 1.18
#: How the limit is drawn: solid while it must be kept, else the more open the less it binds.
STROKES: Final = {"hard": [1, 0], "wherever possible": [6, 3]}
OPEN: Final = [1.5, 3]
SIGNS: Final = {"broken": "cross", "wished": "circle", "unknown": "diamond"}


class Line(NamedTuple):
    """Hold one line of the chart: its name, its measure in words, and its days."""

    name: str
    kind: str
    metric: str
    days: pl.DataFrame


def lines(plan: Plan) -> list[Line]:
    """Return every line, in the order of the rules; lines at which nothing stands are left out."""
    rows_ = verdicts(plan).filter(
        pl.col("kind").is_in(FALLING) & pl.col("value").is_not_null() & (pl.col("force") != "ended")
    )
    has_several = rows_["operator_id"].n_unique() > 1
    names, found = supplier_names(plan), []
    for key, days in rows_.group_by(KEY, maintain_order=True):
        if not days["value"].max():
            continue
        rule, _, operator, technology, vendors = key
        said = [rule, technology, names.get(vendors, vendors) if vendors else None]
        said += [operator or "the nation"] if has_several else []
        kind, metric = days.select("kind", "metric").row(0)
        name = clean(", ".join(str(one) for one in said if one))
        found.append(Line(name, kind, str(metric), days.sort("on").select(
            "on", "value", "limit", "force", "standing", "is_met")))  # fmt: skip
    return found


def shown_lines(plan: Plan) -> list[Line]:
    """Return the lines that are drawn: all, or the 24 that matter most, the broken ones first."""
    every = lines(plan)
    ranked = sorted(range(len(every)), key=lambda at: (_calm(every[at]), at))[:MOST_PANELS]
    return [every[at] for at in sorted(ranked)]


def _calm(line: Line) -> int:
    """Return how little a line needs to be seen: not at all where it is broken while it binds."""
    binding = line.days.filter(pl.col("force").is_in(BINDS))
    if binding["is_met"].not_().any():
        return 0
    return 1 if len(binding) else 2


def shares_chart(plan: Plan) -> alt.ConcatChart | None:
    """Draw a panel a line: what is measured, its limit as steps, the days on which it is broken."""
    shown = shown_lines(plan)
    if not shown:
        return None
    days = [day for one in shown for day in one.days["on"]]
    first, last = min(plan.summary.start, *days), max(plan.summary.end, *days)
    panels = [_panel(one, first, last) for one in shown]
    return alt.concat(*panels, columns=min(A_ROW, len(panels)), bounds="flush", spacing=SPACING)


def _panel(line: Line, first: dt.date, last: dt.date) -> Layers:
    days = line.days
    measured = [one for one in (*days["value"], *days["limit"]) if one is not None]
    most = max(measured, default=0.0)
    is_share = line.kind == "cap"
    title = f"share of {line.metric}" if is_share else f"{line.metric} left"
    up = alt.Y(
        "value:Q",
        title=title,
        scale=alt.Scale(domain=[0, most * ROOM or 1.0], nice=False),
        axis=alt.Axis(format=".0%" if is_share else ",~r", tickCount=4, minExtent=40),
    )
    across = _across(first, last)
    drawn = alt.Chart(rows(days.select("on", "value"))).mark_line(
        color=PLANNED, strokeWidth=2.2, point={"size": 9, "color": PLANNED}
    )
    # the limit stands on top: where a programme stops at it the two lines are one
    layers = [drawn.encode(x=across, y=up), *_limit(days, last, up), *_marks(days, up)]
    name = alt.Title(line.name, limit=PANEL + 60, offset=8, frame="group", dx=-44)
    return alt.layer(*layers).properties(width=PANEL, height=HEIGHT, title=name)


def _across(first: dt.date, last: dt.date) -> alt.X:
    years = last.year - first.year
    step = next((one for one in (1, 2, 5, 10) if years <= 8 * one), 20)
    interval = {"interval": "year", "step": step} if years > 1 else {"interval": "month", "step": 6}
    return alt.X(
        "on:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[first.isoformat(), last.isoformat()], nice=False),
        axis=alt.Axis(
            format="%Y" if years > 1 else "%b %Y", tickCount=interval, grid=True, labelOverlap=True
        ),
    )


def limit_rows(days: pl.DataFrame, last: dt.date) -> pl.DataFrame:
    """Return the steps of a limit, each as long as it stays: on, until, limit, force."""
    known = days.filter(pl.col("limit").is_not_null())
    changes = pl.any_horizontal(
        pl.col(one).ne_missing(pl.col(one).shift(1)) for one in ("limit", "force")
    )
    steps = known.filter(changes | (pl.int_range(pl.len()) == 0)).select("on", "limit", "force")
    until = pl.col("on").shift(-1).fill_null(pl.lit(last))
    return steps.with_columns(until.alias("until"))


def _limit(days: pl.DataFrame, last: dt.date, up: alt.Y) -> list[alt.Chart]:
    steps = limit_rows(days, last).rename({"limit": "value"})
    layers = []
    for force, part in steps.group_by("force", maintain_order=True):
        dash = STROKES.get(str(force[0]), OPEN)
        layers.append(
            alt.Chart(rows(part.select("on", "until", "value")))
            .mark_rule(color=INK, strokeWidth=1.6, strokeDash=dash)
            .encode(x="on:T", x2="until:T", y=up)
        )
    falls = steps.with_columns(then=pl.col("value").shift(-1)).filter(
        pl.col("then").is_not_null() & (pl.col("then") != pl.col("value"))
    )
    if not falls.is_empty():
        layers.append(
            alt.Chart(rows(falls.select("until", "value", "then")))
            .mark_rule(color=INK, strokeWidth=1.6)
            .encode(x="until:T", y=up, y2="then:Q")
        )
    return layers


def bad_days(days: pl.DataFrame) -> pl.DataFrame:
    """Return the days on which a rule that binds is not kept: on, value, sign."""
    hard, wish = pl.col("force") == "hard", pl.col("force") == "wherever possible"
    sign = (
        pl.when((hard | wish) & (pl.col("standing") == "unknown")).then(pl.lit("unknown"))
        .when(hard & pl.col("is_met").not_()).then(pl.lit("broken"))
        .when(wish & pl.col("is_met").not_()).then(pl.lit("wished"))
    )  # fmt: skip
    return days.with_columns(sign=sign).filter(pl.col("sign").is_not_null()).select(
        "on", "value", "sign"
    )  # fmt: skip


def _marks(days: pl.DataFrame, up: alt.Y) -> list[alt.Chart]:
    found = bad_days(days)
    layers = []
    for sign, part in found.group_by("sign", maintain_order=True):
        layers.append(
            alt.Chart(rows(part.select("on", "value")))
            .mark_point(
                shape=SIGNS[str(sign[0])], size=70, filled=sign[0] == "broken", fill=INK
                if sign[0] == "broken" else None, stroke=INK, strokeWidth=1.4, opacity=1,
                angle=45 if sign[0] == "broken" else 0,
            )
            .encode(x="on:T", y=up)
        )  # fmt: skip
    return layers
