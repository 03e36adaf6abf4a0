"""Find what a chart draws in its specification."""

from __future__ import annotations

from typing import Any


def drawn_rows(node: Any) -> list[list[dict[str, Any]]]:
    """Return every data set that a specification holds, at any depth."""
    found = []
    if isinstance(node, dict):
        found += [rows for rows in node.get("datasets", {}).values() if rows]
        for child in node.values():
            found += drawn_rows(child)
    elif isinstance(node, list):
        for child in node:
            found += drawn_rows(child)
    return found
