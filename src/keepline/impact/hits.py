"""Decide which deliveries an event hits: yes, no, or not known.

An event hits a delivery when every selector it gives matches. Most selectors look at the delivery
alone; `suppliers` and `suppliers_not` also look at everyone further down the path to the operator
(the *context*): a rule on a listed party cuts what is made for it, and leaves the same component
made for others alone. Where a fact is missing the answer is "not known", never "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.impact.owners import owned

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from keepline.impact.offers import Offers
    from keepline.model.event import Hits
    from keepline.model.scenario import Scenario

    Flags = NDArray[np.bool_]
    Answers = NDArray[np.int8]

NO, UNKNOWN, YES = np.int8(0), np.int8(1), np.int8(2)
#: What is remembered of a company for each event: it is, or may be, one of `suppliers`; it is,
#: or may be, one of `suppliers_not`.
_MARKS: Final = 4
_IS_LISTED, _MAY_BE_LISTED, _IS_SPARED, _MAY_BE_SPARED = range(_MARKS)


@dataclass(frozen=True)
class Tests:
    """Hold what decides whether events hit deliveries.

    Attributes:
        answers: int8[events, offers]; what the selectors that look at the delivery alone say.
        marks: bool[suppliers + 2, 4 * events]; marks of each company, of the unknown supplier and
            of nobody. The marks of a path are those of its companies together.
        asks_suppliers: bool[events]; whether the event gives `suppliers`.
    """

    answers: Answers
    marks: Flags
    asks_suppliers: Flags

    def hit(self, event: int, path_marks: Flags) -> tuple[Flags, Flags]:
        """Tell whether paths with these marks are hit, as far as companies decide.

        Args:
            event: The number of the event.
            path_marks: bool[paths, 4 * events].

        Returns:
            Two flags a path: for sure, and perhaps.
        """
        own = path_marks[:, _MARKS * event : _MARKS * (event + 1)]
        sure, maybe = ~own[:, _MAY_BE_SPARED], ~own[:, _IS_SPARED]
        if self.asks_suppliers[event]:
            return sure & own[:, _IS_LISTED], maybe & own[:, _MAY_BE_LISTED]
        return sure, maybe


def tests_of(scenario: Scenario, offers: Offers) -> Tests:
    """Return the tests of all events against all deliveries that exist."""
    hits = [event.hits for event in scenario.events]
    count = len(hits)
    answers = np.zeros((count, offers.offer.height), np.int8)
    marks = np.zeros((offers.suppliers.height + 2, _MARKS * count), np.bool_)
    for number, one in enumerate(hits):
        if one is not None:
            answers[number] = _answers(one, offers)
            _mark(marks[:, _MARKS * number : _MARKS * (number + 1)], one, offers)
    asks = np.array([one is not None and bool(one.suppliers) for one in hits], np.bool_)
    return Tests(answers, marks, asks)


def _mark(marks: Flags, hits: Hits, offers: Offers) -> None:
    companies = offers.suppliers.height
    marks[:companies, _IS_LISTED], marks[:companies, _MAY_BE_LISTED] = owned(
        offers.suppliers, hits.suppliers, hits.owned_share
    )
    marks[:companies, _IS_SPARED], marks[:companies, _MAY_BE_SPARED] = owned(
        offers.suppliers, hits.suppliers_not, hits.owned_share
    )
    # nobody knows who the unknown supplier is: it may be anyone who is named
    marks[offers.unknown, _MAY_BE_LISTED] = bool(hits.suppliers)
    marks[offers.unknown, _MAY_BE_SPARED] = bool(hits.suppliers_not)


def _answers(hits: Hits, offers: Offers) -> Answers:
    """Return what the selectors that look at a delivery alone say, the least of them."""
    said = np.full(offers.offer.height, YES)
    is_known = offers.offer["supplier"].to_numpy() != offers.unknown
    is_bought = offers.offer["supplier"].to_numpy() != offers.nobody
    if hits.countries:
        # the operator's own workshop stands in no supplier's country
        codes = offers.offer["country"].to_list()
        said = np.minimum(said, _among(codes, hits.countries, is_known | ~is_bought))
    if hits.technology_origin:
        origins = offers.offer["technology_origin"].to_list()
        said = np.minimum(said, _any_among(origins, hits.technology_origin, is_bought))
    if hits.kinds or hits.items or hits.technologies:
        by_item = _item_answers(hits, offers)
        said = np.minimum(said, by_item[offers.offer["item"].to_numpy()])
    return said


def _among(codes: Sequence[str | None], wanted: Collection[str], is_known: Flags) -> Answers:
    chosen = np.array([code in wanted for code in codes], np.bool_)
    return np.where(chosen, YES, np.where(is_known, NO, UNKNOWN)).astype(np.int8)


def _any_among(cells: Sequence[str | None], wanted: Collection[str], is_bought: Flags) -> Answers:
    known = {cell: _origin_answer(cell, wanted) for cell in set(cells)}
    said = np.array([known[cell] for cell in cells], np.int8)
    return np.where(is_bought, said, NO).astype(np.int8)


def _origin_answer(cell: str | None, wanted: Collection[str]) -> np.int8:
    if not cell:
        return UNKNOWN
    return YES if any(code.strip() in wanted for code in cell.split(";")) else NO


def _item_answers(hits: Hits, offers: Offers) -> Answers:
    """Return what kinds, ids and technologies say of every item."""
    said = np.full(offers.items, YES)
    first_component, unrecorded = offers.parts.height, offers.unrecorded
    parts = slice(0, first_component)
    components = slice(first_component, unrecorded)
    of_parts, of_components = np.full(parts.stop, YES), np.full(offers.components.height, YES)
    of_unrecorded = YES
    if hits.kinds:
        of_parts[:] = NO
        of_components[~offers.components["kind"].is_in(list(hits.kinds)).to_numpy()] = NO
        of_unrecorded = UNKNOWN
    if hits.items:
        of_parts[~offers.parts["part_id"].is_in(list(hits.items)).to_numpy()] = NO
        named = offers.components["component_id"].is_in(list(hits.items)).to_numpy()
        of_components[~named] = NO
        of_unrecorded = UNKNOWN if named.any() else NO
    if hits.technologies:
        of_parts[~offers.parts["technology"].is_in(list(hits.technologies)).to_numpy()] = NO
        of_components[:] = NO
        of_unrecorded = NO
    said[parts], said[components], said[unrecorded] = of_parts, of_components, of_unrecorded
    said[offers.first_repair : offers.first_software] = of_parts
    said[offers.first_software :] = of_parts
    return said
