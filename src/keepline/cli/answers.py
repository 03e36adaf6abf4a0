"""Say a plan, a check or a shipped network in a terminal, under short headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.cli.printing import plain, sentences, table, unwrapped
from keepline.report import words
from keepline.report.answer import answer

if TYPE_CHECKING:
    from pathlib import Path

    from keepline.formats.folder import Checked
    from keepline.model.plan import Plan
    from keepline.report.answer import Sentence
    from keepline.stock import LearnedRate

#: Headings of the short answer and the topics that stand under each.
HEADINGS: Final = (
    ("What is lost and when", ("lost",)),
    ("How long today's stock lasts", ("endurance",)),
    ("What stands in for what", ("substitution",)),
    ("What to buy by when", ("buy",)),
    ("What to swap, and how the rules are kept", ("programme",)),
    ("Service", ("availability", "simulated")),
    ("Target", ("target",)),
)
#: Headings of a part's explanation and the topics that stand under each.
EXPLAINED: Final = (
    ("The part", ("part",)),
    ("What it loses", ("lost",)),
    ("How the loss reaches it", ("path",)),
    ("What would break the path", ("remedy",)),
    ("What stands in for it", ("substitution",)),
    ("What to expect of it", ("outlook",)),
    ("What fails, and what there is", ("demand", "stock")),
    ("What is bought, and why not more", ("buy", "margin")),
)
#: What each file of a plan is for, the one to open first at the top.
FILES: Final = {
    "report.html": "the board report, in any browser",
    "plan.xlsx": "order lists and every table",
    "tables": "every table as .csv and .parquet",
    "plan.json": "summary, hashes of the input, versions, seed",
}


def checked(found: Checked, issues: Path | None) -> dict[str, object]:
    """Return what a check found, for JSON."""
    return {
        "is_sound": found.problems.count == 0,
        "count": found.problems.count,
        "rows": dict(found.rows),
        "problems": [plain(problem) for problem in found.problems],
        "issues": str(issues) if issues else None,
    }


def print_checked(found: Checked, network: Path, issues: Path | None) -> None:
    """Say that a network is sound, or where all of its problems are listed."""
    rows = ((name, words.count(count)) for name, count in found.rows.items() if count)
    table(f"{network}", {"table": "left", "rows": "right"}, rows)
    if not found.problems.count:
        sentences(["The network is sound: every table, key and reference holds."])
        if found.problems.notices:
            sentences(found.problems.lines())
    if issues:
        sentences(["Every problem and notice, as a table:"])
        unwrapped([f"  {issues}"])


def print_plan(made: Plan, written: list[Path]) -> None:
    """Print the short answer and where the files are."""
    if made.summary.source:
        sentences([made.summary.source])
    told = answer(made)
    for heading, topics in HEADINGS:
        texts = [one.text for one in told if one.topic in topics]
        if texts:
            sentences(texts, heading)
    sentences([], "Written")
    places = {place.name: place for path in written for place in (path, path.parent)}
    told_files = [(str(places[name]), what) for name, what in FILES.items() if name in places]
    width = max((len(place) for place, _ in told_files), default=0)
    unwrapped(f"  {place:<{width}}  {what}" for place, what in told_files)


def print_explanation(said: list[Sentence]) -> None:
    """Print the explanation of a part under short headings."""
    for heading, topics in EXPLAINED:
        texts = [one.text for one in said if one.topic in topics]
        if texts:
            sentences(texts, heading)


def print_network(network: Path, scenario: Path, policy: Path) -> None:
    """Say where the shipped network lies, and what to do with it."""
    sentences([], "Written")
    unwrapped([f"  {network}", f"  {scenario}", f"  {policy}"])
    sentences([], "Next")
    unwrapped([f"  keepline plan {network} --scenario {scenario} --policy {policy} -o my-plan"])


def print_rate(found: LearnedRate) -> None:
    """Say a failure rate that was learned, and how uncertain it is."""
    low, high = words.brief(found.low), words.brief(found.high)
    rate = words.brief(found.failures_per_year)
    said = [f"{rate} failures per unit and year, between {low} and {high} with 95 %."]
    if found.failures_per_year > 0.0:
        said.append(
            f"That is one failure in {words.count(found.mean_hours)} unit-hours, or "
            f"{words.brief(found.fit)} in 1e9 unit-hours."
        )
    sentences(said)
