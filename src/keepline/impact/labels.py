"""Say on whom and what each delivery stands: companies, countries, sites and technologies.

All kinds share one numbering, so that one look finds what every one of them takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.maths.single import Labels, cut_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from keepline.impact.offers import Offers
    from keepline.impact.paths import Unfolded

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

AT: Final = " / "
_SUPPLIER, _COUNTRY, _SITE, _TECHNOLOGY = range(4)


@dataclass(frozen=True)
class Named:
    """Hold what can be lost at a stroke.

    Attributes:
        kind: What each label is, the number of its kind in `KINDS` of the result tables.
        label: How each is written.
        name: What each is called.
        labels: On which labels each delivery of the graph stands.
        is_open: bool[kinds, deliveries of the graph]; where it is not recorded on whom or what of
            that kind a delivery stands.
    """

    kind: Ints
    label: list[str]
    name: list[str]
    labels: Labels
    is_open: Flags

    def cut(self, lost: Iterable[int], perhaps: bool = False) -> Flags:
        """Say which deliveries are cut when some labels are lost together: bool[d].

        Args:
            lost: The labels.
            perhaps: Whether to add the deliveries of which it is not known that they are not.
        """
        numbers = np.array(list(lost), np.int64)
        found = np.isfinite(cut_by(self.labels, numbers))
        if perhaps:
            found = found | self.is_open[np.unique(self.kind[numbers])].any(axis=0)
        return np.asarray(found, np.bool_)


def named_of(offers: Offers, unfolded: Unfolded) -> Named:
    """Return all labels of a network; of a delivery by nobody, the operator itself, there is none.

    A delivery stands on its supplier and on the manufacturer it is made for; on the country it is
    made in; on its site, the supplier in that country; and on every origin of its technology.
    """
    supplier, maker = (offers.offer[name].to_numpy() for name in ("supplier", "maker"))
    country = offers.offer["country"].to_list()
    cells = offers.offer["technology_origin"].to_list()
    origins = {cell: _origins(cell) for cell in set(cells)}
    known, bought = offers.suppliers.height, supplier != offers.nobody
    pairs: list[set[tuple[int, str]]] = []
    ids, names = (offers.suppliers[one].to_list() for one in ("supplier_id", "name"))
    called: dict[tuple[int, str], str] = {}
    for row in range(len(supplier)):
        mine: set[tuple[int, str]] = set()
        for company in {int(supplier[row]), int(maker[row])}:
            if company < known:
                mine.add((_SUPPLIER, ids[company]))
                called[_SUPPLIER, ids[company]] = names[company]
        if bought[row] and country[row] is not None:
            mine.add((_COUNTRY, country[row]))
            if supplier[row] < known:
                site = (_SITE, ids[supplier[row]] + AT + country[row])
                mine.add(site)
                called[site] = f"{names[supplier[row]]} in {country[row]}"
        if bought[row]:
            mine.update((_TECHNOLOGY, origin) for origin in origins[cells[row]])
        pairs.append(mine)
    order = sorted(set().union(*pairs))
    number = {pair: place for place, pair in enumerate(order)}
    of_offer = [sorted(number[pair] for pair in mine) for mine in pairs]
    unknown = supplier == offers.unknown
    is_open = np.stack(
        [
            unknown,
            bought & np.array([one is None for one in country], np.bool_),
            unknown,
            bought & np.array([not origins[cell] for cell in cells], np.bool_),
        ]
    )
    return Named(
        np.array([kind for kind, _ in order], np.int64),
        [label for _, label in order],
        [called.get(pair, pair[1]) for pair in order],
        _spread(of_offer, unfolded.offer, len(order)),
        is_open[:, unfolded.offer],
    )


def _origins(cell: str | None) -> tuple[str, ...]:
    return tuple(sorted({one.strip() for one in (cell or "").split(";")} - {""}))


def _spread(of_offer: list[list[int]], offer: Ints, total: int) -> Labels:
    """Give every delivery of the graph the labels of the delivery it stands for."""
    counts = np.array([len(mine) for mine in of_offer], np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    flat = np.array([one for mine in of_offer for one in mine], np.int64)
    sizes = counts[offer]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    entry = np.arange(first[-1]) - np.repeat(first[:-1] - starts[offer], sizes)
    return Labels(first, flat[entry], total)
