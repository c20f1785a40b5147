"""
A day whose year, month and day of the month stand in three columns.

What such columns are called, and the three cells as one date. A column called so alone
is no part of a day: "Tag" may head whole dates.
"""

from labs.formats.dates import full_year, in_plain_digits
from labs.formats.spelling import plain

_NAMES = {
    "day": """
        day, days, dd, d, day of month, tag, tt, jour, dia, giorno, dag, gun, dzien,
        اليوم, يوم, päivä, pv, den, deň, nap, zi, ziua, ημέρα, день, число, יום, diena,
        päev, dan, дан, ден, dita, روز, ngày, วัน, วันที่, hari, tanggal, 日, 일""",
    "month": """
        month, mm, m, mon, monat, mois, mes, mese, maand, mês, ay, miesiąc, الشهر, شهر,
        månad, måned, kuukausi, kk, měsíc, mesiac, hónap, luna, lună, μήνας, месяц,
        місяць, חודש, mėnuo, mėnesis, mēnesis, kuu, mjesec, mesec, месец, muaji, ماه,
        tháng, เดือน, bulan, 月, 월""",
    "year": """
        year, yyyy, yy, y, yr, jahr, jjjj, annee, an, ano, año, anno, jaar, yıl, rok,
        السنة, السنه, سنة, العام, år, vuosi, vv, év, anul, έτος, год, рік, שנה, metai,
        gads, aasta, godina, leto, година, viti, سال, năm, ปี, tahun, 年, 년""",
}
PART_OF_A_DAY = {
    plain(name): part
    for part, names in _NAMES.items()
    for name in names.replace("\n", " ").split(",")
}
_BEHIND = "年月日년월일. "  # as in "3月" and "12."
MISSING = "?"


def written_day(year: str, month: str, day: str) -> str:
    """
    Return the cells as one date, as they would be written in one cell.

    What is no day stays none, and shows what it is made of.

    >>> written_day("2025", "3", "12"), written_day("25", "März", "12.")
    ('2025-3-12', '12 März 2025')
    >>> written_day("2025", "3", ""), written_day("", "", "")
    ('2025-3', '')
    """
    year, month, day = _bare(year), _bare(month), _bare(day)
    if not (year or month or day):
        return ""
    year = full_year(year) if year else MISSING
    if month and not month.isdigit():
        return f"{day} {month} {year}".strip()
    return "-".join(filter(None, (year, month or MISSING, day)))


def has_short_year(year: str) -> bool:
    """Answer whether a cell gives two digits of its year."""
    bare = _bare(year)
    return bare.isdigit() and full_year(bare) != bare


def _bare(text: str) -> str:
    """Return a cell as its number, or as the name of its month."""
    return in_plain_digits(text).strip().removesuffix(".0").strip(_BEHIND)
