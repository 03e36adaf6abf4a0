"""Check that what a policy's rules name stands in the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.fields import nearest
from keepline.model.parties import suppliers_by_word
from keepline.model.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.policy_rules import Rule

#: Where the words of a rule stand in a network, by key of `where`.
_HOMES: Final = {
    "technology": ("parts", "technology"),
    "region": ("sites", "region"),
    "site": ("sites", "site_id"),
    "part": ("parts", "part_id"),
    "operator": ("operators", "operator_id"),
}


def check_policy(policy: Policy, network: Network) -> Problems:
    """Check a policy's rules against the network that they are to be used with.

    A word that no row has is an error when a known one is spelt nearly so: the rule would seem to
    be kept. Otherwise, and in a shipped pack, it is a notice.

    Returns:
        The problems, notices among them.
    """
    problems = Problems()
    vendors = set(suppliers_by_word(network["suppliers"]))
    known = {key: _words(network[table][column]) for key, (table, column) in _HOMES.items()}
    if network["operators"].is_empty():
        known["operator"] = _words(network["sites"]["operator_id"])
    for rule in policy.rules:
        for name in rule.vendors.names:
            if name.strip().casefold() not in vendors:
                what = f'no supplier "{name}" in the network'
                _report(problems, policy, rule, "vendors", name, what, vendors)
        _check_where(problems, policy, rule, known)
    return problems


def _check_where(
    problems: Problems, policy: Policy, rule: Rule, known: Mapping[str, set[str]]
) -> None:
    for key, words in known.items():
        for word in rule.where.words(key):
            if word not in words and not rule.pack:
                what = f'nothing in the network is "{word}"'
                _report(problems, policy, rule, f"where.{key}", word, what, words)


def _report(
    problems: Problems,
    policy: Policy,
    rule: Rule,
    key: str,
    word: str,
    what: str,
    known: set[str],
) -> None:
    # 4G-RAN is no misspelling of 5G-RAN: words of other figures are other things
    alike = sorted(one for one in known if _figures(one) == _figures(word))
    mend = "" if rule.pack else nearest(word, alike)
    path = (*rule.place, *key.split("."))
    column = ".".join(str(step) for step in path)
    line = 0 if rule.pack else policy.lines.get(path, policy.lines.get(rule.place, 0))
    problems.add(
        Problem(
            rule.pack or policy.file,
            "IN-365" if mend else "IN-366",
            what,
            f"a {key.rpartition('.')[2].removesuffix('s')} of the network" if mend else "",
            mend,
            line,
            column,
            word,
            is_notice=not mend,
        )
    )


def _figures(word: str) -> str:
    return "".join(sign for sign in word if sign.isdigit())


def _words(column: pl.Series) -> set[str]:
    return set(column.drop_nulls().unique().cast(pl.String))
