"""Codes IN-4xx: what no single cell can show."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

GRAPH: Final = (
    Code(
        "IN-401",
        "Suppliers own one another in a loop",
        "Following owner_id from one supplier to the next leads back to where it began.",
        "suppliers.csv row 4, column owner_id: owner_id leads round in a loop: a -> b -> a. "
        "Expected a chain that ends. Mend owner_id of one of them. [IN-401]",
        "Leave owner_id empty for the company at the top.",
    ),
    Code(
        "IN-402",
        "Depots supply one another in a loop",
        "Following parent_id from one depot to the next leads back to where it began, so none of "
        "them is central.",
        "depots.csv row 2, column parent_id: parent_id leads round in a loop: a -> b -> a. "
        "Expected a chain that ends. Mend parent_id of one of them. [IN-402]",
        "Leave parent_id empty for the central depot.",
    ),
    Code(
        "IN-404",
        "A row refers to itself",
        "A part that replaces itself, an item that needs itself, or a swap from a supplier to the "
        "same one says nothing.",
        'substitutes.csv row 3, column replaces_id: part_id and replaces_id are both "AHEGC". '
        "Expected two different ids. Remove the row or mend one of them. [IN-404]",
        "Remove the row, or mend one of the two ids.",
    ),
    Code(
        "IN-405",
        "A depot belongs to another operator",
        "A site, or a depot, is served by a depot of another operator. One operator's stock would "
        "be counted for the other.",
        'sites.csv row 7, column depot_id: "o2-north" is a depot of o2, but this row belongs to '
        "ee. Expected a depot of the same operator, or a shared one. Leave operator_id empty for a "
        "depot that several operators share. [IN-405]",
        "Name a depot of the same operator. A depot that operators share has no operator_id.",
    ),
    Code(
        "IN-406",
        "Shares add up to more than 1",
        "The shares of an item's approved sources are those of its present supply, and the holders "
        "of a company hold the whole of it together at most. More than 1 counts something twice.",
        'sources.csv row 7, column share: the shares of "asic" add up to 1.4. Expected 1 at most. '
        "Lower one of them. [IN-406]",
        "Lower one of the shares. A source that is not approved yet (is_qualified false) does not "
        "count.",
    ),
    Code(
        "IN-407",
        "A workshop stands at a depot that is not central",
        "Failed units go to the central depot and from there to the workshop, so that a workshop "
        "belongs to a central depot.",
        'workshops.csv row 3, column depot_id: "ee-london" is not a central depot. Expected a '
        "depot without a parent_id. Write ee-central. [IN-407]",
        "Name the central depot of the tree, or leave the cell empty for every central depot.",
    ),
    Code(
        "IN-408",
        "A swap takes nothing out",
        "The site has no units of a part of that supplier and technology, so the row says nothing.",
        'programme.csv row 9, column technology: "ee-00001" has no units of huawei for "5G-RAN". '
        "Expected a technology of that supplier's parts at the site. Remove the row or mend it. "
        "[IN-408]",
        "Remove the row, or mend site_id, from_supplier_id or technology.",
    ),
    Code(
        "IN-409",
        "Harvested units go to another tree of depots",
        "Harvested units go to the central depot that serves the site, or to a depot that it "
        "fills.",
        'programme.csv row 4, column harvest_depot_id: "o2-central" is not in the tree of depots '
        'that serves "ee-00001". Expected ee-central or a depot that it fills. Mend it or leave it '
        "empty. [IN-409]",
        "Name a depot of the site's own tree, or leave the cell empty for the central one.",
    ),
)
