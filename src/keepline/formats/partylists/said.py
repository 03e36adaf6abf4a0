"""Put what has no column of its own into the remarks, so that nothing is lost."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from keepline.formats.partylists.rows import SPACES

if TYPE_CHECKING:
    from collections.abc import Iterable


def remarks_of(said: Iterable[tuple[str, str]]) -> str:
    """Return labelled texts as one, the empty ones left out; an empty label stands for none.

    >>> remarks_of([("", "Linked To: X"), ("Born", ""), ("Title", "Minister")])
    'Linked To: X; Title: Minister'
    """
    parts = ((label, text.strip(SPACES)) for label, text in said)
    return "; ".join(f"{label}: {text}" if label else text for label, text in parts if text)


def id_of(texts: Iterable[str]) -> str:
    """Return an id for a row that has none: it hangs on what the row says, not on where it stands.

    >>> id_of(["Huawei", "CN"]) == id_of(["Huawei", "CN"]) != id_of(["HuaweiCN"])
    True
    """
    joined = "\x1f".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]
