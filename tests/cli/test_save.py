"""A run that is killed goes on where it was, and ends with the same bits."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: Enough that a kill after the first blocks falls in the middle.
MANY = ("-n", "30000")


def killed_in_the_middle(words: list[str], saved: Path) -> int:
    """Run a command, kill it once some blocks are kept, and return how many are."""
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        until = time.monotonic() + 60
        while len(list(saved.glob("blocks/*.block"))) < 3:
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
    return len(list(saved.glob("blocks/*.block")))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no such signal")
@pytest.mark.parametrize("crew", [(), ("--workers", "2")])
def test_a_killed_run_goes_on_and_ends_with_the_same_bits(
    small: Any, tools: Any, tmp_path: Path, crew: tuple[str, ...]
) -> None:
    words = ("simulate", small.net, "-s", small.scenario, *MANY, "--json")
    saved = tmp_path / "saved"
    kept = killed_in_the_middle(tools.command(*words, "--save", saved, *crew), saved)
    assert 3 <= kept < 300
    before = {one.name: one.stat().st_mtime_ns for one in saved.glob("blocks/*.block")}
    again = tools.run(*words, "--save", saved)
    assert again.code == 0, again.err
    after = {one.name: one.stat().st_mtime_ns for one in saved.glob("blocks/*.block")}
    assert len(after) == 300
    assert before.items() <= after.items()
    assert again.out == tools.run(*words).out


def test_blocks_of_other_input_are_refused(small: Any, tools: Any, tmp_path: Path) -> None:
    words = ("simulate", small.net, "-s", small.scenario, "-n", "20", "--save", tmp_path / "saved")
    assert tools.run(*words).code == 0
    standing = tools.standing(tmp_path / "saved")
    ended = tools.run(*words, "--seed", "1")
    assert ended.code == 5
    assert "what differs is its seed" in ended.err
    assert "KL-054" in ended.err
    small.change("parts.csv", "0.1", "0.11")
    ended = tools.run(*words)
    assert ended.code == 5
    assert "network" in ended.err
    assert tools.standing(tmp_path / "saved") == standing


def test_a_full_disk_ends_with_5_and_keeps_what_it_had(
    small: Any, tools: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "saved"
    words = ("simulate", small.net, "-s", small.scenario, "-n", "400", "--save", saved)
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr("keepline.formats.atomic.os.fsync", full)
    ended = tools.run(*words, "--json")
    assert ended.code == 5
    assert "no space left on device" in ended.err + ended.out
    monkeypatch.undo()
    # one call was for run.json
    assert len(list(saved.glob("blocks/*"))) == 2
    assert tools.run(*words).code == 0
    assert len(list(saved.glob("blocks/*"))) == 4


def test_it_says_what_stopped_it(small: Any, tools: Any) -> None:
    words = ("simulate", small.net, "-s", small.scenario)
    found = json.loads(tools.run(*words, "--precision", "0.01", "--json").out)
    assert found["stopped_by"] == "precision"
    assert found["half_width"] <= 0.01
    assert 200 <= found["replications"] < 10_000
    said = tools.run(*words, "--precision", "0.01").out
    assert "Stopped as precise as asked" in said
    said = tools.run(*words, "--precision", "0.0000001", "-n", "200").out
    assert "less precise than asked" in said
    assert "Stopped" not in tools.run(*words, "-n", "20").out


def test_a_plan_keeps_its_blocks_too(small: Any, tools: Any, tmp_path: Path) -> None:
    words = ("plan", *small.all, "-n", "120", "--json")
    plain = tools.run(*words, "-o", tmp_path / "one")
    kept = tools.run(*words, "-o", tmp_path / "two", "--save", tmp_path / "saved")
    assert plain.code == kept.code == 0, kept.err
    assert len(list((tmp_path / "saved").glob("blocks/*"))) == 2
    again = tools.run(*words, "-o", tmp_path / "three", "--save", tmp_path / "saved")
    tables = [tools.standing(tmp_path / name / "tables") for name in ("one", "two", "three")]
    assert tables[0] == tables[1] == tables[2]
    assert again.code == 0


@pytest.mark.parametrize(
    "words", [("--precision", "0"), ("--precision", "nan"), ("--cluster", "here")]
)
def test_what_is_no_way_to_play_is_refused(small: Any, tools: Any, words: tuple[str, ...]) -> None:
    ended = tools.run("simulate", small.net, "-s", small.scenario, *words)
    assert ended.code == 2
    assert "IN-257" in ended.err
