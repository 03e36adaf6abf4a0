"""Write HTML piece by piece; every text passes :func:`escape` on its way in."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_KEPT = {"\n", "\t"}
#: Signs that reverse the direction of a line and so could make a name read as another one.
_TURNING = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}


def escape(text: object) -> str:
    """Return text that a page shows and never runs; signs no page may hold become a box.

    >>> escape('<script>"x"')
    '&lt;script&gt;&quot;x&quot;'
    """
    kept = "".join("\ufffd" if _is_bad(sign) else sign for sign in str(text))
    return html.escape(kept, quote=True)


def _is_bad(sign: str) -> bool:
    code = ord(sign)
    control = code < 0x20 or 0x7F <= code < 0xA0 or code in {0xFFFE, 0xFFFF}  # noqa: PLR2004
    surrogate = 0xD800 <= code < 0xE000  # noqa: PLR2004
    return (control and sign not in _KEPT) or surrogate or sign in _TURNING


def element(tag: str, content: str = "", **attributes: str) -> str:
    """Return an element around markup; ``class_`` and ``data_x`` stand for class and data-x.

    >>> element("p", "a", class_="lead")
    '<p class="lead">a</p>'
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{written}>{content}</{tag}>"


def paragraph(text: str, **attributes: str) -> str:
    """Return plain text as a paragraph."""
    return element("p", escape(text), **attributes)


def bullets(items: Iterable[str]) -> str:
    """Return markup pieces as a list."""
    return element("ul", "".join(element("li", item) for item in items))


def refs(names: Sequence[str]) -> str:
    """Return the small references that say in which tables a figure stands."""
    links = ", ".join(
        element("a", escape(name), href=f"#table-{name}", title=f"Where it comes from: {name}")
        for name in names
    )
    return f' <span class="ref">[{links}]</span>' if links else ""


def grid(
    headings: Sequence[str],
    cells: Iterable[Sequence[str]],
    numeric: Sequence[bool],
    caption: str = "",
    tables: Sequence[str] = (),
) -> str:
    """Return a table of markup cells; columns of figures stand to the right.

    Args:
        headings: Markup of the column headings.
        cells: Rows of markup.
        numeric: Whether each column holds figures.
        caption: What the table shows, in plain text.
        tables: The result tables from which it is made.
    """
    kinds = [' class="n"' if one else "" for one in numeric]
    head = "".join(
        f'<th scope="col"{kind}>{one}</th>' for one, kind in zip(headings, kinds, strict=True)
    )
    body = "\n".join(
        "<tr>"
        + "".join(f"<td{kind}>{one}</td>" for one, kind in zip(row, kinds, strict=True))
        + "</tr>"
        for row in cells
    )
    said = element("caption", escape(caption) + refs(tables)) if caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption or "Table")}">'
        f"<table>{said}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )
