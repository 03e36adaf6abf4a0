"""Replay history: what would have been advised on each day, and what waiting cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from keepline import impact, stock
from keepline.model.errors import InputError
from keepline.model.milestones import milestones
from keepline.model.pooled import counted_as
from keepline.model.results import RESULTS
from keepline.planning.grounded import grounded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from keepline.impact import Impact
    from keepline.model.library import Library
    from keepline.model.milestones import Milestone
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.scenario import Scenario
    from keepline.planning.grounded import Ground
    from keepline.stock import Advice, Verdict

    Progress = Callable[[str], None]
    Row = Mapping[str, Any]

WHOLE = 1.0 - 1e-9


@dataclass(frozen=True)
class Replay:
    """Hold a replay of history.

    Attributes:
        network_name: What the network is called.
        currency: ISO 4217 code of all money.
        source: Where the network's figures come from.
        scenario_name: What happened, by its name.
        first: The first day.
        last: The last day, whose knowledge is the hindsight.
        policy: What was asked for.
        replay: The result table.
        parts: The result table ``replay_parts``.
        assumptions: What holds for the replay, in sentences.
    """

    network_name: str
    currency: str
    source: str
    scenario_name: str
    first: dt.date
    last: dt.date
    policy: Policy
    replay: pl.DataFrame
    parts: pl.DataFrame
    assumptions: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return all but the tables, for JSON."""
        service = self.policy.service
        return {
            "network": self.network_name,
            "scenario": self.scenario_name,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "currency": self.currency,
            "source": self.source,
            "policy": self.policy.name,
            "availability_target": service.availability,
            "survive_target_days": service.survive_days,
            "assumptions": list(self.assumptions),
        }


ASSUMPTIONS = (
    (
        "On each day the network is as it is given, its first day, and with it its months, the "
        "days of its orders and of stock that expires, moved to that day: nothing was used up "
        "before. So what waiting cost is told on the low side where supply had been cut."
    ),
    (
        "What sources hold in finished stock is full when the first event begins, or on the "
        "first day of the replay if that is earlier, and drains once."
    ),
    "In hindsight a plan keeps the moves and orders that it advised; it is not made anew later.",
)


def replay_history(
    network: Network,
    scenario: Scenario,
    policy: Policy,
    library: Library,
    first: dt.date,
    last: dt.date,
    progress: Progress = lambda _: None,
) -> Replay:
    """Plan on each day on which knowledge changed with what was known, and judge it in hindsight.

    Args:
        network: What there is; its first day and its dates are moved to each day.
        scenario: All that is ever known.
        policy: What must hold.
        library: The library of dated events, for its words.
        first: The first day.
        last: The last day, whose knowledge is the hindsight.
        progress: Told the name of each stage as it begins.

    Raises:
        InputError: When it ends before it begins, or the scenario names what is not there.
        PlanError: When a day's scenario has more branches than can be told apart.
    """
    if last < first:
        message = f"The replay ends on {last}, before it begins on {first}."
        raise InputError(message, code="IN-255")
    past = _Past(network, scenario, policy, first, last)
    rows: list[dict[str, object]] = []
    parts: list[dict[str, object]] = []
    late: set[str] = set()
    for number, one in enumerate(found := milestones(scenario, library, first, last), 1):
        progress(f"Plan as of {one.on}, {number} of {len(found)}")
        day = past.on(one.on)
        before = rows[-1] if rows else None
        rows.append(_row(one, day, before, late))
        parts += _parts(one.on, day, late if before else day.too_late)
        late = day.too_late
    return Replay(
        network.name, network.currency, network.source, scenario.name, first, last, policy,
        pl.DataFrame(rows, schema=_schema("replay")),
        pl.DataFrame(parts, schema=_schema("replay_parts")), ASSUMPTIONS,
    )  # fmt: skip


def _schema(table: str) -> dict[str, pl.DataType]:
    return {name: column.dtype for name, column in RESULTS[table].columns().items()}


@dataclass(frozen=True)
class _Day:
    """Hold a day: what is lost, what is advised, and what came of that.

    The tables of the advice count their dates from the network's own first day; `shift` later is
    the day itself.
    """

    parts: pl.DataFrame
    shift: dt.timedelta
    lost: pl.DataFrame
    advice: Advice
    verdict: Verdict

    @property
    def too_late(self) -> set[str]:
        """Return the parts that can no longer be had in time, in hindsight."""
        return set(self.parts["part_id"].gather(list(self.verdict.too_late)))

    @property
    def bought(self) -> pl.DataFrame:
        """Return the purchases with their dates on this day."""
        dates = pl.col("order_on", "order_by", "arrives_on")
        return self.advice.purchases.with_columns(dates + self.shift)


class _Past:
    """Plan on any day of the past, with that day's knowledge and in hindsight."""

    def __init__(
        self, network: Network, scenario: Scenario, policy: Policy, first: dt.date, last: dt.date
    ) -> None:
        self.network, self.scenario, self.policy = network, scenario, policy
        self.first, self.last = first, last
        self._impacts: dict[object, Impact] = {}
        self._advice: dict[bytes, Advice] = {}
        self._verdicts: dict[tuple[bytes, bytes], Verdict] = {}
        self.truth = self._impact(last)

    def on(self, day: dt.date) -> _Day:
        """Return what would have been advised on a day, and what came of it.

        The days of what is lost are moved to the network, not the network to the day: so like
        questions of two days are one, and answered once.
        """
        shift = day - self.network.start
        known = self._impact(day)
        found, ground = self._grounded(known, shift)
        key = _key(ground, found)
        if key not in self._advice:
            self._advice[key] = stock.advise(
                ground.network, ground.pools, ground.supply, ground.places, found.branches,
                self.policy,
            )  # fmt: skip
        advice = self._advice[key]
        found, ground = self._grounded(self.truth, shift)
        both = key, _key(ground, found)
        if both not in self._verdicts:
            pooled = found.pooled_parts
            advised = replace(
                advice,
                moves=counted_as(advice.moves, pooled),
                purchases=counted_as(advice.purchases, pooled),
            )
            self._verdicts[both] = stock.look_back(
                ground.network, ground.pools, ground.supply, ground.places, found.branches,
                self.policy, advised,
            )  # fmt: skip
        lost = _lost(known.cuts, day, self.network.end + shift)
        return _Day(self.network["parts"], shift, lost, advice, self._verdicts[both])

    def _grounded(self, found: Impact, shift: dt.timedelta) -> tuple[Impact, Ground]:
        cuts = found.cuts.with_columns(pl.col("from_on") - shift)
        within = cuts.filter(pl.col("from_on") <= self.network.end)
        return grounded(self.network, replace(found, cuts=within))

    def _impact(self, day: dt.date) -> Impact:
        """Return what is lost from when, by what was known on a day, over the whole of history.

        Finished stock of sources drains from the first event on, not from the day of each plan.
        """
        scenario = self.scenario.as_of(day)
        laws = [one.begins for one in scenario.events if one.begins]
        start = min([self.first, *(law.dates[0][0] for law in laws if law.dates)])
        key = (scenario.events, start)
        if key not in self._impacts:
            end = self.last + (self.network.end - self.network.start)
            whole = replace(self.network, start=start, end=end)
            self._impacts[key] = impact.find(whole, scenario)
        return self._impacts[key]


def _key(ground: Ground, found: Impact) -> bytes:
    """Return what tells questions apart: the laws of supply and repair, and their chances."""
    arrays = [*ground.supply, np.array(found.branches["probability"].to_numpy())]
    return b"|".join(str(one.shape).encode() + one.tobytes() for one in arrays)


def _lost(cuts: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Return the losses that stand between two days: part_id, from_on."""
    keys = ["part_id", "branch_id", "mode"]
    steps = cuts.sort(*keys, "from_on").with_columns(until=pl.col("from_on").shift(-1).over(keys))
    return steps.filter(
        pl.col("share_left") < WHOLE,
        pl.col("from_on") <= last,
        pl.col("until").is_null() | (pl.col("until") > first),
    ).select("part_id", "from_on")


def _row(one: Milestone, day: _Day, before: Row | None, late: set[str]) -> dict[str, object]:
    advice, verdict = day.advice, day.verdict
    cost = float(advice.purchases["cost"].sum())
    reachable = verdict.availability_reachable
    newly = sorted(day.too_late - late) if before else []
    return {
        "on": one.on,
        "event_id": "; ".join(one.event_ids),
        "what": one.what,
        "parts_lost": day.lost["part_id"].n_unique(),
        "first_loss_on": day.lost["from_on"].min(),
        "units_advised": int(advice.purchases["quantity"].sum()),
        "cost_advised": cost,
        "cost_change": cost - before["cost_advised"] if before else None,
        "order_by": day.bought["order_by"].min(),
        "availability_worst_today": advice.availability_today,
        "availability_worst_planned": advice.availability_planned,
        "target_met": advice.is_target_met,
        "availability_worst_true": verdict.availability_advised,
        "availability_reachable_true": reachable,
        "cost_to_target_true": verdict.cost_to_target,
        "parts_too_late": len(day.too_late),
        "lost_by_waiting": "; ".join(newly) or None,
        "availability_lost_by_waiting": (
            before["availability_reachable_true"] - reachable if before else None
        ),
    }


def _parts(on: dt.date, day: _Day, late: set[str]) -> list[dict[str, object]]:
    """Return the parts bought on a day, and those too late that were not on the one before."""
    bought = day.bought.group_by("part_id").agg(
        pl.col("quantity", "cost").sum(), pl.col("order_by").min()
    )
    newly = pl.DataFrame({"part_id": sorted(day.too_late - late)}, schema={"part_id": pl.String})
    found = (
        pl.concat([bought, newly.join(bought, "part_id", "anti")], how="diagonal")
        .join(day.parts.select("part_id", "supplier_id"), "part_id")
        .sort("part_id")
    )
    return [
        {
            "on": on,
            "part_id": row["part_id"],
            "supplier_id": row["supplier_id"],
            "units": row["quantity"] or 0,
            "cost": row["cost"] or 0.0,
            "order_by": row["order_by"],
            "is_too_late": row["part_id"] in day.too_late,
        }
        for row in found.iter_rows(named=True)
    ]
