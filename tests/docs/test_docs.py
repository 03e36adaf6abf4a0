"""What README and docs say runs, exists and leads somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import typer.main
from typer.testing import CliRunner

from keepline import face
from keepline.cli import commands, plans, screened
from keepline.cli.app import app
from keepline.model.codes import CODES
from keepline.model.inputs import INPUTS
from keepline.model.policy_rulekinds import RULE_KINDS
from keepline.model.results import RESULTS
from keepline.model.rulekinds import KINDS

ROOT = Path(__file__).parents[2]
NAMES = tuple(typer.main.get_command(app).commands)
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.as_posix()
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"\b(?:IN|KL)-\d{3}\b")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(kind: str) -> list[tuple[str, str]]:
    return [
        (name_of(page), text)
        for page in PAGES
        for found, text in BLOCK.findall(page.read_text(encoding="utf-8"))
        if found == kind
    ]


def shell_lines() -> list[str]:
    lines = [line for _, text in blocks("sh") for line in text.splitlines()]
    said = re.findall(r"`(keepline \w[^`]*)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    return [line.split("  #")[0].split(" # ")[0].strip() for line in (*lines, *said) if line]


def keepline_lines() -> list[str]:
    return [line for line in shell_lines() if shlex.split(line)[0].endswith("keepline")]


def example_of(name: str) -> str:
    text = typer.main.get_command(app).commands[name].help or ""
    found = re.search(r"Example: keepline (.+)", text.replace("\b", ""), flags=re.DOTALL)
    assert found, f"keepline {name} --help shows no example"
    return " ".join(found[1].split())


@pytest.fixture
def heard(monkeypatch):
    """Return which commands were called, none of which does its work."""
    called: list[str] = []
    for name in NAMES:
        room = next(one for one in (commands, plans, screened) if hasattr(one, name))
        monkeypatch.setattr(room, name, lambda *_, name=name: called.append(name))
    return called


def test_the_readme_has_the_five_lines_of_python():
    assert [page for page, _ in blocks("python")] == ["README.md"]


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block[0])
def test_python_blocks_run(block, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    face.demo("my-network")
    exec(compile(block[1], block[0], "exec"), {"__name__": "readme"})
    summary = face.load("my-plan").summary
    assert capsys.readouterr().out.split() == [
        str(summary.purchase_cost),
        str(summary.availability_worst_plan),
    ]


@pytest.mark.parametrize("line", keepline_lines())
def test_each_command_shown_is_one_that_is_understood(line, heard):
    # brackets mark what may be left out
    words = shlex.split(line.replace("[", "").replace("]", ""))[1:]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert heard == [words[0]]


def test_the_readme_shows_every_command():
    shown = {shlex.split(line)[1] for line in keepline_lines()}
    assert shown == set(NAMES)


def test_the_targets_of_make_that_are_named_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?m)(?:^|`)make (\w+)", page.read_text(encoding="utf-8"))
    }
    assert {"demo", "test"} <= named
    assert named <= targets


def test_the_modules_that_make_runs_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    modules = set(re.findall(r"python -m ([\w.]+)", makefile)) - {"venv", "pip", "pytest"}
    assert modules
    roots = (ROOT, ROOT / "src")
    places = {one: [root / one.replace(".", "/") for root in roots] for one in modules}
    assert [
        one
        for one, found in places.items()
        if not any(place.is_dir() or place.with_suffix(".py").is_file() for place in found)
    ] == []
    scripts = re.findall(r"python (\S+\.py)", makefile)
    assert [one for one in scripts if not (ROOT / one).is_file()] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_teaches_with_an_example_that_is_understood(name, heard):
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert f"keepline {name}" in " ".join(result.output.split())
    words = shlex.split(example_of(name))
    assert words[0] == name
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 0, ended.output
    assert heard == [name]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_of_a_command_is_explained(name):
    command = typer.main.get_command(app).commands[name]
    options = [one for one in command.params if one.name != "help"]
    assert [one.name for one in options if not getattr(one, "help", None)] == []
    assert isinstance(command, click.Command) or command.name == name
    assert any(one.name == "as_json" for one in options)


@pytest.mark.parametrize("name", [*INPUTS, *RESULTS])
def test_every_table_has_its_page_and_the_index_leads_to_it(name):
    folder = ROOT / "docs" / "tables"
    assert f"# {name}\n" in (folder / f"{name}.md").read_text(encoding="utf-8")
    assert f"({name}.md)" in (folder / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_page_and_the_index_leads_to_it(code):
    folder = ROOT / "docs" / "errors"
    text = (folder / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: ")
    assert "## How to mend it" in text
    assert f"({code}.md)" in (folder / "index.md").read_text(encoding="utf-8")


def test_every_code_that_is_written_anywhere_is_a_code():
    files = [*PAGES, *(ROOT / "src").rglob("*.py")]
    written = {
        (code, name_of(path))
        for path in files
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert len({code for code, _ in written}) == len(CODES)
    assert sorted(one for one in written if one[0] not in CODES) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    lost = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, part = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (part and part not in headings(target)):
            lost.append(link)
    assert lost == []


def headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_decision_is_numbered_once():
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_the_rooms_that_contributing_names_are_those_that_stand():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+) \|", text, flags=re.MULTILINE)
    named = {room for row in rows for room in re.findall(r"`(\w+)`", row)}
    standing = [*(ROOT / "src" / "keepline").iterdir()]
    rooms = {one.stem for one in standing if one.suffix in {"", ".py"} and one.stem[0] != "_"}
    assert named == rooms


def test_the_scenario_that_the_page_on_rules_shows_is_read(tmp_path):
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    (first, *_) = [text for kind, text in BLOCK.findall(page) if kind == "yaml"]
    place = tmp_path / "scenario.yaml"
    place.write_text(first, encoding="utf-8")
    scenario = face.read_scenario(place)
    assert [rule.rule_id for rule in scenario.rules] == [
        "our-review",
        "us-huawei-listing",
        "us-tgl",
    ]
    kinds = set(re.findall(r"\| `(\w+)`", page))
    assert kinds <= set(KINDS)


def test_the_policy_that_the_page_on_rules_shows_is_read(tmp_path):
    page = (ROOT / "docs" / "policy-rules.md").read_text(encoding="utf-8")
    (first, *_) = [text for kind, text in BLOCK.findall(page) if kind == "yaml"]
    place = tmp_path / "policy.yaml"
    place.write_text(first, encoding="utf-8")
    found = {rule.rule_id: rule for rule in face.read_policy(place).rules}
    kinds = {rule.kind for rule in found.values() if not rule.pack}
    assert kinds == {"cap", "remove", "min_vendors", "endurance", "report", "purchase_ban"}
    assert len(found["UK20-1"].steps) == 2
    told = set(re.findall(r"(?m)^\|.*\| ((?:`\w+`(?:, )?)+) \|$", page))
    assert {word for cell in told for word in re.findall(r"\w+", cell)} == set(RULE_KINDS)
