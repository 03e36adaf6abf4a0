"""Read a Parquet file into a frame; its columns keep their types until they are checked."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.formats.guard import guarded
from keepline.model.check.raw import Raw
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from keepline.model.problems import Problems

#: The most rows that are read from one file; more is not a network of this kind.
MOST_ROWS: Final = 200_000_000
_SIGN: Final = b"PAR1"


def read_parquet(content: bytes, name: str, file: str, problems: Problems) -> Raw | None:
    """Return a table's cells, or report why there is no table in the file.

    Rows are counted from 1, for a Parquet file has no header row.

    Args:
        content: The file's bytes.
        name: The declared table.
        file: The file's name for the report.
        problems: Where every problem goes.
    """
    if not content:
        problems.add(
            Problem(file, "IN-206", "the file is empty", "a Parquet table", "Write it again")
        )
        return None
    frame = guarded(lambda: _frame(content)) if content.startswith(_SIGN) else None
    if frame is None:
        what = "the file is not whole" if content.startswith(_SIGN) else "the file is not Parquet"
        problems.add(Problem(file, "IN-216", what, "a Parquet table", "Write it again"))
        return None
    return Raw(name, file, frame, lambda positions: [position + 1 for position in positions])


def _frame(content: bytes) -> pl.DataFrame:
    height = pl.scan_parquet(io.BytesIO(content)).select(pl.len()).collect().item()
    if height > MOST_ROWS:
        message = f"{height} rows"
        raise ValueError(message)
    frame = pl.read_parquet(io.BytesIO(content))
    # words kept as numbers with a dictionary are texts all the same
    return frame.with_columns(
        pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Categorical | pl.Enum)
    )
