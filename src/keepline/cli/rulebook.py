"""Do what the command on rules asks: list them, or judge a network, and print it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from keepline import face
from keepline.cli import printing
from keepline.cli.printing import rows_of, sentences, table, unwrapped
from keepline.cli.stages import Stages
from keepline.model.errors import InputError
from keepline.model.policy_names import check_policy
from keepline.model.policy_rulekinds import MARKS
from keepline.report import ruled, words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.policy_rules import Rule
    from keepline.swap import Complied

    Row = Mapping[str, Any]

#: Kinds that no table judges.
_TOLD: Final = ("report", "duty")


def judge(
    network: Path,
    policy: Path | None,
    packs: Sequence[str],
    on: Sequence[dt.date],
    plan: Path | None,
    top: int,
    target: Path | None,
    as_json: bool,
) -> None:
    """Judge a network, write it down if that is wanted, and print how it stands."""
    from keepline.swap import deadlines

    if policy is None and not packs:
        raise InputError("Say which rules: --policy P, or --pack NAME.", code="IN-367")
    with Stages(is_silent=as_json) as stages:
        stages("Read and check the network")
        here = face.network_of(network)
        asked = face.rules_of(policy, packs)
        finished = face.load(plan) if plan else None
        stages("Judge the rules")
        found = face.comply(here, asked, on=on, plan=finished)
        told = _told(here, asked, found)
        written = face.save_rules(found, told, target) if target else []
        for one in check_policy(asked, here).notices:
            stages.note(str(one))
    if as_json:
        tables = {"compliance": rows_of(found.compliance), "breaches": rows_of(found.breaches)}
        printing.as_json({**told, **tables, "written": [str(path) for path in written]})
        return
    shown = {rule.rule_id: {here.start, *on, *deadlines(rule)} for rule in found.rules}
    _print(here, found, shown, top)
    if written:
        unwrapped(["", "Written", *(f"  {path}" for path in written)])


def _told(network: Network, policy: Policy, found: Complied) -> dict[str, object]:
    return {
        "network": network.name,
        "policy": policy.name,
        "on": network.start.isoformat(),
        "hashes": {**network.hashes, **policy.hashes},
        "rules": [
            {"id": rule.rule_id, "kind": rule.kind, "pack": rule.pack, **rule.terms}
            for rule in found.rules
        ],
        "summary": summary(found),
    }


def summary(found: Complied) -> dict[str, list[str]]:
    """Return the rules by how they stand on days on which they bind, the worst of all operators.

    A rule that binds on no day that is judged, for its day is not known, counts by how it stands.
    """
    scopes = {rule.rule_id: rule.scope for rule in found.rules}
    rows = [
        row for row in found.compliance.iter_rows(named=True)
        if row["scope"] == scopes[row["rule_id"]] and row["force"] != "ended"
    ]  # fmt: skip
    binding = {row["rule_id"] for row in rows if row["force"] in _BINDS}
    worst: dict[str, int] = {}
    for row in rows:
        if row["rule_id"] in binding and row["force"] not in _BINDS:
            continue
        is_wish = row["force"] == "wherever possible" and row["is_met"] is False
        rank = _ORDER.index("wished" if is_wish else row["standing"])
        worst[row["rule_id"]] = max(rank, worst.get(row["rule_id"], 0))
    listed: dict[str, list[str]] = {name: [] for name in reversed(_ORDER)}
    for rule in found.rules:
        # a rule that is addressed to nobody here has no row
        listed[_ORDER[worst.get(rule.rule_id, 0)]].append(rule.rule_id)
    return listed


_BINDS: Final = ("hard", "wherever possible")
#: How a rule may stand, the best first.
_ORDER: Final = ("nothing in scope", "not judged", "met", "wished", "unknown", "broken")


def _print(network: Network, found: Complied, shown: Mapping[str, set[dt.date]], top: int) -> None:
    if not found.rules:
        sentences(["The policy has no rules, so nothing is judged. keepline rules lists packs."])
        return
    by_id = {rule.rule_id: rule for rule in found.rules}
    rows = [
        row for row in found.compliance.iter_rows(named=True) if row["on"] in shown[row["rule_id"]]
    ]
    order = {rule.rule_id: number for number, rule in enumerate(found.rules)}
    judged = [
        row for row in sorted(rows, key=_by_key(order))
        if by_id[row["rule_id"]].kind not in _TOLD and row["standing"] != "nothing in scope"
    ]  # fmt: skip
    _print_judged(network, judged, by_id)
    _print_told([row for row in rows if by_id[row["rule_id"]].kind in _TOLD], by_id)
    if top:
        _print_breaches(found, by_id, top)
    sentences(_verdict(network, found, rows))
    _print_marks(found.rules)


def _by_key(order: Mapping[str, int]) -> Callable[[Row], tuple[object, ...]]:
    """Return the order of printing: rule, operator with the nation last, and day."""
    return lambda row: (
        order[row["rule_id"]], row["scope"] == "national", row["operator_id"] or "",
        row["technology"] or "", row["vendors"] or "", row["on"],
    )  # fmt: skip


def _print_judged(network: Network, rows: Sequence[Row], by_id: Mapping[str, Rule]) -> None:
    if not rows:
        return
    has_many = len({row["operator_id"] for row in rows}) > 1
    columns = {"rule": "left"} | ({"operator": "left"} if has_many else {})
    columns |= {"on": "left", "measured": "right", "limit": "right", "slack": "right"}
    cells: list[list[str]] = []
    last: tuple[object, ...] | None = None
    for row in rows:
        key = tuple(row[one] for one in ("rule_id", "operator_id", "technology", "vendors"))
        rule = by_id[row["rule_id"]]
        is_new = key != last
        is_split = last is not None and key[0] == last[0]
        head = [_head(rule, row, is_split=is_split) if is_new else ""]
        last = key
        head += [_who(row) if is_new else ""] if has_many else []
        told = [ruled.verdict(row), ruled.must_go(row), row["what"] or ""]
        cells.append(
            [
                *head,
                "today" if row["on"] == network.start else words.date(row["on"]),
                ruled.value(row),
                ruled.limit(rule, row["on"]),
                ruled.slack(row),
                "\n".join(one for one in told if one),
            ]
        )
    title = f"How {network.name} stands, today being {words.date(network.start)}"
    table(title, columns | {"verdict": "left"}, cells)


def _head(rule: Rule, row: Row, *, is_split: bool) -> str:
    """Say which rule a row is of; its words stand at its first row alone."""
    has_several = len(rule.where.words("technology")) > 1 or rule.vendors.is_each
    of = [row[key] for key in ("technology", "vendors") if row[key] and has_several]
    said = [rule.rule_id, *([] if is_split else [ruled.asked(rule)])]
    return ": ".join(said) + (f" ({', '.join(of)})" if of else "")


def _who(row: Row) -> str:
    if row["scope"] == "national":
        return "national view"
    return row["operator_id"] or ""


def _print_told(rows: Sequence[Row], by_id: Mapping[str, Rule]) -> None:
    """Print reports and duties, each as it stands on the first day that is judged."""
    first: dict[tuple[str, str | None], Row] = {}
    for row in rows:
        if row["force"] != "ended":
            first.setdefault((row["rule_id"], row["operator_id"]), row)
    if not first:
        return
    has_many = len({row["operator_id"] for row in first.values()}) > 1
    columns = {"rule": "left", "law": "left"} | ({"operator": "left"} if has_many else {})
    cells = []
    for row in _once_where_alike(first.values()):
        rule = by_id[row["rule_id"]]
        due = words.date(row["due_on"]) if row["due_on"] else ""
        who = [row["operator_id"] or ("all" if has_many else "")] if has_many else []
        cells.append([rule.rule_id, rule.law, *who, due, ruled.verdict(row), row["what"] or ""])
    title = "Reports, and duties that no table shows"
    table(title, columns | {"due": "left", "verdict": "left", "what": "left"}, cells)


def _once_where_alike(rows: Iterable[Row]) -> list[Row]:
    """Return rows with those of several operators that say the same told once."""
    kept: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["rule_id"], row["due_on"], row["standing"], row["what"])
        if key in kept:
            kept[key]["operator_id"] = None
        else:
            kept[key] = dict(row)
    return list(kept.values())


def _print_breaches(found: Complied, by_id: Mapping[str, Rule], top: int) -> None:
    """Print the sites that count most against each rule, on the last day on which it is judged."""
    keys = ["rule_id", "operator_id", "technology", "vendors"]
    last = found.breaches.filter(pl.col("on") == pl.col("on").max().over(keys))
    has_many = last["operator_id"].n_unique() > 1
    columns = {"rule": "left"} | ({"operator": "left"} if has_many else {})
    cells = []
    for key, part in last.group_by(keys, maintain_order=True):
        rule_id, operator, *split = (str(one) if one is not None else "" for one in key)
        of = [one for one in split if one] if by_id[rule_id].vendors.is_each else []
        shown = [_breach(row) for row in part.head(top).iter_rows(named=True)]
        more = [f"{words.count(len(part) - top)} more"] if len(part) > top else []
        who = [operator] if has_many else []
        cells.append(
            [
                " ".join([rule_id, *of]), *who, words.date(part["on"][0]),
                words.listed([*shown, *more]), words.count(int(part["units"].sum())),
            ]
        )  # fmt: skip
    if cells:
        columns |= {"on": "left", "sites (units)": "left", "units in all": "right"}
        table("What counts against rules that are not kept, the heaviest first", columns, cells)


def _breach(row: Row) -> str:
    where = row["site_id"] or row["depot_id"] or "no place"
    when = f", {words.date(row['happened_on'])}" if row["happened_on"] else ""
    return f"{where} ({words.count(row['units'])}{when})"


_SAID: Final = {
    "broken": "Not kept on a day on which they must be",
    "unknown": "Not known to be kept, for what decides is not recorded",
    "wished": "Kept when they must be, and not on a day from which they should be if possible",
    "met": "Kept on every day on which they must be",
    "nothing in scope": "Met, for nothing is in scope",
    "not judged": "Not judged",
}


def _verdict(network: Network, found: Complied, rows: Sequence[Row]) -> list[str]:
    said = [
        f"{_SAID[name]}: {words.counted(len(ids), 'rule')} ({words.listed(ids)})."
        for name, ids in summary(found).items()
        if ids
    ]
    empty = {row["what"] for row in rows if row["standing"] == "nothing in scope"}
    if any(str(one).startswith("nothing in scope: no ") for one in empty):
        has = sorted(network["parts"]["technology"].unique())
        said.append(f"The network's technologies are {words.listed(has)}.")
    if "national" in {row["scope"] for row in rows}:
        said.append("The national view adds up the operators; it is no verdict on any of them.")
    return said


def _print_marks(rules: Iterable[Rule]) -> None:
    listed = list(rules)
    said = []
    for mark in ("P", "U"):
        ids = [rule.rule_id for rule in listed if rule.mark == mark]
        if ids:
            said.append(f"{words.capital(MARKS[mark])} in the sources: {words.listed(ids)}.")
    said += [f"Planner's reading of {rule.rule_id}: {rule.reading}" for rule in listed
             if rule.reading]  # fmt: skip
    if said:
        sentences(said, "How sure the rules themselves are")


_TAKEN: Final = (
    "A policy takes packs by name: packs: [NAME, ...]. The mark tells how surely a rule was read "
    "in its source; --json has sources, notes and readings."
)


def listing(policy: Path | None, packs: Sequence[str], as_json: bool) -> None:
    """List the packs that ship, or those asked for, or a policy's rules: each with its mark."""
    if policy is not None:
        asked = face.rules_of(policy, packs)
        groups = [(asked.name, "", "", asked.rules)]
    else:
        chosen = [face.pack_of(name) for name in packs] or list(face.rule_packs().values())
        groups = [(one.pack_id, one.what, one.note, one.rules) for one in chosen]
    if as_json:
        printing.as_json([
            {"pack": name, "what": what, "note": note, "rules": [
                {"id": rule.rule_id, "kind": rule.kind, **rule.terms} for rule in rules
            ]}
            for name, what, note, rules in groups
        ])  # fmt: skip
        return
    for name, what, note, rules in groups:
        _print_rules(f"{name}: {what}" if what else name, rules)
        if note:
            sentences([note])
    sentences([_TAKEN])


def _print_rules(title: str, rules: Iterable[Rule]) -> None:
    cells = []
    for rule in rules:
        limit, when = ruled.limit(rule), ruled.when(rule)
        limit = "none" if limit == "0" else limit
        said = "; ".join(one for one in (ruled.asked(rule), f"{limit} {when}".strip()) if one)
        kind = rule.kind.replace("_", " ")
        cells.append([rule.rule_id, kind, rule.law, said, MARKS.get(rule.mark, "")])
    columns = dict.fromkeys(("rule", "kind", "law", "what it asks for", "mark"), "left")
    table(title, columns, cells)
