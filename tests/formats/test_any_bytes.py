"""Whatever the bytes, reading ends in a network or in problems, never in another exception."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepline.formats import folder
from keepline.formats.csvtext import read_csv
from keepline.formats.parquet import read_parquet
from keepline.formats.settings import load_yaml
from keepline.formats.workbook import open_workbook
from keepline.formats.yamltext import parse_yaml
from keepline.model.check import check_tables
from keepline.model.errors import InputError
from keepline.model.inputs import INPUTS
from keepline.model.problems import Problems

FEW = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELL = st.one_of(
    st.sampled_from(
        [
            "",
            "12,5",
            "1 000",
            "NaN",
            "-inf",
            "1e999",
            "12.0",
            "yes",
            "TRUE",
            "14/09/2020",
            "02351234",
            '"',
            '""',
            "a\nb",
            "\r\n",
            "\0",
            "=1+1",
            "99999999999999999999",
            "2020-02-30",
            "0000-01-01",
            "20200914",
            "3/2020/4",
            "Sep 14 2020",
            "50%",
            ";",
            "£12",
            "٣",
            "1-2",
            "½",
            "²",
        ]
    ),
    st.text(max_size=12),
)


@FEW
@given(content=st.binary(max_size=400), table=st.sampled_from([*INPUTS]))
def test_any_bytes_as_csv(content, table):
    problems = Problems()
    raw = read_csv(content, table, f"{table}.csv", problems)
    if raw is None:
        assert problems.count >= 1
    else:
        check_tables([raw], problems)


@FEW
@given(
    rows=st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=6),
    table=st.sampled_from(["stock", "orders", "suppliers", "crews", "installed"]),
    quote=st.booleans(),
)
def test_any_cells_under_a_right_header(rows, table, quote):
    header = list(INPUTS[table].columns())
    lines = [",".join(header)]
    for row in rows:
        cells = [row[index % len(row)] for index in range(len(header))]
        lines.append(
            ",".join('"' + one.replace('"', '""') + '"' if quote else one for one in cells)
        )
    content = "\n".join(lines).encode("utf-8", "replace")
    problems = Problems()
    raw = read_csv(content, table, "some.csv", problems)
    if raw is not None:
        typed = check_tables([raw], problems)[table]
        assert typed.height == raw.frame.height
    for problem in problems:
        assert str(problem).endswith(f"[{problem.code}]")
        assert "\n" not in str(problem.what)


@FEW
@given(content=st.binary(max_size=300), sign=st.booleans())
def test_any_bytes_as_parquet(content, sign):
    problems = Problems()
    content = b"PAR1" + content + b"PAR1" if sign else content
    if read_parquet(content, "stock", "stock.parquet", problems) is None:
        assert problems.count == 1


@FEW
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_any_bytes_as_yaml(content):
    problems = Problems()
    found = parse_yaml(content, "network.yaml", problems)
    assert (found is None) <= (problems.count >= 1)


@FEW
@given(content=st.binary(max_size=300))
def test_any_bytes_as_a_workbook(content):
    problems = Problems()
    assert open_workbook(b"PK\x03\x04" + content, "some.xlsx", problems) is None
    assert problems.count == 1


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["network.yaml", "sites.csv", "parts.parquet", "some.yaml"]),
    content=st.binary(max_size=120),
)
def test_any_bytes_in_a_folder(name, content):
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / name).write_bytes(content)
        with pytest.raises(InputError):
            folder.read(place)
        with contextlib.suppress(InputError):
            load_yaml(Path(place) / name)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), table=st.sampled_from([*INPUTS]))
def test_a_flipped_byte_in_a_right_parquet_file(at, byte, table):
    buffer = io.BytesIO()
    kinds = {name: column.dtype for name, column in INPUTS[table].columns().items()}
    pl.DataFrame({name: [None] * 3 for name in kinds}, schema=kinds).write_parquet(buffer)
    content = bytearray(buffer.getvalue())
    content[at % len(content)] = byte
    problems = Problems()
    raw = read_parquet(bytes(content), table, f"{table}.parquet", problems)
    if raw is None:
        assert problems.count == 1
    else:
        check_tables([raw], problems)


NUMBER_CELL = st.one_of(
    st.sampled_from(
        ["", " 5", "5 ", "+5", "007", "12.0", "12.5", "-1", "1_0", "1e3", "NaN", "inf", "1e999"]
    ),
    st.text("0123456789.,+-eE \u00a0nif_", max_size=6),
)


@FEW
@given(
    rows=st.lists(st.tuples(NUMBER_CELL, NUMBER_CELL, NUMBER_CELL), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    some=st.sampled_from([0, 1000]),
)
def test_numbers_read_at_once_are_those_read_as_texts(rows, end, some):
    lines = ["part_id,minimum_order,unit_cost,lead_days"]
    for position, cells in enumerate(rows):
        quoted = [f'"{one}"' if "," in one or (position % 3 == 0 and one) else one for one in cells]
        lines.append(",".join([f"p{position}", *quoted]))
    content = end.join(lines).encode()
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("keepline.formats.csvtext.SOME", some)
        for large in (0, 2**30):
            patch.setattr("keepline.formats.csvtext.LARGE", large)
            problems = Problems()
            raw = read_csv(content, "parts", "parts.csv", problems)
            assert raw is not None
            typed = check_tables([raw], problems)["parts"]
            found.append((sorted(map(str, problems)), typed.rows()))
    assert found[0] == found[1]
