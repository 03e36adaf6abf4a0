"""Put the board report together: one HTML file that needs no network and no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.report import moving, sections, swapping
from keepline.report.answer import answer
from keepline.report.appendix import appendix
from keepline.report.listings import unknown_parts
from keepline.report.markup import bullets, element, escape, grid, paragraph, refs
from keepline.report.reasons import reasons
from keepline.report.style import STYLE
from keepline.report.trace import traces
from keepline.report.words import availability, count, counted, date, month, percent, short_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepline.model.plan import Plan

#: The browser itself refuses every load and every script, whatever a name in the tables holds.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
TITLES: Final = (
    ("answer", "The answer"),
    ("losses", "What is lost, and when"),
    ("endurance", "How long today's stock lasts"),
    ("frontier", "What money buys"),
    ("purchases", "What to move and to buy, by when"),
    ("programme", swapping.TITLE),
    ("service", "Service with and without the plan"),
    ("map", "Where the sites stand"),
    ("trace", "How each figure came about"),
    ("tables", "Tables"),
)


def page(plan: Plan) -> str:
    """Return the whole page.

    Args:
        plan: A finished plan; tables it lacks are told as such.

    Returns:
        HTML, under 5 MB whatever the size of the network: sites are gathered into at most 2,500
        cells and long tables are cut, naming the file that has every row.
    """
    pictures = sections.Pictures(plan)
    bodies = {
        "answer": _answer(plan),
        "losses": sections.losses(pictures),
        "endurance": sections.endurance(pictures),
        "frontier": sections.frontier(pictures),
        "purchases": moving.section(plan) + sections.purchases(pictures) + reasons(plan),
        "programme": sections.programme(pictures),
        "service": sections.service(pictures),
        "map": sections.sites(pictures),
        "trace": _trace(plan),
        "tables": appendix(plan),
    }
    titles = [(key, title) for key, title in TITLES if bodies[key]]
    main = "".join(
        f'<section id="{key}" aria-labelledby="{key}-heading">'
        f'<h2 id="{key}-heading">{escape(title)}</h2>{bodies[key]}</section>\n'
        for key, title in titles
    )
    title = escape(f"{plan.summary.network_name}: {plan.summary.scenario_name}")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{_header(plan, titles)}\n<main>\n{main}</main>\n{_footer(plan)}\n</body>\n</html>\n"
    )


def _header(plan: Plan, titles: Sequence[tuple[str, str]]) -> str:
    summary = plan.summary
    span = f"{date(summary.start)} to {date(summary.end)}"
    sizes = ", ".join(
        (
            counted(summary.sites, "site"),
            counted(summary.units, "unit"),
            counted(summary.parts, "part"),
            counted(summary.operators, "operator"),
        )
    )
    links = bullets(element("a", escape(title), href=f"#{key}") for key, title in titles)
    return element(
        "header",
        '<a class="skip" href="#answer">Skip to the answer</a>'
        + element("h1", escape(f"Keeping {summary.network_name} up"))
        + paragraph(f"If this happens: {summary.scenario_name}", class_="about")
        + paragraph(f"What must hold: {summary.policy_name}", class_="about")
        + paragraph(f"{span}: {sizes}.", class_="about")
        + _source(plan)
        + element("nav", links, aria_label="Sections"),
    )


def _source(plan: Plan) -> str:
    return paragraph(plan.summary.source, class_="source") if plan.summary.source else ""


def _answer(plan: Plan) -> str:
    said = bullets(escape(one.text) + refs(one.tables) for one in answer(plan))
    return _key_figures(plan) + said.replace("<ul>", '<ul class="answer">', 1)


def _key_figures(plan: Plan) -> str:
    summary = plan.summary
    lost = "none" if summary.first_loss_on is None else date(summary.first_loss_on)
    order = "nothing to order"
    if summary.first_order_by is not None:
        order = f"first order by {date(summary.first_order_by)}"
    gap = f"certified gap {percent(summary.gap)}"
    cost = short_money(summary.purchase_cost, summary.currency)
    boxes = (
        ("First loss", lost, f"{counted(summary.parts_lost, 'part')} affected", "losses"),
        ("Cost of the plan", cost, order, "purchases"),
        (
            "Worst month today",
            availability(summary.availability_worst_today),
            f"availability in {month(summary.worst_month_today)}",
            "summary",
        ),
        (
            "Worst month with the plan",
            availability(summary.availability_worst_plan),
            f"availability in {month(summary.worst_month_plan)}; {gap}",
            "summary",
        ),
    )
    return element(
        "dl",
        "".join(
            element(
                "div",
                element("dt", escape(name))
                + element("dd", f"{escape(value)}<small>{escape(note)}{refs([table])}</small>"),
            )
            for name, value, note, table in boxes
        ),
        class_="key",
    )


def _trace(plan: Plan) -> str:
    rows = [
        [
            escape(one.figure),
            escape(one.value),
            refs(one.tables),
            escape(one.formula) + element("small", escape(f"From {', '.join(one.inputs)}.")),
        ]
        for one in traces(plan)
    ]
    headings = ["Figure", "Value", "Table", "How it is computed, and from which input tables"]
    figures = grid(headings, rows, [False] * 4, "The figures of the answer")
    return (
        paragraph(
            "Every figure is exact, bounded with its bound shown, or simulated with its 95 % "
            "interval. The links lead to the tables at the end of this page; the same rows stand "
            "in full in the folder tables beside this file."
        )
        + figures
        + _assumed(plan)
        + _made_from(plan)
    )


def _assumed(plan: Plan) -> str:
    assumptions = [escape(one) for one in plan.provenance.assumptions]
    listed = bullets(assumptions) if assumptions else paragraph("No assumption is recorded.")
    return (
        element("h3", "What is assumed")
        + listed
        + element("h3", "What is unknown")
        + element("p", escape(unknown_parts(plan)) + refs(["losses"]))
    )


def _made_from(plan: Plan) -> str:
    made = plan.provenance
    versions = ", ".join(f"{name} {version}" for name, version in made.libraries.items())
    said = [f"Keepline {made.version}", f"seed {made.seed}"]
    said += [f"made {made.created}"] if made.created else []
    hashes = [
        [escape(name), element("code", escape(value))]
        for name, value in sorted(made.hashes.items())
    ]
    files = (
        grid(["File", "SHA-256"], hashes, [False, False], "Input files")
        if hashes
        else paragraph("No input file is recorded: the network was not read from files.")
    )
    return (
        element("h3", "What it was made with and from")
        + paragraph("; ".join(said) + ".")
        + (paragraph(f"Computed with {versions}.") if versions else "")
        + files
    )


def _footer(plan: Plan) -> str:
    made = plan.provenance
    rows = count(sum(len(table) for table in plan.tables.values()))
    return element(
        "footer",
        _source(plan)
        + paragraph(
            f"Keepline {made.version}, seed {made.seed}, from {rows} result rows. "
            "Figures, not legal advice."
        ),
    )
