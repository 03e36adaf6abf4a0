"""Mechanisms have names, and each can be switched off."""

from __future__ import annotations

import pytest

from keepline.model.errors import InputError
from keepline.model.mechanisms import ALLOCATIONS, FORMULAS, NAMES, Mechanisms


def test_all_are_on_unless_said() -> None:
    assert all(getattr(Mechanisms(), name) for name in NAMES)
    assert Mechanisms().allocation == ALLOCATIONS[0]
    assert not Mechanisms().is_formulas


def test_formulas_take_in_what_formulas_can() -> None:
    found = Mechanisms.formulas()
    assert {name for name in NAMES if getattr(found, name)} == set(FORMULAS)
    assert found.is_formulas
    assert not found.without(["leaving"]).is_formulas
    assert Mechanisms().without(set(NAMES) - set(FORMULAS)).is_formulas


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_switched_off_by_itself(name: str) -> None:
    found = Mechanisms(allocation="core").without([name.replace("_", "-")])
    assert [one for one in NAMES if not getattr(found, one)] == [name]
    assert found.allocation == "core"
    assert name.replace("_", "-") in found.said


def test_what_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no mechanism 'laterals'\. Did you mean lateral") as one:
        Mechanisms().without(["laterals"])
    assert one.value.code == "IN-258"
    with pytest.raises(InputError, match="finite-base, spare-in-place") as one:
        Mechanisms().without(["xyzzy"])
    with pytest.raises(InputError, match="first, traffic, core") as one:
        Mechanisms(allocation="last")
    assert one.value.code == "IN-258"
