"""A small network that is right, as files; tests break it in one place or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TABLES = {
    "suppliers": "supplier_id,name,country,owner_id,owner_share,is_high_risk\n"
    'huawei,"Huawei Technologies Co., Ltd.",CN,,,true\n'
    "hisilicon,HiSilicon,CN,huawei,1.0,TRUE\n"
    "nokia,Nokia,FI,,,\n",
    "depots": "depot_id,operator_id,parent_id,latitude,longitude,ship_days\n"
    "ee-central,ee,,52.5,-1.9,1\n"
    "ee-london,ee,ee-central,,,2\n",
    "sites": "site_id,operator_id,name,region,function,depot_id,traffic\n"
    'ee-00001,ee,"Newport, Pagnell",South East,access,ee-london,1.8\n'
    "ee-00002,ee,,North,core,ee-central,\n",
    "parts": "part_id,name,supplier_id,technology,unit_cost,failures_per_year,lead_days,"
    "repair_days,minimum_order\n"
    "02351234,Radio unit,huawei,5G-RAN,3200,2e-2,120,,10\n"
    "1e5,Line card,nokia,IP,900,0.05,60,45.5,\n",
    "installed": "site_id,part_id,quantity,spare_in_place\n"
    "ee-00001,02351234,9,1\nee-00001,1e5,12.0,\nee-00002,1e5,4,0\n",
    "stock": "depot_id,part_id,on_hand,owner\nee-london,02351234,12,\n"
    "ee-london,02351234,3,huawei\n",
    "orders": "depot_id,part_id,quantity,due_on\nee-central,1e5,40,2020-08-31\n",
    "components": "component_id,name,kind\nasic,Processor,advanced-ic\n",
    "bom": "item_id,needs_id,quantity\n02351234,asic,2\n",
    "sources": "item_id,supplier_id,technology_origin\nasic,hisilicon,US;NL\n",
    "crews": "region,operator_id,crew_days_per_quarter,from,until\nNorth,,1500,2020-07-01,\n",
}
SETTINGS = """format: 1
name: Two sites
currency: GBP
start: 2020-06-22
end: 2021-06-21
source: figures
"""


class Files:
    """A folder whose files a test may change."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def put(self, file: str, content: str | bytes) -> None:
        raw = content.encode() if isinstance(content, str) else content
        (self.path / file).write_bytes(raw)

    def change(self, file: str, old: str, new: str) -> None:
        text = self.text(file)
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        self.put(file, text.replace(old, new, 1))

    def remove(self, file: str) -> None:
        (self.path / file).unlink()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    folder = tmp_path / "net"
    folder.mkdir()
    found = Files(folder)
    found.put("network.yaml", SETTINGS)
    for name, text in TABLES.items():
        found.put(f"{name}.csv", text)
    return found
