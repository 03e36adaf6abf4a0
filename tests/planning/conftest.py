"""A small network with its scenario and policy, read and planned."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keepline import face

if TYPE_CHECKING:
    from collections.abc import Callable

    from keepline.model.plan import Plan

SMALL = Path(__file__).parents[1] / "small"


@dataclass(frozen=True)
class Inputs:
    """The files of a small network, which a test may change before it plans."""

    path: Path

    def change(self, file: str, old: str, new: str) -> None:
        place = self.path / file
        text = place.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        place.write_text(text.replace(old, new, 1), encoding="utf-8")

    def plan(self, **said: Any) -> Plan:
        return face.plan(
            self.path,
            self.path / "scenario.yaml",
            self.path / "policy.yaml",
            **{"replications": 20, **said},
        )


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(Path(shutil.copytree(SMALL, tmp_path / "net")))


@pytest.fixture(scope="session")
def planned() -> Plan:
    """Return the plan of the small network as it stands."""
    return Inputs(SMALL).plan()


@pytest.fixture(scope="session")
def small() -> Path:
    return SMALL


@pytest.fixture
def said() -> Callable[[Plan], str]:
    return lambda plan: " ".join(plan.provenance.assumptions)
