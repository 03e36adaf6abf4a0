"""Time ``keepline --help``: several starts, the median beside the limit of half a second."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

STARTS = 7
LIMIT_S = 0.5


def started() -> float:
    """Return the seconds that one start takes."""
    began = time.perf_counter()
    command = [str(Path(sys.executable).parent / "keepline"), "--help"]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Print the median."""
    started()
    seconds = statistics.median(started() for _ in range(STARTS))
    print(f"keepline --help: {seconds:.2f} s (limit {LIMIT_S} s)")


if __name__ == "__main__":
    main()
