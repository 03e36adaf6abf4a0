"""Each wrong file is one clear line; files that are not used are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from keepline.formats import folder


def lines(path: Path) -> list[str]:
    return [str(one) for one in folder.check(path).problems if not one.is_notice]


def only(path: Path) -> str:
    found = lines(path)
    assert len(found) == 1, found
    return found[0]


WRONG_FILES = [
    (
        "stock.csv",
        b"",
        (
            "stock.csv: the file is empty. Expected a header and rows. Fill it, or "
            "remove it. [IN-206]"
        ),
    ),
    (
        "parts.csv",
        b"part_id,name,supplier_id,technology,unit_cost,failures_per_year,lead_days\n",
        (
            "parts.csv: the table has a header and no rows. Expected one row at least. Add "
            "its rows. "
            "[IN-207]"
        ),
    ),
    (
        "stock.csv",
        b"PK\x03\x04rest",
        (
            "stock.csv: the file is an Excel workbook or another zip file, "
            "whatever its name says. Expected CSV text. Save it as CSV (UTF-8). [IN-213]"
        ),
    ),
    (
        "stock.csv",
        "depot_id".encode("utf-16"),
        (
            "stock.csv: the file is text in UTF-16, whatever its "
            "name says. Expected CSV text. Save it as CSV (UTF-8). [IN-213]"
        ),
    ),
    (
        "stock.csv",
        b"\x00\x01\x02",
        (
            "stock.csv: the file is binary, whatever its name says. Expected "
            "CSV text. Save it as CSV (UTF-8). [IN-213]"
        ),
    ),
    (
        "stock.csv",
        "depot_id,part_id,on_hand\nM\xfcnchen,1e5,1\n".encode("cp1252"),
        (
            "stock.csv row 2: byte 26 (0xfc) is not UTF-8; the file looks like Windows-1252 "
            "(Western "
            'European), in which the place reads "M\xfcnchen,1e5,1". Expected UTF-8. Save '
            "the file as CSV "
            "UTF-8. [IN-212]"
        ),
    ),
    (
        "stock.csv",
        b"depot_id;part_id;on_hand\nee-london;1e5;12,5\n",
        (
            "stock.csv row 1: the columns "
            "are separated by semicolons. Expected commas. Save it with commas, and with a "
            "point in "
            "figures (12.5). [IN-214]"
        ),
    ),
    (
        "stock.csv",
        b"depot_id\tpart_id\ton_hand\n",
        (
            "stock.csv row 1: the columns are separated by "
            "tabs. Expected commas. Save it with commas, and with a point in figures (12.5). "
            "[IN-214]"
        ),
    ),
    (
        "stock.parquet",
        b"PAR1",
        (
            "stock.parquet: the table stock stands in stock.csv too. Expected "
            "one file for each table. Remove one of the two. [IN-215]"
        ),
    ),
    (
        "traffic.parquet",
        b"PAR1 and then nothing",
        (
            "traffic.parquet: the file is not whole. Expected "
            "a Parquet table. Write it again. [IN-216]"
        ),
    ),
    (
        "traffic.parquet",
        b"site_id,technology",
        (
            "traffic.parquet: the file is not Parquet. Expected "
            "a Parquet table. Write it again. [IN-216]"
        ),
    ),
    (
        "swap.csv",
        b"a\n",
        (
            'swap.csv: "swap" is not the name of a table, and swaps is missing. Name '
            "the file swaps.csv. [IN-204]"
        ),
    ),
    (
        "Traffic.CSV",
        b"a\n",
        (
            'Traffic.CSV: "Traffic" is not the name of a table, and traffic is '
            "missing. Name the file traffic.CSV. [IN-204]"
        ),
    ),
    (
        "network.yaml",
        b"",
        (
            "network.yaml: the file is empty. Expected key: value. Write one key on "
            "each line. [IN-347]"
        ),
    ),
    (
        "network.yaml",
        b"- 1\n",
        (
            "network.yaml: the file is not a mapping of keys. Expected key: "
            "value. Write one key on each line. [IN-347]"
        ),
    ),
    (
        "network.yaml",
        b"a: &x 1\nb: *x\n",
        (
            "network.yaml row 2: anchors and aliases (& and *) are "
            "not read. Expected plain keys and values. [IN-346]"
        ),
    ),
    (
        "network.yaml",
        b"a: " + b"[" * 5000,
        (
            "network.yaml row 1: it is nested more than 30 deep. "
            "Expected plain keys and values. [IN-346]"
        ),
    ),
    (
        "network.yaml",
        b"\xff\xfea",
        (
            "network.yaml: the file is text in UTF-16, whatever its name "
            "says. Expected YAML text. Save it as YAML (UTF-8). [IN-213]"
        ),
    ),
]


@pytest.mark.parametrize(("file", "content", "line"), WRONG_FILES)
def test_each_wrong_file_is_one_clear_line(files, file, content, line):
    files.put(file, content)
    assert only(files.path) == line


def test_files_of_no_table_are_noticed_and_left_alone(files):
    files.put("notes.csv", "a\n1\n")
    files.put("README.txt", "hello")
    files.change("sites.csv", "region", "postcode_of_it,region")
    files.change("sites.csv", 'Pagnell",', 'Pagnell",x,')
    files.change("sites.csv", "ee-00002,ee,,", "ee-00002,ee,,,")
    checked = folder.check(files.path)
    assert checked.network is not None
    assert [str(one) for one in checked.problems.notices] == [
        'notes.csv: the file is not used: no table is called "notes". [IN-205]',
        'sites.csv row 1, column postcode_of_it: the column "postcode_of_it" is not used. [IN-210]',
    ]
    assert checked.rows["sites"] == 2


def test_columns_without_a_name_are_let_pass_when_empty(files):
    files.put("bom.csv", "item_id,needs_id,,\n02351234,asic,,\n")
    assert folder.check(files.path).problems.found == []
    files.put("bom.csv", "item_id,needs_id,,\n02351234,asic,5,\n")
    assert [one.code for one in folder.check(files.path).problems] == ["IN-210"]


def test_a_path_that_is_no_network(tmp_path):
    missing = tmp_path / "nothing"
    assert only(missing) == (
        "nothing: there is no such folder or file. Expected a network folder, or a workbook "
        "(.xlsx). Check the path. [IN-201]"
    )
    (tmp_path / "a.csv").write_text("a")
    assert only(tmp_path / "a.csv").endswith("[IN-201]")
    assert only(tmp_path / "nul\0l").endswith("[IN-201]")


def test_an_empty_folder_lacks_everything_that_is_needed(tmp_path):
    codes = [problem.code for problem in folder.check(tmp_path).problems]
    assert codes == ["IN-340"] + ["IN-203"] * 5


def test_a_misnamed_settings_file_is_named(files):
    (files.path / "network.yaml").rename(files.path / "settings.yml")
    assert "Is settings.yml meant? Name it network.yaml. [IN-340]" in only(files.path)


def test_refused_files_are_problems(files, monkeypatch):
    files.remove("stock.csv")
    (files.path / "stock.csv").mkdir()
    assert only(files.path).startswith("stock.csv: it is a folder, not a file.")
    (files.path / "stock.csv").rmdir()
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "orders.csv":
            raise PermissionError(13, "Permission denied")
        if path.name == "bom.csv":
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert [line.split(".")[0] + line[-9:] for line in lines(files.path)] == [
        "bom [IN-202]",
        "orders [IN-202]",
    ]
