"""Tell whether two sets of arrays are the same to the last bit, by a hash of all that they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np


def fingerprint(thing: object) -> str:
    """Return the SHA-256 of a nest of arrays, numbers, texts, tuples and dataclasses.

    Args:
        thing: An array, a number, a text, None, or a mapping, sequence or dataclass of such.

    Returns:
        64 hexadecimal digits; the same for the same values in the same order on any machine.

    Raises:
        TypeError: For anything else, so that nothing is passed over.

    >>> fingerprint([1.0, np.arange(2)]) == fingerprint((1.0, np.arange(2)))
    True
    >>> fingerprint(np.array([0.0])) == fingerprint(np.array([-0.0]))
    False
    """
    found = hashlib.sha256()
    _take_in(found, thing)
    return found.hexdigest()


def _take_in(found: hashlib._Hash, thing: object) -> None:
    if isinstance(thing, np.ndarray):
        if thing.dtype.hasobject:
            raise TypeError("an array of objects has no fingerprint")
        found.update(f"array {thing.dtype.newbyteorder('<').str} {thing.shape} ".encode())
        little = thing.astype(thing.dtype.newbyteorder("<"), copy=False)
        found.update(np.ascontiguousarray(little).tobytes())
    elif thing is None or isinstance(thing, bool | int | float | str):
        # a number of NumPy counts as the number it is
        found.update(f"{_plain(thing)!r} ".encode())
    elif isinstance(thing, np.generic):
        _take_in(found, thing.item())
    elif is_dataclass(thing) and not isinstance(thing, type):
        _take_in(found, {one.name: getattr(thing, one.name) for one in fields(thing)})
    elif isinstance(thing, Mapping):
        found.update(b"mapping ")
        _take_in(found, [one for pair in thing.items() for one in pair])
    elif isinstance(thing, list | tuple):
        found.update(f"sequence {len(thing)} ".encode())
        for one in thing:
            _take_in(found, one)
    else:
        raise TypeError(f"{type(thing).__name__} has no fingerprint")


def _plain(thing: bool | float | str | None) -> bool | float | str | None:
    if isinstance(thing, float):
        return float(thing)
    return thing
