"""The field kernel: a family of parts played event by event, with every mechanism of the field.

Each mechanism can be switched off (`family.Settings`); with all of them off it plays what
:mod:`keepline.maths.events` plays. Time is in days. What happens:

**Failures.** Candidates of a part come at the rate of all its rows together, whether or not these
are in service; each picks a row and a unit of it. One that meets a row out of service is no
failure, nor (`is_finite`) one that meets a unit that is missing already. So a failure has the same
day, place and fate under every course and setting.

**Who is served.** A failed unit is replaced from its location's shelf; else from the shelves of
its substitutes there, in order; else its row waits. A location keeps a base stock: each unit that
it takes from a shelf, and each one that it waits for, is a demand for that part at the centre. The
centre serves it from its shelf, or it joins the centre's line. Where a row waits at a depot and the
centre has none of the part, the centre sends a substitute, in order; else the sibling with most on
hand beyond what it keeps sends a unit (the lowest number of those alike), and the demand at the
centre is then the sibling's. Both are looked for once, when the demand is made; but a substitute
that reaches the centre later, and that its own line does not want, serves the lines of the parts
that it may stand in for, where a row waits.

A unit that reaches a location serves its own part's rows first, then rows of parts that it may
stand in for, in order of the parts; else it goes on the shelf. If another row was served than the
one that the unit was ordered for, the order of the served part that joined the centre's line last
is withdrawn, if one is there (else the unit under way goes on the shelf when it comes, and the
next demand is not sent), and a demand for the unit still owed is sent.

**When short.** `FIRST_COME`: in order of time, at a location and at the centre. `BY_TRAFFIC`: at a
location the row of the highest priority; at the centre the location with the highest row waiting
for which no parcel is under way yet (parcels are taken to be for the highest rows); those where no
row waits come last; then in order of time. `CORE_FIRST`: likewise with core rows before all others;
and `Places.keep` units stay on a shelf, also on the centre's, unless a core row waits for one.

**Standing in.** A unit that stands in fails at the rate of the place where it stands, and is
repaired, scrapped and ordered as the part that it is.

**Repair.** A unit for which the repair cut leaves no room is lost at once. Otherwise it goes to its
shop; a free server takes it for `repair_days`, or it waits, first come, first served. Whether it
comes back is as in :mod:`keepline.maths.events`, with the day of the failure and the day on which
the shop is done; in a shop with few servers the work is done either way, as no one knows before.

**The shelf.** A unit has a day on which it leaves: its batch's, or a shelf life after it came to
that shelf. The one that leaves first is used first. Each unit goes bad at a rate besides. Nobody
orders for what has left.

**Swaps.** On its last day a row leaves service. What it waited for it needs no more: its demands
are withdrawn as above. Of the units that stood there, each is fit with the chance of the yield, and
comes to its shelf, like an arrival, after the lag. Arrivals raise a depot's base stock.

**Ties.** What falls on the same moment happens in the order: shops, repaired units, new units,
arrivals, harvest, swaps, failures, parcels from the centre, parcels from siblings, units leaving
the shelf, units going bad, the period's end. Each goes by part or shop where there are several,
parcels by the first depot of as many days, swaps by part and row, the rest as it was sent off;
demands of equal rank and moment by location.
What has no duration counts for nothing: a unit missing from t to t was never short.
"""
