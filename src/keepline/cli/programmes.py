"""Find a programme of swaps, write it down if that is wanted, and print it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline import face
from keepline.cli import printing, slips
from keepline.cli.printing import rows_of, sentences, table, unwrapped
from keepline.cli.refusals import refuse_early
from keepline.cli.rulebook import summary as standing_of
from keepline.cli.stages import Stages
from keepline.formats import out
from keepline.model.errors import InputError
from keepline.model.policy_names import check_policy
from keepline.report import words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.swap import Swapping

    Row = Mapping[str, Any]

#: Limits, ways of mending and shares that are printed; --json prints all.
MOST_ROWS: Final = 12
MOST_SHARES: Final = 5
#: A limit of which so much is used binds, for jobs are whole.
NEARLY: Final = 0.9
_RANK: Final = {"cap": 0, "day": 1, "budget": 2, "share": 3, "supplier": 4, "crews": 5}
_UNIT: Final = {"crew days": "crew day", "sites": "site", "units": "unit"}


def swap(
    network: Path,
    policy: Path | None,
    packs: Sequence[str],
    seconds: float,
    target: Path | None,
    as_json: bool,
    is_soonest: bool = False,
    scenario: Path | None = None,
    seed: int = 0,
) -> None:
    """Find a programme, write it down if that is wanted, and print it."""
    if target:
        refuse_early(target, out.SWAP)
    if policy is None and not packs:
        raise InputError("Say which rules: --policy P, or --pack NAME.", code="IN-367")
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here = face.network_of(network)
        asked = face.rules_of(policy, packs)
        found = face.plan_swaps(
            here, asked, seconds=seconds, soonest=is_soonest, scenario=scenario, seed=seed,
            is_apart=True, progress=stages,
        )  # fmt: skip
        told = _told(here, asked, found)
        written = face.save_swapping(found, told, target) if target else []
        for one in check_policy(asked, here).notices:
            stages.note(str(one))
    if as_json:
        tables = {name: rows_of(frame) for name, frame in found.tables.items()}
        printing.as_json({**told, **tables, "written": [str(path) for path in written]})
        return
    _print(here, found)
    if written:
        unwrapped(["", "Written", *(f"  {path}" for path in written)])


def _told(network: Network, policy: Policy, found: Swapping) -> dict[str, object]:
    plain = {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in found.summary.items()
    }
    return {
        "network": network.name,
        "policy": policy.name,
        "hashes": {**network.hashes, **policy.hashes},
        "summary": plain,
        "rules": standing_of(found.complied),
    }


def _print(network: Network, found: Swapping) -> None:
    programme = found.tables["programme"]
    if not programme.is_empty():
        _print_quarters(network, programme)
        _print_regions(network, programme)
    _print_shares(found)
    _print_limits(network, found.tables["programme_limits"])
    _print_unoffered(found.tables["unoffered"])
    _print_ways(found)
    sentences([*_verdict(network, found), *slips.said(found.tables["programme_branches"])])


def _quarter(day: dt.date) -> str:
    return f"{day.year}\u00a0Q{(day.month + 2) // 3}"


def _print_quarters(network: Network, programme: pl.DataFrame) -> None:
    cells = []
    for (day,), part in sorted(programme.partition_by("quarter", as_dict=True).items()):
        counted = part.group_by("technology", "to_supplier_id").len().sort("len", descending=True)
        said = [f"{words.count(n)} {tech} to {to}" for tech, to, n in counted.rows()]
        cells.append(
            [
                _quarter(day), words.count(part["site_id"].n_unique()), "\n".join(said),
                words.count(float(part["crew_days"].sum())),
                words.short_money(float(part["cost"].sum()), network.currency),
                words.count(float(part["units_harvested"].sum())),
            ]
        )  # fmt: skip
    columns = {"quarter": "left", "sites": "right", "swaps": "left", "crew days": "right",
               "cost": "right", "units harvested": "right"}  # fmt: skip
    table("The programme by quarter", columns, cells)


def _print_regions(network: Network, programme: pl.DataFrame) -> None:
    """Print the sites by region and quarter, a year's quarters in a group of columns."""
    sites = network["sites"].select("site_id", "region")
    counted = (
        programme.select("site_id", "quarter").unique().join(sites, on="site_id")
        .group_by("region", "quarter").len()
    )  # fmt: skip
    quarters = sorted(counted["quarter"].unique())
    at = {(row[0], row[1]): row[2] for row in counted.iter_rows()}
    cells = [
        [region, *(words.count(at[region, day]) if (region, day) in at else "" for day in quarters),
         words.count(sum(at.get((region, day), 0) for day in quarters))]
        for region in sorted(counted["region"].unique())
    ]  # fmt: skip
    heads = {f"{day.year % 100}Q{(day.month + 2) // 3}": "right" for day in quarters}
    table("Sites by region and quarter", {"region": "left", **heads, "all": "right"}, cells)


def _print_shares(found: Swapping) -> None:
    """Print the share against each cap, today and as it falls."""
    of = ["rule_id", "operator_id", "technology", "vendors"]
    rows = found.tables["compliance"].filter(
        (pl.col("kind") == "cap") & (pl.col("scope") == "operator") & (pl.col("counted") > 0)
    )
    keys = rows.select(of).unique(maintain_order=True).rows()
    if not keys:
        return
    shown = keys[:MOST_SHARES]
    at = {tuple(row[one] for one in (*of, "on")): row for row in rows.iter_rows(named=True)}
    days = sorted({row["on"] for row in at.values()})
    columns = {"on": "left"} | {
        f"{key[0]} ({', '.join(one for one in key[1:] if one)})": "right" for key in shown
    }
    cells, last = [], None
    for day in days:
        line = [_share(at.get((*key, day))) for key in shown]
        if line != last or day == days[-1]:
            cells.append([words.date(day), *line])
        last = line
    table("Share against each cap, on days on which one changes (! not kept)", columns, cells)
    if len(keys) > len(shown):
        sentences([f"... and {words.count(len(keys) - len(shown))} more; --json prints all."])


def _share(row: Row | None) -> str:
    if row is None or row["value"] is None:
        return ""
    is_broken = row["is_met"] is False and row["force"] == "hard"
    limit = "" if row["limit"] is None else f" of {words.percent(row['limit'])}"
    held = limit if row["force"] in ("hard", "wherever possible") else ""
    return f"{words.percent(row['value'])}{held}{' !' if is_broken else ''}"


def _print_limits(network: Network, limits: pl.DataFrame) -> None:
    """Print which limits bind, those dearest in all first, and what is beyond them."""
    is_full = pl.col("used") >= NEARLY * pl.col("most")
    listed = limits.filter(
        ((pl.col("price") > 0.0) & is_full) | (pl.col("excess") > 0.0)
    ).with_columns(weigh=pl.col("price") * pl.col("most").clip(1e-9))
    if listed.is_empty():
        return
    by_place = listed.group_by("limit", "place", "unit", maintain_order=True).agg(
        pl.col("weigh").sum(), pl.col("price").max(), pl.col("excess").max(),
        pl.col("quarter").sort(), pl.col("used", "most").last(),
    )  # fmt: skip
    order = by_place.sort("excess", "weigh", descending=True)
    cells = []
    for row in order.head(MOST_ROWS).iter_rows(named=True):
        days = [_quarter(one) for one in row["quarter"]]
        when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]} ({len(days)})"
        price = "" if row["unit"] == "currency" else words.short_money(
            row["price"], network.currency)  # fmt: skip
        if row["unit"] == "currency":
            price = words.brief(row["price"])
        over = words.brief(row["excess"]) if row["excess"] else ""
        cells.append([row["limit"], row["place"], when, price,
                      _UNIT.get(row["unit"], row["unit"]), over])  # fmt: skip
    columns = {"limit": "left", "place": "left", "quarters": "left", "one more saves": "right",
               "unit": "left", "beyond it": "right"}  # fmt: skip
    table("Limits that bind, those that weigh most first; at most saved by one unit more", columns,
          cells)  # fmt: skip
    if len(order) > MOST_ROWS:
        sentences([f"... and {words.count(len(order) - MOST_ROWS)} more; --json prints all."])


def _print_unoffered(unoffered: pl.DataFrame) -> None:
    if unoffered.is_empty():
        return
    cells = [
        [row["rule_id"], row["operator_id"] or "", row["from_supplier_id"], row["technology"],
         words.count(row["sites"]), row["what"]]
        for row in unoffered.iter_rows(named=True)
    ]  # fmt: skip
    columns = {"rule": "left", "operator": "left", "of": "left", "technology": "left",
               "sites": "right", "why it stays": "left"}  # fmt: skip
    table("What rules count and no swap takes away", columns, cells)


def _print_ways(found: Swapping) -> None:
    """Print what must give way, a way at a time."""
    ways = found.tables["programme_relaxations"]
    if ways.is_empty():
        return
    cells = []
    for (way,), part in ways.partition_by("way", as_dict=True, maintain_order=True).items():
        if way == "any" and ways["way"].n_unique() > 1 and len(part) > MOST_ROWS:
            continue
        # what a reader of rules asks first: the rules, then days, then what would be needed
        order = pl.col("limit").replace_strict(_RANK, return_dtype=pl.Int64)
        said = part.sort(order, -pl.col("change"))["what"].to_list()
        more = [f"... and {words.count(len(said) - MOST_ROWS)} more"] * (len(said) > MOST_ROWS)
        name = {"any": "any of them", "day": "days"}.get(str(way), str(way))
        cells.append([name, "\n".join([*said[:MOST_ROWS], *more])])
    table(
        "What must give way; each row, all of it, is enough by itself",
        {"what": "left", "by": "left"},
        cells,
    )


def _verdict(network: Network, found: Swapping) -> list[str]:
    one = found.summary
    said = [] if one["is_whole"] else [
        "Stopped before the search was done: this is the best programme so far."
        if one["objective"] is not None else "Stopped before any programme was found."
    ]  # fmt: skip
    said += _earliest(one)
    if not one["swaps"]:
        said.append("Nothing has to be swapped." if one["is_within"] else "Nothing is swapped.")
    else:
        said.append(_cost(network, one))
    if one["is_impossible"]:
        said.append("It is certified that no programme keeps all rules, dates and limits.")
    elif not one["is_within"]:
        said.append("No programme was found that keeps all rules, dates and limits.")
    if one["swaps"] and not one["is_within"]:
        said.append("This programme goes beyond them where the table of limits says so, or swaps "
                    "too late.")  # fmt: skip
    broken = standing_of(found.complied)
    for name, what in (("broken", "Not kept on a day on which they must be"),
                       ("wished", "Not kept on a day on which they should be if possible"),
                       ("unknown", "Not known to be kept")):  # fmt: skip
        if broken[name]:
            said.append(f"{what}: {words.listed(broken[name])}.")
    if broken["met"]:
        said.append(f"Kept with this programme: {words.listed(broken['met'])}.")
    return said


def _earliest(one: Mapping[str, Any]) -> list[str]:
    """Say from when on all rules can be kept; nothing where that was not asked."""
    if "soonest_on" not in one:
        return []
    if one["soonest_on"] is None:
        said = ["No quarter of the plan was found from which on all rules can be kept."]
    else:
        said = [f"All rules can be kept from {words.date(one['soonest_on'])} on."]
    if one["impossible_before"] is not None:
        day = words.date(one["impossible_before"])
        said.append(f"It is certified that they cannot before {day}.")
    return said


def _cost(network: Network, one: Mapping[str, Any]) -> str:
    money = words.short_money(one["cost"], network.currency)
    now = words.short_money(one["cost_discounted"], network.currency)
    said = (
        f"{words.counted(one['sites'], 'site')} in {words.counted(one['swaps'], 'swap')} from "
        f"{words.date(one['first_on'])} to {words.date(one['last_on'])} for {money}, {now} "
        "discounted"
    )
    if one["gap"] is None or not one["is_within"]:
        # beyond limits the gap is one of prices of the last resort, and tells nothing
        return f"{said}."
    return f"{said}; certified to be within {words.percent(one['gap'], 3)} of the best."
