"""What all tests of screening stand on: a matcher, lists and networks of a few lines."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from keepline.formats.lexicontext import lexicon_of
from keepline.formats.partylists.reading import read_contents
from keepline.model.network import Network, complete
from keepline.packs import names
from keepline.screen import Matcher, screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keepline.model.decisions import Decision
    from keepline.model.lexicon import Lexicon
    from keepline.model.partylist import PartyList
    from keepline.model.screening import Screening


def lexicon() -> Lexicon:
    return lexicon_of(names.text(names.LEXICON), names.text(names.COUNTS))


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    return Matcher(lexicon())


def listed(*rows: tuple[str, str], list_id: str = "own") -> PartyList:
    """Return a list of names with their countries."""
    lines = ["name,country,relation,first_listed,source"]
    lines += [f'"{name}",{country},primary,2020-01-01,' for name, country in rows]
    return read_contents({"own.csv": "\n".join([*lines, ""]).encode()}, list_id=list_id)


def network(
    suppliers: Sequence[dict[str, Any]],
    parts: Iterable[dict[str, Any]] = (),
    **tables: Sequence[dict[str, Any]],
) -> Network:
    """Return a network: suppliers, parts that stand at one site each, and further tables."""
    rows = [{"name": one["supplier_id"], "country": "CN", **one} for one in suppliers]
    made = [
        {"name": "x", "technology": "IP", "unit_cost": 1.0, "failures_per_year": 0.1,
         "lead_days": 1.0, **one}
        for one in parts
    ]  # fmt: skip
    sites = [
        {"site_id": f"s{number}", "region": "r", "function": "access", "depot_id": "d",
         "traffic": float(10 ** number)}
        for number in range(4)
    ]  # fmt: skip
    given = {"suppliers": rows, "parts": made, "sites": sites, **tables}
    frames = {name: pl.DataFrame(list(one)) for name, one in given.items() if one}
    return Network("n", "GBP", dt.date(2020, 1, 1), dt.date(2021, 12, 31), "", complete(frames), {})


def screened(here: Network, *lists: PartyList, decisions: Iterable[Decision] = ()) -> Screening:
    return screen(here, lists, lexicon(), decisions)
