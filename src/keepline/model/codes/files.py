"""Codes IN-2xx: files, sheets and columns."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

FILES: Final = (
    Code(
        "IN-201",
        "There is no network at that path",
        "A network is a folder with network.yaml and tables, or one workbook (.xlsx).",
        "netwrok: there is no such folder or file. Expected a network folder, or a workbook "
        "(.xlsx). Check the path. [IN-201]",
        "Give the path of the folder, or of the workbook.",
    ),
    Code(
        "IN-202",
        "A file cannot be read",
        "The system refuses the file: it is not there, it may not be read, or the disk fails.",
        "stock.csv: the file may not be read: permission denied. Give yourself leave to read it. "
        "[IN-202]",
        "Mend the file's permissions, or check the path and the disk.",
    ),
    Code(
        "IN-203",
        "A needed table is missing",
        "There is no network without suppliers, depots, sites, parts and installed. All other "
        "tables may be left out.",
        "parts.csv: the table parts is missing. Expected a network has suppliers, depots, sites, "
        "parts, installed. Add parts.csv. [IN-203]",
        "Add the table.",
    ),
    Code(
        "IN-204",
        "The name of a table is misspelt",
        "The file or sheet has nearly the name of a table that is missing.",
        'site.csv: "site" is not the name of a table, and sites is missing. Name the file '
        "sites.csv. [IN-204]",
        "Rename the file or the sheet.",
    ),
    Code(
        "IN-205",
        "A file is not used (notice)",
        "No table has that name, nor one like it. The file is left alone.",
        'notes.csv: the file is not used: no table is called "notes". [IN-205]',
        "Nothing needs to be done.",
    ),
    Code(
        "IN-206",
        "A file is empty",
        "The file or sheet has no header, so it may have been cut off.",
        "stock.csv: the file is empty. Expected a header and rows. Fill it, or remove it. [IN-206]",
        "Fill it, or remove it if the table is optional.",
    ),
    Code(
        "IN-207",
        "A needed table has no rows",
        "The header is there and nothing below it.",
        "parts.csv: the table has a header and no rows. Expected one row at least. Add its rows. "
        "[IN-207]",
        "Add the rows.",
    ),
    Code(
        "IN-208",
        "A required column is missing",
        "The column has no default and must be in the table.",
        "stock.csv row 1, column on_hand: the column on_hand is missing. Expected a whole number "
        "of units, 0 or more, such as 12. Add the column on_hand. [IN-208]",
        "Add the column, in any place.",
    ),
    Code(
        "IN-209",
        "The name of a column is misspelt",
        "The column has nearly the name of one that is missing. It is not taken for it, for a "
        "wrong guess would fill the network with wrong figures.",
        'stock.csv row 1, column onhand: the column "onhand" is not known, and on_hand is missing. '
        "Write on_hand. [IN-209]",
        "Rename the column. Names are in small letters with _ between words.",
    ),
    Code(
        "IN-210",
        "A column is not used (notice)",
        "The table has a column that Keepline does not know. It is left alone.",
        'sites.csv row 1, column postcode: the column "postcode" is not used. [IN-210]',
        "Nothing needs to be done.",
    ),
    Code(
        "IN-211",
        "A column stands twice",
        "Two columns have the same name and may differ.",
        'stock.csv row 1, column part_id: the column "part_id" stands twice, as column 2 and 4. '
        "Expected each column once. Remove one. [IN-211]",
        "Remove or rename one of them.",
    ),
    Code(
        "IN-212",
        "A file is not UTF-8",
        "Text is read as UTF-8, with or without its mark. The first byte that does not fit is "
        "named, with the encoding that the file seems to have.",
        "sites.csv row 2: byte 41 (0xfc) is not UTF-8; the file looks like Windows-1252 (Western "
        'European), in which the place reads "s1,München". Expected UTF-8. Save the file as CSV '
        "UTF-8. [IN-212]",
        "In a spreadsheet program, save the file as CSV UTF-8.",
    ),
    Code(
        "IN-213",
        "A file is something else than its name says",
        "The first bytes show that the file is a workbook, an archive or another kind of file.",
        "stock.csv: the file is an Excel workbook or another zip file, whatever its name says. "
        "Expected CSV text. Save it as CSV (UTF-8). [IN-213]",
        "Save it in the format that its name says.",
    ),
    Code(
        "IN-214",
        "A file is not separated by commas",
        "Semicolons, tabs or bars separate the columns. Such files mostly have decimal commas too, "
        "so they are not read on a guess.",
        "stock.csv row 1: the columns are separated by semicolons. Expected commas. Save it with "
        "commas, and with a point in figures (12.5). [IN-214]",
        "Save the file with commas and with decimal points. Excel does so under an English region.",
    ),
    Code(
        "IN-215",
        "A table stands twice",
        "The same table is there as CSV and as Parquet, and the two may differ.",
        "stock.parquet: the table stock stands in stock.csv too. Expected one file for each table. "
        "Remove one of the two. [IN-215]",
        "Remove one of the files.",
    ),
    Code(
        "IN-216",
        "A Parquet file is broken",
        "The file was cut off, or is no Parquet file.",
        "stock.parquet: the file is not whole. Expected a Parquet table. Write it again. [IN-216]",
        "Write or copy the file again.",
    ),
    Code(
        "IN-217",
        "A column has the wrong type",
        "A Parquet column has a type from which its values cannot be had without loss. Ids that "
        "were written as numbers have lost their leading zeros.",
        "stock.parquet, part_id: the column holds whole numbers. Expected an id listed in "
        "parts.part_id. Write it as text. [IN-217]",
        "Write the column in the type that the table's page gives.",
    ),
    Code(
        "IN-218",
        "A workbook cannot be read",
        "It is broken, encrypted, or in an older format.",
        "network.xlsx: the workbook is encrypted, or in the old .xls format. Expected a workbook "
        "in .xlsx. Save it as plain .xlsx. [IN-218]",
        "Open it in a spreadsheet program and save it as .xlsx without a password.",
    ),
    Code(
        "IN-219",
        "A file is too large",
        "The file, or what it unpacks to, is larger than any network of this kind.",
        "network.xlsx: the workbook unpacks to 9,000,000,000 bytes, more than 4,294,967,296. Use a "
        "folder of CSV or Parquet files. [IN-219]",
        "Use a folder with Parquet files, or split the network.",
    ),
    Code(
        "IN-220",
        "Quotation marks do not pair up",
        "A quotation mark is opened and never closed, or stands in the middle of a quoted cell. "
        "What follows cannot be told apart.",
        "parts.csv row 12: a quotation mark is opened here and never closed. Expected quotation "
        'marks around whole cells. Put a cell that holds " in quotation marks, and write "" for '
        "each inside. [IN-220]",
        'Put the cell in quotation marks and write "" for each mark inside it.',
    ),
    Code(
        "IN-221",
        "A folder holds no plan that can be read",
        "plan.json is not what Keepline wrote, or was written by another version.",
        "plan.json: it is not a plan that Keepline wrote. [IN-221]",
        "Give the folder of a finished plan, or make the plan again.",
    ),
    Code(
        "IN-250",
        "There is no demonstration of that size",
        "The shipped network comes in named sizes.",
        "There is no size 'huge'; sizes are operator and national. [IN-250]",
        "Use one of the sizes that are named.",
    ),
    Code(
        "IN-251",
        "The plan was made for another network",
        "The plan buys a part for a depot that the network does not hold.",
        "The plan buys part AHEGC for depot ee-east, which this network does not hold. Give the "
        "network that the plan was made for. [IN-251]",
        "Give the network that the plan was made for, or make the plan again.",
    ),
    Code(
        "IN-252",
        "The plan has no such part",
        "An explanation was asked for of a part that the plan does not know.",
        "The plan has no part 0235123. Did you mean 02351234? [IN-252]",
        "Write the part number as it stands in the table of parts.",
    ),
    Code(
        "IN-253",
        "The scenario has no such event",
        "One can only wait for an event that stands in the scenario.",
        "The scenario has no event licences. Did you mean licence? [IN-253]",
        "Write the id of the event as it stands in the scenario's file.",
    ),
    Code(
        "IN-254",
        "It is not clear what is lost",
        "An impact is that of a scenario, or that of every single loss: one of them must be asked "
        "for, and not both; of single losses at least one must be wanted.",
        "Say what is lost: --scenario S, or --worst 20 for every single loss. [IN-254]",
        "Give --scenario for what a scenario takes away, or --worst with how many single losses to "
        "list; --pairs goes with --worst, --as-of with --scenario.",
    ),
    Code(
        "IN-255",
        "A replay ends before it begins",
        "History is replayed from one day to a later one, or to the same.",
        "The replay ends on 2019-05-16, before it begins on 2026-11-01. [IN-255]",
        "Give the earlier day as --from and the later one as --to.",
    ),
    Code(
        "IN-257",
        "It is not clear how precisely to play, or who plays",
        "A precision is a half-width above 0. Workers are processes of this machine, 1 or more; a "
        "cluster is the address of a Dask scheduler, or local, and but for local has workers of "
        "its own.",
        "'here' is no cluster: give the address of a scheduler, tcp://HOST:PORT, or local. "
        "[IN-257]",
        "Give --precision 0.0001, --workers 2, --cluster local or --cluster tcp://HOST:8786.",
    ),
    Code(
        "IN-258",
        "There is no such mechanism or allocation",
        "A simulation plays mechanisms that have names, and serves by one of three rules where "
        "units are short: first, traffic, core.",
        "There is no mechanism 'laterals'. Did you mean lateral? [IN-258]",
        "Use one of the names that the message or keepline simulate --help lists.",
    ),
)
