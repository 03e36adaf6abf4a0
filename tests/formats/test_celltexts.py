"""The text of a cell is found again wherever it stands."""

from __future__ import annotations

import pytest

from keepline.formats import celltexts
from keepline.formats.celltexts import CellTexts


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("few", [0, 500])
@pytest.mark.parametrize("block", [1, 7, 64, 2**14])
@pytest.mark.parametrize("last", ["", "end"])
def test_every_cell_is_found(monkeypatch, end, few, block, last):
    monkeypatch.setattr(celltexts, "BLOCK", block)
    monkeypatch.setattr(celltexts, "FEW", few)
    rows = [(f"a{one}", f'"x,{one}"' if one % 3 else "", "ü" * (one % 5)) for one in range(40)]
    text = end.join([",".join(row) for row in [("a", "b", "c"), *rows]])
    texts = CellTexts((text + (end if last else "")).encode(), ["a", "b", "c"])
    wanted = list(range(40))
    assert texts("a", wanted) == [row[0] for row in rows]
    assert texts("b", wanted) == [row[1].strip('"') for row in rows]
    assert texts("c", [0, 17, 39]) == [rows[one][2] for one in (0, 17, 39)]
