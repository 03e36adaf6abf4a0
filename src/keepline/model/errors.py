"""The errors of Keepline, one tree.

::

    KeeplineError                   exit  HTTP
    ├── InputError                    2    422   what came in is wrong: every problem at once
    ├── PlanError                     3    409   the question has no usable answer
    │   └── Infeasible                3    409   limits collide; the least relaxation is named
    ├── AccessError                   4    403   not yours to see or change
    ├── StoreError                    5    503   a file, folder or database refused
    ├── MissingExtra                  6    501   an optional part is not installed
    └── Bug                          70    500   ours: please report it

Every error carries a code with a page in ``docs/errors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from keepline.model.problems import Problems


class KeeplineError(Exception):
    """Be the root of all errors that Keepline raises on purpose.

    Args:
        message: One sentence that a user understands, with the way out.
        code: The code of the page that explains it.
    """

    exit_code: ClassVar[int] = 70
    http_status: ClassVar[int] = 500
    default_code: ClassVar[str] = "KL-070"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code


class InputError(KeeplineError):
    """Say that the input is wrong, with all of its problems gathered."""

    exit_code = 2
    http_status = 422
    default_code = "KL-002"

    def __init__(
        self, message: str, problems: Problems | None = None, code: str | None = None
    ) -> None:
        super().__init__(message, code)
        self.problems = problems


class PlanError(KeeplineError):
    """Say that the question, well put as it is, has no usable answer."""

    exit_code = 3
    http_status = 409
    default_code = "KL-003"


class Infeasible(PlanError):
    """Name the limits that collide and the least relaxation that mends it."""

    default_code = "KL-031"


class AccessError(KeeplineError):
    """Refuse what this user may not see or change."""

    exit_code = 4
    http_status = 403
    default_code = "KL-004"


class StoreError(KeeplineError):
    """Say that a file, folder or database could not be read or written."""

    exit_code = 5
    http_status = 503
    default_code = "KL-005"


class MissingExtra(KeeplineError):
    """Name the optional part that is not installed and how to install it."""

    exit_code = 6
    http_status = 501
    default_code = "KL-006"


class Bug(KeeplineError):
    """Own up to a fault of Keepline itself and ask for a report."""
