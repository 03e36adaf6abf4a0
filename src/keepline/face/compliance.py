"""Ask how a network stands against rules on whose equipment may stand where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keepline.face.reading import network_of, policy_of, rule_packs
from keepline.formats import out
from keepline.model.errors import InputError
from keepline.model.fields import nearest
from keepline.model.network import complete
from keepline.model.policy import Policy
from keepline.model.policy_names import check_policy
from keepline.model.policy_packs import taken_from

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from keepline.model.network import Network
    from keepline.model.plan import Plan
    from keepline.model.policy_packs import Pack
    from keepline.swap import Complied

    AnyPath = str | Path


def comply(
    network: Network | AnyPath,
    policy: Policy | AnyPath | None = None,
    *,
    packs: Iterable[str] = (),
    on: Iterable[dt.date] = (),
    plan: Plan | None = None,
) -> Complied:
    """Judge a network against a policy's rules, today, on days asked for and on each rule's days.

    Args:
        network: What stands there, and its programme of swaps.
        policy: Whose rules must hold.
        packs: Shipped packs whose rules must hold too.
        on: Further days.
        plan: A finished plan, whose purchases, endurance and swaps are judged.

    Returns:
        The tables ``compliance`` and ``breaches``.

    Raises:
        InputError: With every problem of the input, when no pack bears a name, or when a day lies
            before the network begins.
    """
    from keepline import swap

    here, asked = network_of(network), rules_of(policy, packs)
    check_policy(asked, here).raise_if_any()
    days = tuple(on)
    if days and min(days) < here.start:
        said = f"{min(days)} lies before {here.start}, the day on which the network begins."
        raise InputError(f"{said} Judge that day or a later one.", code="IN-368")
    tables = plan.tables if plan is not None else {}
    if "programme" in tables:
        fitted = complete({"programme": tables["programme"]})["programme"]
        here = replace(here, tables={**here.tables, "programme": fitted})
    lasting = tables.get("endurance")
    if lasting is not None and "pooled_parts" in tables:
        lasting = swap.told_by_part(lasting, tables["pooled_parts"])
    return swap.comply(here, asked.rules, days, tables.get("purchases"), lasting)


def rules_of(policy: Policy | AnyPath | None, packs: Iterable[str] = ()) -> Policy:
    """Return a policy with the rules of shipped packs added to its own.

    Raises:
        InputError: With every problem of the policy, or when no pack bears a name.
    """
    asked = policy_of(policy) if policy is not None else Policy(name="no policy given")
    for name in packs:
        asked = replace(asked, rules=taken_from(pack_of(name), asked.rules))
    return asked


def pack_of(name: str) -> Pack:
    """Return a shipped pack of rules.

    Raises:
        InputError: When none bears that name.
    """
    shipped = rule_packs()
    if name not in shipped:
        said = nearest(name, shipped) or f"There are {', '.join(shipped)}."
        raise InputError(f'No pack of rules "{name}" ships. {said}', code="IN-364")
    return shipped[name]


def save_rules(found: Complied, told: Mapping[str, object], path: AnyPath) -> list[Path]:
    """Write how a network stands: rules.json and the tables; return what was written.

    Raises:
        StoreError: When it cannot be written; nothing is then left half-written.
    """
    tables = {"compliance": found.compliance, "breaches": found.breaches}
    return out.write_answer(path, told, tables, {}, out.RULES)
