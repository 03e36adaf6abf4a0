"""Turn what lists write for a country into its code; what is not sure stays unknown.

Names are those of ISO 3166-1, and how the publishers of the lists write them (``Korea, North``).
A word that stands for no one country today, such as ``Netherlands Antilles`` or
``Region: Crimea``, is not in the table on purpose.
"""

from __future__ import annotations

from typing import Final

from keepline.model.countries import COUNTRIES

_WORDS: Final = """
AD Andorra|AE United Arab Emirates; UAE|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla
AL Albania|AM Armenia|AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria
AU Australia|AW Aruba|AX Åland Islands; Aland Islands|AZ Azerbaijan
BA Bosnia and Herzegovina; Bosnia & Herzegovina|BB Barbados|BD Bangladesh|BE Belgium
BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BL Saint Barthélemy|BM Bermuda
BN Brunei; Brunei Darussalam|BO Bolivia; Bolivia (Plurinational State of)|BR Brazil
BS Bahamas; Bahamas, The; The Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize
CA Canada|CC Cocos (Keeling) Islands
CD Congo, Democratic Republic of the; Democratic Republic of the Congo; Congo (Democratic Republic)
CF Central African Republic|CG Congo, Republic of the; Republic of the Congo
CH Switzerland
CI Cote d Ivoire; Côte d'Ivoire; Cote d'Ivoire; Ivory Coast|CK Cook Islands|CL Chile|CM Cameroon
CN China; People's Republic of China; PRC; P.R. China|CO Colombia|CR Costa Rica|CU Cuba
CV Cabo Verde; Cape Verde|CW Curaçao; Curacao|CX Christmas Island|CY Cyprus
CZ Czech Republic; Czechia|DE Germany|DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic
DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|ER Eritrea|ES Spain|ET Ethiopia
FI Finland|FJ Fiji|FK Falkland Islands|FM Micronesia; Micronesia, Federated States of
FO Faroe Islands|FR France|GA Gabon
GB United Kingdom; Great Britain; UK; England; Scotland; Wales; Northern Ireland
GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland
GM The Gambia; Gambia; Gambia, The|GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece
GT Guatemala|GU Guam|GW Guinea-Bissau; Guinea Bissau|GY Guyana|HK Hong Kong
HN Honduras|HR Croatia|HT Haiti|HU Hungary|ID Indonesia|IE Ireland; Republic of Ireland|IL Israel
IM Isle of Man|IN India|IQ Iraq|IR Iran; Iran, Islamic Republic of; Islamic Republic of Iran
IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya
KG Kyrgyzstan; Kyrgyz Republic|KH Cambodia|KI Kiribati|KM Comoros|KN Saint Kitts and Nevis
KN St Kitts and Nevis|KP Korea, North; North Korea; Democratic People's Republic of Korea; DPRK
KR Korea, South; South Korea; Republic of Korea; Korea, Republic of|KW Kuwait|KY Cayman Islands
KZ Kazakhstan|LA Laos; Lao People's Democratic Republic|LB Lebanon|LC Saint Lucia
LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya
MA Morocco|MC Monaco|MD Moldova; Republic of Moldova|ME Montenegro|MG Madagascar
MH Marshall Islands|MK North Macedonia; Macedonia, The Former Yugoslav Republic of; Macedonia
ML Mali|MM Burma; Myanmar; Myanmar (Burma)|MN Mongolia|MO Macau; Macao|MQ Martinique|MR Mauritania
MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique
NA Namibia|NC New Caledonia|NE Niger|NG Nigeria|NI Nicaragua|NL Netherlands; The Netherlands
NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru
PF French Polynesia|PG Papua New Guinea|PH Philippines; The Philippines|PK Pakistan|PL Poland
PR Puerto Rico
PS Palestinian; Palestine; State of Palestine; West Bank; Gaza; Region: Gaza; Gaza Strip
PS Occupied Palestinian Territories; The Occupied Palestinian Territories
PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Réunion|RO Romania|RS Serbia
RU Russia; Russian Federation|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan
SE Sweden|SG Singapore|SH Saint Helena|SI Slovenia|SK Slovakia; Slovak Republic|SL Sierra Leone
SM San Marino|SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and Principe
SV El Salvador|SX Sint Maarten|SY Syria; Syrian Arab Republic|SZ Eswatini; Swaziland
TC Turks and Caicos Islands|TD Chad|TG Togo|TH Thailand|TJ Tajikistan|TK Tokelau
TL Timor-Leste; East Timor|TM Turkmenistan|TN Tunisia|TO Tonga|TR Turkey; Türkiye; Turkiye
TT Trinidad and Tobago|TV Tuvalu|TW Taiwan; Taiwan, Province of China|TZ Tanzania
UA Ukraine|UG Uganda|US United States; United States of America; USA; U.S.A.|UY Uruguay
UZ Uzbekistan|VA Holy See; Vatican City; Vatican City State|VC Saint Vincent and the Grenadines
VE Venezuela; Venezuela, Bolivarian Republic of|VG Virgin Islands, British; British Virgin Islands
VI Virgin Islands, U.S.; US Virgin Islands|VN Vietnam; Viet Nam|VU Vanuatu|WS Samoa|XK Kosovo
YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|ZW Zimbabwe
"""
_CODES: Final = {
    word.strip().casefold(): one[:2]
    for line in _WORDS.strip().splitlines()
    for one in line.split("|")
    for word in one[3:].split(";")
}
#: Words by which a list says that it knows of no country.
SAYS_NONE: Final = frozenset({"-0-", "undetermined", "none identified", "unknown", "n/a", "none"})


def code_of(word: str) -> str | None:
    """Return the code of a country that is written as a code or as a name; None when it is none.

    >>> [code_of(one) for one in ("cn", "Korea, North", "the gambia", "Region: Crimea")]
    ['CN', 'KP', 'GM', None]
    """
    if len(word) == 2 and word.upper() in COUNTRIES:  # noqa: PLR2004
        return word.upper()
    return _CODES.get(word.casefold())
