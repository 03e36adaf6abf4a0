"""A long stage says on a terminal how far it is and what time is left, and elsewhere nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keepline.cli import stages

if TYPE_CHECKING:
    import pytest


class Turning:
    """Stand for what turns on a terminal."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def start(self) -> None:
        """Turn."""

    def stop(self) -> None:
        """Stand still."""

    def update(self, text: str) -> None:
        self.said.append(text)


def test_on_a_terminal_the_time_left_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 110.0, 160.0, 170.0])
    monkeypatch.setattr(stages.time, "perf_counter", lambda: next(clock))
    turning, found = Turning(), stages.Stages()
    plain: Any = found._console
    monkeypatch.setattr(type(plain), "is_terminal", property(lambda _: True))
    monkeypatch.setattr(plain, "status", lambda _: turning)
    found("Play")
    found.count(0, 1000)
    found.count(100, 1000)
    found.count(1500, 1400)
    assert turning.said == ["Play: 100 of 1,000, 90 s left", "Play: 1,500 of 1,500, 0 s left"]


def test_elsewhere_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with stages.Stages() as found:
        found("Play")
        found.count(100, 1000)
    assert "of 1,000" not in capsys.readouterr().err
