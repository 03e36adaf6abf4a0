"""Codes IN-5xx: lists of sanctioned or restricted parties."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

LISTS: Final = (
    Code(
        "IN-501",
        "A list has no format that is read",
        "What a list is, is told from its content and never from its name alone. The content fits "
        "none of the formats.",
        "parties.csv: the file is in no format that is read. Expected one of csl-csv, csl-json, "
        "ofac-csv, bis-dpl, bis-mieu, fcc-covered, uk-xml, uk-csv, ftm-json, names-csv. [IN-501]",
        "Fetch the list in one of the formats that the message names. A list of your own is a CSV "
        "with the columns name, country, relation, first_listed and source.",
    ),
    Code(
        "IN-502",
        "A list is empty",
        "The file holds nothing, or a header and no rows. An empty list would find nobody.",
        "sdn.csv: the file is empty. Expected one listed party at least. Fetch it again. [IN-502]",
        "Fetch the file again; the transfer may have failed.",
    ),
    Code(
        "IN-503",
        "A list is not text that can be read",
        "The bytes are not of the encoding in which this list is published.",
        "dpl.txt row 12: byte 1,041 (0xff) is not UTF-8. Expected text in UTF-8. Fetch it again. "
        "[IN-503]",
        "Fetch the file again, and do not save it through a spreadsheet program.",
    ),
    Code(
        "IN-504",
        "A row of a list has too few or too many cells",
        "The file was cut off in that row, or a separator was lost. What stands in which column is "
        "then not known.",
        "alt.csv row 212: the row has 3 cells. Expected 5 cells. Fetch the file again. [IN-504]",
        "Fetch the file again; compare its size with what the publisher says.",
    ),
    Code(
        "IN-505",
        "A list breaks off or is broken",
        "A quotation mark, a JSON bracket or an XML element is opened and never closed, so the "
        "file was cut off or changed on its way. None of it is read.",
        "uk.xml row 90412: the XML breaks off: no element found. Expected a whole file. Fetch it "
        "again. [IN-505]",
        "Fetch the file again.",
    ),
    Code(
        "IN-506",
        "A column of a list is missing",
        "The list cannot be understood without that column. The order of columns does not matter.",
        "csl.csv row 1, column alt_names: the column alt_names is missing. Expected the columns as "
        "published. Fetch the file again. [IN-506]",
        "Fetch the file again. If the publisher changed the format, ask for a newer Keepline.",
    ),
    Code(
        "IN-507",
        "A column of a list is not known (notice)",
        "The publisher added a column. Its texts are kept in the remarks.",
        'csl.csv row 1, column risk: the column "risk" is new; it is kept in the remarks. [IN-507]',
        "Nothing needs to be done.",
    ),
    Code(
        "IN-508",
        "A row of a list has no name",
        "A listed party without a name can never be found.",
        "dpl.txt row 33, column Name: the name is empty. Expected the name of a party. Fetch the "
        "file again. [IN-508]",
        "Fetch the file again, or remove the row from a list of your own.",
    ),
    Code(
        "IN-509",
        "A row of a list belongs to no entry",
        "The row has no number of an entry, or one that the list does not hold. The files may be "
        "of different days.",
        "alt.csv row 7, column ent_num: no entry has the number 173. Expected a number that stands "
        "in sdn.csv. Fetch all files of the list on one day. [IN-509]",
        "Fetch all files of the list together.",
    ),
    Code(
        "IN-510",
        "Files of a list do not belong together",
        "Several files were given that are not the parts of one list.",
        "Two of the files are addresses: add.csv, add-old.csv. Give one of them. [IN-510]",
        "Give the files of one list: for OFAC its sdn, alt and add; for all others one file.",
    ),
    Code(
        "IN-511",
        "A list in XML declares types or entities",
        "No list that is published does. Declarations can name files of this machine or unfold "
        "without end, so such a file is not read.",
        "uk.xml row 2: the XML declares a document type. Expected plain elements. Fetch the file "
        "from its publisher. [IN-511]",
        "Fetch the file from its publisher.",
    ),
    Code(
        "IN-512",
        "A country of a list is not known (notice)",
        "The word stands for no country that is known for sure. It is not guessed: the address "
        "keeps the word, and the entry has one country less.",
        'add.csv row 90: "Region: Crimea" is no country that is known (2 times). [IN-512]',
        "Nothing needs to be done; read such entries with care.",
    ),
    Code(
        "IN-513",
        "A date of a list cannot be read (notice)",
        "The publisher wrote a date that does not exist or that lies centuries away. The entry has "
        "no such date; the text is kept in its remarks.",
        'dpl.txt row 88, column Last_Update: "3017-08-22" is no date of a list. [IN-513]',
        "Nothing needs to be done.",
    ),
    Code(
        "IN-514",
        "An entry of a list names no company (notice)",
        "The list restricts a kind of goods, whoever makes them. No comparison of names can find "
        "it; what it covers stands in its remarks.",
        'fcc.csv row 14: the entry names no company: "Routers produced in a foreign country". '
        "[IN-514]",
        "Read the entry and see by hand whether it concerns you.",
    ),
    Code(
        "IN-515",
        "Records of a list are no parties (notice)",
        "The file holds other things than parties, such as payments or bare addresses.",
        "parties.ijson: 290 records are of the kind Payment, which is no party. [IN-515]",
        "Nothing needs to be done.",
    ),
    Code(
        "IN-517",
        "A list does not end with a line break (notice)",
        "All lists that are published do, so the last row may have been cut off.",
        "dpl.txt row 547: the last row does not end with a line break; it may be cut off. [IN-517]",
        "Compare the size of the file with what the publisher says.",
    ),
    Code(
        "IN-518",
        "A part of a list was not given (notice)",
        "The list is published in several files. Without the file of aliases fewer parties are "
        "found.",
        "sdn.csv: the file of aliases (alt) was not given; fewer parties will be found. [IN-518]",
        "Give all files of the list together.",
    ),
    Code(
        "IN-519",
        "A word of a list is not known (notice)",
        "The list has a closed vocabulary at that place and the word is not in it. What is made of "
        "it stands in the message.",
        'uk.csv row 8, column Name type: "Nickname" is not known; read as alias. [IN-519]',
        "Nothing needs to be done.",
    ),
    Code(
        "IN-520",
        "There is no such list",
        "Neither the lists that ship nor those that were added have that name, or that version.",
        "There is no list ofac-snd; there are fcc-covered, ofac-sdn. [IN-520]",
        "Use one of the names that the message lists.",
    ),
    Code(
        "IN-521",
        "A kept list is broken",
        "A version of a list was not written to the end, or was changed since. It is not read.",
        "The version 3f2a9c01b7d4 of ofac-sdn is not whole: names.parquet is not there. Add the "
        "list again. [IN-521]",
        "Add the list again from its files, and remove the broken folder.",
    ),
    Code(
        "IN-522",
        "A list has a name that cannot be used",
        "The name of a list becomes the name of a folder: small letters, digits and hyphens.",
        '"OFAC SDN" cannot name a list. Expected small letters, digits and hyphens. [IN-522]',
        "Choose a name such as ofac-sdn.",
    ),
    Code(
        "IN-523",
        "A line of the decisions is no decision",
        "The file of decisions only grows, a line for each; a line that cannot be read may have "
        "been the last word on a candidate, so nothing is screened on the rest.",
        "decisions.jsonl row 4: the line is no decision. Expected a line as keepline decide "
        "writes it. Take the file from a backup; lines are never changed by hand. [IN-523]",
        "Take the file from a backup.",
    ),
    Code(
        "IN-524",
        "The decisions were changed",
        "Every line carries the hash of the line before it. Here it does not fit.",
        "decisions.jsonl row 4: a line before it was changed, taken out or put in. Expected the "
        "hash of the line before. Take the file from a backup; lines are never changed by hand. "
        "[IN-524]",
        "Take the file from a backup, and decide anew what it lacks.",
    ),
    Code(
        "IN-525",
        "There is no such candidate",
        "A decision is on a supplier and an entry that screening brings together.",
        "There is no candidate huawei, us-csl, 7157 in this network; keepline screen lists them. "
        "[IN-525]",
        "Take the ids from keepline screen.",
    ),
    Code(
        "IN-526",
        "A list is not sound",
        "Before a list is kept, it must find the names that have stood on it for years, have about "
        "as many entries as it should, and be of these days.",
        "The list us-csl is not sound: it has 13 entries, fewer than 5,000; it does not find "
        "Huawei Technologies. Fetch it again, or keep it as it is with --partial. [IN-526]",
        "Fetch the list again. --partial keeps a list that is known to be a part, --old one that "
        "is known to be old; both are told wherever it is used.",
    ),
    Code(
        "IN-527",
        "A command on lists lacks something",
        "A decision has an author, a ground and one word; lists are shown, or one is added.",
        "Say one of --confirm, --clear and --withdraw. [IN-527]",
        "Give what the message names; --help shows an example.",
    ),
)
