"""Decide which deliveries an event hits: yes, no, or not known.

An event hits a delivery when every selector it gives matches. Most selectors look at the delivery
alone. `suppliers` and `suppliers_not` also look at everyone further down the path to the operator
(the *context*): a rule on a listed party cuts what is made for it, and leaves the same component
made for others alone. `receivers` and `destinations` look at those further down alone, and
`is_exported` at the next of them. Where a fact is missing the answer is "not known", never "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from keepline.impact.content import content_answers
from keepline.model.owners import counting
from keepline.model.screening import LIST_WORD

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from keepline.impact.offers import Offers
    from keepline.model.hits import Hits
    from keepline.model.scenario import Scenario

    Flags = NDArray[np.bool_]
    Answers = NDArray[np.int8]
    Ints = NDArray[np.int64]

NO, UNKNOWN, YES = np.int8(0), np.int8(1), np.int8(2)
#: What is remembered of a path for each event, in pairs of "is" and "may be": somebody on it is
#: one of `suppliers`; one of `suppliers_not`; one of `receivers`; in one of `destinations`; and
#: whoever receives next is inside `countries`. Two marks tell whether somebody is one of
#: `suppliers`, or of `receivers`, if whoever a name may stand for is the one that is named.
_MARKS: Final = 12
_LISTED, _SPARED, _RECEIVER, _ALIKE, _DESTINED, _INSIDE = range(0, _MARKS, 2)


@dataclass(frozen=True)
class Tests:
    """Hold what decides whether events hit deliveries.

    Attributes:
        answers: int8[events, offers]; what the selectors that look at the delivery alone say.
        marks: bool[suppliers + 2, 12 * events]; marks of each company, of the unknown supplier and
            of nobody. The marks of a path are those of its companies and places together.
        places: bool[places, 12 * events]; marks of each place.
        place_of: int64[offers]; the place of every delivery.
        seat_of: int64[suppliers + 2]; the place of every company.
        operator: bool[12 * events]; the marks of a path that ends at the operator at once.
        fading: bool[12 * events]; marks that say something of the next on the path alone.
        is_lifting: bool[events]; whether the event lifts others.
        asks: bool[events, 6]; whether the event gives what each pair of marks is of.
    """

    answers: Answers
    marks: Flags
    places: Flags
    place_of: Ints
    seat_of: Ints
    operator: Flags
    fading: Flags
    is_lifting: Flags
    asks: Flags

    def hit(self, event: int, path_marks: Flags) -> tuple[Flags, Flags]:
        """Tell whether paths with these marks, the deliverer among them, are hit.

        Args:
            event: The number of the event.
            path_marks: bool[paths, 12 * events].

        Returns:
            Two flags a path: for sure, and perhaps.
        """
        own = path_marks[:, _MARKS * event : _MARKS * (event + 1)]
        sure, maybe = ~own[:, _SPARED + 1], ~own[:, _SPARED]
        if self.asks[event, _LISTED // 2]:
            return sure & own[:, _LISTED], maybe & own[:, _LISTED + 1]
        return sure, maybe

    def possibly(self, event: int, path_marks: Flags) -> Flags:
        """Tell whether paths are hit for sure if names stand for whoever they may stand for."""
        own = path_marks[:, _MARKS * event : _MARKS * (event + 1)]
        found = ~own[:, _SPARED + 1]
        if self.asks[event, _LISTED // 2]:
            found = found & own[:, _ALIKE]
        return found

    def received_possibly(self, event: int, path_marks: Flags) -> Flags:
        """Tell the same of those further down the path, the deliverer left out."""
        own = path_marks[:, _MARKS * event : _MARKS * (event + 1)]
        sure, _ = self.received(event, path_marks)
        if not self.asks[event, _RECEIVER // 2]:
            return sure
        found = own[:, _ALIKE + 1]
        if self.asks[event, _DESTINED // 2]:
            found = found & own[:, _DESTINED]
        if self.asks[event, _INSIDE // 2]:
            found = found & ~own[:, _INSIDE + 1]
        return found

    def received(self, event: int, path_marks: Flags) -> tuple[Flags, Flags]:
        """Tell the same of those further down the path, the deliverer left out."""
        own = path_marks[:, _MARKS * event : _MARKS * (event + 1)]
        sure = maybe = np.ones(len(own), np.bool_)
        for mark in (_RECEIVER, _DESTINED):
            if self.asks[event, mark // 2]:
                sure, maybe = sure & own[:, mark], maybe & own[:, mark + 1]
        if self.asks[event, _INSIDE // 2]:
            sure, maybe = sure & ~own[:, _INSIDE + 1], maybe & ~own[:, _INSIDE]
        return sure, maybe


def tests_of(scenario: Scenario, offers: Offers) -> Tests:
    """Return the tests of all events against all deliveries that exist."""
    hits = [event.hits for event in scenario.events]
    count = len(hits)
    answers = np.zeros((count, offers.offer.height), np.int8)
    marks = np.zeros((offers.suppliers.height + 2, _MARKS * count), np.bool_)
    codes, place_of, seat_of = _places(offers)
    places = np.zeros((len(codes) + 1, _MARKS * count), np.bool_)
    asks = np.zeros((count, _MARKS // 2), np.bool_)
    for number, one in enumerate(hits):
        if one is not None:
            mine = slice(_MARKS * number, _MARKS * (number + 1))
            answers[number] = _answers(one, offers)
            _mark(marks[:, mine], one, offers)
            _mark_places(places[:, mine], one, codes, offers.operator_countries)
            given = (named_of(one), one.suppliers_not, one.receivers, (), one.destinations)
            asks[number] = [*map(bool, given), one.is_exported]
    fading = np.tile(np.arange(_MARKS) >= _INSIDE, count)
    lifting = np.array([bool(event.lifts) for event in scenario.events], np.bool_)
    return Tests(
        answers, marks, places, place_of, seat_of, places[-1], fading, lifting, asks
    )  # fmt: skip


def _places(offers: Offers) -> tuple[list[str | None], Ints, Ints]:
    """Return the codes of all countries and where deliveries are made and companies sit.

    The last place, behind those of the codes, is the operator's.
    """
    made_in = offers.offer["country"].to_list()
    seats = [*offers.suppliers["country"].to_list(), None, None]
    codes = [*sorted({code for code in (*made_in, *seats) if code}), None]
    number = {code: place for place, code in enumerate(codes)}
    place_of = np.array([number[code] for code in made_in], np.int64)
    place_of[offers.offer["supplier"].to_numpy() == offers.nobody] = len(codes)
    seat_of = np.array([number[code] for code in seats], np.int64)
    seat_of[offers.nobody] = len(codes)
    return codes, place_of, seat_of


def _mark(marks: Flags, hits: Hits, offers: Offers) -> None:
    companies = offers.suppliers.height
    named = ((_LISTED, named_of(hits)), (_SPARED, hits.suppliers_not), (_RECEIVER, hits.receivers))
    for mark, names in named:
        found = counting(
            offers.suppliers, names, hits.owned_share, hits.owned_through, offers.holdings,
            offers.likenesses,
        )  # fmt: skip
        marks[:companies, mark], marks[:companies, mark + 1] = found.sure, found.maybe
        # nobody knows who the unknown supplier is: it may be anyone who is named
        marks[offers.unknown, mark + 1] = bool(names)
        if mark != _SPARED:
            marks[:companies, _ALIKE + (mark == _RECEIVER)] = found.possible


def named_of(hits: Hits) -> tuple[str, ...]:
    """Return the words for whom an event names: companies, and lists on which they stand."""
    return (*hits.suppliers, *(LIST_WORD + one for one in hits.lists))


def _mark_places(
    places: Flags, hits: Hits, codes: Sequence[str | None], operators: Sequence[str | None]
) -> None:
    for mark, wanted in (
        (_DESTINED, hits.destinations),
        (_INSIDE, hits.countries if hits.is_exported else ()),
    ):
        if wanted:
            for place, code in enumerate(codes):
                places[place, mark] = code in wanted
                places[place, mark + 1] = code is None or code in wanted
            # with operators in several countries what holds for some of them holds perhaps
            inside = [code in wanted for code in operators]
            places[-1, mark] = all(inside)
            places[-1, mark + 1] = any(inside) or None in operators


def _answers(hits: Hits, offers: Offers) -> Answers:
    """Return what the selectors that look at a delivery alone say, the least of them."""
    said = np.full(offers.offer.height, YES)
    is_known = offers.offer["supplier"].to_numpy() != offers.unknown
    is_bought = offers.offer["supplier"].to_numpy() != offers.nobody
    codes = offers.offer["country"].to_list()
    if hits.countries:
        # the operator's own workshop stands in no supplier's country
        said = np.minimum(said, _among(codes, hits.countries, is_known | ~is_bought))
    if hits.countries_not:
        among = _among(codes, hits.countries_not, is_known | ~is_bought)
        said = np.minimum(said, np.where(is_bought, YES - among, NO))
    if hits.technology_origin:
        origins = offers.offer["technology_origin"].to_list()
        said = np.minimum(said, _any_among(origins, hits.technology_origin, is_bought))
    if hits.makers:
        said = np.minimum(said, _maker_answers(hits, offers))
    if hits.content:
        said = np.minimum(said, content_answers(offers, hits.content))
    if hits.kinds or hits.items or hits.technologies or hits.goods or hits.level:
        by_item = _item_answers(hits, offers)
        said = np.minimum(said, by_item[offers.offer["item"].to_numpy()])
    return said.astype(np.int8)


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


def _maker_answers(hits: Hits, offers: Offers) -> Answers:
    """Return what is said of who delivers and of the manufacturer, whichever says more."""
    named = counting(
        offers.suppliers, hits.makers, hits.owned_share, hits.owned_through, offers.holdings,
        offers.likenesses,
    )  # fmt: skip
    said = np.where(named.sure, YES, np.where(named.maybe, UNKNOWN, NO))
    # the unknown supplier may be anyone, the operator itself is nobody
    said = np.append(said, [UNKNOWN, NO]).astype(np.int8)
    deliverer, maker = (offers.offer[name].to_numpy() for name in ("supplier", "maker"))
    found: Answers = np.maximum(said[deliverer], said[maker])
    return found


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
        of_unrecorded = min(of_unrecorded, UNKNOWN if named.any() else NO)
    if hits.goods:
        words = frozenset(word.strip().casefold() for word in hits.goods)
        of_parts[~_is_called(offers.parts, ("part_id", "name"), words)] = NO
        columns = ("component_id", "name", "kind")
        of_components[~_is_called(offers.components, columns, words)] = NO
        of_unrecorded = min(of_unrecorded, UNKNOWN)
    if hits.level:
        of_parts[:] = np.minimum(of_parts, NO if hits.level == "components" else YES)
        of_components[:] = np.minimum(of_components, NO if hits.level == "parts" else YES)
        of_unrecorded = NO if hits.level == "parts" else of_unrecorded
    if hits.technologies:
        of_parts[~offers.parts["technology"].is_in(list(hits.technologies)).to_numpy()] = NO
        of_components[:] = NO
        of_unrecorded = NO
    said[parts], said[components], said[unrecorded] = of_parts, of_components, of_unrecorded
    said[offers.first_repair : offers.first_software] = of_parts
    said[offers.first_software :] = of_parts
    return said


def _is_called(table: pl.DataFrame, columns: Sequence[str], words: Collection[str]) -> Flags:
    found = np.zeros(table.height, np.bool_)
    for name in columns:
        found |= np.array([str(one).strip().casefold() in words for one in table[name]], np.bool_)
    return found
