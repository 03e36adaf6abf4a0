"""Run commands on a small network, in this process or as a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from keepline.cli.app import app

SMALL = Path(__file__).parents[1] / "small"
FEW = ("-n", "20")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return what was printed as JSON; NaN and Infinity are no JSON."""
        return json.loads(self.out, parse_constant=_no_number)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


@dataclass(frozen=True)
class Small:
    """A small network with its scenario and policy, whose files a test may change."""

    path: Path

    @property
    def net(self) -> str:
        return str(self.path / "net")

    @property
    def scenario(self) -> str:
        return str(self.path / "net" / "scenario.yaml")

    @property
    def policy(self) -> str:
        return str(self.path / "net" / "policy.yaml")

    @property
    def all(self) -> tuple[str, ...]:
        return (self.net, "-s", self.scenario, "-p", self.policy)

    def put(self, file: str, text: str) -> None:
        (self.path / "net" / file).write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        place = self.path / "net" / file
        text = place.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        self.put(file, text.replace(old, new, 1))


def run(*args: object) -> Ended:
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(one) for one in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


def command(*args: object) -> list[str]:
    """Return the words that run a command as its own process."""
    name = Path(sys.executable).with_name("keepline")
    return [str(name), *(str(one) for one in args)]


def really_run(*args: object, **how: Any) -> Ended:
    """Run the installed command as its own process."""
    done = subprocess.run(
        command(*args), capture_output=True, text=True, timeout=60, check=False, **how
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def standing(place: Path) -> dict[str, bytes]:
    """Return every file below a place with its bytes."""
    return {
        one.relative_to(place).as_posix(): one.read_bytes()
        for one in sorted(place.rglob("*"))
        if one.is_file()
    }


@pytest.fixture(scope="session")
def tools() -> SimpleNamespace:
    """Return what runs commands: run, really_run, command, standing, and few replications."""
    return SimpleNamespace(
        run=run, really_run=really_run, command=command, standing=standing, few=FEW
    )


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """Return a small network of this test's own, and stand in its folder."""
    shutil.copytree(SMALL, tmp_path / "net")
    return Small(tmp_path)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # issues.csv is written where one stands
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KEEPLINE_DEBUG", raising=False)


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Return the folder of a finished plan of the small network, and what was printed of it."""
    place = tmp_path_factory.mktemp("planned")
    shutil.copytree(SMALL, place / "net")
    one = Small(place)
    ended = run("plan", *one.all, "-o", place / "out", *FEW)
    assert ended.code == 0, ended.err
    return place / "out", ended


@pytest.fixture
def plan_of(planned: tuple[Path, Ended], tmp_path: Path) -> Path:
    """Return a finished plan of this test's own."""
    return Path(shutil.copytree(planned[0], tmp_path / "out"))
