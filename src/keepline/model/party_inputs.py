"""The input tables on companies: operators, suppliers, and who holds whom."""

from __future__ import annotations

from keepline.model.declare import (
    Table,
    country_code,
    fraction,
    identifier,
    text,
    whole,
    yes_no,
)


class Operators(Table):
    """A company that runs a network. A network of one operator may leave this table out."""

    operator_id = identifier("The operator.", "ee", key=True)
    name = text("Its name.", "BT/EE")
    country = country_code("Where its network stands; empty when not known.", "GB", optional=True)
    tier = whole(
        "Its tier in a code of practice; empty when not known.", "1", "", low=1, optional=True
    )


class Suppliers(Table):
    """A company, at any tier, that makes, sells or repairs something."""

    supplier_id = identifier("The supplier.", "huawei", key=True)
    name = text("Its name as in the contract.", "Huawei Technologies Co., Ltd.")
    country = country_code("Where it is seated.", "CN")
    aliases = text("Other names of it.", "Huawei; HWT", optional=True, is_list=True)
    address = text(
        "Where it is seated, to tell it from others of its name.",
        "Bantian, Shenzhen",
        optional=True,
    )
    identifiers = text(
        "Its numbers in registers and for tax, LEI among them.",
        "914403001922038216",
        optional=True,
        is_list=True,
    )
    owner_id = identifier(
        "The supplier that owns part of it.",
        "huawei",
        references="suppliers.supplier_id",
        optional=True,
    )
    owner_share = fraction("How much of it the owner holds.", "1.0", optional=True)
    is_high_risk = yes_no("Whether an authority calls it a high-risk vendor.", default=False)
    is_unassessed = yes_no(
        "Whether nobody has said yet if it is one; a policy's rules then count it.", default=False
    )
    is_unknown = yes_no(
        "Whether it stands for makers not known; a policy's rules then count it.", default=False
    )


class Holdings(Table):
    """A share of a company that is held by another, beside the owner that suppliers names."""

    supplier_id = identifier(
        "The company that is held.", "hisilicon", key=True, references="suppliers.supplier_id"
    )
    owner_id = identifier(
        "Who holds the share.", "zte", key=True, references="suppliers.supplier_id"
    )
    share = fraction("How much of it; empty when not known.", "0.3", optional=True)
