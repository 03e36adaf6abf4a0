"""What is compiled before a search's time begins is all that a search needs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from keepline.maths.swap.solve import WHOLE, solve
from keepline.maths.swap_warm import JOBS, QUARTERS, SUPPLIERS, small

#: Ask which kernels another programme compiles once the small one is solved.
SCRIPT = """
from dataclasses import replace
import numpy as np
from numba.core.dispatcher import Dispatcher
from keepline.maths.swap_warm import small, warm
from keepline.maths.swap.solve import solve
import sys
def known():
    return {
        (name, one, signature)
        for name, module in list(sys.modules.items()) if name.startswith("keepline.maths")
        for one, value in vars(module).items() if isinstance(value, Dispatcher)
        for signature in map(str, value.signatures)
    }
warm()
before = known()
other = small()
looks = iter(range(100, -1, -1))
solve(replace(other, discount=other.discount * 0.9), lambda: 0.01 * next(looks, 0), gap=0.0)
print(sorted({(name, one) for name, one, _ in known() - before}), len(before))
"""


def test_it_is_too_large_to_be_solved_whole():
    assert JOBS * QUARTERS * SUPPLIERS > WHOLE
    looks = iter(range(60, -1, -1))
    found = solve(small(), lambda: 0.01 * next(looks, 0), gap=0.0)
    assert np.isfinite(found.bound)
    assert (found.supplier >= 0).any()


def test_nothing_is_left_to_compile():
    ran = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True)
    new, count = ran.stdout.rsplit(" ", 1)
    assert new == "[]"
    assert int(count) > 5
