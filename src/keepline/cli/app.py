"""The commands, their words and their options; what they do is loaded when one runs."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - typer reads the annotations as it runs
from pathlib import Path
from typing import Annotated

import typer

from keepline import __version__
from keepline.cli.guard import guarded
from keepline.cli.history import replay
from keepline.cli.mechanics import Allocation, Field, Formulas, Without
from keepline.cli.options import (
    SCENARIO,
    AsJson,
    AsOf,
    ClusterAddress,
    MostReplications,
    NetworkPath,
    PolicyPath,
    Precision,
    Save,
    ScenarioPath,
    Seed,
    SeedUnused,
    Workers,
)
from keepline.cli.planned import demo, plan
from keepline.cli.rulings import rules
from keepline.cli.screening import register
from keepline.cli.swapping import swap

app = typer.Typer(
    name="keepline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Plan how a telecom network stays up when a supplier is cut off.\n\n"
    "Start with **keepline demo**: it plans the shipped network and says what to buy by when. "
    "Then **keepline check** your own.",
)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.date() if moment else None


def _version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"keepline {__version__}")
        raise typer.Exit


@app.callback()
def keepline(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that go before any command."""


@app.command()
@guarded
def check(
    network: NetworkPath,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
    issues: Annotated[
        Path,
        typer.Option("--issues", help="Where every problem is written when there is any."),
    ] = Path("issues.csv"),
) -> None:
    """Check a network's tables and report every problem at once.

    Each problem is one line: file, row, column, value, what is expected, how to mend it, and a
    code with a page in docs/errors. Five of a kind are printed; all of them go to issues.csv.
    Exit code 0 when the network is sound, 2 when it is not. Nothing is changed.

    Example: keepline check my-network
    """
    from keepline.cli import commands

    commands.check(network, issues, as_json)


@app.command()
@guarded
def impact(
    network: NetworkPath,
    scenario: Annotated[Path | None, SCENARIO] = None,
    worst: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Instead of a scenario: the N worst single losses."),
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="With --worst: also what two of them take together.")
    ] = False,
    as_of: AsOf = None,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            min=1,
            max=1_000_000,
            help="Draw so many worlds instead of listing the branches: how probably each part "
            "loses something, and when. A scenario with too many branches is drawn at once.",
        ),
    ] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Find what a scenario takes away, from when, and how long today's stock lasts.

    Follows every event through suppliers, components and parts, in every branch of the scenario,
    for new supply, repair and software apart, and says by which path. A fact that is missing makes
    a loss unknown, never safe.

    With --worst instead of a scenario, it loses every supplier, country, site of manufacture and
    technology by itself and lists the worst.

    Example: keepline impact my-network --scenario us-rule.yaml
    """
    from keepline.cli import commands

    commands.impact(network, scenario, worst, pairs, _day(as_of), worlds, seed, as_json)


@app.command()
@guarded
def stock(
    network: NetworkPath,
    scenario: ScenarioPath,
    policy: PolicyPath,
    as_of: AsOf = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """Find what to move first, what to buy, for which depot, by when, and what it brings.

    The least that money can leave of service lost, exactly over two echelons and all branches;
    the distance from the best possible is printed as a certified gap.

    Example: keepline stock my-network --scenario us-rule.yaml --policy policy.yaml
    """
    from keepline.cli import commands

    commands.stock(network, scenario, policy, _day(as_of), as_json, workers, cluster)


@app.command()
@guarded
def wait(
    network: NetworkPath,
    scenario: ScenarioPath,
    policy: PolicyPath,
    event: Annotated[
        str,
        typer.Option("--event", "-e", metavar="ID", help="The event that one may wait for."),
    ],
    known_on: Annotated[
        dt.datetime | None,
        typer.Option(
            "--on",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="When it is known whether it happens; else the first day on which it may begin.",
        ),
    ] = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """Find what to buy now and what can wait until it is known whether an event happens.

    Compares buying all now, ordering all after the decision, and some now and the rest after, with
    the bound of knowing it already; money and service are added up at the plan's own price.

    Example: keepline wait my-network -s us-rule.yaml -p policy.yaml --event licence
    """
    from keepline.cli import commands

    day = known_on.date() if known_on else None
    commands.wait(network, scenario, policy, event, day, as_json)


@app.command()
@guarded
def simulate(
    network: NetworkPath,
    scenario: ScenarioPath,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="OUT", help="A finished plan to play beside it."),
    ] = None,
    as_of: AsOf = None,
    replications: MostReplications = None,
    precision: Precision = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    save: Save = None,
    without: Without = None,
    formulas: Formulas = False,
    allocation: Allocation = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Play the future many times: failures, repair, transport, stock, orders and the cut-off.

    Gives availability by month with 95 % intervals, for today's course and, with --plan, for the
    plan on the very same failures, so that the difference is sharper than either. Every mechanism
    that the network has figures for is played, unless it is switched off.

    Example: keepline simulate my-network --scenario us-rule.yaml --plan my-plan
    """
    from keepline.cli import commands

    how = commands.How(replications, precision, workers, cluster, save)
    field = Field(tuple(without or ()), formulas, allocation)
    commands.simulate(network, scenario, plan, _day(as_of), how, seed, as_json, field)


app.command()(guarded(plan))


@app.command()
@guarded
def events(
    as_of: AsOf = None,
    network: Annotated[
        Path | None,
        typer.Option(
            "--network",
            metavar="NET",
            help="Say which companies and goods a network does not have.",
        ),
    ] = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """List the dated events that ship with Keepline: export controls, bans and answers to them.

    A scenario takes them by id, as in `library: [us-fdpr-2020-05]`, or all of them.

    Example: keepline events --as-of 2020-06-19
    """
    from keepline.cli import commands

    commands.events(_day(as_of), network, as_json)


app.command()(guarded(replay))
app.command()(guarded(rules))
app.command()(guarded(swap))
register(app)


@app.command()
@guarded
def explain(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a finished plan.")],
    part: Annotated[str, typer.Argument(metavar="PART", help="The part number.")],
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """Explain a part's figures in a finished plan, down to what one unit more would do.

    Why it is lost, by which path; what fails and what comes back; what is outstanding and short, by
    date; what is bought and which limit stops more; what one unit more and one fewer would do.

    Example: keepline explain my-plan 02351234
    """
    from keepline.cli import commands

    commands.explain(out, part, as_json)


@app.command()
@guarded
def rate(
    units: Annotated[float, typer.Option("--units", min=0, help="Units watched.")],
    hours: Annotated[
        float,
        typer.Option("--hours", min=0, help="Hours for which each was watched, on average."),
    ],
    failures: Annotated[int, typer.Option("--failures", min=0, help="Failures seen among them.")],
    believed: Annotated[
        float | None,
        typer.Option(
            "--believed",
            min=0,
            help="Failures per unit and year believed before, the maker's for example; it counts "
            "for half a failure.",
        ),
    ] = None,
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """Learn a failure rate from failures seen: the rate, and how uncertain it is.

    Written into parts.csv as units_seen, hours_seen and failures_seen, with the rate believed
    before in failures_per_year, the same figures let every answer of a plan know the uncertainty.

    Example: keepline rate --units 2000 --hours 8760 --failures 12 --believed 0.02
    """
    from keepline.cli import commands

    commands.rate(units, hours, failures, believed, as_json)


@app.command()
@guarded
def report(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a finished plan.")],
    as_json: AsJson = False,
    seed: SeedUnused = 0,  # noqa: ARG001 - every command takes a seed
) -> None:
    """Make report.html and plan.xlsx of a finished plan anew, from its tables.

    Example: keepline report my-plan
    """
    from keepline.cli import plans

    plans.report(out, as_json)


app.command()(guarded(demo))


def main() -> None:
    """Run the command; every ending is an exit code of the error tree, never a traceback."""
    from keepline.cli.terminal import speak_any_encoding

    speak_any_encoding()
    app()
