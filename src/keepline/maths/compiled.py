"""One typed door to the compiler, so that kernels keep their types and one set of options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

Kernel = TypeVar("Kernel", bound="Callable[..., Any]")


def compiled(function: Kernel) -> Kernel:
    """Compile a kernel at its first call and keep the machine code on disk.

    Arithmetic follows NumPy (a division by nought gives an infinity, no error), and the
    interpreter's lock is let go, so that threads may run kernels side by side.
    """
    return cast("Kernel", njit(cache=True, nogil=True, error_model="numpy")(function))
