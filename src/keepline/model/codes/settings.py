"""Codes IN-3xx: the settings of a network, scenarios, policies."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

_KEYS: Final = (
    Code(
        "IN-300",
        "A key is missing",
        "The key has no default, so the file must give it.",
        "network.yaml, start: start is missing. Expected a date such as 2020-06-22. Add start. "
        "[IN-300]",
        "Add the key with its value.",
    ),
    Code(
        "IN-301",
        "A key is not known",
        "Keys that are not known are reported and not passed over, for most are misspelt.",
        'policy.yaml row 3, column service.availabilty: unknown key "availabilty". Did you mean '
        "availability? [IN-301]",
        "Mend the key or remove it.",
    ),
    Code(
        "IN-302",
        "A value is not a text",
        "A text was expected and something else stands there.",
        'policy.yaml row 1, column name: "[1]" is not a text. Expected a text. [IN-302]',
        "Write a text; put it in quotation marks when in doubt.",
    ),
    Code(
        "IN-303",
        "A value is not a number",
        "A number was expected. Underscores may part its digits, as in 60_000_000; commas and "
        "units may not.",
        'policy.yaml row 4, column budget.stock: "60 m" is not a number. Expected a number, 0 or '
        "more. [IN-303]",
        "Write the number alone, with a point for decimals.",
    ),
    Code(
        "IN-304",
        "A value is out of bounds",
        "The value is below the lowest or above the highest that makes sense.",
        "policy.yaml row 3, column service.availability: 99.95 is out of bounds. Expected a number "
        "from 0 to 1. [IN-304]",
        "Write a value within the bounds. Shares go from 0 to 1.",
    ),
    Code(
        "IN-305",
        "A value is not a date",
        "Dates are written year-month-day.",
        'network.yaml row 4, column start: "22/06/2020" is not a date. Expected a date such as '
        "2020-06-22. [IN-305]",
        "Write the date as 2020-09-14.",
    ),
    Code(
        "IN-306",
        "A value is not a list of texts",
        "Each entry must be a text. Part numbers of digits alone are numbers to YAML, except those "
        "that begin with a zero; quotation marks make them text.",
        "scenario.yaml row 9, column events.0.hits.items: not a list of texts. Expected texts in "
        "[brackets]; quote numbers. [IN-306]",
        'Write [huawei, zte], and ["1234567"] for a part number.',
    ),
    Code(
        "IN-307",
        "A value is not a group of keys",
        "Keys with values were expected below the key.",
        "policy.yaml row 2, column service: not a group of keys. Expected key: value pairs below "
        "it. [IN-307]",
        "Write the keys on lines of their own, two spaces further in.",
    ),
    Code(
        "IN-308",
        "A value is not a list of entries",
        "A list was expected, each entry with keys of its own.",
        "scenario.yaml row 2, column events: not a list of entries. Expected a list of entries, "
        "each with -. [IN-308]",
        "Begin each entry with - and put its keys below one another.",
    ),
)
_POLICY: Final = (
    Code(
        "IN-310",
        "A policy has no service target",
        "A plan needs to know what must hold: an average availability, or survival for so many "
        "days.",
        "policy.yaml row 1, column service: no service target. Expected availability (0 to 1) or "
        "survive_days. Add one. [IN-310]",
        "Add availability or survive_days below service.",
    ),
    Code(
        "IN-311",
        "A rule stands twice",
        "Two rules have the same id, so results could not tell them apart.",
        'policy.yaml row 9, column rules.1.id: the rule "UK20-1" stands twice. Expected one entry '
        "a rule. [IN-311]",
        "Give one of them another id, or remove it.",
    ),
    Code(
        "IN-312",
        "A metric is not known",
        "A rule measures sites, traffic, premises, units, vendors or days of cover.",
        'policy.yaml row 9, column rules.0.metric: unknown metric "site". Expected sites, traffic, '
        "premises, units, vendors, days_of_cover. [IN-312]",
        "Use one of the metrics that are named.",
    ),
)
_SCENARIO: Final = (
    Code(
        "IN-320",
        "An event stands twice",
        "Two events have the same id, so conditions could not tell them apart.",
        'scenario.yaml row 12, column events.1.id: the event "fdpr" stands twice. Expected one '
        "entry an event. Rename one. [IN-320]",
        "Give one of them another id.",
    ),
    Code(
        "IN-321",
        "A condition names no event",
        "if and unless name other events of the same scenario.",
        'scenario.yaml row 14, column events.1.if: no event "fdp" in this scenario. Expected the '
        "id of an event. Did you mean fdpr? [IN-321]",
        "Mend the id, or add the event.",
    ),
    Code(
        "IN-322",
        "The conditions of events run in a circle",
        "Each event waits for the other, so none could ever be decided first.",
        "scenario.yaml row 4, column events.0.if: the conditions run in a circle: a -> b -> a. "
        "Expected an order in which events can happen. Cut the circle. [IN-322]",
        "Take one of the conditions away.",
    ),
    Code(
        "IN-323",
        "An event has no date",
        "An event begins on a date, on one of several, or after another event.",
        "scenario.yaml row 4, column events.0.from: no date and no condition. Expected from, or "
        "if. Add from. [IN-323]",
        "Add from, or if.",
    ),
    Code(
        "IN-324",
        "Dates are out of order",
        "What ends before it begins, or is likely before it can be earliest, cannot happen.",
        "scenario.yaml row 6, column events.0.from: dates out of order. Expected earliest <= "
        "likely <= latest. [IN-324]",
        "Mend the dates.",
    ),
    Code(
        "IN-325",
        "Probabilities add up to more than 1",
        "The dates on which an event may begin exclude one another. What they leave of 1 is the "
        "probability that it never does.",
        "scenario.yaml row 6, column events.0.from: the probabilities add up to 1.1. Expected 1 at "
        "most. [IN-325]",
        "Lower them until they add up to 1 or less.",
    ),
    Code(
        "IN-326",
        "An effect cannot be understood",
        "A mode stops, or has keys that say what is left of it, and not both.",
        'scenario.yaml row 9, column events.0.effect.supply: "halt" is no effect. Expected stop, '
        "or keys of stop, stop_after_days, capacity, lead_days, price. [IN-326]",
        "Write stop, or keys such as {capacity: 0.4}.",
    ),
    Code(
        "IN-327",
        "An event hits nothing, or does nothing",
        "An event that hits something has an effect, and one with an effect hits something.",
        "scenario.yaml row 4, column events.0.effect: hits and effect go together. Add effect. "
        "[IN-327]",
        "Add what is missing. An event that is only a condition of others has neither.",
    ),
    Code(
        "IN-328",
        "A country code is not one",
        "Countries are given by two capital letters (ISO 3166-1 alpha-2).",
        'scenario.yaml row 8, column events.0.hits.countries: "China" is no country code. Expected '
        "two capital letters. [IN-328]",
        "Write the code, such as CN.",
    ),
    Code(
        "IN-329",
        "A lag is not one",
        "lag_days counts whole days after the event that if names.",
        "scenario.yaml row 8, column events.1.lag_days: a lag after nothing. Expected if beside "
        "lag_days. Add if. [IN-329]",
        "Write whole days, and name in if the event after which they count.",
    ),
    Code(
        "IN-330",
        "A scenario names an unknown supplier",
        "No row of the network's suppliers has that id, so the event would hit nobody.",
        'scenario.yaml row 8, column events.0.hits.suppliers: no supplier "hauwei" in the network. '
        "Did you mean huawei? [IN-330]",
        "Mend the id, or add the supplier.",
    ),
    Code(
        "IN-331",
        "A scenario names an unknown item",
        "No part and no component of the network has that id.",
        'scenario.yaml row 8, column events.0.hits.items: no part or component "2351234" in the '
        "network. Did you mean 02351234? [IN-331]",
        "Mend the id, or add the part or component.",
    ),
    Code(
        "IN-332",
        "A scenario names a kind, technology or country nearly as the network does",
        "No row has that word, but one has nearly it. Passed over, a misspelling would look safe.",
        "scenario.yaml row 8, column events.0.hits.kinds: no component is of kind "
        '"advanced-ics". Did you mean advanced-ic? [IN-332]',
        "Mend the word.",
    ),
    Code(
        "IN-333",
        "A scenario names a kind, technology or country that no row has (notice)",
        "The event hits nothing by that word in this network.",
        "scenario.yaml row 8, column events.0.hits.countries: no supplier or source is in "
        '"KP". [IN-333]',
        "Nothing needs to be done if the network truly has none.",
    ),
    Code(
        "IN-334",
        "Two selectors exclude one another",
        "A delivery is of a component, which has a kind, or of a part, which has a technology.",
        "scenario.yaml row 8, column events.0.hits.kinds: a component has no technology, a part no "
        "kind. Name kinds, or technologies. [IN-334]",
        "Write two events.",
    ),
)
_FILES: Final = (
    Code(
        "IN-340",
        "The settings of the network are missing",
        "Without network.yaml (or the sheet network) there is no currency, no first and no last "
        "day.",
        "network.yaml: the file is missing. Expected the settings of the network. Add it: format, "
        "name, currency, start, end. [IN-340]",
        "Add the file with format, name, currency, start and end.",
    ),
    Code(
        "IN-341",
        "YAML cannot be read",
        "The file breaks the rules of YAML at the place that is named.",
        "network.yaml row 3: the YAML breaks off at column 8: mapping values are not allowed here. "
        "Expected key: value. Look at the spaces before the key, at colons, brackets and quotation "
        "marks. [IN-341]",
        "Look at the line and at the one above it. Put texts with a colon in quotation marks.",
    ),
    Code(
        "IN-342",
        "A key stands twice",
        "The two may differ, and neither is chosen silently.",
        'network.yaml row 6, column start: the key "start" stands twice. Expected each key once. '
        "Remove one. [IN-342]",
        "Remove one of the two.",
    ),
    Code(
        "IN-343",
        "The format is not known",
        "format says how the folder is laid out. This version reads format 1.",
        'network.yaml row 1, column format: the format "2" is not one that this version reads. '
        "Expected 1. Write format: 1. [IN-343]",
        "Write format: 1, or use a version that reads the format.",
    ),
    Code(
        "IN-344",
        "The currency is not one",
        "Currencies are given by ISO 4217: three capital letters.",
        'network.yaml row 3, column currency: "gbp" is not a currency. Expected a code of ISO '
        "4217, such as GBP. Write GBP. [IN-344]",
        "Write the code, such as GBP.",
    ),
    Code(
        "IN-345",
        "The plan's days are not a span",
        "The last day lies before the first, or more than fifty years after it.",
        "network.yaml row 5, column end: end (2019-12-31) is before start (2020-06-22). Expected "
        "the last day of the plan, on or after the first. [IN-345]",
        "Mend start or end.",
    ),
    Code(
        "IN-346",
        "YAML holds more than plain keys and values",
        "Anchors, aliases, tags and very deep nesting are not read: they can hide what a file says "
        "and fill the memory.",
        "policy.yaml row 3: anchors and aliases (& and *) are not read. Expected plain keys and "
        "values. [IN-346]",
        "Write the values out.",
    ),
    Code(
        "IN-347",
        "A settings file holds no keys",
        "The file is empty, or a list or a single value.",
        "network.yaml: the file is empty. Expected key: value. Write one key on each line. "
        "[IN-347]",
        "Write one key on each line, with its value after a colon.",
    ),
)
SETTINGS: Final = (*_KEYS, *_POLICY, *_SCENARIO, *_FILES)
