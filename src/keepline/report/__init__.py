"""Tell a finished plan to people: the answer in sentences, a page, a workbook.

Everything here is pure: it takes a :class:`~keepline.model.plan.Plan` and returns text or bytes.
The drawing and spreadsheet libraries are loaded when the first page or workbook is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from keepline.model.plan import Plan

__all__ = ["html", "replay_chart", "workbook"]


def html(plan: Plan) -> str:
    """Return the board report: one self-contained page that opens from a file, offline."""
    from keepline.report.page import page  # noqa: PLC0415 - altair loads in half a second

    return page(plan)


def workbook(plan: Plan) -> bytes:
    """Return the plan as an Excel workbook: a sheet a table, order lists, provenance."""
    from keepline.report.sheets import sheets  # noqa: PLC0415 - only who asks for it pays for it

    return sheets(plan)


def replay_chart(
    replay: pl.DataFrame, first: dt.date, last: dt.date, currency: str, target: float | None
) -> str:
    """Return a replay of history as one chart, a stand-alone SVG file."""
    from keepline.report.replaying import drawn  # noqa: PLC0415 - altair loads in half a second

    return drawn(replay, first, last, currency, target)
