"""The network `uk-2020`: four British operators as public figures had them in June 2020.

It is modelled on public figures and is no operator's data. ``SOURCES.md`` beside this file says
where each file comes from; ``figures.yaml`` gives every figure its source or calls it assumed.
"""

from __future__ import annotations

from typing import Final

from keepline.packs.uk_2020.build import SEED, Size, build, settings
from keepline.packs.uk_2020.figures import text_of

SCENARIO: Final = "us-fdpr-2020-06-19.yaml"
_POLICIES: Final = {"operator": "policy.yaml", "national": "policy-national.yaml"}

__all__ = ["SCENARIO", "SEED", "Size", "build", "policy", "scenario", "settings", "sources"]


def scenario() -> str:
    """Return the text of the scenario file: the US measure as seen on 19 June 2020."""
    return text_of(SCENARIO)


def policy(size: Size) -> str:
    """Return the text of the policy file that goes with a size of the network."""
    return text_of(_POLICIES[size])


def sources() -> str:
    """Return the text that names the sources and licences of what is shipped."""
    return text_of("SOURCES.md") + "\n" + text_of("LICENCE")
