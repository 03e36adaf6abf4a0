"""The section on swaps tells what the tables of a real programme hold, and nothing without one."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from tests.report.test_page import Reader
from tests.swap.conftest import make

from keepline import report, swap
from keepline.crews.aside import clock
from keepline.model.policy import policy_from
from keepline.model.results import RESULTS
from keepline.report import (
    harvests,
    limited,
    programmes,
    sections,
    shares,
    swapmaps,
    swaps,
    timetable,
)
from keepline.report.answer import answer
from keepline.report.drawing import inline, spec, svg
from keepline.report.markup import escape
from keepline.report.page import page
from keepline.report.periods import begun, quarter
from keepline.report.words import count, date

from .drawn import drawn_rows

if TYPE_CHECKING:
    from keepline.model.plan import Plan

BEGIN, END = dt.date(2020, 7, 1), dt.date(2021, 12, 31)
CHARTS = {
    "timetable": timetable.timetable_chart,
    "maps": swapmaps.swap_maps,
    "shares": shares.shares_chart,
    "harvest": harvests.harvest_chart,
}
RULES: list[dict[str, Any]] = [
    {"id": "sites", "vendors": "high_risk", "metric": "sites",
     "where": {"technology": ["5G-RAN"], "function": "access"},
     "schedule": [{"from": dt.date(2020, 12, 31), "at_most": 0.5},
                  {"from": dt.date(2021, 6, 30), "at_most": 0.25}]},
    {"id": "traffic", "vendors": "high_risk", "metric": "traffic", "at_most": 0.35,
     "where": {"technology": ["5G-RAN"], "function": "access"}, "by": dt.date(2021, 6, 30)},
    {"id": "core", "vendors": "high_risk", "metric": "units", "at_most": 0,
     "where": {"function": "core"}, "by": dt.date(2021, 12, 31),
     "wherever_possible": dt.date(2020, 12, 31)},
]  # fmt: skip


def framed(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {key: column.dtype for key, column in RESULTS[name].columns().items()}
    made = pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema)
    RESULTS[name].validate(made)
    return made


def site(number: int) -> dict[str, Any]:
    return {
        "region": ("North", "South", "West")[number % 3],
        "traffic": 1.0 + number % 4,
        "latitude": 50.0 + number % 7,
        "longitude": -3.0 + number % 5,
        "function": "core" if number >= 22 else "access",
    }


def programme_of(crew_days: float) -> tuple[Any, swap.Swapping]:
    """Find the programme of 24 sites, 20 of them of a high-risk supplier, two of them core."""
    sites = {f"s{number:02}": site(number) for number in range(24)}
    units = [(one, "nokia" if 18 <= int(one[1:]) < 22 else "hw", 2) for one in sites]
    crews = [{"region": one, "crew_days_per_quarter": crew_days} for one in ("North", "South")]
    network = make(
        sites, units, start=BEGIN, crews=[*crews, {**crews[0], "region": "West"}],
        swaps=[{"from_supplier_id": "hw", "technology": "5G-RAN", "to_supplier_id": "nokia",
                "cost_per_site": 1000.0, "crew_days_per_site": 2.0,
                "units_harvested_share": 0.5}],
        replacements=[{"part_id": "hw", "by_part_id": "nokia"}],
    )  # fmt: skip
    network = replace(network, end=END)
    asked = policy_from({"service": {"availability": 0.9}, "rules": RULES,
                         "budget": {"discount_rate": 0.05}})  # fmt: skip
    task = swap.task_of(network, asked, None)
    return network, swap.swapping_of(task, swap.search(task, clock(20.0)))


def harvest_of(programme: pl.DataFrame) -> pl.DataFrame:
    """Return what swaps of two units each bring 30 days later, against a need of 1.5 a quarter."""
    rows = []
    for first in sorted({begun(BEGIN + dt.timedelta(days=n)) for n in range((END - BEGIN).days)}):
        out = [row for row in programme.to_dicts() if begun(row["swap_on"]) == first]
        come = [row for row in programme.to_dicts()
                if begun(row["swap_on"] + dt.timedelta(days=30)) == first]  # fmt: skip
        rows.append({"part_id": "hw", "quarter": first, "removed": 2.0 * len(out), "needed": 1.5,
                     "harvested": sum(row["units_harvested"] for row in come),
                     "bought": 4.0 if first == begun(BEGIN) else 0.0})  # fmt: skip
    return framed("harvest", rows)


def course(name: str, extra: float, *, met: bool = True) -> dict[str, Any]:
    return {"course": name, "programme_cost": 9000.0, "stock_cost": 1000.0 + extra,
            "total_cost": 10_000.0 + extra, "availability_worst": 0.9991, "target_met": met,
            "extra_cost": extra}  # fmt: skip


COURSES = [course("joint", 0.0), course("today's base", 2500.0), course("falling base", 1.0),
           course("with harvest", -500.0, met=False)]  # fmt: skip


def told(plan: Plan, network: Any, tables: dict[str, pl.DataFrame]) -> Plan:
    places = network["sites"].select(
        "site_id", "operator_id", "region", "latitude", "longitude", "traffic"
    )
    exposure = framed("exposure", [{**row, "units": 2, "units_lost": 0, "units_lost_expected": 0.0}
                                   for row in places.to_dicts()])  # fmt: skip
    named = {"parts": pl.DataFrame({"part_id": ["hw"], "name": ["Board <b>"],
                                    "supplier_id": ["hw"], "unit_cost": [1.0]}),
             "suppliers": pl.DataFrame({"supplier_id": ["hw", "nokia"],
                                        "name": ["Huawei", "Nokia"]})}  # fmt: skip
    summary = replace(plan.summary, start=BEGIN, end=END)
    return replace(plan, summary=summary, tables={"exposure": exposure, **named, **tables})


@pytest.fixture(scope="module")
def swapped(empty_plan: Plan) -> Plan:
    network, found = programme_of(8.0)
    assert found.summary["is_within"]
    extra = {"harvest": harvest_of(found.tables["programme"]),
             "baselines": framed("baselines", COURSES)}  # fmt: skip
    return told(empty_plan, network, {**found.tables, **extra})


@pytest.fixture(scope="module")
def colliding(empty_plan: Plan) -> Plan:
    network, found = programme_of(2.0)
    assert not found.summary["is_within"]
    # nothing is swapped in the network as it is judged here, so its rules are broken
    asked = policy_from({"service": {"availability": 0.9}, "rules": RULES})
    days = [dt.date(2020, 12, 31), dt.date(2021, 6, 30), END]
    judged = swap.comply(network, asked.rules, days)
    return told(empty_plan, network, {**found.tables, "compliance": judged.compliance})


def section(plan: Plan) -> str:
    return sections.programme(sections.Pictures(plan))


def words(markup: str) -> str:
    return re.sub(r"<[^>]*>", " ", markup)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid_and_draws(swapped: Plan, name: str) -> None:
    chart = CHARTS[name](swapped)
    assert chart is not None
    assert chart.to_dict(validate=True)["$schema"].endswith(".json")
    assert svg(chart).startswith("<svg")
    assert "currentColor" in inline(chart, name, "a", "b")


@pytest.mark.parametrize("name", CHARTS)
def test_no_rows_no_chart(empty_plan: Plan, name: str) -> None:
    assert CHARTS[name](empty_plan) is None


def test_nothing_is_said_without_a_programme(empty_plan: Plan, plan: Plan) -> None:
    names = ("programme", "compliance", "harvest", "baselines", "programme_relaxations")
    bare = {name: framed(name, []) for name in (*names, "unoffered", "programme_limits")}
    for one in (empty_plan, plan):
        for shown in (one, replace(one, tables={**one.tables, **bare})):
            assert section(shown) == ""
            assert not [said for said in answer(shown) if said.topic == "programme"]
    assert 'id="programme"' not in page(empty_plan)
    assert 'href="#programme"' not in page(empty_plan)


def test_the_page_is_whole_whatever_the_names(swapped: Plan, colliding: Plan) -> None:
    bad = "<script>alert(1)</script>&\u202e"
    tables = {**swapped.tables, "programme_relaxations": colliding.tables["programme_relaxations"],
              "unoffered": framed("unoffered", [
                  {"rule_id": bad, "operator_id": bad, "from_supplier_id": bad, "technology": bad,
                   "sites": 3, "what": bad}])}  # fmt: skip
    for name, column in (("compliance", "rule_id"), ("exposure", "region"), ("compliance", "what"),
                         ("programme_relaxations", "what"), ("parts", "name"),
                         ("programme", "technology")):  # fmt: skip
        tables[name] = tables[name].with_columns(pl.lit(bad).alias(column))
    made = page(replace(swapped, tables=tables))
    assert "<script" not in made
    assert "\u202e" not in made
    reader = Reader(made)
    assert (reader.wrong, reader.open) == ([], [])
    assert len(reader.ids) == len(set(reader.ids))
    assert {link[1:] for link in reader.links} <= set(reader.ids)
    assert "#programme" in reader.links
    assert len(reader.drawings) == 5  # the four of the section, and the map of all sites


def test_the_timetable_equals_the_programme(swapped: Plan) -> None:
    regions = dict(swapped.tables["exposure"].select("site_id", "region").iter_rows())
    expected: dict[tuple[str, str], set[str]] = {}
    for row in swapped.tables["programme"].to_dicts():
        key = (regions[row["site_id"]], quarter(row["swap_on"]))
        expected.setdefault(key, set()).add(row["site_id"])
    cells = timetable.timetable_rows(swapped)
    assert {(region, period): number for region, period, number in cells.iter_rows()} == {
        key: len(sites) for key, sites in expected.items()
    }
    assert cells["region"].n_unique() == 3
    assert len({period for _, period in expected}) > 1
    notes = [row for rows in drawn_rows(spec(CHARTS["timetable"](swapped))) for row in rows
             if set(row) == {"note"}]  # fmt: skip
    assert notes == [{"note": count(sum(len(one) for one in expected.values()))}]


def test_the_timetable_counts_a_site_once_a_quarter(swapped: Plan) -> None:
    programme = swapped.tables["programme"]
    twice = pl.concat([programme, programme.with_columns(technology=pl.lit("4G-RAN"))])
    again = replace(swapped, tables={**swapped.tables, "programme": twice})
    assert timetable.timetable_rows(again).equals(timetable.timetable_rows(swapped))
    assert swaps.by_quarter(again)["swaps"].sum() == 2 * len(programme)


def test_many_quarters_become_years(swapped: Plan) -> None:
    programme = swapped.tables["programme"].with_row_index("n")
    late = programme.with_columns(
        swap_on=pl.col("swap_on").dt.offset_by(pl.format("{}y", pl.col("n"))),
        quarter=pl.lit(None, pl.Date),
    ).drop("n")
    long = replace(swapped, tables={**swapped.tables, "programme": late})
    names = [one.name for one in timetable.shown_periods(long)]
    assert names[0] == "2020"
    assert all(len(one) == 4 for one in names)
    assert timetable.timetable_rows(long)["sites"].sum() == len(programme)
    maps = swapmaps.map_periods(long)
    assert len(maps) == swapmaps.MOST_MAPS
    assert maps[-1].last >= max(late["swap_on"])


def test_the_maps_count_the_sites_done_by_their_day(swapped: Plan) -> None:
    shown, cells = swapmaps.map_periods(swapped), swapmaps.map_cells(swapped).cells
    days = [row["swap_on"] for row in swapped.tables["programme"].to_dicts()]
    assert cells["planned"].sum() == len(days)
    for number, one in enumerate(shown):
        assert cells[f"done_{number}"].sum() == sum(day <= one.last for day in days)
    titles = words(section(swapped))
    assert f"by {date(shown[-1].last)}" in titles
    assert f"{len(days)} of {len(days)} sites" in titles


def test_sites_without_coordinates_are_counted(swapped: Plan) -> None:
    nowhere = swapped.tables["exposure"].with_columns(
        latitude=pl.when(pl.col("site_id") == swapped.tables["programme"]["site_id"][0])
        .then(None).otherwise("latitude")
    )  # fmt: skip
    lost = replace(swapped, tables={**swapped.tables, "exposure": nowhere})
    assert "1 site without coordinates cannot be shown." in section(lost)


def test_the_lines_equal_the_judge(swapped: Plan) -> None:
    table = swapped.tables["compliance"].sort("on")
    found = {one.name: one for one in shares.lines(swapped)}
    assert list(found) == ["sites, 5G-RAN", "traffic, 5G-RAN", "core"]
    for rule in ("sites", "traffic", "core"):
        line = next(one for name, one in found.items() if name.split(",")[0] == rule)
        of = table.filter(rule_id=rule)
        assert line.days["on"].to_list() == of["on"].to_list()
        assert line.days["value"].to_list() == of["value"].to_list()
    drawn = drawn_rows(spec(CHARTS["shares"](swapped)))
    values = {(row["on"], row["value"]) for rows in drawn for row in rows if "until" not in row}
    expected = {(on.isoformat(), value) for on, value in table.select("on", "value").iter_rows()}
    assert expected <= values


def test_the_limit_falls_in_steps(swapped: Plan) -> None:
    line = next(one for one in shares.lines(swapped) if one.name.startswith("sites"))
    steps = shares.limit_rows(line.days, END)
    hard = steps.filter(pl.col("force") == "hard")
    assert hard["limit"].to_list() == [0.5, 0.25]
    assert hard["on"].to_list() == [dt.date(2020, 12, 31), dt.date(2021, 6, 30)]
    assert steps["until"].to_list() == [*steps["on"].to_list()[1:], END]


def test_days_on_which_a_rule_is_broken_are_marked(colliding: Plan) -> None:
    marked = {
        (one.name.split(",")[0], on, sign)
        for one in shares.lines(colliding)
        for on, _, sign in shares.bad_days(one.days).iter_rows()
    }
    signs = {"hard": "broken", "wherever possible": "wished"}
    expected = {
        (row["rule_id"], row["on"], signs[row["force"]])
        for row in colliding.tables["compliance"].to_dicts()
        if row["force"] in signs and row["is_met"] is False
    }
    assert expected
    assert marked == expected
    assert {sign for _, _, sign in marked} == {"broken", "wished"}
    drawn = str(spec(CHARTS["shares"](colliding)))
    assert "'shape': 'cross'" in drawn
    assert "'shape': 'circle'" in drawn


def test_the_standing_agrees_with_the_judge(swapped: Plan, colliding: Plan) -> None:
    rules = {"sites", "traffic", "core"}
    assert set(limited.standing(swapped)["met"]) == rules
    assert "Kept on every day on which they must be: 3 rules" in section(swapped)
    broken = {
        row["rule_id"] for row in colliding.tables["compliance"].to_dicts()
        if row["force"] == "hard" and row["is_met"] is False
    }  # fmt: skip
    assert set(limited.standing(colliding)["broken"]) == broken != set()
    assert "Not kept on a day on which they must be" in section(colliding)


def test_the_table_of_rules_holds_every_deadline(swapped: Plan) -> None:
    # in the order of the policy's rules
    days = [(row["rule_id"], row["on"]) for row in limited.deadlines(swapped).to_dicts()]
    assert days == [
        ("sites", dt.date(2020, 12, 31)), ("sites", dt.date(2021, 6, 30)),
        ("traffic", dt.date(2021, 6, 30)),
        ("core", dt.date(2020, 12, 31)), ("core", dt.date(2021, 12, 31)),
    ]  # fmt: skip
    said = words(limited.standing_table(swapped))
    assert "met (wherever possible)" in said
    row = (
        swapped.tables["compliance"].filter(rule_id="sites", on=dt.date(2021, 6, 30)).to_dicts()[0]
    )
    assert f"{row['counted']:g} of {row['whole']:g}" in said


def test_reports_are_told_and_duties_that_nobody_can_judge_are_not(swapped: Plan) -> None:
    network, _ = programme_of(8.0)
    asked = policy_from({"service": {"availability": 0.9}, "rules": [
        {"id": "paper", "kind": "report", "document": "plan", "by": BEGIN},
        {"id": "talk", "kind": "duty", "law": "said"}]})  # fmt: skip
    judged = swap.comply(network, asked.rules).compliance
    assert set(judged["rule_id"]) == {"paper", "talk"}
    only = replace(swapped, tables={**swapped.tables, "compliance": judged})
    assert set(limited.deadlines(only)["rule_id"]) == {"paper"}
    assert "missing" in words(limited.standing_table(only))
    assert shares.shares_chart(only) is None


def test_a_national_view_is_no_verdict(swapped: Plan) -> None:
    rows = swapped.tables["compliance"]
    national = rows.with_columns(
        scope=pl.lit("national"), operator_id=pl.lit(None, pl.String), is_met=pl.lit(False),
        standing=pl.lit("broken"),
    )  # fmt: skip
    both = replace(swapped, tables={**swapped.tables, "compliance": pl.concat([rows, national])})
    assert limited.standing(both) == limited.standing(swapped)
    alone = replace(swapped, tables={**swapped.tables, "compliance": national})
    assert set(limited.standing(alone)["broken"]) == {"sites", "traffic", "core"}
    assert "the nation" in section(alone)


def test_what_must_give_way_is_told_in_the_words_of_the_table(colliding: Plan) -> None:
    ways = colliding.tables["programme_relaxations"]
    assert not ways.is_empty()
    said = section(colliding)
    assert "What must give way" in said
    for what in ways.filter(pl.col("way") != "any")["what"].head(5):
        assert what in said.replace("&#x27;", "'")
    sure = "It is certified that no programme keeps all rules, dates and limits."
    unsure = "No programme was found that keeps all rules, dates and limits."
    assert (sure in said) == bool(ways["is_certified"].any())
    assert (unsure in said) != (sure in said)


def test_the_table_by_quarter_adds_up(swapped: Plan) -> None:
    rows, programme = swaps.by_quarter(swapped), swapped.tables["programme"]
    for one in ("cost", "crew_days", "units_harvested"):
        assert rows[one].sum() == pytest.approx(programme[one].sum())
    assert rows["swaps"].sum() == len(programme)
    text = words(programmes.quarters_table(swapped))
    for row in rows.to_dicts():
        assert quarter(row["quarter"]) in text
        assert f"{row['swaps']} 5G-RAN to Nokia" in text


def test_a_programme_that_says_no_costs_is_told_without(swapped: Plan) -> None:
    bare = swapped.tables["programme"].with_columns(
        cost=pl.lit(None, pl.Float64), crew_days=pl.lit(None, pl.Float64)
    )
    plain = replace(swapped, tables={**swapped.tables, "programme": bare})
    assert "GBP" not in programmes.quarters_table(plain)
    assert " for " not in programmes.swap_words(plain)[0]


def test_harvest_bars_equal_the_table(swapped: Plan) -> None:
    table = swapped.tables["harvest"]
    bars = harvests.harvest_rows(swapped)
    for one in ("harvested", "bought", "needed"):
        assert bars[one].to_list() == table[one].to_list()
    assert bars["period"].to_list() == [quarter(day) for day in table["quarter"]]
    text = words(harvests.harvest_table(swapped))
    assert "Board &lt;b&gt;" in text
    assert f"{table['removed'].sum():g}" in text


def test_harvest_that_comes_too_late_is_told(swapped: Plan) -> None:
    (said,) = harvests.harvest_words(swapped)
    table = swapped.tables["harvest"]
    assert table["harvested"].sum() >= table["needed"].sum()
    # the first units arrive after the first need
    assert table["harvested"][0] < table["needed"][0]
    assert said.endswith("Of 1 that is no less than stock must cover over the plan; quarter by "
                         "quarter it comes in time for none.")  # fmt: skip
    early = table.with_columns(harvested=pl.lit(2.0))
    at_once = replace(swapped, tables={**swapped.tables, "harvest": early})
    assert harvests.harvest_words(at_once)[0].endswith("in time for 1.")
    little = table.with_columns(harvested=pl.lit(0.1))
    short = replace(swapped, tables={**swapped.tables, "harvest": little})
    assert "Of none is that as much as stock must cover" in harvests.harvest_words(short)[0]


def test_the_sections_of_one_site_stand_alone(swapped: Plan) -> None:
    one = {name: swapped.tables[name] for name in ("exposure", "parts", "suppliers")}
    one["programme"] = swapped.tables["programme"].head(1)
    said = section(replace(swapped, tables=one))
    assert "1 site in 1 swap on" in words(said)
    assert "1 of 1 site" in said
    assert "<h3>" not in said
    assert said.count("<figure") == 2


def test_the_answer_and_the_page_tell_the_same(swapped: Plan) -> None:
    texts = [one.text for one in answer(swapped) if one.topic == "programme"]
    programme = swapped.tables["programme"]
    assert f"Swap equipment at {programme['site_id'].n_unique()} sites" in texts[0]
    assert texts[0].endswith(f"for GBP\u00a0{count(programme['cost'].sum())}.")
    shown = section(swapped)
    for text in texts:
        assert escape(text) in shown


def test_the_workbook_holds_the_new_tables(swapped: Plan) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(report.workbook(swapped)))
    for name in ("programme", "programme_limits", "compliance", "harvest", "baselines"):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert rows[0] == swapped.tables[name].columns
        assert len(rows) == len(swapped.tables[name]) + 1
    harvest = book.get_sheet_by_name("harvest").to_python()
    assert harvest[1][1] == swapped.tables["harvest"]["quarter"][0]
