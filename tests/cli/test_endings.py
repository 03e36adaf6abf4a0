"""Every ending is an exit code and words: a limit, a refusal, a fault of ours, a stop, a pipe."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keepline import __version__
from keepline.model.errors import MissingExtra, PlanError


def test_the_version(tools):
    ended = tools.really_run("--version")
    assert (ended.code, ended.out) == (0, f"keepline {__version__}\n")


@pytest.mark.parametrize(
    "args",
    [
        ("plan",),
        ("plan", "net", "--scenario", "s.yaml", "--policy", "p.yaml"),
        ("paln",),
        ("check", "net", "--jason"),
        ("simulate", "net", "-s", "s.yaml", "--seed", "-1"),
        ("simulate", "net", "-s", "s.yaml", "-n", "1"),
        ("simulate", "net", "-s", "s.yaml", "-n", "many"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_how(args, tools):
    ended = tools.run(*args)
    assert ended.code == 2
    assert "Usage: " in ended.err
    assert "Traceback" not in ended.err


def test_no_words_at_all_teach(tools):
    ended = tools.run()
    assert "keepline demo" in ended.out + ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(("error", "code"), [(PlanError, 3), (MissingExtra, 6)])
def test_errors_of_the_tree_end_with_their_code(error, code, small, tools, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise error("There is no way.")

    monkeypatch.setattr("keepline.stock.plan_stock", refuse)
    ended = tools.run("stock", *small.all)
    assert ended.code == code
    assert f"There is no way. [{error.default_code}]" in ended.err


def test_too_many_branches_are_no_plan(small, tools):
    events = [
        f"  - id: e{n}\n    from: 2020-10-01\n    probability: 0.5\n"
        "    hits: {suppliers: [maker]}\n    effect: {supply: {capacity: 0.9}}\n"
        for n in range(30)
    ]
    small.put("scenario.yaml", "name: many\nevents:\n" + "".join(events))
    ended = tools.run("stock", *small.all)
    assert ended.code == 3
    assert "[KL-035]" in ended.err


def test_a_fault_of_ours_is_owned_up_to_without_a_traceback(small, plan_of, tools, monkeypatch):
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("out of its depth")

    before = tools.standing(plan_of)
    monkeypatch.setattr("keepline.simulation.run", break_down)
    ended = tools.run("plan", *small.all, "-o", plan_of, *tools.few)
    assert ended.code == 70
    assert "a fault of Keepline's own (RuntimeError in " in ended.err
    assert "Please report it" in ended.err
    assert "[KL-070]" in ended.err
    assert "Traceback" not in ended.err
    assert tools.standing(plan_of) == before
    told = tools.run("plan", *small.all, "-o", plan_of, "--json")
    assert told.json["error"]["code"] == "KL-070"
    monkeypatch.setenv("KEEPLINE_DEBUG", "1")
    with pytest.raises(RuntimeError, match="out of its depth"):
        tools.run("plan", *small.all, "-o", plan_of)


def test_want_of_memory_is_said(small, tools, monkeypatch):
    def burst(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("keepline.simulation.run", burst)
    ended = tools.run("simulate", small.net, "-s", small.scenario)
    assert ended.code == 5
    assert "[KL-051]" in ended.err


def test_a_stop_by_hand_ends_with_130(small, tools, monkeypatch):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("keepline.simulation.run", stop)
    ended = tools.run("plan", *small.all, "-o", small.path / "out")
    assert ended.code == 130
    assert ended.err.endswith("Stopped. Nothing was left half-written.\n")
    assert not (small.path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX knows them")
def test_a_real_stop_by_hand_leaves_the_earlier_plan(small, plan_of, tools):
    before = tools.standing(plan_of)
    words = tools.command("plan", *small.all, "-o", plan_of, "-n", 400_000)
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as job:
        assert job.stderr is not None
        for line in job.stderr:
            if "what to buy" in line:
                break
        time.sleep(0.2)
        job.send_signal(signal.SIGINT)
        _, err = job.communicate(timeout=60)
    assert job.returncode == 130
    assert "Stopped." in err
    assert "Traceback" not in err
    assert tools.standing(plan_of) == before


@pytest.mark.skipif(os.name != "posix", reason="pipes as POSIX knows them")
def test_a_reader_that_goes_away_is_no_error(small, tools):
    # the table and the JSON are far longer than what `head` takes, and than a pipe holds
    rows = "".join(f"s{n},ee,North,access,centre,-1\n" for n in range(4000))
    small.put("sites.csv", "site_id,operator_id,region,function,depot_id,traffic\n" + rows)
    check = " ".join(tools.command("check", small.net, "--json"))
    script = f"{check} 2>err | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "{\n2\n"
    assert Path("err").read_text() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_an_output_that_is_full_is_said(more, small, tools):
    words = tools.command("check", small.net, *more)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            words, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 5
    assert "no space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_an_encoding_without_our_signs_gets_plain_ones(small, tools):
    ended = tools.really_run(
        "impact",
        small.net,
        "-s",
        small.scenario,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert ended.code == 0
    assert "56 %" in ended.out
    assert ended.out.isascii()


def test_help_loads_no_engine():
    script = (
        "import sys\nfrom keepline.cli.app import app\n"
        "try:\n    app(['plan', '--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "import json\nprint(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "keepline.cli.app" in loaded
    heavy = {"polars", "numba", "numpy", "altair", "keepline.face", "keepline.formats"}
    assert loaded & heavy == set()
