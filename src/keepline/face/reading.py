"""Read what an answer is made of; what is wrong with all of it comes back at once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from keepline.face.screening import screened_for
from keepline.formats import decisionlog, folder, settings
from keepline.model.errors import InputError
from keepline.model.network import Network
from keepline.model.problems import Problems
from keepline.model.scenario import check_against

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from keepline.model.library import Library
    from keepline.model.policy import Policy
    from keepline.model.policy_packs import Pack
    from keepline.model.scenario import Scenario

    Progress = Callable[[str], None]
    AnyPath = str | Path


Thing = TypeVar("Thing")


def silent(stage: str) -> None:
    """Tell nobody."""


def read(path: AnyPath) -> Network:
    """Read and check a network: a folder, or one .xlsx.

    Raises:
        InputError: With every problem of every file.
        StoreError: When it cannot be read.
    """
    return folder.read(Path(path))


def read_scenario(path: AnyPath, network: Network | None = None) -> Scenario:
    """Read a scenario; given a network, check its names against it.

    Raises:
        InputError: With every problem.
    """
    return settings.read_scenario(Path(path), network, library)


def library() -> Library:
    """Read the library of dated events that ships with Keepline, in the order of their days."""
    from keepline.packs import events

    return settings.library_of(events.text(), events.FILE)


@lru_cache(maxsize=1)
def rule_packs() -> Mapping[str, Pack]:
    """Read the packs of rules that ship with Keepline, by name."""
    from keepline.packs import rules

    return {name: settings.pack_of(rules.text(name), rules.file(name)) for name in rules.NAMES}


def read_policy(path: AnyPath) -> Policy:
    """Read a policy.

    Raises:
        InputError: With every problem.
    """
    return settings.read_policy(Path(path), rule_packs)


def read_both(
    network: Network | AnyPath, scenario: Scenario | AnyPath, as_of: dt.date | None = None
) -> tuple[Network, Scenario]:
    """Read a network and a scenario for it; what is wrong with both comes back at once.

    Given `as_of`, the scenario is the one that was known on that day.

    Raises:
        InputError: With the problems of the network and the scenario together.
        StoreError: When one of them cannot be read.
    """
    problems = Problems()
    here = _tried(lambda: network_of(network), problems)
    what = _tried(lambda: scenario_of(scenario, None), problems)
    here = _met(here, what, network, scenario, problems)
    problems.raise_if_any()
    assert here is not None  # noqa: S101 - without it there is a problem
    assert what is not None  # noqa: S101
    return here, what.as_of(as_of) if as_of else what


def read_all(
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    policy: Policy | AnyPath,
    as_of: dt.date | None = None,
) -> tuple[Network, Scenario, Policy]:
    """Read what a plan is made of; what is wrong with all three comes back at once.

    Given `as_of`, the scenario is the one that was known on that day.

    Raises:
        InputError: With the problems of the network, the scenario and the policy together.
        StoreError: When one of them cannot be read.
    """
    problems = Problems()
    here = _tried(lambda: network_of(network), problems)
    what = _tried(lambda: scenario_of(scenario, None), problems)
    here = _met(here, what, network, scenario, problems)
    asked = _tried(lambda: policy_of(policy), problems)
    problems.raise_if_any()
    assert here is not None  # noqa: S101 - without it there is a problem
    assert what is not None  # noqa: S101
    assert asked is not None  # noqa: S101
    return here, what.as_of(as_of) if as_of else what, asked


def _met(
    here: Network | None,
    what: Scenario | None,
    network: Network | AnyPath,
    scenario: Scenario | AnyPath,
    problems: Problems,
) -> Network | None:
    """Return the network with whoever a scenario's names may mean; report names of nobody."""
    if here is None or what is None:
        return here
    where = None if isinstance(network, Network) else decisionlog.place_of(Path(network))
    met = here
    if here.screening is None:
        met = _tried(lambda: screened_for(here, what, where), problems) or here
    if isinstance(scenario, str | Path):
        problems.found.extend(check_against(what, met))
    return met


def network_of(network: Network | AnyPath) -> Network:
    """Return a network as it is, or as its path says."""
    return network if isinstance(network, Network) else read(network)


def scenario_of(scenario: Scenario | AnyPath, here: Network | None) -> Scenario:
    """Return a scenario as it is, or as its path says."""
    return read_scenario(scenario, here) if isinstance(scenario, str | Path) else scenario


def policy_of(policy: Policy | AnyPath) -> Policy:
    """Return a policy as it is, or as its path says."""
    return read_policy(policy) if isinstance(policy, str | Path) else policy


def _tried(reader: Callable[[], Thing], problems: Problems) -> Thing | None:
    """Return what a reader reads, or None with what is wrong added to the problems."""
    try:
        return reader()
    except InputError as error:
        if error.problems is None:
            raise
        problems.found.extend(error.problems)
        return None
