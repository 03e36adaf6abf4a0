"""Named tuples by reference, for kernels of many small functions.

The compiler passes a named tuple of arrays by value: hundreds of words at every call, which costs
more than the work of an event, and minutes to compile. A *held* tuple is passed as one address; of
what it holds, only what is read is loaded, and a named tuple within it is held in turn.
"""

from __future__ import annotations

from typing import Any, TypeVar

from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    lower_builtin,
    lower_getattr_generic,
    models,
    register_model,
    type_callable,
)

Tuple = TypeVar("Tuple")


class Held(types.Type):
    """Be the compiler's type of a held tuple."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        super().__init__(name=f"Held({inner.name})")


@register_model(Held)
class _HeldModel(models.PrimitiveModel):
    """Represent a held tuple by its address."""

    def __init__(self, manager: Any, kind: Held) -> None:
        super().__init__(manager, kind, manager[kind.inner].get_value_type().as_pointer())


@infer_getattr
class _HeldAttributes(AttributeTemplate):
    """Tell the compiler what a held tuple's fields are."""

    key = Held

    def generic_resolve(self, kind: Held, field: str) -> Any:  # type: ignore[override]
        """Return the type of a field; None if there is none of the name."""
        if field not in kind.inner.fields:
            return None
        found = kind.inner.types[kind.inner.fields.index(field)]
        return Held(found) if isinstance(found, types.BaseNamedTuple) else found


@lower_getattr_generic(Held)
def _field(context: Any, builder: Any, kind: Held, address: Any, field: str) -> Any:
    """Load a field, or give its address if it is a named tuple."""
    at = kind.inner.fields.index(field)
    place = cgutils.gep_inbounds(builder, address, 0, at)
    found = kind.inner.types[at]
    if isinstance(found, types.BaseNamedTuple):
        return place
    return impl_ret_borrowed(context, builder, found, builder.load(place))


def held(these: Tuple) -> Tuple:
    """Hold a named tuple for the time of the function that asks, which must be given it.

    Only a ``lean`` kernel may ask, for one of its own arguments: its caller keeps the arrays alive.
    """
    return these


@type_callable(held)
def _held_type(_context: Any) -> Any:
    """Give the type of what is held."""

    def typed(these: Any) -> Held:
        return Held(these)

    return typed


@lower_builtin(held, types.BaseNamedTuple)
def _stored(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
    """Put a tuple in the frame of the function that asks, and give its address."""
    return cgutils.alloca_once_value(builder, given[0])
