"""Every error code with its page: title, meaning, example, how to mend.

IN-1xx cells and rows, IN-2xx files, IN-3xx settings, scenario and policy, IN-4xx what hangs
together, IN-5xx lists of parties; KL-0xx all that is not input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from keepline.model.codes.cells import CELLS
from keepline.model.codes.code import Code
from keepline.model.codes.files import FILES
from keepline.model.codes.graph import GRAPH
from keepline.model.codes.lists import LISTS
from keepline.model.codes.others import OTHERS
from keepline.model.codes.policies import POLICIES
from keepline.model.codes.rules import RULES
from keepline.model.codes.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CODES", "Code"]

#: Every code, in order.
CODES: Final[Mapping[str, Code]] = {
    one.code: one
    for one in sorted(
        (*CELLS, *FILES, *SETTINGS, *RULES, *POLICIES, *GRAPH, *LISTS, *OTHERS),
        key=lambda one: one.code,
    )
}
