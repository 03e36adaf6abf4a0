"""A second opinion on the field kernel: the same rules, written apart from it in plain Python.

One heap of events, lists and dicts; every unit is counted where it is. The rules are those of the
docstring of `keepline.maths.field`; nothing but the random numbers and the tables is shared.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from itertools import pairwise

from scipy.stats import binom

from keepline.maths.streams import FAILURE, HARVEST, share_of, share_of_two

from .field_reference_kinds import (
    COMING,
    END,
    FAIL,
    HARVESTS,
    LATERAL,
    LEAVE,
    NEW,
    PARCEL,
    REPAIRED,
    SHOP,
    SPOIL,
    SWAP,
)
from .field_reference_lines import Stockroom


class Replication(Stockroom):
    """One replication of one family."""

    def __init__(self, family, laws, law, factor, swap_day, edges, settings, seed, number):
        self.f, self.laws, self.law, self.factor, self.on = family, laws, law, factor, settings
        self.seed, self.number, self.edges = seed, number, [float(x) for x in edges]
        parts, places, rows = family.parts, family.places, family.rows
        self.P, self.L, self.R = len(parts.rate), len(places.ship_days), len(rows.part)
        self.heap, self.seq, self.now = [], 0, 0.0
        self.shelf = defaultdict(list)  # (part, location) -> [(leave, seq)]
        self.rows_waiting = defaultdict(list)  # (part, location) -> [(seq, row)]
        self.line = defaultdict(list)  # part -> [(day, seq, location)] at the centre
        self.under_way, self.over = Counter(), Counter()
        self.missing, self.stand = Counter(), defaultdict(Counter)
        self.shop_queue = defaultdict(list)
        self.busy = Counter()
        self.n = [Counter() for _ in range(self.P)]
        self.curve = defaultdict(list)  # (part, location) -> [(day, waiting)]
        self.log = []
        self.ordered = []
        self.mine = [[r for r in range(self.R) if rows.part[r] == p] for p in range(self.P)]
        self.from_day, self.until = {}, {}
        for r in range(self.R):
            start, until = float(rows.from_day[r]), float(rows.until_day[r])
            if rows.swap[r] >= 0:
                until = float(swap_day[rows.swap[r]])
            if not settings.has_programme:
                until = math.inf if start <= 0 else -math.inf
            self.from_day[r], self.until[r] = start, until
        self.spare = [int(s) if settings.has_spares else 0 for s in rows.spare]
        self.version = Counter()

    def play(self):
        f = self.f
        for b in range(len(f.stock.part)):
            p, loc = int(f.stock.part[b]), int(f.stock.location[b])
            leave = max(float(f.stock.leave_day[self.law[p], b]), 0.0)
            for _ in range(int(f.stock.quantity[b])):
                self.lay(p, loc, leave)
            self.n[p]["STARTED"] += int(f.stock.quantity[b])
        self.spoils = Counter()
        self.hazard = {p: self.spoil_hazard(p) for p in range(self.P)}
        self.used_at = Counter()
        for p in range(self.P):
            self.spoil_clock(p)
        for i in range(len(f.coming.day)):
            self.at(float(f.coming.day[i]), COMING, 0, i)
        leaving = [r for p in range(self.P) for r in self.mine[p]]
        for rank, r in enumerate(leaving):
            if max(self.from_day[r], 0.0) < self.until[r]:
                self.at(self.until[r], SWAP, rank, r)
        for p in range(self.P):
            self.candidate_after(p, 0, 0.0)
        for edge in self.edges:
            self.at(edge, END, 0, edge)
        self.n_ordered = Counter()
        done = 0
        act = {SHOP: self.shop_done, REPAIRED: self.back, NEW: self.back, COMING: self.comes,
               HARVESTS: self.harvest_comes, SWAP: self.swap, FAIL: self.fail,
               PARCEL: self.parcel, LATERAL: self.parcel, LEAVE: self.leave,
               SPOIL: self.spoil}  # fmt: skip
        while done < len(self.edges):
            self.now, kind, _, _, what = heapq.heappop(self.heap)
            if kind == END:
                done += 1
                self.ordered.append([self.n_ordered[p] for p in range(self.P)])
                self.n_ordered.clear()
            else:
                act[kind](what)
        return self

    # -- set days
    def comes(self, i):
        p = int(self.f.coming.part[i])
        units = int(self.f.coming.quantity[self.law[p], i])
        self.n[p].update(ARRIVED=units, EVENTS=1)
        self.come(p, int(self.f.coming.location[i]), units)

    def swap(self, row):
        rows = self.f.rows
        p, loc = int(rows.part[row]), int(rows.location[row])
        there = int(rows.quantity[row]) - self.missing[row]
        for q, units in self.stand[row].items():
            self.n[q]["RETIRED"] += units
        self.n[p]["RETIRED"] += there - sum(self.stand[row].values())
        self.stand[row].clear()
        kept = [one for one in self.rows_waiting[p, loc] if one[1] != row]
        gone = len(self.rows_waiting[p, loc]) - len(kept)
        self.rows_waiting[p, loc] = kept
        if gone:
            self.waits(p, loc)
            self.set_missing(row, -gone)
            self.order(p, loc, -gone)
        self.n[p]["EVENTS"] += 1
        if self.on.has_harvest and there > 0:
            number, fit = self.mine[p].index(row), 0
            for chunk in range((there + 511) // 512):
                w = self.words(p, HARVEST, number + chunk * 2**32)
                many = min(512, there - 512 * chunk)
                fit += int(binom.ppf(share_of_two(w[0], w[1]), many, rows.harvest_yield[row]))
            if fit:
                self.at(self.now + float(rows.harvest_lag[row]), HARVESTS, 0, (row, fit))

    def harvest_comes(self, what):
        row, units = what
        p = int(self.f.rows.harvest_part[row])
        self.n[p].update(HARVESTED=units, EVENTS=1)
        self.come(p, int(self.f.rows.harvest_location[row]), units)

    # -- failures
    def candidate_after(self, p, k, day):
        units = sum(int(self.f.rows.quantity[r]) for r in self.mine[p])
        rate = float(self.f.parts.rate[p]) * units * float(self.factor[p])
        if rate > 0:
            w = self.words(p, FAILURE, k)
            self.at(day - math.log(share_of_two(w[0], w[1])) / rate, FAIL, p, (p, k))

    def fail(self, what):
        p, k = what
        w = self.words(p, FAILURE, k)
        units = [r for r in self.mine[p] for _ in range(int(self.f.rows.quantity[r]))]
        pick = int(share_of(w[2]) * len(units))
        row = units[pick]
        place = pick - units.index(row)
        self.struck(p, row, place, share_of(w[3]))
        self.candidate_after(p, k + 1, self.now)

    def struck(self, p, row, place, fate):
        if not self.from_day[row] <= self.now < self.until[row]:
            return
        if self.on.is_finite and place < self.missing[row]:
            return
        unit = p
        if place >= self.missing[row]:
            standing = [q for q in self.substitutes(p) for _ in range(self.stand[row][q])]
            if place - self.missing[row] < len(standing):
                unit = standing[place - self.missing[row]]
                self.stand[row][unit] -= 1
        self.n[p].update(REMOVALS=1, EVENTS=1)
        self.n[unit]["FAILED"] += 1
        self.need(row, p, int(self.f.rows.location[row]))
        self.restore(unit, fate)

    def need(self, row, p, loc):
        core = bool(self.f.rows.is_core[row])
        for q in [p, *self.substitutes(p)]:
            if self.free(q, loc, core):
                self.take(q, loc)
                if q != p:
                    self.stand[row][q] += 1
                    self.n[p]["SUBSTITUTED"] += 1
                if loc:
                    self.order(q, loc, 1)
                return
        self.seq += 1
        self.rows_waiting[p, loc].append((self.seq, row))
        self.waits(p, loc)
        self.set_missing(row, 1)
        self.order(p, loc, 1)

    # -- restoration
    def step(self, p, day):
        first, end = self.laws.first[self.law[p]], self.laws.first[self.law[p] + 1]
        return max([s for s in range(first, end) if self.laws.start[s] <= day], default=first)

    def restore(self, q, fate):
        parts, laws = self.f.parts, self.laws
        repaired = float(parts.repair_share[q])
        if fate >= repaired:
            sent = self.step(q, self.now)
            due = self.now + float(parts.lead_days[q]) * float(laws.lead_factor[sent])
            share = min(laws.supply_share[sent], laws.supply_share[self.step(q, due)])
            if fate - repaired < share * (1.0 - repaired) and due < math.inf:
                self.at(due, NEW, q, (q, "ORDERED"))
                self.n[q]["ORDERED"] += 1
                self.n_ordered[q] += 1
            else:
                self.n[q]["LOST"] += 1
            return
        shop = int(parts.shop[q])
        if not self.on.has_shops or shop < 0:
            due = self.now + float(parts.repair_days[q])
            if due < math.inf and fate < self.returns(q, self.now, due) * repaired:
                self.at(due, REPAIRED, q, (q, "REPAIRING"))
                self.n[q]["REPAIRING"] += 1
            else:
                self.n[q]["LOST"] += 1
        elif fate >= float(laws.repair_left[self.step(q, self.now)]) * repaired:
            self.n[q]["LOST"] += 1
        else:
            self.n[q]["QUEUED"] += 1
            self.shop_queue[shop].append((q, fate, self.now))
            self.shop_works(shop)

    def returns(self, q, sent, due):
        left = self.laws.repair_left
        u, v = float(left[self.step(q, sent)]), float(left[self.step(q, due)])
        rho = float(self.f.parts.returned_share[q])
        return (1.0 - rho) * min(u, v) + rho * u

    def shop_works(self, shop):
        while self.shop_queue[shop] and self.busy[shop] < int(self.f.at_once[shop]):
            q, fate, sent = self.shop_queue[shop].pop(0)
            self.n[q].update(QUEUED=-1, REPAIRING=1)
            self.busy[shop] += 1
            due = self.now + float(self.f.parts.repair_days[q])
            comes = fate < self.returns(q, sent, due) * float(self.f.parts.repair_share[q])
            self.at(due, SHOP, shop, (shop, q, comes))

    def shop_done(self, what):
        shop, q, comes = what
        self.busy[shop] -= 1
        self.n[q].update(REPAIRING=-1, EVENTS=1)
        self.shop_works(shop)
        if comes:
            self.centre(q)
        else:
            self.n[q]["LOST"] += 1

    def back(self, what):
        q, whence = what
        self.n[q].update({"EVENTS": 1, whence: -1})
        self.centre(q)

    # -- what is found
    def area(self, p, loc, start, end):
        """Unit-days short between two days."""
        curve = [(0.0, 0), *self.curve[p, loc], (math.inf, 0)]
        total = 0.0
        for (day, units), (until, _) in pairwise(curve):
            total += units * max(min(until, end) - max(day, start), 0.0)
        return total

    def short(self, p, loc, day):
        return ([0] + [units for when, units in self.curve[p, loc] if when <= day])[-1]

    def first_short(self, p):
        end = self.edges[-1]
        found = math.inf
        for loc in range(self.L):
            curve = [*self.curve[p, loc], (end, 0)]
            for (day, units), (until, _) in pairwise(curve):
                if units > 0 and until > day:
                    found = min(found, day)
        return found

    def counts(self, p):
        n, end, rows = self.n[p], self.edges[-1], self.f.rows
        n["ON_HAND"] = self.stored(p)
        n["BACKORDERS"] = sum(len(self.rows_waiting[p, loc]) for loc in range(self.L))
        n["IN_TRANSIT"] = sum(kind in (PARCEL, LATERAL) and what[0] == p
                              for _, kind, _, _, what in self.heap)  # fmt: skip
        for r in range(self.R):
            start = max(self.from_day[r], 0.0)
            if not (start <= end and start < self.until[r]):
                continue
            if rows.part[r] == p:
                n["ENTERED"] += int(rows.quantity[r])
            if self.until[r] > end:
                if rows.part[r] == p:
                    n["INSTALLED"] += int(rows.quantity[r]) - self.missing[r]
                    n["INSTALLED"] -= sum(self.stand[r].values())
                n["INSTALLED"] += self.stand[r][p]
        return n
