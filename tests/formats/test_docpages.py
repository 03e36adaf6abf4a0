"""The generated pages are up to date, and machines can read the schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keepline.formats.docpages import pages, write_pages
from keepline.formats.schema import table_schema
from keepline.model.inputs import INPUTS
from keepline.model.results import RESULTS

DOCS = Path(__file__).parents[2] / "docs"


def test_every_page_is_up_to_date():
    made = pages()
    standing = {
        one.relative_to(DOCS).as_posix(): one.read_text(encoding="utf-8")
        for folder in ("tables", "errors", "settings")
        for one in (DOCS / folder).iterdir()
    }
    hint = "run: python -m keepline.formats.docpages docs"
    assert sorted(standing) == sorted(made), hint
    assert [path for path, text in made.items() if standing[path] != text] == [], hint


def test_every_column_stands_on_its_page():
    made = pages()
    for name, table in {**INPUTS, **RESULTS}.items():
        for label, column in table.columns().items():
            rows = [one for one in made[f"tables/{name}.md"].splitlines() if f"`{label}` |" in one]
            assert len(rows) == 1, (name, label)
            assert (column.description or "") in rows[0]


def test_pages_that_are_gone_are_removed(tmp_path):
    write_pages(tmp_path)
    (tmp_path / "errors" / "IN-999.md").write_text("old")
    (tmp_path / "tables" / "notes.txt").write_text("mine")
    write_pages(tmp_path)
    assert not (tmp_path / "errors" / "IN-999.md").exists()
    assert (tmp_path / "tables" / "notes.txt").exists()


@pytest.mark.parametrize("name", [*INPUTS])
def test_schemas_agree_with_the_declarations(name):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(json.dumps(table_schema(name, INPUTS[name])))
    jsonschema.Draft202012Validator.check_schema(schema)
    row = {label: one["examples"][0] for label, one in schema["properties"].items()}
    checker = jsonschema.Draft202012Validator(schema)
    assert list(checker.iter_errors(row)) == []
    assert list(checker.iter_errors({})) != []
    assert set(schema["x-key"]) <= set(schema["properties"])
