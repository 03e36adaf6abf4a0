"""What sites lose while units are missing: an outage log swept into sums by month.

At any moment a site loses min(its traffic, sum over its rows of weight * units out beyond spare),
and of each technology min(the technology's traffic there, the same sum over its rows). A site is
*hit* while it loses some, *down* while it loses all. An *outage* lasts from the moment at which a
site is hit to the moment at which it is not. What has no duration counts for nothing: neither a
loss nor a gap. Sums of weights are taken afresh at each change, in order of the rows, so that
nothing is left over once all units are back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from keepline.maths.compiled import compiled, inner, lean
from keepline.maths.pooling import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE: Final = 1.0 - 1e-9
"""From this share of its traffic on a site has lost all of it."""

_LOST: Final = 0
_SINCE: Final = 1
_SPELL: Final = 2
_SPELL_LOST: Final = 3
_DOWN_SPELL: Final = 4
_NUMBERS: Final = 5


class Standing(NamedTuple):
    """Who stands where, the rows of a site side by side; R rows, S sites, K slots.

    A slot is a technology at a site. Groups are numbered from 0; the last operator stands for all
    of them together.
    """

    row_first: NDArray[np.int64]
    """int64[S + 1]: rows of site s are ``row_first[s]:row_first[s + 1]``."""
    row_weight: NDArray[np.float64]
    """float64[R]: traffic lost while one unit beyond the spare ones is out."""
    row_slot: NDArray[np.int64]
    """int64[R]: the slot of the row's technology, counted from the site's first."""
    slot_first: NDArray[np.int64]
    """int64[S + 1]: slots of site s are ``slot_first[s]:slot_first[s + 1]``."""
    slot_technology: NDArray[np.int64]
    """int64[K]: the technology."""
    slot_traffic: NDArray[np.float64]
    """float64[K]: traffic of the site that it carries."""
    site_traffic: NDArray[np.float64]
    """float64[S]: traffic of the site."""
    site_operator: NDArray[np.int64]
    """int64[S]: whose site it is."""
    site_region: NDArray[np.int64]
    """int64[S]: the region in which it stands."""
    sizes: NDArray[np.int64]
    """int64[3]: how many operators, regions and technologies there are."""


class Swept(NamedTuple):
    """What a block of replications lost; r replications, m months.

    ``[r, m, operators + 1]`` and the like: the last operator is all of them.
    """

    lost_operator: NDArray[np.float64]
    """float64[r, m, operators + 1]: traffic-days lost."""
    lost_region: NDArray[np.float64]
    """float64[r, m, regions]: traffic-days lost."""
    lost_technology: NDArray[np.float64]
    """float64[r, m, technologies]: traffic-days lost."""
    down_operator: NDArray[np.float64]
    """float64[r, m, operators + 1]: site-days down."""
    down_region: NDArray[np.float64]
    """float64[r, m, regions]: site-days down."""
    hit_operator: NDArray[np.float64]
    """float64[r, m, operators + 1]: sites that lost some traffic at some time in the month."""
    hit_region: NDArray[np.float64]
    """float64[r, m, regions]: likewise."""
    longest: NDArray[np.float64]
    """float64[r, operators + 1]: days of the longest outage of any site."""
    longest_lost: NDArray[np.float64]
    """float64[r, operators + 1]: traffic-days lost in it (of several as long, in the first by
    site and day)."""
    longest_down: NDArray[np.float64]
    """float64[r, operators + 1]: the longest time in days for which any site was down."""


class _Site(NamedTuple):
    """State of one site in one replication."""

    out: NDArray[np.int64]  # units out by row
    slot_lost: NDArray[np.float64]  # traffic lost by slot
    number: NDArray[np.float64]
    whole: NDArray[np.int64]  # month at which the clock stands, and the last one that was hit


@lean
def _recounted(at: Standing, here: _Site, site: int) -> None:
    """Add up what the site loses now."""
    slots = at.slot_first[site + 1] - at.slot_first[site]
    for slot in range(slots):
        here.slot_lost[slot] = 0.0
    total = 0.0
    for row in range(at.row_first[site], at.row_first[site + 1]):
        units = here.out[row - at.row_first[site]]
        if units > 0:
            total += at.row_weight[row] * units
            here.slot_lost[at.row_slot[row]] += at.row_weight[row] * units
    here.number[_LOST] = min(total, at.site_traffic[site])
    for slot in range(slots):
        most = at.slot_traffic[at.slot_first[site] + slot]
        here.slot_lost[slot] = min(here.slot_lost[slot], most)


@lean
def _booked(
    at: Standing, here: _Site, found: Swept, replication: int, site: int, month: int, days: float
) -> None:
    """Book what the site loses for some days within a month."""
    lost, everyone = here.number[_LOST], at.sizes[0]
    operator, region = at.site_operator[site], at.site_region[site]
    found.lost_operator[replication, month, operator] += lost * days
    found.lost_operator[replication, month, everyone] += lost * days
    found.lost_region[replication, month, region] += lost * days
    if lost >= WHOLE * at.site_traffic[site]:
        found.down_operator[replication, month, operator] += days
        found.down_operator[replication, month, everyone] += days
        found.down_region[replication, month, region] += days
    if here.whole[1] != month:
        here.whole[1] = month
        found.hit_operator[replication, month, operator] += 1.0
        found.hit_operator[replication, month, everyone] += 1.0
        found.hit_region[replication, month, region] += 1.0


@lean
def _booked_slots(
    at: Standing, here: _Site, found: Swept, replication: int, site: int, month: int, days: float
) -> None:
    """Book what each technology at the site loses for some days within a month."""
    first = at.slot_first[site]
    for slot in range(at.slot_first[site + 1] - first):
        lost = here.slot_lost[slot]
        if lost > 0.0:
            technology = at.slot_technology[first + slot]
            found.lost_technology[replication, month, technology] += lost * days


@lean
def _spells(
    at: Standing, here: _Site, found: Swept, replication: int, site: int, days: float
) -> None:
    """Lengthen the outage, and the time down, by some days; or end them."""
    number, everyone = here.number, at.sizes[0]
    operator, lost = at.site_operator[site], here.number[_LOST]
    if lost > 0.0:
        number[_SPELL] += days
        number[_SPELL_LOST] += lost * days
    else:
        number[_SPELL] = 0.0
        number[_SPELL_LOST] = 0.0
    for group in (operator, everyone):
        if number[_SPELL] > found.longest[replication, group]:
            found.longest[replication, group] = number[_SPELL]
            found.longest_lost[replication, group] = number[_SPELL_LOST]
    is_down = lost > 0.0 and lost >= WHOLE * at.site_traffic[site]
    number[_DOWN_SPELL] = number[_DOWN_SPELL] + days if is_down else 0.0
    for group in (operator, everyone):
        longest = max(found.longest_down[replication, group], number[_DOWN_SPELL])
        found.longest_down[replication, group] = longest


@lean
def _until(
    at: Standing,
    here: _Site,
    found: Swept,
    replication: int,
    site: int,
    edges: NDArray[np.float64],
    day: float,
) -> None:
    """Let time pass at a site up to a day."""
    since = here.number[_SINCE]
    now = min(max(day, edges[0]), edges[edges.size - 1])
    if now <= since:
        return
    _spells(at, here, found, replication, site, now - since)
    is_some = here.number[_LOST] > 0.0
    for slot in range(at.slot_first[site + 1] - at.slot_first[site]):
        is_some = is_some or here.slot_lost[slot] > 0.0
    while since < now:
        month = here.whole[0]
        until = min(now, edges[month + 1])
        if is_some and until > since:
            if here.number[_LOST] > 0.0:
                _booked(at, here, found, replication, site, month, until - since)
            _booked_slots(at, here, found, replication, site, month, until - since)
        since = until
        if until >= edges[month + 1]:
            here.whole[0] = month + 1
    here.number[_SINCE] = now


@inner
def _empty(at: Standing, replications: int, months: int) -> Swept:
    operators, regions, technologies = at.sizes[0] + 1, at.sizes[1], at.sizes[2]
    return Swept(
        np.zeros((replications, months, operators)),
        np.zeros((replications, months, regions)),
        np.zeros((replications, months, technologies)),
        np.zeros((replications, months, operators)),
        np.zeros((replications, months, regions)),
        np.zeros((replications, months, operators)),
        np.zeros((replications, months, regions)),
        np.zeros((replications, operators)),
        np.zeros((replications, operators)),
        np.zeros((replications, operators)),
    )


@compiled
def _swept(
    at: Standing,
    site_of: NDArray[np.int64],
    replication: NDArray[np.int64],
    day: NDArray[np.float64],
    row: NDArray[np.int64],
    units: NDArray[np.int64],
    edges: NDArray[np.float64],
    replications: int,
) -> Swept:
    """Sweep a log that lies in order of replication, site and day."""
    found = _empty(at, replications, edges.size - 1)
    here = _Site(
        np.zeros(max(1, np.max(np.diff(at.row_first))), np.int64),
        np.zeros(max(1, np.max(np.diff(at.slot_first)))),
        np.zeros(_NUMBERS),
        np.zeros(2, np.int64),
    )
    line = 0
    while line < day.size:
        site, now = site_of[line], replication[line]
        here.out[:] = 0
        here.slot_lost[:] = 0.0
        here.number[:] = 0.0
        here.number[_SINCE] = edges[0]
        here.whole[0] = 0
        here.whole[1] = -1
        while line < day.size and site_of[line] == site and replication[line] == now:
            _until(at, here, found, now, site, edges, day[line])
            here.out[row[line] - at.row_first[site]] = units[line]
            _recounted(at, here, site)
            line += 1
        _until(at, here, found, now, site, edges, edges[edges.size - 1])
    return found


def standing(
    row_site: NDArray[np.int64],
    row_technology: NDArray[np.int64],
    row_weight: NDArray[np.float64],
    site_traffic: NDArray[np.float64],
    site_operator: NDArray[np.int64],
    site_region: NDArray[np.int64],
    technology_traffic: NDArray[np.float64],
    operators: int,
    regions: int,
) -> tuple[Standing, NDArray[np.int64]]:
    """Put rows side by side by site.

    Args:
        row_site: int64[R], the site of each row, in any order.
        row_technology: int64[R], its technology.
        row_weight: float64[R], traffic lost while one unit beyond the spare ones is out.
        site_traffic: float64[S].
        site_operator: int64[S].
        site_region: int64[S].
        technology_traffic: float64[S, technologies], traffic that each carries at each site.
        operators: How many there are.
        regions: How many there are.

    Returns:
        The standing, and int64[R]: where each row has gone.
    """
    sites, technologies = technology_traffic.shape
    order = np.lexsort((row_technology, row_site))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    slot = row_site[order] * np.int64(max(technologies, 1)) + row_technology[order]
    slots, slot_of = np.unique(slot, return_inverse=True)
    slot_site, slot_technology = np.divmod(slots, max(technologies, 1))
    slot_first = _firsts(slot_site, sites)
    made = Standing(
        row_first=_firsts(row_site, sites),
        row_weight=plain(row_weight[order], np.float64),
        row_slot=plain(slot_of.ravel() - slot_first[row_site[order]], np.int64),
        slot_first=slot_first,
        slot_technology=plain(slot_technology, np.int64),
        slot_traffic=plain(technology_traffic[slot_site, slot_technology], np.float64),
        site_traffic=plain(site_traffic, np.float64),
        site_operator=plain(site_operator, np.int64),
        site_region=plain(site_region, np.int64),
        sizes=np.array([operators, regions, technologies], np.int64),
    )
    return made, place


def _firsts(group: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    counts = np.bincount(group, minlength=groups)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def swept(
    at: Standing,
    replication: NDArray[np.int64],
    day: NDArray[np.float64],
    row: NDArray[np.int64],
    units: NDArray[np.int64],
    edges: NDArray[np.float64],
    replications: int,
) -> Swept:
    """Sweep an outage log into what each replication lost, by month.

    Args:
        at: Who stands where.
        replication: int64[changes], counted from the block's first, 0 or more.
        day: float64[changes], when; changes of one row are in order of time, others as they come.
        row: int64[changes], the row, as it stands in ``at``.
        units: int64[changes], units out there beyond its spare, from then on; 0 before the first.
        edges: float64[months + 1], the moments that part the months, in rising order; what happens
            before the first counts only for what it leaves, what lasts over the last counts to it.
        replications: How many replications the block has.

    Returns:
        The sums.
    """
    site = np.repeat(np.arange(len(at.row_first) - 1), np.diff(at.row_first))[row]
    order = np.lexsort((day, site, replication))
    whole = (plain(one[order], np.int64) for one in (site, replication, row, units))
    sites, replications_of, rows, out = whole
    days = plain(day[order], np.float64)
    return _swept(
        at, sites, replications_of, days, rows, out, plain(edges, np.float64), replications
    )
