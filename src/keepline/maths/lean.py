"""The compiler for what runs once an event: no counting of references to arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

Kernel = TypeVar("Kernel", bound="Callable[..., Any]")


def lean(function: Kernel) -> Kernel:
    """Compile a kernel that allocates nothing, without reference counts on its arrays.

    Counting every array of every named tuple at every call costs ten times the work of an event.
    The caller holds the arrays for the whole call, so nothing needs counting; a kernel that tries
    to allocate does not compile. Otherwise as ``compiled``.
    """
    options: dict[str, Any] = {
        "cache": True,
        "nogil": True,
        "error_model": "numpy",
        "_nrt": False,
    }
    return cast("Kernel", numba.njit(**options)(function))
