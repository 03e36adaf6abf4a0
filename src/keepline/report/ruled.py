"""Say in words what a policy's rule asks for, and how an operator stands against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from keepline.report import words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from keepline.model.policy_rules import Rule
    from keepline.model.policy_where import Where

    Row = Mapping[str, Any]

#: Keys of `where` whose words do not say for themselves what they are.
_WHOSE: Final = ("operator", "country", "region", "site", "part")
#: Words of a place that are listed; the rest is counted.
MOST_WORDS: Final = 3
_FLAGS: Final = {
    ("is_sensitive", True): "sensitive sites",
    ("is_sensitive", False): "sites that are not sensitive",
    ("is_sanctions_affected", True): "equipment affected by sanctions",
    ("is_sanctions_affected", False): "equipment not affected by sanctions",
}
_UNITS: Final = {"sites": "sites", "traffic": "traffic", "premises": "premises", "units": "units"}


def place(where: Where) -> str:
    """Say where a rule looks; nothing where it looks everywhere.

    >>> from keepline.model.policy_where import Where
    >>> place(Where((("technology", ("5G-RAN",)), ("function", ("access",)))))
    '5G-RAN, access'
    """
    said = [
        words.listed(list(texts), MOST_WORDS).replace(" and ", " or ")
        if len(texts) <= MOST_WORDS
        else words.listed(list(texts), MOST_WORDS)
        for key, texts in where.texts
        if key not in _WHOSE
    ]
    said += [f"{key} {words.listed(list(texts))}" for key, texts in where.texts if key in _WHOSE]
    said += [_FLAGS[one] for one in where.flags]
    if where.installed_after:
        said.append(f"installed after {words.date(where.installed_after)}")
    if where.tiers:
        said.append(f"tier {', '.join(map(str, where.tiers))}")
    return ", ".join(said)


def asked(rule: Rule) -> str:
    """Say what a rule measures, and where."""
    whose = rule.vendors.in_words
    what = {
        "cap": f"share of {_UNITS.get(rule.metric, '')} with {whose}",
        "exclude": f"{rule.metric} of {whose}",
        "remove": f"{rule.metric} of {whose}",
        "replace_software": f"{rule.metric} managed by {whose}",
        "purchase_ban": f"units of {whose} ordered",
        "installation_ban": f"units of {whose} installed",
        "min_vendors": "number of vendors",
        "endurance": "days that stock lasts",
        "report": rule.document,
        "duty": "",
    }[rule.kind]
    where = place(rule.where)
    return f"{what}: {where}" if what and where else what or where


def when(rule: Rule) -> str:
    """Say when a rule holds."""
    said = []
    if rule.wherever_possible:
        said.append(f"wherever possible from {words.date(rule.wherever_possible)}")
    if not rule.is_dated and rule.within:
        said.append(f"{rule.within.months} months after {rule.within.milestone}, not dated")
    elif rule.by:
        said.append(f"by {words.date(rule.by)}")
    elif rule.hard_from:
        said.append(f"from {words.date(rule.hard_from)}")
    if rule.every_days:
        said.append(f"every {words.counted(rule.every_days, 'day')}")
    if rule.until:
        said.append(f"until {words.date(rule.until)}")
    return ", ".join(said)


def limit(rule: Rule, day: dt.date | None = None) -> str:
    """Say the limit of a rule, or all limits of a schedule unless a day is given."""
    if day is None and len(rule.steps) > 1:
        return ", ".join(
            f"{_figure(rule.kind, float(one.limit))} from {words.date(one.begins)}"
            for one in rule.steps
            if one.begins
        )
    found = rule.steps[0].limit if day is None and rule.steps else None
    found = rule.limit_on(day) if day is not None else found
    if found is None:
        return ""
    least = "at least " if rule.kind in ("min_vendors", "endurance") else ""
    return least + _figure(rule.kind, float(found))


def _figure(kind: str, value: float) -> str:
    return words.percent(value) if kind == "cap" else words.count(value)


def value(row: Row) -> str:
    """Say what was measured: a share with its counts, or a number."""
    if row["value"] is None:
        return ""
    if row["kind"] != "cap":
        return words.count(row["value"])
    return f"{words.percent(row['value'])}\n{_amount(row, 'counted')} of {_amount(row, 'whole')}"


def slack(row: Row) -> str:
    """Say the room that is left, or with a minus what is too much."""
    if row["slack"] is None or row["value"] is None:
        return ""
    return words.percent(row["slack"]) if row["kind"] == "cap" else words.count(row["slack"])


def _amount(row: Row, name: str) -> str:
    if row["metric"] == "traffic":
        return words.brief(row[name], 4)
    return words.count(row[name])


def verdict(row: Row) -> str:
    """Say how a row stands and whether it has to.

    A limit that does not bind yet is told as kept or passed, and never as broken.
    """
    force, standing = row["force"], row["standing"]
    if standing == "not judged":
        return "not judged"
    if standing == "nothing in scope":
        return "met: nothing in scope"
    binds = force in ("hard", "wherever possible")
    if standing == "met":
        said = "met" if binds else "kept"
    elif row["kind"] == "report":
        said = "missing" if row["value"] is None else "overdue"
    elif standing == "unknown":
        said = "not known to be met" if binds else "not known to be kept"
    else:
        said = "broken" if binds else "not kept"
    if force == "wherever possible":
        return f"{said} (wherever possible)"
    return f"{said}, {_WHEN[force]}" if force in _WHEN else said


_WHEN: Final = {
    "not yet": "not in force yet", "ended": "no longer in force", "not dated": "no date yet",
}  # fmt: skip


def must_go(row: Row) -> str:
    """Say the least that has to go; nothing where nothing has."""
    if not row["must_go"] or row["standing"] != "broken":
        return ""
    noun = str(row["metric"])
    figure = words.brief(row["must_go"], 4) if noun == "traffic" else words.count(row["must_go"])
    noun = noun.removesuffix("s") if row["must_go"] == 1 else noun
    noun = "of traffic" if noun == "traffic" else noun
    least = "at least " if row["kind"] == "cap" else ""
    return f"{least}{figure} {noun} must go"
