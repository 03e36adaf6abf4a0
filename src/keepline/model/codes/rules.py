"""Codes IN-35x: rules of a scenario, and the library of dated events."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

RULES: Final = (
    Code(
        "IN-350",
        "A kind of rule is not known",
        "Rules have a closed vocabulary, so that nothing is read into a word.",
        'scenario.yaml row 4, column rules.0.kind: unknown kind of rule "listng". Expected one of '
        "listing, foreign_direct_product, and so on. Did you mean listing? [IN-350]",
        "Use one of the kinds that are named; docs/settings/scenario.md tells them all.",
    ),
    Code(
        "IN-351",
        "A rule lacks what its kind needs",
        "A listing without parties, or a share of content without a limit, would say nothing.",
        "scenario.yaml row 4, column rules.0.parties: a rule of this kind needs parties. Expected "
        "parties. Add parties. [IN-351]",
        "Add the key with its value.",
    ),
    Code(
        "IN-352",
        "An exception names no rule",
        "A licence or saving clause lifts rules of the same scenario, named by their ids.",
        'scenario.yaml row 9, column rules.1.rules: no rule "fdp" in this scenario. Expected the '
        "id of a rule. Did you mean fdpr? [IN-352]",
        "Mend the id, or add the rule.",
    ),
    Code(
        "IN-353",
        "A rule is known only after its end",
        "What had ended before anybody knew of it could never have been planned for.",
        "scenario.yaml row 7, column rules.0.known_on: it is known (2021-01-01) only after its end "
        "(2020-08-13). Expected a day on or before its end. [IN-353]",
        "Mend known_on, or the end.",
    ),
    Code(
        "IN-354",
        "A scenario names an event that the library does not have",
        "library takes dated events that ship with Keepline, by their ids, or all of them.",
        'scenario.yaml row 2, column library: no event "us-fdpr-2020" in the library. Expected ids '
        "of its events, or all. Did you mean us-fdpr-2020-05? [IN-354]",
        "Mend the id; keepline events lists them all.",
    ),
    Code(
        "IN-355",
        "A word is not of its closed vocabulary",
        "Marks, measures and the like have few words, each with one meaning.",
        'scenario.yaml row 6, column rules.0.mark: "X" is no mark. Expected one of V, P, U. '
        "[IN-355]",
        "Use one of the words that are named.",
    ),
    Code(
        "IN-356",
        "The library names what the network does not have (notice)",
        "The library speaks of the world. A company or a kind of goods that the network does not "
        "have is hit nowhere in it.",
        'scenario.yaml, library.us-zte-2018-04.0.parties: no supplier "zte" in the network. '
        "[IN-356]",
        "Nothing needs to be done if the network truly has none. Else give the supplier that name "
        "as an alias, or the component that kind.",
    ),
    Code(
        "IN-357",
        "No site stands in that region",
        "Crews are short in a region by its name in sites.csv; one that no site has would hit "
        "nothing.",
        'scenario.yaml, programme.crews_short.region: no site in region "Sout East" in the '
        "network. Expected a region of the sites. Did you mean South East? [IN-357]",
        "Write the region as sites.csv has it, or leave it out for every region.",
    ),
    Code(
        "IN-358",
        "A scenario names a list that was not screened",
        "An event that hits whoever stands on a list needs the list: one that ships, or one that "
        "was added.",
        'scenario.yaml row 6, column events.0.hits.lists: no list screened "us-cls" in the '
        "network. Did you mean us-csl? [IN-358]",
        "Use a name that keepline lists shows, or add the list with keepline lists add.",
    ),
)
