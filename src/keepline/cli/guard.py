"""Turn every ending of a command into words and an exit code; no traceback reaches a user."""

from __future__ import annotations

import contextlib
import functools
import os
from typing import TYPE_CHECKING, NoReturn, ParamSpec

import typer

from keepline.model.errors import Bug, KeeplineError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")

#: Set to anything to see where a fault of Keepline's own comes from.
DEBUG = "KEEPLINE_DEBUG"


def guarded(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Return the command with every error told in words and ended with its exit code."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        is_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            typer.echo("Stopped. Nothing was left half-written.", err=True)
            raise typer.Exit(130) from None
        except KeeplineError as error:
            _end(error, is_json=is_json)
        except MemoryError:
            _end(StoreError("This machine ran out of memory.", "KL-051"), is_json=is_json)
        except OSError as error:  # files have their own errors: this is the output, or the system
            _end(_refusal(error), is_json=is_json)
        except Exception as error:  # the last wall: whatever it is, the user gets words
            if os.environ.get(DEBUG):
                raise
            _end(_own_fault(error), is_json=is_json)

    return run


def _own_fault(error: Exception) -> Bug:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    name = place.tb_frame.f_globals.get("__name__", "?") if place else "?"
    line = place.tb_lineno if place else 0
    return Bug(
        f"This is a fault of Keepline's own ({type(error).__name__} in {name}, line {line}). "
        f"Please report it, with the same command run as {DEBUG}=1 keepline ..."
    )


def _refusal(error: OSError) -> StoreError:
    from keepline.cli.terminal import calm

    calm()
    reason = (error.strerror or str(error)).lower()
    return StoreError(f"The system refused to go on: {reason}.", "KL-005")


def _end(error: KeeplineError, *, is_json: bool) -> NoReturn:
    from keepline.cli import printing
    from keepline.cli.terminal import calm

    try:
        printing.error(error, is_json=is_json)
    except OSError:  # this output refuses; the other one may not
        calm()
        with contextlib.suppress(OSError):
            printing.error(error, is_json=False)
        calm()
    raise typer.Exit(error.exit_code) from None
