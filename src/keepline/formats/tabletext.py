"""Write frames as CSV and as Parquet.

A CSV is data and says exactly what the table says: a text that begins with ``=`` stays as it is.
(The workbook, which people open, writes every text as text, so that no formula can arise there.)
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Return a frame as CSV: UTF-8, commas, line feeds, dates as 2020-09-14, true and false.

    A cell is quoted only where it must be; numbers are written so that reading gives them back.
    """
    return frame.write_csv(None, include_header=True, date_format="%Y-%m-%d").encode("utf-8")


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """Return a frame as Parquet, compressed with zstd."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=True)
    return buffer.getvalue()
