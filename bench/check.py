"""Time the check of a large table against Polars' plain reading of the same file.

Run ``python bench/check.py [ROWS]``. It writes a network whose ``installed.csv`` has twenty bad
cells, reads its tables plainly with ``pl.read_csv``, then checks it whole (SHA-256, text kept, row
lengths, types, bounds, keys, references, every bad cell with its row), each in a process of its
own, several times in turn, and prints the best times, their ratio and the peak memory. The ratio
ought to stay under 2.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from keepline.formats.folder import check

BAD_CELLS = 20
UNITS_PER_SITE = 53
ROUNDS = 7
PROCESSES = 3


def write_installed(folder: Path, rows: int) -> None:
    draw = np.random.default_rng(20200622)
    sites = -(-rows // UNITS_PER_SITE)
    quantity = draw.integers(1, 12, rows).astype(str).astype(object)
    quantity[draw.choice(rows, BAD_CELLS, replace=False)] = "12,5"
    frame = pl.DataFrame(
        {
            "site_id": [f"ee-{one:05d}" for one in np.repeat(np.arange(sites), UNITS_PER_SITE)],
            "part_id": [f"0235{one:04d}" for one in np.tile(np.arange(UNITS_PER_SITE), sites)],
        }
    ).head(rows)
    frame.with_columns(
        pl.Series("quantity", quantity.tolist()),
        pl.Series("spare_in_place", draw.integers(0, 3, rows)),
    ).write_csv(folder / "installed.csv")
    write_others(folder, sites)


def write_others(folder: Path, sites: int) -> None:
    one_site = "South East,access,ee-central"
    lines = [f"ee-{one:05d},{one_site}" for one in range(sites)]
    header = "site_id,region,function,depot_id"
    (folder / "sites.csv").write_text("\n".join([header, *lines]) + "\n")
    header = "part_id,name,supplier_id,technology,unit_cost,failures_per_year,lead_days"
    lines = [f"0235{one:04d},Unit,huawei,5G-RAN,3200,0.02,120" for one in range(UNITS_PER_SITE)]
    (folder / "parts.csv").write_text("\n".join([header, *lines]) + "\n")
    (folder / "suppliers.csv").write_text("supplier_id,name,country\nhuawei,Huawei,CN\n")
    (folder / "depots.csv").write_text("depot_id,ship_days\nee-central,1\n")
    (folder / "network.yaml").write_text(
        "format: 1\nname: bench\ncurrency: GBP\nstart: 2020-06-22\nend: 2023-12-31\n"
    )


def plainly(folder: Path) -> None:
    for table in folder.glob("*.csv"):
        pl.read_csv(table, infer_schema=False)


def checked(folder: Path) -> None:
    found = check(folder)
    is_right = all(problem.row and problem.code == "IN-104" for problem in found.problems)
    if found.problems.count != BAD_CELLS or not is_right:
        raise SystemExit("\n".join(found.problems.lines()))


KINDS = {"plainly": plainly, "checked": checked}


def one_process(kind: str, folder: Path) -> None:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        KINDS[kind](folder)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(min(times), peak)


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_installed(folder, rows)
        size = (folder / "installed.csv").stat().st_size / 1e6
        print(f"installed.csv: {rows:,} rows, {size:.1f} MB, {BAD_CELLS} bad cells")
        best: dict[str, tuple[float, float]] = {}
        for _ in range(PROCESSES):
            for kind in KINDS:
                command = [sys.executable, __file__, kind, str(folder)]
                said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                seconds, peak = (float(one) for one in said.split())
                before = best.get(kind, (seconds, peak))
                best[kind] = min(before[0], seconds), max(before[1], peak)
        for kind, (seconds, peak) in best.items():
            print(f"{kind:8}  {seconds * 1000:7.1f} ms   peak {peak:6.0f} MB")
        ratio = best["checked"][0] / best["plainly"][0]
        print(f"checked / plainly: {ratio:.2f} (limit 2)")


if __name__ == "__main__":
    if len(sys.argv) > 2:  # noqa: PLR2004
        one_process(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
