"""One typed door to the compiler, so that kernels keep their types and one set of options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

Kernel = TypeVar("Kernel", bound="Callable[..., Any]")

_OPTIONS: Final[dict[str, Any]] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
}
#: Unpacking the arguments of a call from the interpreter is a third of what the compiler writes.
_INNER: Final[dict[str, Any]] = _OPTIONS | {"no_cpython_wrapper": True}
_LEAN: Final[dict[str, Any]] = {"_nrt": False}


def compiled(function: Kernel) -> Kernel:
    """Compile a kernel at its first call and keep the machine code on disk.

    Arithmetic follows NumPy (a division by nought gives an infinity, no error), and the
    interpreter's lock is let go, so that threads may run kernels side by side.
    """
    return cast("Kernel", numba.njit(**_OPTIONS)(function))


def inner(function: Kernel) -> Kernel:
    """Compile a kernel that only kernels call, not the interpreter. Otherwise as ``compiled``."""
    return cast("Kernel", numba.njit(**_INNER)(function))


def lean(function: Kernel) -> Kernel:
    """Compile an inner kernel that allocates nothing, without reference counts on its arrays.

    Counting every array of every named tuple at every call costs ten times the work of an event.
    The caller holds the arrays for the whole call, so nothing needs counting; a kernel that tries
    to allocate does not compile. Otherwise as ``inner``.
    """
    return cast("Kernel", numba.njit(**_INNER, **_LEAN)(function))


def lean_entry(function: Kernel) -> Kernel:
    """Compile a lean kernel that the interpreter may call too."""
    return cast("Kernel", numba.njit(**_OPTIONS, **_LEAN)(function))
