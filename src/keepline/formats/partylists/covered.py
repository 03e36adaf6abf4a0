"""Read the FCC's Covered List: the companies are named inside its sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from keepline.formats.partylists.rows import SPACES, headed_rows, text_in
from keepline.formats.partylists.said import id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.formats.partylists.gathering import Gathered

COLUMNS: Final = ("covered_equipment_or_services", "date_of_inclusion_on_covered_list")
#: Whoever is named after these words, up to where the sentence goes on.
_BY: Final = re.compile(
    r"(?:produced or provided by|produced by|provided by|supplied, directly or indirectly, by)\s+"
    r"(?P<who>[A-Z].*?)"
    r"(?=,\s*(?:including|to the extent|subject)|\s+subject to|\s+or any of its|\.?\s*$)"
)
_SUBSIDIARY: Final = re.compile(r"\s+and its (?:wholly-owned )?(?:subsidiary|subsidiaries)\s+")


def read(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read what is covered; an entry that names no company is kept, and told."""
    for file, content in files.items():
        text = text_in(content, file, gathered.problems)
        if text is None:
            continue
        for row in headed_rows(text, file, gathered.problems, COLUMNS):
            said, date = (row.cells[one].strip(SPACES) for one in COLUMNS)
            day = gathered.day(date, file, row.line, COLUMNS[1])
            gathered.appeared(day)
            names = companies_in(said)
            if not names:
                what = f'the entry names no company: "{said[:80]}"'
                gathered.notice("IN-514", what, file, row.line, COLUMNS[0])
            for name in names or [""]:
                entry_id = id_of([said, name])
                gathered.entry(entry_id, "organisation", listed_on=day, remarks=said)
                gathered.name(entry_id, name)


def companies_in(sentence: str) -> list[str]:
    """Return the companies that a sentence of the list names.

    >>> companies_in("Services provided by Pacific Networks Corp and its wholly-owned subsidiary "
    ...     "ComNet (USA) LLC subject to section 214 of the Communications Act of 1934.")
    ['Pacific Networks Corp', 'ComNet (USA) LLC']
    >>> companies_in("Routers produced in a foreign country.")
    []
    """
    found = _BY.search(sentence)
    if found is None:
        return []
    return [one.strip(" ,") for one in _SUBSIDIARY.split(found["who"]) if one.strip(" ,")]
