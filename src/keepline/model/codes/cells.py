"""Codes IN-1xx: cells and rows of tables."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

CELLS: Final = (
    Code(
        "IN-101",
        "A required cell is empty",
        "The column has no default, so an empty cell says nothing that can be used. A cell with "
        "nothing but spaces counts as empty.",
        "parts.csv row 7, column unit_cost: the cell is empty. Expected a number (currency), 0 or "
        "more. Fill it in, such as 3200. [IN-101]",
        "Fill the cell in. The table's page says which columns may stay empty.",
    ),
    Code(
        "IN-102",
        "A row has more cells than the header",
        "A comma stands where none is meant, most often in a decimal number (12,5) or in a name. "
        "The row's cells are not checked further.",
        "stock.csv row 41: the row has 4 cells. Expected 3 cells, as in the header. Remove a "
        "comma, or put the cell that holds one in quotation marks. [IN-102]",
        "Write figures with a point, and put a cell that holds a comma in quotation marks.",
    ),
    Code(
        "IN-103",
        "A row has fewer cells than the header",
        "Cells are missing at the end of the row, as when a file was cut off. Nothing is guessed "
        "for them, and the row's cells are not checked further. Blank lines are let pass.",
        "stock.csv row 10009: the row has 2 cells; on_hand is the first that is missing. Expected "
        "3 cells, as in the header. Add the missing cells. [IN-103]",
        "Add the cells; an empty one still needs its comma. Check that the file is whole.",
    ),
    Code(
        "IN-104",
        "A cell is not a number",
        "Numbers are written with digits, at most one point, and an exponent if need be (1200, "
        "0.02, 2e-3). There are no commas, spaces, units or signs of money in them. Spaces around "
        "a cell do no harm.",
        'stock.csv row 10009, column on_hand: "12,5" is not a number. Expected a whole number of '
        "units, 0 or more. Write 12. [IN-104]",
        "Write the number with a point and without anything else. Leave an optional cell empty "
        "when the figure is not known.",
    ),
    Code(
        "IN-105",
        "A number is out of bounds",
        "Each column has a lowest value and some a highest. A share goes from 0 to 1, not to 100.",
        'parts.csv row 3, column repair_share: "80" is above 1. Expected a number (share) from 0 '
        "to 1. Write 0.8 if 80 per cent is meant. [IN-105]",
        "Write a number within the bounds that the table's page gives.",
    ),
    Code(
        "IN-106",
        "A number is not whole",
        "Units are counted whole. 12 and 12.0 will do, 12.5 and 1e3 will not.",
        'installed.csv row 9, column quantity: "12.5" is not a whole number. Expected a whole '
        "number of units, 1 or more. Write 12 or 13. [IN-106]",
        "Write digits only.",
    ),
    Code(
        "IN-107",
        "A number is not finite",
        "NaN and inf are what programs write for a figure that they could not compute. They are "
        "not figures.",
        'parts.csv row 3, column repair_days: "NaN" is not a finite number. Expected a number of '
        "days, 0 or more. Leave the cell empty for 60.0. [IN-107]",
        "Fill in the figure, or leave an optional cell empty.",
    ),
    Code(
        "IN-108",
        "A cell is not true or false",
        "Yes-or-no columns hold true or false, in capitals or not. Other words are not guessed.",
        'suppliers.csv row 3, column is_high_risk: "yes" is not true or false. Expected true or '
        "false. Write true. [IN-108]",
        "Write true or false, or leave the cell empty for the default.",
    ),
    Code(
        "IN-109",
        "A cell is not a date",
        "Dates are written year-month-day, as 2020-09-14, and lie from 1900 to 2199. Other orders "
        "are not guessed: 03/09/2020 is March in one country and September in another.",
        'orders.csv row 2, column due_on: "14/09/2020" is not a date. Expected a date such as '
        "2020-09-14. Write 2020-09-14. [IN-109]",
        "Write the date as 2020-09-14. In a workbook a date cell will do as well.",
    ),
    Code(
        "IN-110",
        "A word is not one of those used here",
        "The column has a closed vocabulary.",
        'sites.csv row 5, column function: "acess" is not one of the words used here. Expected one '
        "of access, aggregation, transport, core, management, interconnect. Did you mean access? "
        "[IN-110]",
        "Use one of the words that are expected, in small letters.",
    ),
    Code(
        "IN-111",
        "A cell is not a country code",
        "Countries are given by ISO 3166-1 alpha-2: two capital letters. The United Kingdom is GB.",
        'suppliers.csv row 4, column country: "UK" is not a country code. Expected a country code '
        "of two capital letters. Write GB. [IN-111]",
        "Write the code; several stand with ; between where a list is expected.",
    ),
    Code(
        "IN-112",
        "A key stands twice",
        "Some columns together tell the rows of a table apart. Two rows with the same key would "
        "contradict one another, or count twice. An empty optional key cell counts as a value.",
        'stock.csv row 12, column depot_id, part_id, owner: depot_id "ee-london", part_id '
        '"02351234", owner "" stands already in row 3. Expected one row for each depot_id and '
        "part_id and owner. Keep one of the rows, or join them. [IN-112]",
        "Keep one of the rows, or add their quantities up in one.",
    ),
    Code(
        "IN-113",
        "An id is not listed where it must be",
        "The id refers to another table, and no row there has it. Ids are text: 02351234 and "
        "2351234 are two ids, and so are huawei and Huawei.",
        'stock.csv row 5, column part_id: "2351234" is not listed in parts. Expected an id of '
        "parts. Did you mean 02351234? [IN-113]",
        "Mend the id, or add the row that it refers to. A spreadsheet takes zeros off an id: make "
        "the column text before you open the file.",
    ),
    Code(
        "IN-115",
        "Two cells need each other",
        "An owner without a share, or a latitude without a longitude, says nothing that can be "
        "used, and the other half is not guessed.",
        'suppliers.csv row 4, column owner_share: owner_id is "huawei" but owner_share is empty. '
        "Expected both or neither. Fill owner_share in, or leave owner_id empty. [IN-115]",
        "Fill both cells in, or neither.",
    ),
    Code(
        "IN-116",
        "An id is both a part and a component",
        "bom.csv and sources.csv name parts and components in one column, so an id may be one of "
        "the two only.",
        'components.csv row 8, column component_id: "02351234" is a part already. Expected an id '
        "that no part has. Give the component an id of its own; bom.csv says which parts need it. "
        "[IN-116]",
        "Give the component another id.",
    ),
    Code(
        "IN-118",
        "An id holds a character that cannot be seen",
        "A line break, a tab or another control character inside an id would make it differ from "
        "one that looks the same.",
        'sites.csv row 5, column site_id: "ee-\\n00001" holds a line break or another character '
        "that cannot be seen. Expected an id (text, not empty). Write ee- 00001. [IN-118]",
        "Type the id again.",
    ),
    Code(
        "IN-119",
        "A span ends before it begins",
        "The last day lies before the first.",
        "crews.csv row 2, column until: until (2020-01-01) is before from (2020-07-01). Expected a "
        "last day on or after the first. Mend one of the two days. [IN-119]",
        "Mend one of the two days.",
    ),
    Code(
        "IN-120",
        "Failures were seen of a part that never fails",
        "A failure rate of 0 says that a unit never fails, for certain; failures_seen says that "
        "some did.",
        "parts.csv row 6, column failures_per_year: 3 failures were seen of a part that is said "
        "never to fail. Expected a rate above 0 where failures were seen. Write the rate that was "
        "believed before, for example the maker's. [IN-120]",
        "Write in failures_per_year what was believed before the failures were counted.",
    ),
)
