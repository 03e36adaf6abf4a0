"""Read FollowTheMoney entities, one JSON object a line, as many publishers of lists write them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from keepline.formats.partylists.rows import TOLD, text_in
from keepline.formats.partylists.said import remarks_of
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.formats.partylists.gathering import Gathered

    Properties = Mapping[str, list[str]]

_KINDS: Final = {
    "Company": "organisation", "Organization": "organisation", "PublicBody": "organisation",
    "LegalEntity": "unknown", "Person": "person", "Vessel": "vessel", "Airplane": "aircraft",
}  # fmt: skip
_NAMES: Final = (
    ("name", "primary"), ("alias", "alias"), ("previousName", "former"), ("weakAlias", "weak alias")
)  # fmt: skip
_PLACES: Final = ("country", "jurisdiction", "mainCountry", "nationality", "citizenship")
_NUMBERS: Final = {
    "registrationNumber": "Registration number", "leiCode": "LEI", "taxNumber": "Tax number",
    "vatCode": "VAT code", "ogrnCode": "OGRN", "innCode": "INN", "swiftBic": "SWIFT/BIC",
    "dunsCode": "D-U-N-S", "imoNumber": "IMO", "uscCode": "USC",
}  # fmt: skip
_MOST_SHARE: Final = 100.0


def read(files: Mapping[str, bytes], gathered: Gathered) -> None:
    """Read parties and who holds whom; what is neither is counted and told."""
    for file, content in files.items():
        text = text_in(content, file, gathered.problems)
        if text is not None:
            _read(text, file, gathered)


def _read(text: str, file: str, gathered: Gathered) -> None:
    others: Counter[str] = Counter()
    broken = 0
    for line, record in enumerate(text.splitlines(), 1):
        if not record.strip():
            continue
        found = _entity(record)
        if found is None:
            broken += 1
            if broken <= TOLD:
                _report(gathered, file, line, record)
            continue
        entity_id, schema, properties = found
        if schema == "Ownership":
            _hold(properties, gathered)
        elif schema not in _KINDS:
            others[schema] += 1
        else:
            _take(entity_id, _KINDS[schema], properties, file, line, gathered)
    if broken > TOLD:
        what = f"{broken - TOLD:,} more lines are no entities"
        gathered.problems.add(Problem(file, "IN-505", what, stands_for=broken - TOLD))
    for schema, count in sorted(others.items()):
        what = f"{count:,} records are of the kind {schema}, which is no party"
        gathered.notice("IN-515", what, file)


def _report(gathered: Gathered, file: str, line: int, record: str) -> None:
    gathered.problems.add(
        Problem(
            file, "IN-505", "the line is no entity", "one JSON object with id, schema, properties",
            "Fetch the file again", line, value=record[:80],
        )
    )  # fmt: skip


def _entity(record: str) -> tuple[str, str, Properties] | None:
    try:
        found: Any = json.loads(record)
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    entity_id, schema, said = (found.get(key) for key in ("id", "schema", "properties"))
    if not isinstance(entity_id, str) or not isinstance(schema, str) or not isinstance(said, dict):
        return None
    properties = {
        key: [str(one) for one in (value if isinstance(value, list) else [value])]
        for key, value in said.items()
    }
    return entity_id, schema, properties


def _take(
    entity_id: str, kind: str, said: Properties, file: str, line: int, gathered: Gathered
) -> None:
    codes = [gathered.country(one, file, line, key) for key in _PLACES for one in said.get(key, [])]
    days = [gathered.day(one, file, line, "createdAt") for one in said.get("createdAt", [])]
    changed = [gathered.day(one, file, line, "modifiedAt") for one in said.get("modifiedAt", [])]
    for day in (*days, *changed):
        gathered.appeared(day)
    gathered.entry(
        entity_id,
        kind,
        countries=codes,
        programmes=[*said.get("programId", []), *said.get("program", [])],
        listed_on=min((one for one in days if one), default=None),
        remarks=remarks_of(
            [("Topics", ", ".join(said.get("topics", []))), ("", " ".join(said.get("notes", [])))]
        ),
        url=next(iter(said.get("sourceUrl", [])), ""),
    )
    names = [gathered.name(entity_id, one, use) for key, use in _NAMES for one in said.get(key, [])]
    if not any(names):
        gathered.problems.add(
            Problem(
                file, "IN-508", "the party has no name", "the name of a party",
                "Fetch the file again", line, "name", entity_id,
            )
        )  # fmt: skip
    for address in said.get("address", []):
        gathered.address(entity_id, address, "", None)
    for key, label in _NUMBERS.items():
        for one in said.get(key, []):
            gathered.identifier(entity_id, label, one)


def _hold(said: Properties, gathered: Gathered) -> None:
    for owner in said.get("owner", []):
        for held in said.get("asset", []):
            gathered.holding(owner, held, _share(next(iter(said.get("percentage", [])), "")))


def _share(text: str) -> float | None:
    try:
        share = float(text.strip().removesuffix("%"))
    except ValueError:
        return None
    return share / _MOST_SHARE if 0.0 <= share <= _MOST_SHARE else None
