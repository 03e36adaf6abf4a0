"""Find companies and goods of a network by the words by which others call them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl


def suppliers_by_word(suppliers: pl.DataFrame) -> Mapping[str, frozenset[str]]:
    """Return the ids of the suppliers that every word may mean, words in small letters.

    A word that is somebody's id means nobody else; any other word means all whose name it is, or
    one of whose aliases. So a rule may name a company as the law does, and every network as its
    own tables do.

    >>> import polars as pl
    >>> row = {"supplier_id": ["hw"], "name": ["Huawei Ltd."], "aliases": ["HWT; X"]}
    >>> known = suppliers_by_word(pl.DataFrame(row))
    >>> [sorted(known.get(one, ())) for one in ("hw", "huawei ltd.", "hwt", "zte")]
    [['hw'], ['hw'], ['hw'], []]
    """
    found: dict[str, set[str]] = defaultdict(set)
    for supplier_id, name, aliases in suppliers.select(
        "supplier_id", "name", "aliases"
    ).iter_rows():
        for word in (name, *(aliases or "").split(";")):
            if word and word.strip():
                found[word.strip().casefold()].add(supplier_id)
    ids: dict[str, set[str]] = defaultdict(set)
    for supplier_id in suppliers["supplier_id"]:
        ids[supplier_id.casefold()].add(supplier_id)
    return {word: frozenset(known) for word, known in {**found, **ids}.items()}


def named_suppliers(suppliers: pl.DataFrame, names: Iterable[str]) -> frozenset[str]:
    """Return the ids of the suppliers that are named; a name that nobody bears adds nobody."""
    wanted = [name.strip().casefold() for name in names]
    if not wanted:
        return frozenset()
    known = suppliers_by_word(suppliers)
    nobody = frozenset[str]()
    return frozenset().union(*(known.get(word, nobody) for word in wanted))


def words_of_goods(components: pl.DataFrame, parts: pl.DataFrame) -> frozenset[str]:
    """Return every word, in small letters, by which a rule may name goods of a network."""
    columns = (
        components["component_id"], components["name"], components["kind"],
        parts["part_id"], parts["name"],
    )  # fmt: skip
    return frozenset(word.strip().casefold() for one in columns for word in one.drop_nulls())
