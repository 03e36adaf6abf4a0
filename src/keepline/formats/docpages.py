"""Make the documentation pages of tables and error codes from their declarations.

Run ``python -m keepline.formats.docpages docs``; a test demands that the pages are up to date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import dataframely as dy

from keepline.formats.atomic import write_file
from keepline.formats.policyschema import policy_page
from keepline.formats.schema import table_schema
from keepline.formats.settingschema import policy_schema, scenario_schema, settings_page
from keepline.model.codes import CODES, Code
from keepline.model.declare import is_required, trait
from keepline.model.inputs import INPUTS, NEEDED
from keepline.model.results import RESULTS

if TYPE_CHECKING:
    from keepline.model.declare import Table

_KINDS: Final[dict[type[dy.Column], str]] = {
    dy.String: "text",
    dy.Date: "date",
    dy.Int64: "whole number",
    dy.Float64: "number",
    dy.Bool: "true or false",
}
_GROUPS: Final = (
    ("IN-1", "Cells and rows"),
    ("IN-2", "Files and columns"),
    ("IN-3", "Settings, scenarios, policies"),
    ("IN-4", "What hangs together"),
    ("IN-5", "Lists of sanctioned or restricted parties"),
    ("KL-", "Everything else"),
)


def pages() -> dict[str, str]:
    """Return every generated page by its path below ``docs``."""
    out = {"tables/index.md": _table_index(), "errors/index.md": _code_index()}
    for is_input, tables in ((True, INPUTS), (False, RESULTS)):
        for name, table in tables.items():
            if not is_input and name in INPUTS:
                continue  # what comes out can go in again: one page tells of both
            out[f"tables/{name}.md"] = _table_page(name, table, is_input=is_input)
            schema = json.dumps(table_schema(name, table), indent=2, ensure_ascii=False)
            out[f"tables/{name}.schema.json"] = schema + "\n"
    out["settings/scenario.md"] = settings_page()
    out["settings/policy.md"] = policy_page()
    for name, said in (("scenario", scenario_schema()), ("policy", policy_schema())):
        written = json.dumps(said, indent=1, ensure_ascii=False)
        out[f"settings/{name}.schema.json"] = written + "\n"
    out |= {f"errors/{code}.md": _code_page(one) for code, one in CODES.items()}
    return out


def write_pages(docs: Path) -> list[Path]:
    """Write every page below a folder and remove pages of tables and codes that are gone.

    Raises:
        StoreError: When a page cannot be written.
    """
    made = pages()
    for folder in ("tables", "errors", "settings"):
        (docs / folder).mkdir(parents=True, exist_ok=True)
        for old in (docs / folder).iterdir():
            if old.suffix in {".md", ".json"} and f"{folder}/{old.name}" not in made:
                old.unlink()
    return [write_file(docs / path, text.encode()) for path, text in sorted(made.items())]


def _sentence(table: type[Table]) -> str:
    return " ".join((table.__doc__ or "").split("\n\n")[0].split())


def _table_index() -> str:
    lines = [
        "# Tables",
        "",
        "Generated from the declarations. Every input table is a `NAME.csv` or `NAME.parquet` in",
        "the network's folder, or a sheet of one workbook. Every result table is written as both.",
        "",
        "## Input",
        "",
        "| table | one row is | |",
        "|---|---|---|",
    ]
    for name, table in INPUTS.items():
        needed = "needed" if name in NEEDED else "optional"
        lines.append(f"| [{name}]({name}.md) | {_cell(_sentence(table))} | {needed} |")
    lines += ["", "## Results", "", "| table | one row is |", "|---|---|"]
    lines += [
        f"| [{name}]({name}.md) | {_cell(_sentence(table))} |" for name, table in RESULTS.items()
    ]
    return "\n".join(lines) + "\n"


def _table_page(name: str, table: type[Table], *, is_input: bool) -> str:
    columns = table.columns()
    keys = [f"`{label}`" for label, column in columns.items() if trait(column).is_key]
    lines = [f"# {name}", "", *(table.__doc__ or "").strip().splitlines(), ""]
    if is_input:
        lines += ["Needed." if name in NEEDED else "Optional.", ""]
    if keys:
        lines += [f"No two rows may agree in {', '.join(keys)}.", ""]
    required = "required" if is_input else "always filled"
    lines += [
        f"| column | type | unit | {required} | default | bounds | meaning | example |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_column_row(label, column) for label, column in columns.items()]
    references = [
        f"- `{label}` must be listed in {_target(trait(column).references)}."
        for label, column in columns.items()
        if trait(column).references
    ]
    if references:
        lines += ["", "## References", "", *references]
    lines += ["", f"For machines: [{name}.schema.json]({name}.schema.json)."]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _column_row(label: str, column: dy.Column) -> str:
    said = trait(column)
    kind = _KINDS[type(column)] + (", several with `;`" if said.is_list else "")
    default = said.default
    shown = "" if default is None else str(default).lower() if default in (True, False) else default
    if isinstance(default, int | float) and not isinstance(default, bool):
        shown = f"{default:g}"
    cells = (
        f"`{label}`",
        kind,
        said.unit,
        "yes" if is_required(column) else "",
        str(shown),
        _bounds(column),
        column.description or "",
        f"`{said.example}`",
    )
    return "| " + " | ".join(_cell(one) for one in cells) + " |"


def _bounds(column: dy.Column) -> str:
    if trait(column).choices:
        return ", ".join(trait(column).choices)
    if not isinstance(column, dy.Int64 | dy.Float64):
        return ""
    if column.min is not None and column.max is not None:
        return f"{column.min:g} to {column.max:g}"
    return "" if column.min is None else f"{column.min:g} or more"


def _target(references: str) -> str:
    links = []
    for one in references.split("|"):
        table, _, column = one.partition(".")
        links.append(f"[{table}]({table}.md)" + (f" as `{column}`" if column else ""))
    return " or ".join(links)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code_index() -> str:
    lines = [
        "# Error codes",
        "",
        "Generated from the declarations. Every line that Keepline prints about a problem ends",
        "with a code in brackets.",
    ]
    for start, title in _GROUPS:
        lines += ["", f"## {title}", ""]
        lines += [
            f"- [{code}]({code}.md): {one.title}."
            for code, one in CODES.items()
            if code.startswith(start)
        ]
    return "\n".join(lines) + "\n"


def _code_page(one: Code) -> str:
    lines = [
        f"# {one.code}: {one.title}",
        "",
        one.meaning,
        "",
        "## Example",
        "",
        "```text",
        one.example,
        "```",
        "",
        "## How to mend it",
        "",
        one.mend,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
