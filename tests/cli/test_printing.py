"""What is printed can be read, copied and parsed."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from keepline.cli import printing
from keepline.cli.terminal import terminal
from keepline.model.errors import InputError
from keepline.model.problems import Problem, Problems

LONG = "Nine hundred units of a part " * 6


def test_sentences_are_set_in_under_their_heading(capsys):
    printing.sentences([f"{LONG}are short; two more are; all others last."], "How long")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["", "How long"]
    assert lines[2].startswith("  Nine")
    assert all(line.startswith("    ") for line in lines[3:])
    assert lines[-2:] == ["    two more are;", "    all others last."]
    assert max(map(len, lines)) <= 100


def test_sentences_without_a_heading_stand_at_the_edge(capsys):
    printing.sentences([f"{LONG}; and so on."])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ""
    assert all(line[0] == "N" or not line.startswith(" ") for line in lines[1:])


def test_what_belongs_together_is_not_parted(capsys):
    printing.sentences(["word " * 18 + "costs GBP\u00a03.48\u00a0million and 85\u202f% of it"])
    said = capsys.readouterr().out
    assert "GBP\u00a03.48\u00a0million" in said
    assert "85\u202f%" in said


def test_brackets_are_no_markup(capsys):
    printing.sentences(["A name [bold]like this[/bold] [IN-104]"])
    printing.unwrapped(["[red]path"])
    assert capsys.readouterr().out == "\nA name [bold]like this[/bold] [IN-104]\n[red]path\n"


def test_paths_are_never_broken(capsys):
    path = "a/" * 200
    printing.unwrapped([path])
    assert capsys.readouterr().out == path + "\n"


def test_a_table_shows_whole_cells(capsys):
    printing.table(
        "Parts", {"part": "left", "cost": "right"}, [["an id " + "x" * 150, "1"], ["b", "22"]]
    )
    said = capsys.readouterr().out
    assert said.count("x") == 150
    assert max(map(len, said.splitlines())) <= 100


def test_json_has_dates_as_text_and_no_number_that_is_none(capsys):
    printing.as_json({"on": dt.date(2020, 9, 14)})
    assert json.loads(capsys.readouterr().out) == {"on": "2020-09-14"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        printing.as_json({"share": float("nan")})


def test_an_error_with_its_problems(capsys):
    problems = Problems(
        [Problem("stock.csv", "IN-104", "it is no number", row=3, column="on_hand")]
    )
    error = InputError("The input has 1 problem.", problems)
    printing.error(error, is_json=False)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "stock.csv row 3, column on_hand: it is no number. [IN-104]",
        "The input has 1 problem. [KL-002]",
    ]
    printing.error(error, is_json=True)
    told = json.loads(capsys.readouterr().out)["error"]
    assert told["code"] == "KL-002"
    assert told["problems"][0]["row"] == 3


def test_there_are_100_columns_where_there_is_no_terminal():
    assert terminal().width == 100
