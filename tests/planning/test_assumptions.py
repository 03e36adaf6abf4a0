"""What a plan takes for granted is said, when it does and only then."""

from __future__ import annotations

from keepline.planning.assumptions import ALWAYS


def test_what_always_holds_is_always_said(planned):
    assert planned.provenance.assumptions[: len(ALWAYS)] == ALWAYS


def test_the_planners_probabilities_are_named_as_theirs(planned, said):
    assert "The scenario's 3 branches and their probabilities are the planner's" in said(planned)


def test_a_missing_fact_is_said(planned, inputs, said):
    assert "For 1 part a missing fact leaves a loss unknown" in said(planned)
    # with a bill of materials and its sources, what the line card is made of is known
    for name, text in {
        "components": "component_id,name,kind\nchip,Chip,advanced-ic\n",
        "bom": "item_id,needs_id\n1e5,chip\n",
        "sources": "item_id,supplier_id,country,technology_origin\n"
        "chip,other,FI,FI\n1e5,other,FI,FI\n02351234,maker,CN,CN\n",
    }.items():
        (inputs.path / f"{name}.csv").write_text(text)
    assert "missing fact" not in said(inputs.plan())


def test_rules_that_are_not_planned_for_are_said(planned, inputs, said):
    assert "rules on vendors" not in said(planned)
    with (inputs.path / "policy.yaml").open("a") as file:
        file.write(
            "rules:\n  - {id: R1, law: the law, vendors: high_risk, metric: sites, "
            "at_most: 0.35, by: 2022-01-28}\n"
        )
    assert "The policy's rule on vendors is kept but nothing is swapped" in said(inputs.plan())


def test_an_upper_bound_is_said_to_be_one(planned, inputs, said):
    assert (planned.tables["endurance"]["law"] == "bound").any()
    assert "Endurance marked 'bound' is an upper bound" in said(planned)
    # in one depot, without repair and with new units beyond the plan, nothing ever comes back
    for file in ("depots", "stock", "sites"):
        place = inputs.path / f"{file}.csv"
        rows = place.read_text().splitlines(keepends=True)
        kept = [row for row in rows if not row.startswith("north,")]
        place.write_text("".join(kept).replace(",north,", ",centre,"))
    inputs.change("parts.csv", "0.2,0.8,45,maker,60", "0.2,0,45,,2000")
    inputs.change("parts.csv", "0.1,0,60,,60", "0.1,0,60,,2000")
    plan = inputs.plan()
    assert (plan.tables["endurance"]["law"] == "exact").all()
    assert "Endurance marked" not in said(plan)


def test_survival_past_the_plan_is_said_to_be_judged_within_it(planned, inputs, said):
    assert "is judged only over" not in said(planned)
    policy = inputs.path / "policy.yaml"
    policy.write_text("name: long\nservice: {survive_days: 9999}\n")
    made = inputs.plan()
    assert "Survival of 9,999 days is asked for; it is judged only over the 730 days" in said(made)


def test_what_leaves_the_shelf_is_said(planned, inputs, said):
    assert "go bad" not in said(planned)
    assert "taken back" not in said(planned)
    stock = inputs.path / "stock.csv"
    head, *rows = stock.read_text().splitlines()
    first = rows[0].split(",")
    rows += [
        ",".join([*first[:2], "7", "maker", ""]),
        ",".join([*first[:2], "3", "", "2019-01-01"]),
    ]
    plain = [row + ",," for row in rows[:-2]]
    stock.write_text("\n".join([head + ",owner,expires_on", *plain, *rows[-2:]]) + "\n")
    text = said(inputs.plan())
    assert "7 units on the shelf belong to maker" in text
    assert "3 units in stock have expired before the plan begins" in text
    assert "on the safe side" in text


def test_depots_below_the_second_echelon_are_said(planned, inputs, said):
    assert "below the second echelon" not in said(planned)
    with (inputs.path / "depots.csv").open("a") as file:
        file.write("deep,ee,north,1\n")
    with (inputs.path / "stock.csv").open("a") as file:
        file.write("deep,1e5,1\n")
    assert "Depots below the second echelon" in said(inputs.plan())
