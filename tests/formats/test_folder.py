"""A right network is read whole; what is written is read again."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import polars as pl
import pytest

from keepline.formats import folder
from keepline.model.inputs import INPUTS
from keepline.model.network import complete

if TYPE_CHECKING:
    from pathlib import Path


def test_a_right_network_is_read_whole(files):
    network = folder.read(files.path)
    assert network.name == "Two sites"
    assert network.currency == "GBP"
    assert (network.start, network.end) == (dt.date(2020, 6, 22), dt.date(2021, 6, 21))
    assert set(network.tables) == set(INPUTS)
    for name, frame in network.tables.items():
        declared = {one: column.dtype for one, column in INPUTS[name].columns().items()}
        assert dict(frame.schema) == declared
        INPUTS[name].validate(frame)
    assert network["parts"]["part_id"].to_list() == ["02351234", "1e5"]
    assert network["parts"]["repair_days"].to_list() == [60.0, 45.5]
    assert network["parts"]["minimum_order"].to_list() == [10, 1]
    assert network["installed"]["quantity"].to_list() == [9, 12, 4]
    assert network["suppliers"]["is_high_risk"].to_list() == [True, True, False]
    assert network["stock"]["owner"].to_list() == [None, "huawei"]
    assert network["crews"]["from"].to_list() == [dt.date(2020, 7, 1)]


def test_every_file_has_its_hash_and_hashes_are_stable(files):
    first, second = folder.read(files.path).hashes, folder.read(files.path).hashes
    assert first == second
    assert set(first) == {one.name for one in files.path.iterdir()}
    raw = (files.path / "stock.csv").read_bytes()
    assert first["stock.csv"] == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_byte_order_marks_change_nothing(files, end):
    before = folder.read(files.path)
    for file in files.path.glob("*.csv"):
        text = file.read_bytes().replace(b"\n", end.encode())
        file.write_bytes(b"\xef\xbb\xbf" + text)
    after = folder.read(files.path)
    for name in INPUTS:
        assert after[name].equals(before[name])


def test_spaces_around_cells_and_blank_lines_change_nothing(files):
    before = folder.read(files.path)
    files.change(
        "stock.csv", "ee-london,02351234,12,", "\n,,,\n  ee-london ,\t02351234, 12 ,  \n\n"
    )
    files.change("parts.csv", "part_id,", " part_id ,")
    assert folder.read(files.path)["stock"].equals(before["stock"])


def test_optional_tables_may_be_missing_or_empty(files):
    for name in ("stock", "orders", "components", "bom", "sources", "crews"):
        files.remove(f"{name}.csv")
    files.put(
        "swaps.csv", "from_supplier_id,technology,to_supplier_id,cost_per_site,crew_days_per_site\n"
    )
    network = folder.read(files.path)
    assert network["stock"].height == 0
    assert network["swaps"].height == 0


def test_parquet_is_read_like_csv(files):
    before = folder.read(files.path)
    for name in ("parts", "orders", "stock", "suppliers"):
        files.remove(f"{name}.csv")
        before[name].write_parquet(files.path / f"{name}.parquet")
    after = folder.read(files.path)
    assert all(after[name].equals(before[name]) for name in INPUTS)


def only(path: Path) -> str:
    (found,) = folder.check(path).problems
    return str(found)


def test_parquet_types_are_kept_or_refused(files):
    before = folder.read(files.path)
    files.remove("orders.csv")
    changed = before["orders"].with_columns(
        pl.col("quantity").cast(pl.Float64),
        pl.col("due_on").cast(pl.Datetime),
        pl.col("part_id").cast(pl.Categorical),
        pl.col("depot_id"),
    )
    changed.write_parquet(files.path / "orders.parquet")
    assert folder.read(files.path)["orders"].equals(before["orders"])
    changed.with_columns(pl.lit(2.5).alias("quantity")).write_parquet(files.path / "orders.parquet")
    assert only(files.path).startswith(
        'orders.parquet row 1, column quantity: "2.5" is not a whole'
    )
    changed.with_columns(pl.lit(15).alias("part_id")).write_parquet(files.path / "orders.parquet")
    assert only(files.path) == (
        "orders.parquet, part_id: the column holds whole numbers. Expected an id listed in "
        "parts.part_id. Write it as text. [IN-217]"
    )


def test_write_and_read_are_the_same_network(files, tmp_path):
    before = folder.read(files.path)
    folder.write(before, None, tmp_path / "again", parquet=("installed",))
    after = folder.read(tmp_path / "again")
    assert (tmp_path / "again" / "installed.parquet").exists()
    assert (after.name, after.start, after.end, after.source) == (
        before.name,
        before.start,
        before.end,
        before.source,
    )
    assert all(after[name].equals(before[name]) for name in INPUTS)


def test_writing_again_keeps_what_is_not_a_table(files, tmp_path):
    network = folder.read(files.path)
    files.put("scenario.yaml", "name: mine\n")
    tables = {**network.tables, "orders": network["orders"].clear()}
    folder.write(tables, network, files.path)
    assert files.text("scenario.yaml") == "name: mine\n"
    assert not (files.path / "orders.csv").exists()
    assert folder.read(files.path)["orders"].height == 0


def test_awkward_texts_survive_a_round_trip(files, tmp_path):
    network = folder.read(files.path)
    names = ["=1+1", 'say "hi", twice\nand again', "1e5"]
    frames = complete(network.tables)
    frames["suppliers"] = frames["suppliers"].with_columns(pl.Series("name", names))
    settings = {
        "name": 'a: "b"\n# c',
        "currency": "EUR",
        "start": network.start,
        "end": network.end,
    }
    folder.write(frames, settings, tmp_path / "odd")
    again = folder.read(tmp_path / "odd")
    assert again["suppliers"]["name"].to_list() == names
    assert again.name == 'a: "b"\n# c'
