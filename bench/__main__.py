"""Run every benchmark, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHES = (
    "startup",
    "check",
    "crew",
    "events",
    "field",
    "frontier",
    "impact",
    "lastbuy",
    "plan",
    "screen",
    "sites",
    "swap",
)


def main() -> None:
    """Run them all."""
    here = Path(__file__).parent
    for name in BENCHES:
        print(f"\n== {name} ==", flush=True)
        subprocess.run([sys.executable, str(here / f"{name}.py")], check=True)


if __name__ == "__main__":
    main()
