"""Settings files are read as they are meant, with the line of every key."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from keepline.formats import folder, settings
from keepline.formats.yamltext import plain_scalar
from keepline.model.errors import InputError


def problems(call, *args) -> list[str]:
    with pytest.raises(InputError) as caught:
        call(*args)
    assert caught.value.problems is not None
    return [str(one) for one in caught.value.problems]


def test_values_lines_and_hash(tmp_path):
    path = tmp_path / "some.yaml"
    text = "# first\nname: Norway\nhits:\n  countries: [NO, GB]\n  items:\n    - 02351234\n"
    path.write_text(text)
    values, lines, digest = settings.load_yaml(path)
    assert values == {"name": "Norway", "hits": {"countries": ["NO", "GB"], "items": ["02351234"]}}
    assert lines[("name",)] == 2
    assert lines[("hits", "countries")] == 4
    assert lines[("hits", "items", 0)] == 6
    assert digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("02351234", "02351234"),
        ("0777", "0777"),
        ("0", 0),
        ("-5", -5),
        ("45_000_000", 45_000_000),
        ("0.9995", 0.9995),
        ("1e6", 1e6),
        (".inf", ".inf"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("on", "on"),
        ("true", True),
        ("~", None),
        ("2020-09-14", dt.date(2020, 9, 14)),
        ("2020-02-30", "2020-02-30"),
        ("9" * 400, "9" * 400),
        ("1e999", float("inf")),
    ],
)
def test_plain_words_mean_what_they_seem_to(text, value):
    assert plain_scalar(text) == value
    assert type(plain_scalar(text)) is type(value)


def test_quoted_words_are_texts(tmp_path):
    path = tmp_path / "some.yaml"
    path.write_text("a: '12'\nb: \"true\"\nc: |\n  2020-01-01\n2020-01-01: 0.5\n")
    values, _, _ = settings.load_yaml(path)
    assert values == {"a": "12", "b": "true", "c": "2020-01-01\n", "2020-01-01": 0.5}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2\n", "IN-342"),
        ("a: [1\nb: 2\n", "IN-341"),
        ("a: 1\n---\nb: 2\n", "IN-341"),
        ("a: &x 1\nb: *x\n", "IN-346"),
        ("a: !!python/object/apply:os.system [ls]\n", "IN-346"),
        ("? [1, 2]\n: 3\n", "IN-346"),
        ("", "IN-347"),
        ("just words", "IN-347"),
        ("a: \x07b\n", "IN-341"),
        ("a: " + "x" * 2**20, "IN-346"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(tmp_path, text, code):
    path = tmp_path / "some.yaml"
    path.write_text(text)
    found = problems(settings.load_yaml, path)
    assert len(found) == 1
    assert found[0].startswith("some.yaml")
    assert found[0].endswith(f"[{code}]")


def test_a_missing_settings_file_is_said(tmp_path):
    assert problems(settings.load_yaml, tmp_path / "no.yaml") == [
        "no.yaml: the file is not there. Check the path. [IN-202]"
    ]


def test_a_policy_is_read_with_its_hash(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("service: {availability: 0.9995}\nbudget: {stock: 60_000_000}\n")
    policy = settings.read_policy(path)
    assert policy.service.availability == 0.9995
    assert policy.budget.stock == 60e6
    assert set(policy.hashes) == {"policy.yaml"}
    path.write_text("service:\n  availabilty: 0.9\n")
    assert problems(settings.read_policy, path) == [
        (
            'policy.yaml row 2, column service.availabilty: unknown key "availabilty". Did '
            "you mean "
            "availability? [IN-301]"
        ),
        (
            "policy.yaml row 1, column service: no service target. Expected availability (0 "
            "to 1) or "
            "survive_days. Add one. [IN-310]"
        ),
    ]


SCENARIO = """name: What may happen
events:
  - id: fdpr
    from: {2020-09-14: 0.5, 2020-12-01: 0.25}
    hits: {suppliers: [huawei], items: [02351234]}
    effect: {supply: stop}
"""


def test_a_scenario_is_read_and_held_against_the_network(files, tmp_path):
    network = folder.read(files.path)
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    scenario = settings.read_scenario(path, network)
    assert scenario.events[0].hits is not None
    assert scenario.events[0].hits.items == ("02351234",)
    assert set(scenario.hashes) == {"scenario.yaml"}
    path.write_text(SCENARIO.replace("huawei", "hauwei"))
    assert settings.read_scenario(path).events
    (line,) = problems(settings.read_scenario, path, network)
    assert line.startswith("scenario.yaml row 5, column events.0.hits.suppliers: no supplier")
