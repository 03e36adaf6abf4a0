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

from keepline.maths.field.family import BY_TRAFFIC, CORE_FIRST, FIRST_COME
from keepline.maths.streams import FAILURE, HARVEST, STORE, share_of, share_of_two, words_of

(SHOP, REPAIRED, NEW, COMING, HARVESTS, SWAP, FAIL, PARCEL, LATERAL, LEAVE, SPOIL, END) = range(12)


class Replication:
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

    # -- chance
    def words(self, part, purpose, k):
        return words_of(self.seed, int(self.f.parts.stream[part]), self.number, purpose, k)

    # -- time
    def at(self, day, kind, rank, what):
        self.seq += 1
        if day < math.inf:
            heapq.heappush(self.heap, (day, kind, rank, self.seq, what))

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

    # -- shelves
    def lay(self, p, loc, leave):
        self.seq += 1
        unit = (leave, self.seq)
        self.shelf[p, loc].append(unit)
        if self.on.has_leaving:
            self.at(leave, LEAVE, p * self.L + loc, (p, loc, unit))

    def put(self, p, loc):
        self.hazard_used(p)
        self.lay(p, loc, self.now + float(self.f.parts.shelf_life[p]))
        self.spoil_clock(p)

    def take(self, p, loc):
        self.hazard_used(p)
        self.shelf[p, loc].remove(min(self.shelf[p, loc]))
        self.spoil_clock(p)

    def free(self, p, loc, is_core):
        kept = 0
        if self.on.allocation == CORE_FIRST and not is_core:
            kept = int(self.f.places.keep[p, loc])
        return len(self.shelf[p, loc]) > kept

    def leave(self, what):
        p, loc, unit = what
        if unit in self.shelf[p, loc]:
            self.hazard_used(p)
            self.shelf[p, loc].remove(unit)
            self.spoil_clock(p)
            self.n[p].update(EXPIRED=1, EVENTS=1)

    def stored(self, p):
        return sum(len(self.shelf[p, loc]) for loc in range(self.L))

    def spoil_hazard(self, p):
        w = self.words(p, STORE, self.spoils[p])
        return -math.log(share_of_two(w[0], w[1]))

    def hazard_used(self, p):
        rate = float(self.f.parts.attrition[p]) * self.stored(p)
        self.hazard[p] -= rate * (self.now - self.used_at[p])
        self.used_at[p] = self.now

    def spoil_clock(self, p):
        self.version[p] += 1
        rate = float(self.f.parts.attrition[p]) * self.stored(p)
        if self.on.has_leaving and rate > 0:
            due = self.now + max(self.hazard[p], 0.0) / rate
            self.at(due, SPOIL, p, (p, self.version[p]))

    def spoil(self, what):
        p, version = what
        if version != self.version[p]:
            return
        self.hazard_used(p)
        ahead = int(share_of(self.words(p, STORE, self.spoils[p])[2]) * self.stored(p))
        units = [(loc, u) for loc in range(self.L) for u in sorted(self.shelf[p, loc])]
        loc, unit = units[min(ahead, len(units) - 1)]
        self.shelf[p, loc].remove(unit)
        self.spoils[p] += 1
        self.hazard[p] = self.spoil_hazard(p)
        self.spoil_clock(p)
        self.n[p].update(SPOILED=1, EVENTS=1)

    # -- rows that wait
    def rank(self, row):
        if self.on.allocation == BY_TRAFFIC:
            return -float(self.f.rows.priority[row])
        if self.on.allocation == CORE_FIRST:
            return 0 if self.f.rows.is_core[row] else 1
        return 0

    def queue(self, p, loc):
        return sorted(self.rows_waiting[p, loc], key=lambda one: (self.rank(one[1]), one[0]))

    def set_missing(self, row, step):
        was = max(self.missing[row] - self.spare[row], 0)
        self.missing[row] += step
        out = max(self.missing[row] - self.spare[row], 0)
        if was == out or not self.on.has_log:
            return
        last = next((line for line in reversed(self.log) if line[1] == row), None)
        if last is not None and last[0] == self.now:
            last[2] = out
        else:
            self.log.append([self.now, row, out])

    def waits(self, p, loc):
        self.curve[p, loc].append((self.now, len(self.rows_waiting[p, loc])))

    def fill_row(self, p, loc, unit):
        one = self.queue(p, loc)[0]
        self.rows_waiting[p, loc].remove(one)
        self.waits(p, loc)
        self.set_missing(one[1], -1)
        if unit != p:
            self.stand[one[1]][unit] += 1
            self.n[p]["SUBSTITUTED"] += 1

    # -- the centre
    def substitutes(self, p):
        if not self.on.has_substitutes:
            return []
        first = self.f.parts.substitute_first
        return [int(q) for q in self.f.parts.substitute[first[p] : first[p + 1]]]

    def served_by(self, unit):
        return [p for p in range(self.P) if unit in self.substitutes(p)]

    def uncovered(self, p, loc):
        """Rows that wait, in order, for which no parcel is under way."""
        return [row for _, row in self.queue(p, loc)][self.under_way[p, loc] :]

    def core_claim(self, p, loc):
        if self.on.allocation != CORE_FIRST:
            return False
        return any(self.f.rows.is_core[row] for row in self.uncovered(p, loc)[:1])

    def best(self, p, for_row):
        found = self.line[p]
        if for_row:
            found = [one for one in found if self.uncovered(p, one[2])]
        if not found:
            return None

        def order(one):
            if self.on.allocation == FIRST_COME:
                return (one[1],)
            left = self.uncovered(p, one[2])
            none = math.inf if self.on.allocation == BY_TRAFFIC else 1
            return (self.rank(left[0]) if left else none, one[0], one[2], one[1])

        return min(found, key=order)

    def send(self, unit, p, loc):
        if loc == 0:
            self.fill_row(p, 0, unit)
        else:
            self.post(unit, p, loc, self.f.places.ship_days, PARCEL)

    def post(self, unit, p, loc, days, kind):
        alike = min(k for k in range(1, self.L) if days[k] == days[loc])
        self.under_way[p, loc] += 1
        self.at(self.now + float(days[loc]), kind, alike, (unit, p, loc))

    def join(self, p, loc):
        self.seq += 1
        self.line[p].append((self.now, self.seq, loc))

    def demand(self, p, loc):
        if loc > 0:
            core = self.core_claim(p, loc)
            if self.free(p, 0, core):
                self.take(p, 0)
                self.send(p, p, loc)
                return
            if self.uncovered(p, loc):
                for q in self.substitutes(p):
                    if self.free(q, 0, core):
                        self.take(q, 0)
                        self.send(q, p, loc)
                        return
                if self.on.has_lateral and self.lend(p, loc):
                    return
        self.join(p, loc)

    def lend(self, p, loc):
        if math.isinf(self.f.places.lateral_days[loc]):
            return False
        spare = {k: len(self.shelf[p, k]) - int(self.f.places.keep[p, k])
                 for k in range(1, self.L) if k != loc}  # fmt: skip
        if not spare or max(spare.values()) <= 0:
            return False
        lender = min(k for k in spare if spare[k] == max(spare.values()))
        self.take(p, lender)
        self.post(p, p, loc, self.f.places.lateral_days, LATERAL)
        self.n[p]["LENT"] += 1
        self.over[p, lender] -= 1
        if self.over[p, lender] < 0:
            self.over[p, lender] = 0
            self.join(p, lender)
        return True

    def order(self, p, loc, units):
        self.over[p, loc] -= units
        while self.over[p, loc] < 0:
            self.over[p, loc] += 1
            self.demand(p, loc)
        while self.over[p, loc] > 0:
            mine = [one for one in self.line[p] if one[2] == loc]
            if not mine:
                break
            self.line[p].remove(max(mine, key=lambda one: one[1]))
            self.over[p, loc] -= 1

    def keeps_it(self, unit, loc):
        """Whether a unit that comes is one of those kept for core rows."""
        kept = int(self.f.places.keep[unit, loc])
        return self.on.allocation == CORE_FIRST and len(self.shelf[unit, loc]) < kept

    def reaches(self, unit, p, loc):
        """A unit reaches a depot, in answer to its demand for p."""
        kept = self.keeps_it(unit, loc)
        for line in [unit, *self.served_by(unit)]:
            head = self.queue(line, loc)[:1]
            if head and (not kept or self.f.rows.is_core[head[0][1]]):
                self.fill_row(line, loc, unit)
                break
        else:
            line = unit
            self.put(unit, loc)
        if line != p:
            self.order(p, loc, 1)
            self.order(line, loc, -1)

    def centre(self, unit):
        kept = self.keeps_it(unit, 0)
        for line in [unit, *self.served_by(unit)]:
            one = self.best(line, line != unit)
            if one and (not kept or self.core_claim(line, one[2])):
                mine = [other for other in self.line[line] if other[2] == one[2]]
                self.line[line].remove(min(mine, key=lambda other: other[1]))
                self.send(unit, line, one[2])
                return
        self.put(unit, 0)

    def come(self, p, loc, units):
        for _ in range(units):
            if loc:
                self.reaches(p, p, loc)
            else:
                self.centre(p)

    def parcel(self, what):
        unit, p, loc = what
        self.under_way[p, loc] -= 1
        self.n[unit]["EVENTS"] += 1
        self.reaches(unit, p, loc)

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
