"""Codes IN-36x: rules of a policy, and the packs of rules that ship."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

POLICIES: Final = (
    Code(
        "IN-360",
        "What a rule of a policy asks for is not clear",
        "A rule says its kind, or its other keys give it away: a limit at_most, a day by which "
        "nothing is left, days of cover, days between reports.",
        'policy.yaml row 4, column rules.0.kind: unknown kind of rule "capp". Expected one of cap, '
        "exclude, and so on. Did you mean cap? [IN-360]",
        "Add kind, or mend it; docs/settings/policy.md tells them all.",
    ),
    Code(
        "IN-361",
        "A rule of a policy lacks what its kind needs",
        "A cap without a limit, or a removal without a day, would ask for nothing.",
        "policy.yaml row 4, column rules.0.vendors: a rule of the kind cap needs vendors. Expected "
        "vendors. Add vendors. [IN-361]",
        "Add the key with its value.",
    ),
    Code(
        "IN-362",
        "It is not clear whose equipment a rule means",
        "vendors is high_risk, any, or a list of suppliers; below each the rule holds for each of "
        "them by itself, below together (as without either) for all of them together.",
        'policy.yaml row 4, column rules.0.vendors: "high_risk" stands among names. Expected '
        "high_risk, any, or a list of suppliers. [IN-362]",
        "Write vendors: high_risk, or vendors: [huawei, zte], or vendors: {each: [huawei, zte]}.",
    ),
    Code(
        "IN-363",
        "A key does not go with the kind of rule",
        "Every kind takes some keys and metrics. One that it does not take would be passed over, "
        "and the rule would not mean what it seems to.",
        "policy.yaml row 4, column rules.0.metric: a rule of the kind remove does not measure "
        "traffic. Expected one of units, sites. [IN-363]",
        "Remove the key, or choose the kind that takes it.",
    ),
    Code(
        "IN-364",
        "A policy takes a pack of rules that does not ship",
        "packs names packs of rules that ship with Keepline.",
        'policy.yaml row 2, column packs: no pack of rules "uk-2020" ships. Expected a shipped '
        "pack. Did you mean uk-2020-01? [IN-364]",
        "Mend the name; keepline rules lists the packs.",
    ),
    Code(
        "IN-365",
        "A rule names something nearly as the network does",
        "No row has that word, but one has nearly it. Passed over, a misspelling would look as if "
        "the rule were kept.",
        'policy.yaml row 4, column rules.0.where.technology: nothing in the network is "5G-RNA". '
        "Expected a technology of the network. Did you mean 5G-RAN? [IN-365]",
        "Mend the word.",
    ),
    Code(
        "IN-366",
        "A rule names something that the network does not have (notice)",
        "The rule counts nothing by that word in this network.",
        'policy.yaml row 4, column rules.0.vendors: no supplier "zte" in the network. [IN-366]',
        "Nothing needs to be done if the network truly has none. Else give the supplier that name "
        "as an alias.",
    ),
    Code(
        "IN-367",
        "It is not clear which rules are meant",
        "A network is judged against the rules of a policy, of shipped packs, or of both.",
        "Say which rules: --policy P, or --pack NAME. [IN-367]",
        "Give --policy with a file, or --pack with the name of a pack; keepline rules lists them.",
    ),
    Code(
        "IN-368",
        "Rules are judged on a day before the network begins",
        "The tables say what stands there on the plan's first day, and what is swapped later. What "
        "stood there before is not known.",
        "2019-01-01 lies before 2020-06-22, the day on which the network begins. Judge that day or "
        "a later one. [IN-368]",
        "Give a later day, or a network whose start lies earlier.",
    ),
)
