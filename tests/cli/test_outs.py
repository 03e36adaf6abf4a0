"""What stands in OUT stands whole: the earlier plan until the new one is, and nothing foreign."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def test_report_makes_the_same_report_and_workbook_anew(plan_of, tools):
    before = tools.standing(plan_of)
    (plan_of / "report.html").write_text("spoilt")
    (plan_of / "plan.xlsx").unlink()
    ended = tools.run("report", plan_of)
    assert ended.code == 0
    assert "What to buy by when" in ended.out
    assert tools.standing(plan_of) == before


def test_report_in_json(plan_of, tools):
    found = tools.run("report", plan_of, "--json").json
    assert str(plan_of / "report.html") in found["written"]
    assert found["summary"]["network_name"] == "Small"


def test_a_failing_run_leaves_the_earlier_plan_bit_for_bit(small, plan_of, tools):
    before = tools.standing(plan_of)
    small.change("stock.csv", "centre,1e5,4", "centre,1e5,-4")
    assert tools.run("plan", *small.all, "-o", plan_of).code == 2
    assert tools.standing(plan_of) == before
    assert sorted(one.name for one in plan_of.parent.iterdir()) == ["net", "out"]


def test_a_new_plan_replaces_the_earlier_one(small, plan_of, tools):
    small.change("network.yaml", "Small", "Smaller")
    (plan_of / "tables" / "losses.csv").write_text("old")
    assert tools.run("plan", *small.all, "-o", plan_of, *tools.few).code == 0
    assert '"network_name": "Smaller"' in (plan_of / "plan.json").read_text()
    assert (plan_of / "tables" / "losses.csv").read_text() != "old"


def no_work(monkeypatch):
    def started(*_: object, **__: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr("keepline.face.read_all", started)


@pytest.mark.parametrize("what", ["a folder of mine", "a file", "a plan with my notes", "NET"])
def test_what_is_no_plan_is_refused_before_the_work(what, small, plan_of, tools, monkeypatch):
    place = small.path / "mine"
    place.mkdir()
    (place / "thesis.txt").write_text("mine")
    if what == "a file":
        place /= "thesis.txt"
    elif what == "a plan with my notes":
        place = plan_of
        (place / "notes.txt").write_text("mine")
    elif what == "NET":
        place = Path(small.net)
    before = tools.standing(small.path)

    no_work(monkeypatch)
    ended = tools.run("plan", *small.all, "-o", place)
    assert ended.code == 5
    assert "[KL-053]" in ended.err
    assert ended.out == ""
    assert tools.standing(small.path) == before


def test_a_network_is_never_written_over_anything(small, tools):
    before = tools.standing(small.path)
    ended = tools.run("demo", "--network-only", "-o", small.net)
    assert ended.code == 5
    assert "nothing of yours is lost" in ended.err
    assert tools.standing(small.path) == before


def test_where_one_stands_is_refused_before_the_work(small, tools, monkeypatch):
    (small.path / "here").mkdir()
    monkeypatch.chdir(small.path / "here")
    no_work(monkeypatch)
    ended = tools.run("plan", *small.all, "-o", ".")
    assert ended.code == 5
    assert "name a folder within it. [KL-053]" in ended.err


def test_a_read_only_folder_is_refused_before_the_work(small, tools, monkeypatch):
    asked = []

    def access(place: Path, mode: int) -> bool:
        if mode == os.W_OK:
            asked.append(Path(place))
        return mode != os.W_OK

    monkeypatch.setattr(os, "access", access)
    no_work(monkeypatch)
    ended = tools.run("plan", *small.all, "-o", small.path / "new" / "out")
    assert ended.code == 5
    assert f"{small.path} is read-only for you. [KL-052]" in ended.err
    assert asked == [small.path]


def test_a_place_that_may_not_be_written_is_said(small, tools, monkeypatch):
    real = Path.mkdir

    def mkdir(path: Path, *args: int, **more: bool) -> None:
        if ".new-" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        real(path, *args, **more)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    ended = tools.run("plan", *small.all, "-o", small.path / "out", *tools.few)
    assert ended.code == 5
    assert "permission denied" in ended.err
    assert "[KL-052]" in ended.err
    assert not (small.path / "out").exists()


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="whoever may do anything is refused nothing"
)
def test_a_folder_that_is_really_read_only_is_said(small, tools):
    locked = small.path / "locked"
    locked.mkdir(mode=0o555)
    ended = tools.run("plan", *small.all, "-o", locked / "out", *tools.few)
    assert ended.code == 5
    assert list(locked.iterdir()) == []


def test_a_kill_in_the_middle_of_writing_leaves_the_earlier_plan(small, plan_of, tools):
    before = tools.standing(plan_of)
    script = (
        "import os, signal, sys\n"
        "from keepline.formats import atomic\n"
        "assert callable(atomic._sync_folders)\n"
        "atomic._sync_folders = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from keepline.cli.app import main\n"
        "main()\n"
    )
    words = ["plan", *small.all, "-o", str(plan_of), *tools.few]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -9
    assert tools.standing(plan_of) == before
    left = [one for one in plan_of.parent.iterdir() if one.name not in {"net", "out"}]
    assert len(left) == 1
    assert left[0].name.startswith(".out.new-")
    # what is left behind is in nobody's way
    again = tools.run("report", plan_of)
    assert again.code == 0
    assert tools.standing(plan_of) == before
    assert left[0].is_dir()


def test_a_kill_before_the_first_plan_leaves_no_half_of_one(small, tools):
    script = (
        "import os, signal\n"
        "from keepline.formats import atomic\n"
        "assert callable(atomic._swap)\n"
        "atomic._swap = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from keepline.cli.app import main\n"
        "main()\n"
    )
    out = small.path / "out"
    words = ["plan", *small.all, "-o", str(out), *tools.few]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -9
    assert not out.exists()
    assert tools.run("plan", *small.all, "-o", out, *tools.few).code == 0
    shutil.rmtree(out)
