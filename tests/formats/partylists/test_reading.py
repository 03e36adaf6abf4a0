"""Lists in every format: what is read, and what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepline.formats.partylists.reading import detect, read_contents
from keepline.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.partylist import PartyList

SAMPLES = Path(__file__).parent / "samples"
LISTS = {
    "csl-csv": ["csl_sample_2025_29cols.csv"],
    "old csl-csv": ["csl_sample_v1.csv"],
    "fcc-covered": ["fcc_covered_list_table.csv"],
    "bis-mieu": ["bis_mieu.csv"],
    "bis-dpl": ["bis_dpl_head.txt"],
    "ofac-csv": ["ofac_sdn_head.csv", "ofac_alt_head.csv", "ofac_add_head.csv"],
    "uk-xml": ["uk_made_up.xml"],
    "uk-csv": ["uk_made_up.csv"],
    "ftm-json": ["ftm_sample.ijson"],
}


def contents(kind: str) -> dict[str, bytes]:
    return {name: (SAMPLES / name).read_bytes() for name in LISTS[kind]}


def codes(error: InputError) -> set[str]:
    return {one.code for one in error.problems or () if not one.is_notice} or {error.code}


def same(one: PartyList, other: PartyList) -> bool:
    return all(one.tables[name].equals(other.tables[name]) for name in one.tables)


@pytest.mark.parametrize("kind", LISTS)
def test_a_format_is_told_by_its_content(kind: str) -> None:
    assert all(detect(one) == kind.removeprefix("old ") for one in contents(kind).values())


@pytest.mark.parametrize("kind", LISTS)
def test_every_entry_has_a_name_or_is_told(kind: str) -> None:
    found = read_contents(contents(kind))
    assert found.entries.height > 1
    named = set(found.names["entry_id"])
    nameless = [one for one in found.entries["entry_id"] if one not in named]
    told = [one for one in found.notices if one.code == "IN-514"]
    assert len(nameless) == len(told)


@pytest.mark.parametrize("kind", LISTS)
def test_file_names_byte_order_marks_and_line_ends_change_nothing(kind: str) -> None:
    plain = read_contents(contents(kind))
    marked = {
        f"x{number}": (b"" if kind == "ofac-csv" else b"\xef\xbb\xbf")
        + one.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        for number, one in enumerate(contents(kind).values())
    }
    assert same(plain, read_contents(marked))
    packed = {name: gzip.compress(one) for name, one in contents(kind).items()}
    assert same(plain, read_contents(packed))


@pytest.mark.parametrize("kind", [kind for kind in LISTS if kind != "uk-xml"])
def test_the_order_of_rows_changes_nothing(kind: str) -> None:
    mixed = {name: shuffled(one, kind) for name, one in contents(kind).items()}
    assert same(read_contents(contents(kind)), read_contents(mixed))


def shuffled(content: bytes, kind: str) -> bytes:
    if kind == "ftm-json":
        lines = content.decode().splitlines(keepends=True)
        random.Random(7).shuffle(lines)
        return "".join(lines).encode()
    encoding = "latin-1" if kind == "ofac-csv" else "utf-8"
    delimiter = "\t" if kind == "bis-dpl" else ","
    text = content.decode(encoding)
    rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    rows = [row for row in rows if row and row != ["\x1a"]]
    heads = {"uk-csv": 2, "ofac-csv": 0}.get(kind, 1)
    head, body = rows[:heads], rows[heads:]
    random.Random(7).shuffle(body)
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows(head + body)
    return written.getvalue().encode(encoding)


@pytest.mark.parametrize("kind", ["csl-csv", "bis-mieu", "fcc-covered", "bis-dpl"])
def test_the_order_of_columns_changes_nothing(kind: str) -> None:
    (name, content), *_ = contents(kind).items()
    delimiter = "\t" if kind == "bis-dpl" else ","
    rows = [*csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter)]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows(
        row[::-1] for row in rows
    )
    assert same(read_contents({name: content}), read_contents({name: written.getvalue().encode()}))


@pytest.mark.parametrize("kind", [*LISTS])
@pytest.mark.parametrize("share", [0.35, 0.8])
def test_a_file_cut_in_the_middle_is_refused_or_told(kind: str, share: float) -> None:
    cut = {name: one[: int(len(one) * share)] for name, one in contents(kind).items()}
    cut = {name: one.rstrip(b"\r\n") for name, one in cut.items()}
    assert told_of(cut) <= {"IN-504", "IN-505", "IN-502", "IN-509", "IN-508", "IN-517"}


def told_of(files: Mapping[str, bytes]) -> set[str]:
    """Return the codes with which files are refused, or else the notice that one may be cut."""
    try:
        found = read_contents(files)
    except InputError as error:
        return codes(error)
    return {one.code for one in found.notices if one.code == "IN-517"} or {"not told"}


def test_an_empty_file_is_refused() -> None:
    for content in (b"", b"\xef\xbb\xbf  \n"):
        with pytest.raises(InputError) as caught:
            read_contents({"list.csv": content})
        assert codes(caught.value) == {"IN-502"}


def test_any_other_file_is_refused() -> None:
    for content in (b"a,b\n1,2\n", b"\x00\x01\x02\xff" * 50, b"{}", b"[1, 2]", b"hello"):
        with pytest.raises(InputError) as caught:
            read_contents({"list.csv": content})
        assert codes(caught.value) <= {"IN-501", "IN-505", "IN-503"}


def test_a_missing_column_is_named() -> None:
    (name, content), *_ = contents("csl-csv").items()
    with pytest.raises(InputError) as caught:
        read_contents({name: content.replace(b"alt_names", b"other", 1)})
    problems = [one for one in caught.value.problems or () if not one.is_notice]
    assert [(one.code, one.column) for one in problems] == [("IN-506", "alt_names")]


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><Designations>&b;</Designations>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<Designations><Designation><UniqueID>&a;</UniqueID></Designation></Designations>"""


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused(text: str, encoding: str) -> None:
    text = text.replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    with pytest.raises(InputError) as caught:
        read_contents({"uk.xml": text.encode(encoding)})
    assert codes(caught.value) == {"IN-511"}


def test_the_two_forms_of_the_uk_list_agree() -> None:
    one, other = read_contents(contents("uk-xml")), read_contents(contents("uk-csv"))
    assert same(one, other)
    assert one.published == other.published == dt.date(2026, 10, 6)
    uses = dict(one.names.filter(entry_id="XYZ0001").select("name", "use").iter_rows())
    assert uses == {
        "MADE UP RADIO WORKS LLC": "primary",
        "MADE-UP RADIOWORKS OOO": "alias",
        "MURW": "weak alias",
        "\u041e\u041e\u041e Выдуманный радиозавод": "alias",
    }
    assert one.addresses.row(0) == (
        "XYZ0001", "1 Nowhere Street, Moscow, 000000", "Moscow", "RU",
    )  # fmt: skip
    assert one.names.filter(entry_id="XYZ0002")["name"].to_list() == ["Nobody At ALL"]


def test_the_screening_list_as_json_is_its_csv() -> None:
    (_, content), *_ = contents("csl-csv").items()
    rows = [*csv.DictReader(io.StringIO(content.decode(), newline=""))]
    entries = [as_json(row) for row in rows]
    for whole in ({"total": len(entries), "results": entries}, entries):
        found = read_contents({"csl.json": json.dumps(whole).encode()})
        plain = read_contents(contents("csl-csv"))
        assert found.names.equals(plain.names)
        kept = ["entry_id", "kind", "countries", "programmes", "listed_on", "ends_on"]
        assert found.entries.select(kept).equals(plain.entries.select(kept))


def as_json(row: Mapping[str, str]) -> dict[str, object]:
    """Write an entry as the interface does: lists, and addresses in parts."""
    listed = ("alt_names", "programs", "nationalities", "citizenships", "dates_of_birth")
    entry: dict[str, object] = {key: value or None for key, value in row.items()}
    entry["id"] = entry.pop("_id")
    for key in listed:
        entry[key] = [one.strip() for one in row[key].split(";") if one.strip()]
    entry["addresses"] = [
        {"address": place.strip().rpartition(", ")[0], "country": place.strip().rpartition(", ")[2]}
        for place in row["addresses"].split(";")
        if place.strip()
    ]
    return entry


def test_names_of_the_covered_list_are_drawn_from_its_sentences() -> None:
    found = read_contents(contents("fcc-covered"))
    assert set(found.names["name"]) == {
        "Huawei Technologies Company", "ZTE Corporation", "Hytera Communications Corporation",
        "Hangzhou Hikvision Digital Technology Company", "Dahua Technology Company",
        "AO Kaspersky Lab", "Kaspersky Lab, Inc.", "China Mobile International USA Inc.",
        "China Telecom (Americas) Corp.", "Pacific Networks Corp", "ComNet (USA) LLC",
        "China Unicom (Americas) Operations Limited", "Digitalsystem Technology Inc.",
    }  # fmt: skip


def test_ofac_joins_its_files_by_number() -> None:
    found = read_contents(contents("ofac-csv"))
    names = found.names.filter(entry_id="36").select("name", "use").rows()
    assert names == [("AERO-CARIBBEAN", "alias"), ("AEROCARIBBEAN AIRLINES", "primary")]
    place = found.addresses.filter(entry_id="36").row(0)
    assert place == ("36", None, "Havana", "CU")
    alone = {name: one for name, one in contents("ofac-csv").items() if "sdn" in name}
    assert {one.code for one in read_contents(alone).notices} >= {"IN-518"}
    without = {name: one for name, one in contents("ofac-csv").items() if "sdn" not in name}
    with pytest.raises(InputError):
        read_contents(without)


def test_files_of_two_lists_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_contents({**contents("bis-mieu"), **contents("fcc-covered")})
    assert caught.value.code == "IN-510"


def test_hostile_names_are_kept_as_they_are() -> None:
    names = ["\u202eiewauH", "a\x07b", "😀 GmbH", "=1+1", "x" * 10_000, "Ltd;\tCo"]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(("name", "country", "relation", "first_listed", "source"))
    writer.writerows((name, "CN", "primary", "", "") for name in names)
    found = read_contents({"own.csv": written.getvalue().encode()})
    assert set(found.names["name"]) == set(names)


def test_who_holds_whom_is_read_from_entities() -> None:
    lines = [
        {"id": "a", "schema": "Company", "properties": {"name": ["A Ltd"], "country": ["cn"]}},
        {"id": "b", "schema": "Company", "properties": {"name": ["B Ltd"], "leiCode": ["L1"]}},
        {
            "id": "o", "schema": "Ownership",
            "properties": {"owner": ["a"], "asset": ["b"], "percentage": ["51.5%"]},
        },
    ]  # fmt: skip
    found = read_contents({"x.json": "\n".join(map(json.dumps, lines)).encode() + b"\n"})
    assert found.holdings.rows() == [("a", "b", 0.515)]
    assert found.identifiers.rows() == [("b", "LEI", "L1")]
    assert found.entries["countries"].to_list() == ["CN", None]


def test_the_version_tells_content_and_date() -> None:
    one = read_contents(contents("uk-xml"))
    renamed = read_contents({"other.xml": contents("uk-xml")["uk_made_up.xml"]})
    assert one.version == renamed.version
    assert one.version.startswith("2026-10-06+")
    changed = contents("uk-xml")["uk_made_up.xml"].replace(b"MURW", b"MURX")
    assert read_contents({"uk.xml": changed}).version != one.version
