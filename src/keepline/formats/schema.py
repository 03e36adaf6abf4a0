"""Make a JSON schema of every table from its declaration, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dataframely as dy

from keepline.model.declare import is_required, trait

if TYPE_CHECKING:
    from keepline.model.declare import Table

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final[dict[type[dy.Column], str]] = {
    dy.String: "string",
    dy.Date: "string",
    dy.Int64: "integer",
    dy.Float64: "number",
    dy.Bool: "boolean",
}


def table_schema(name: str, table: type[Table]) -> dict[str, object]:
    """Return the JSON schema of one row of a table.

    Units, keys and references, which JSON schema has no words for, stand under ``x-`` names.
    """
    columns = table.columns()
    return {
        "$schema": DIALECT,
        "title": name,
        "description": " ".join((table.__doc__ or "").split()),
        "type": "object",
        "properties": {label: _property(column) for label, column in columns.items()},
        "required": [label for label, column in columns.items() if is_required(column)],
        "additionalProperties": True,
        "x-key": [label for label, column in columns.items() if trait(column).is_key],
    }


def _property(column: dy.Column) -> dict[str, object]:
    said = trait(column)
    kind = _TYPES[type(column)]
    out: dict[str, object] = {
        "description": column.description or "",
        "type": kind if is_required(column) else [kind, "null"],
        "examples": [said.example],
    }
    if isinstance(column, dy.Date):
        out["format"] = "date"
    if isinstance(column, dy.Int64 | dy.Float64):
        bounds = {"minimum": column.min, "maximum": column.max}
        out |= {word: bound for word, bound in bounds.items() if bound is not None}
        kinds = {dy.Int64: int, dy.Float64: float}
        out["examples"] = [kinds[type(column)](said.example)]
    if isinstance(column, dy.Bool):
        out["examples"] = [said.example == "true"]
    if isinstance(column, dy.String):
        out |= {"minLength": 1} | ({"pattern": column.regex} if column.regex else {})
    if said.choices:
        # an optional cell may be null, which an enumeration must then allow
        out["enum"] = [*said.choices, *([] if is_required(column) else [None])]
    if said.default is not None:
        out["default"] = said.default
    extra = {"x-unit": said.unit, "x-references": said.references, "x-list": said.is_list}
    return out | {word: value for word, value in extra.items() if value}
