"""One matcher for all tests of names."""

from __future__ import annotations

import pytest

from keepline.formats.lexicontext import lexicon_of
from keepline.packs import names
from keepline.screen import Matcher


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    return Matcher(lexicon_of(names.text(names.LEXICON), names.text(names.COUNTS)))
