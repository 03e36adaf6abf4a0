"""The page is whole, safe, small, and every reference on it leads somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from keepline import report

if TYPE_CHECKING:
    from keepline.model.plan import Plan

VOID = {"meta", "br", "hr", "img", "input", "link", "path", "rect", "line", "use"}
LOADING = {"src", "href", "xlink:href", "data", "action", "poster", "srcset", "background"}
ACTIVE = {"script", "iframe", "object", "embed", "form", "link", "base"}


class Reader(HTMLParser):
    """Walk a page and gather what the tests ask about."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.levels: list[int] = []
        self.drawings: list[dict[str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found[name] or "" for name in LOADING & set(found)]
        self.wrong += [name for name in found if name.startswith("on")]
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "svg":
            self.drawings.append(found)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


@pytest.fixture(scope="module", params=["plan", "empty_plan", "lone_plan", "nasty_plan"])
def page(request: pytest.FixtureRequest) -> str:
    return report.html(request.getfixturevalue(request.param))


def test_the_page_is_well_formed(page: str) -> None:
    reader = Reader(page)
    assert reader.wrong == []
    assert reader.open == []
    assert page.startswith("<!DOCTYPE html>")


def test_nothing_is_loaded_and_nothing_runs(page: str) -> None:
    reader = Reader(page)
    assert not ACTIVE & set(reader.tags)
    assert all(link.startswith("#") for link in reader.links)
    assert not re.search(r"url\((?!#)|@import", page)
    assert "default-src 'none'" in page


def test_every_reference_leads_somewhere(page: str) -> None:
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids))
    assert {link[1:] for link in reader.links} <= set(reader.ids)
    assert {"tables", "trace", "answer", "table-summary"} <= set(reader.ids)


def test_headings_come_in_order_and_drawings_are_named(page: str) -> None:
    reader = Reader(page)
    assert reader.levels[0] == 1
    assert reader.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(reader.levels, reader.levels[1:]))  # noqa: B905
    for drawing in reader.drawings:
        assert drawing["role"] == "img"
        assert set((drawing["aria-labelledby"] or "").split()) <= set(reader.ids)


def test_names_never_become_markup(nasty_plan: Plan) -> None:
    page = report.html(nasty_plan)
    assert "<script" not in page
    assert "&lt;script&gt;alert(" in page
    assert page.count("</title>") == 1 + page.count("<desc")
    assert not set("\x07\u202e") & set(page)


def test_the_page_tells_every_section(plan: Plan) -> None:
    page = report.html(plan)
    assert len(Reader(page).drawings) == 8
    assert page.count(plan.summary.source.replace("'", "&#x27;")) >= 2
    assert plan.provenance.hashes["parts.csv"] in page
    for sentence in plan.provenance.assumptions:
        assert sentence in page
    assert "14\u00a0Sep\u00a02020" in page


def test_long_tables_are_cut_and_name_their_file(plan: Plan) -> None:
    assert "all of them stand in tables/outlook.csv" in report.html(plan)


def test_a_nation_stays_under_five_megabytes(national_plan: Plan) -> None:
    assert national_plan.tables["exposure"].height == 30_000
    assert len(report.html(national_plan).encode()) < 5_000_000


def test_the_same_plan_gives_the_same_page(lone_plan: Plan) -> None:
    assert report.html(lone_plan) == report.html(lone_plan)


def test_parts_of_one_name_stay_apart(plan: Plan) -> None:
    import polars as pl  # noqa: PLC0415

    from keepline.report.charts import endurance_rows  # noqa: PLC0415

    alike = plan.tables["parts"].with_columns(pl.lit("Board").alias("name"))
    other = type(plan)(plan.summary, {**plan.tables, "parts": alike}, plan.provenance)
    labels = endurance_rows(other)["label"]
    assert labels.n_unique() == len(labels)
