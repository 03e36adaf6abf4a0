"""Read the settings files: a network's, a scenario's, a policy's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from keepline.formats.bytesin import fingerprint, read_bytes
from keepline.formats.yamltext import parse_yaml
from keepline.model.library import library_from
from keepline.model.policy import policy_from
from keepline.model.policy_packs import pack_from
from keepline.model.problems import Problems
from keepline.model.scenario import check_against, scenario_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keepline.formats.yamltext import YamlText
    from keepline.model.fields import Path as KeyPath
    from keepline.model.library import Library
    from keepline.model.network import Network
    from keepline.model.policy import Policy
    from keepline.model.policy_packs import Pack, Packs
    from keepline.model.scenario import Scenario


def load_yaml(path: str | Path) -> tuple[Mapping[str, object], Mapping[KeyPath, int], str]:
    """Return what a settings file says.

    Args:
        path: The file.

    Returns:
        The mapping at its top, the line of every key path, and the file's SHA-256.

    Raises:
        InputError: When the file cannot be read, with every problem found in it.
    """
    place = Path(path)
    problems = Problems()
    content = read_bytes(place, place.name, problems)
    found = None if content is None else parse_yaml(content, place.name, problems)
    problems.raise_if_any()
    assert found is not None  # noqa: S101 - without it there is a problem
    assert content is not None  # noqa: S101
    return found.values, found.lines, fingerprint(content)


def read_policy(path: str | Path, packs: Packs | None = None) -> Policy:
    """Return the policy that a YAML file holds.

    Args:
        path: The file.
        packs: Fetches the packs of rules that ship, from which the file may take some.

    Raises:
        InputError: With every problem of the file.
    """
    values, lines, digest = load_yaml(path)
    file = Path(path).name
    return policy_from(values, file, lines, {file: digest}, packs)


def pack_of(text: str, file: str) -> Pack:
    """Return the pack of rules that a YAML text holds.

    Raises:
        InputError: With every problem of the text.
    """
    found = _plain(text, file)
    return pack_from(found.values, file, found.lines)


def library_of(text: str, file: str = "library.yaml") -> Library:
    """Return the library of dated events that a YAML text holds.

    Raises:
        InputError: With every problem of the text.
    """
    found = _plain(text, file)
    return library_from(found.values, file, found.lines)


def _plain(text: str, file: str) -> YamlText:
    """Return what a text that ships says."""
    problems = Problems()
    found = parse_yaml(text.encode(), file, problems)
    problems.raise_if_any()
    assert found is not None  # noqa: S101 - without it there is a problem
    return found


def read_scenario(
    path: str | Path,
    network: Network | None = None,
    library: Callable[[], Library] | None = None,
) -> Scenario:
    """Return the scenario that a YAML file holds.

    Args:
        path: The file.
        network: Given one, every supplier, item, kind and country named must stand in it.
        library: Fetches the library of dated events, from which the file may take some.

    Raises:
        InputError: With every problem of the file, and of its names in the network.
    """
    values, lines, digest = load_yaml(path)
    file = Path(path).name
    scenario = scenario_from(values, file, lines, {file: digest}, library)
    if network is not None:
        check_against(scenario, network).raise_if_any()
    return scenario
