"""The shelves and lines of the second opinion on the field kernel: who waits, and who is served."""

from __future__ import annotations

import heapq
import math

from keepline.maths.field.family import BY_TRAFFIC, CORE_FIRST, FIRST_COME
from keepline.maths.streams import STORE, share_of, share_of_two, words_of

from .field_reference_kinds import LATERAL, LEAVE, PARCEL, SPOIL


class Stockroom:
    """Units on shelves, rows and depots that wait, and the rules by which they are served."""

    # -- chance
    def words(self, part, purpose, k):
        return words_of(self.seed, int(self.f.parts.stream[part]), self.number, purpose, k)

    # -- time
    def at(self, day, kind, rank, what):
        self.seq += 1
        if day < math.inf:
            heapq.heappush(self.heap, (day, kind, rank, self.seq, what))

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
