"""Check a network's tables: columns, cells, keys, references, and what hangs together.

The checks read no files: a reader hands each table over as a :class:`~keepline.model.check.raw.Raw`
of texts, and every problem goes onto one list.
"""

from keepline.model.check.raw import Raw
from keepline.model.check.tables import check_tables

__all__ = ["Raw", "check_tables"]
