from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keepline.packs import uk_2020

if TYPE_CHECKING:
    import polars as pl


@pytest.fixture(scope="session")
def national() -> dict[str, pl.DataFrame]:
    return uk_2020.build("national")


@pytest.fixture(scope="session")
def operator() -> dict[str, pl.DataFrame]:
    return uk_2020.build("operator")


@pytest.fixture(params=["operator", "national"])
def network(
    request: pytest.FixtureRequest,
    operator: dict[str, pl.DataFrame],
    national: dict[str, pl.DataFrame],
) -> dict[str, pl.DataFrame]:
    return operator if request.param == "operator" else national
