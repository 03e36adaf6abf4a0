"""A folder keeps the blocks of one run, each whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING

import pytest

from keepline.formats.blockstore import RUN, BlockStore
from keepline.model.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

RUN_A = {"network": "a", "seed": "1"}


@pytest.fixture
def store(tmp_path: Path) -> BlockStore:
    found = BlockStore(tmp_path / "deep" / "saved")
    found.open(RUN_A)
    return found


def files(tmp_path: Path) -> set[str]:
    return {one.name for one in tmp_path.rglob("*") if one.is_file()}


def test_what_is_written_is_read(store: BlockStore, tmp_path: Path) -> None:
    assert store.read(0, 100) is None
    content = bytes(range(256)) * 3 + b"\n\n"
    store.write(0, 100, content)
    store.write(100, 50, b"")
    again = BlockStore(tmp_path / "deep" / "saved")
    again.open(dict(reversed(RUN_A.items())))
    assert again.read(0, 100) == content
    assert again.read(100, 50) == b""
    assert again.read(0, 50) is None
    assert files(tmp_path) == {RUN, "0000000000-100.block", "0000000100-50.block"}


@pytest.mark.parametrize("cut", [0, 1, 64, 65, 70])
def test_a_block_that_is_not_whole_is_none(store: BlockStore, tmp_path: Path, cut: int) -> None:
    store.write(0, 100, b"some sums")
    place = next(tmp_path.rglob("*.block"))
    place.write_bytes(place.read_bytes()[:cut])
    assert store.read(0, 100) is None
    store.write(0, 100, b"some sums")
    assert store.read(0, 100) == b"some sums"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"network": "a", "seed": "2"}, "what differs is its seed"),
        ({"network": "b", "seed": "2"}, "what differs is its network and seed"),
        ({"network": "a"}, "what differs is its seed"),
        ({**RUN_A, "mechanisms": "all"}, "what differs is its mechanisms"),
    ],
)
def test_another_run_is_refused(
    store: BlockStore, tmp_path: Path, other: dict[str, str], said: str
) -> None:
    store.write(0, 100, b"some sums")
    with pytest.raises(StoreError, match=said) as caught:
        BlockStore(tmp_path / "deep" / "saved").open(other)
    assert (caught.value.code, caught.value.exit_code) == ("KL-054", 5)
    assert store.read(0, 100) == b"some sums"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2, "decided_by": {}}', "{}"])
def test_a_run_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RUN).write_text(text)
    with pytest.raises(StoreError, match="cannot be read") as caught:
        BlockStore(tmp_path).open(RUN_A)
    assert caught.value.code == "KL-054"


def test_what_else_stands_there_is_left(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="not a run") as caught:
        BlockStore(tmp_path).open(RUN_A)
    assert caught.value.code == "KL-053"
    with pytest.raises(StoreError, match="is a file"):
        BlockStore(tmp_path / "letter.txt").open(RUN_A)
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_a_run_says_what_decides_it(store: BlockStore, tmp_path: Path) -> None:
    said = json.loads(next(tmp_path.rglob(RUN)).read_text())
    assert said == {"format": 1, "decided_by": RUN_A}


def test_a_kill_between_folder_and_word_can_be_gone_on_from(tmp_path: Path) -> None:
    (tmp_path / "saved" / "blocks").mkdir(parents=True)
    store = BlockStore(tmp_path / "saved")
    store.open(RUN_A)
    store.write(0, 100, b"x")
    assert store.read(0, 100) == b"x"


def test_a_full_disk_is_told_and_nothing_is_left_half_written(
    store: BlockStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(0, 100, b"first")
    standing = files(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("keepline.formats.atomic.os.fsync", full)
    with pytest.raises(StoreError, match="no space left on device") as caught:
        store.write(100, 100, b"second")
    assert (caught.value.code, caught.value.exit_code) == ("KL-052", 5)
    assert files(tmp_path) == standing
    assert store.read(0, 100) == b"first"
