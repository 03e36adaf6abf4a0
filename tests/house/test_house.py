"""The house keeps its own rules: who imports whom, how long a file is, what nothing is called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "keepline"
FILES = sorted(SOURCE.rglob("*.py"))
OURS = [*FILES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "bench").rglob("*.py"))]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
JUNK = {"util", "utils", "helper", "helpers", "misc", "common", "manager", "managers"}
#: Names that say nothing; numba kernels and frames have better ones.
EMPTY_NAMES = {"df", "data", "info", "tmp", "foo", "obj"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_the_import_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(linter), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


def test_there_is_a_house_to_look_at():
    assert len(FILES) > 50


def test_no_file_is_too_long_to_read_in_one_sitting():
    lengths = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    long = {
        f"{name_of(path)}:{node.name}": lines
        for path in FILES
        for node in functions(path)
        if (lines := body_lines(node)) > LONGEST_FUNCTION
    }
    assert long == {}


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    text = ast.get_docstring(node, clean=False)
    return (
        (node.end_lineno or node.lineno) - node.lineno + 1 - (text.count("\n") + 1 if text else 0)
    )


def test_no_room_is_a_junk_drawer():
    words = {name_of(path): set(re.split(r"[_./]", name_of(path).lower())) for path in FILES}
    assert {name for name, parts in words.items() if parts & JUNK} == set()


def test_no_name_says_nothing():
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names = {node.id}
            elif isinstance(node, ast.arg):
                names = {node.arg}
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                names = {node.name}
            else:
                continue
            found |= {(name_of(path), name) for name in names & EMPTY_NAMES}
    assert found == set()


def test_every_module_says_what_it_is_for():
    silent = [
        name_of(path)
        for path in FILES
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_machine_is_mentioned():
    # spelt apart, so that this file does not mention them either
    places = ["/" + one for one in ("work/", "home/", "root/", "Users/")] + ["C:" + "\\"]
    texts = [
        *OURS,
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *SOURCE.rglob("*.yaml"),
        *SOURCE.rglob("*.md"),
        ROOT / "Makefile",
        ROOT / "pyproject.toml",
    ]
    found = [
        (name_of(path), place)
        for path in texts
        for place in places
        if place in path.read_text(encoding="utf-8")
    ]
    assert found == []


@pytest.mark.parametrize("name", ["keepline", "keepline.cli.app"])
def test_starting_up_loads_no_engine_and_no_table(name):
    script = (
        f"import sys, {name}\n"
        "heavy = {'polars', 'numpy', 'numba', 'dataframely', 'altair', 'xlsxwriter', 'pyproj',\n"
        "    'yaml', 'vl_convert', 'highspy', 'python_calamine'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ["maths", "planning", "impact", "stock", "simulation", "model"])
def test_inner_rooms_touch_no_file_no_clock_and_no_environment(room):
    found = {
        (name_of(path), one)
        for path in (SOURCE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for one in reached(node)
    }
    assert found == set()


def reached(node: ast.AST) -> set[str]:
    """Return what a piece of code reaches outside for: files, clocks, the environment."""
    modules = {"time", "random", "socket", "subprocess", "shutil", "tempfile", "logging", "pathlib"}
    if isinstance(node, ast.Import):
        return {one.name.partition(".")[0] for one in node.names} & modules
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]} & (modules | {"os"})
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return {node.func.id} & {"open", "print", "input"}
    if isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value).rpartition(".")[2]
        outside = {
            # how many cores there are changes how fast a result comes, and no result
            "os": {node.attr} - {"cpu_count"},
            "date": {node.attr} & {"today"},
            "datetime": {node.attr} & {"now", "today", "utcnow"},
        }
        files = {"read_csv", "read_parquet", "write_csv", "write_parquet", "read_text", "loadtxt"}
        return outside.get(owner, set()) | ({node.attr} & files)
    return set()
