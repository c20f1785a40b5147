"""
A clinic of invented people, whose results follow the published distribution.

Mean and season are those of older US adults (docs/clinical.md, "Seasons"): mean
25.1 ng/mL, 9.6 ng/mL between the late-summer peak and the late-winter trough; people
differ by a third among each other, and one person's repeats by 7.1 %. The same seed
gives the same people. Floats are good enough here: these values were never measured.
"""

import csv
import io
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MEAN_NG_PER_ML = 25.1
PEAK_TO_TROUGH_NG_PER_ML = 9.6
DAY_OF_PEAK = 228  # mid-August
BETWEEN_PEOPLE = 0.33
WITHIN_A_PERSON = 0.071
YEARS_OF_RESULTS = 5
DAYS_IN_A_YEAR = 365.25
NMOL_PER_NG = 2.496
SHARE_WITH_CALCIUM = 0.3

GIVEN_NAMES_TEXT = """
Ada Adil Agnes Aiko Alma Amir Anouk Anton Arif Astrid Bela Benno Bilal Bruna Carl
Celia Chidi Clara Dario Dina Edgar Elif Elsa Emil Enid Esra Fabio Farah Felix Fiona
Gita Greta Hana Hugo Ida Imran Ines Ivo Jana Jonas Kamal Karin Kofi Lars Leila Lena
Levi Lina Luca Mara Marek Mei Mina Nadia Nils Nora Odin Olga Omar Oskar Paula Pedro
Petra Quinn Rafael Rita Rosa Runa Samir Sara Selma Sven Tara Tariq Theo Tilda Ugo
Vera Viggo Wanda Xenia Yara Yusuf Zelda Zoran
"""
FAMILY_NAMES_TEXT = """
Abbott Adeyemi Ahlberg Akhtar Alder Amsel Anders Aydin Baptiste Barros Becker
Bianchi Blom Boateng Brandt Bright Castell Chowdhury Cole Conti Dahl Danso Deniz
Dijk Dorn Eklund Ellery Engel Falk Farouk Ferrari Fjord Foss Garner Gomes Grieg
Haddad Hale Hart Holm Hughes Ibsen Iqbal Jansen Jensen Juma Kaya Keller Khalil Kirk
Kovac Kruger Lang Larkin Lehto Lind Lowe Mansour Marsh Mendes Moreau Moss Nakata
Novak Nyberg Odell Okafor Olsen Ortega Pace Palmer Patel Quist Rahman Reed Ricci
Rowan Salim Sand Sato Silva Steen Storm Tanaka Thorne Vance Vogel Wells West Winther
Yilmaz York Zander
"""
GIVEN_NAMES = tuple(GIVEN_NAMES_TEXT.split())
FAMILY_NAMES = tuple(FAMILY_NAMES_TEXT.split())


@dataclass(frozen=True, slots=True)
class Laboratory:
    """An invented laboratory: what it measures with and how it prints."""

    name: str
    method: str
    unit: str
    interval: str
    calcium_unit: str


LABORATORIES = (
    Laboratory("Harbour Laboratory", "LC-MS/MS", "ng/mL", "20-50", "mg/dL"),
    Laboratory("Northgate Pathology", "Immunoassay A", "ng/mL", "30-100", "mg/dL"),
    Laboratory("Institut Lindenhof", "Immunoassay B", "nmol/L", "50-125", "mmol/L"),
    Laboratory("Westfield Diagnostics", "Immunoassay A", "nmol/L", "50-150", "mmol/L"),
)
CALCIUM_INTERVALS = {"mg/dL": "8.6-10.2", "mmol/L": "2.15-2.55"}

COLUMNS = (
    "patient_id",
    "patient_name",
    "born_on",
    "collected_on",
    "value",
    "unit",
    "measurand",
    "loinc",
    "laboratory",
    "method",
    "specimen",
    "interval",
    "laboratory_flag",
    "status",
    "comment",
    "test_name",
)
Row = tuple[str, ...]


def as_csv(*, people: int, results_each: float, until: date, seed: int) -> str:
    """Return the clinic's results as one table in the product's own columns."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows(
        rows(people=people, results_each=results_each, until=until, seed=seed)
    )
    return table.getvalue()


def rows(*, people: int, results_each: float, until: date, seed: int) -> Iterator[Row]:
    """Yield the results, person by person."""
    chance = random.Random(seed)  # noqa: S311 - invented people, no secret
    for number in range(1, people + 1):
        yield from _person(chance, number, results_each=results_each, until=until)


def _person(
    chance: random.Random, number: int, *, results_each: float, until: date
) -> Iterator[Row]:
    name = f"{chance.choice(GIVEN_NAMES)} {chance.choice(FAMILY_NAMES)}"
    age_in_days = chance.randint(19 * 365, 92 * 365)
    who = (f"HC-{number:06d}", name, (until - timedelta(days=age_in_days)).isoformat())
    level = MEAN_NG_PER_ML * _lognormal(chance, BETWEEN_PEOPLE)
    home = chance.choice(LABORATORIES)
    for day in _days(chance, results_each, until):
        moved = chance.random() < 0.08  # noqa: PLR2004 - now and then, another one
        laboratory = chance.choice(LABORATORIES) if moved else home
        yield _vitamin_d(chance, who, day, level, laboratory)
        if chance.random() < SHARE_WITH_CALCIUM:
            yield _calcium(chance, who, day, laboratory)


def _days(chance: random.Random, results_each: float, until: date) -> list[date]:
    count = max(1, round(chance.gauss(results_each, results_each / 3)))
    span = int(YEARS_OF_RESULTS * DAYS_IN_A_YEAR)
    return sorted(until - timedelta(days=chance.randint(3, span)) for _ in range(count))


def _vitamin_d(
    chance: random.Random,
    who: tuple[str, str, str],
    day: date,
    level: float,
    laboratory: Laboratory,
) -> Row:
    expected = max(level + _season(day) * level / MEAN_NG_PER_ML, 2.0)
    value = expected * _lognormal(chance, WITHIN_A_PERSON)
    molar = laboratory.unit == "nmol/L"
    printed = f"{value * NMOL_PER_NG:.0f}" if molar else f"{value:.1f}"
    least = 10 if molar else 4
    if float(printed) < least:
        printed = f"<{least}"
    low, _, high = laboratory.interval.partition("-")
    return (
        *who,
        day.isoformat(),
        printed,
        laboratory.unit,
        "total",
        "68438-1" if molar else "62292-8",
        laboratory.name,
        laboratory.method,
        "serum",
        laboratory.interval,
        _laboratory_flag(printed, low, high),
        "final",
        "",
        "25-Hydroxyvitamin D, total",
    )


def _calcium(
    chance: random.Random, who: tuple[str, str, str], day: date, laboratory: Laboratory
) -> Row:
    value = chance.gauss(9.4, 0.33)
    molar = laboratory.calcium_unit == "mmol/L"
    printed = f"{value / 4.008:.2f}" if molar else f"{value:.1f}"
    interval = CALCIUM_INTERVALS[laboratory.calcium_unit]
    low, _, high = interval.partition("-")
    return (
        *who,
        day.isoformat(),
        printed,
        laboratory.calcium_unit,
        "calcium",
        "2000-8" if molar else "17861-6",
        laboratory.name,
        "",
        "serum",
        interval,
        _laboratory_flag(printed, low, high),
        "final",
        "",
        "Calcium, total",
    )


def _season(day: date) -> float:
    turn = 2 * math.pi * (day.timetuple().tm_yday - DAY_OF_PEAK) / DAYS_IN_A_YEAR
    return PEAK_TO_TROUGH_NG_PER_ML / 2 * math.cos(turn)


def _lognormal(chance: random.Random, coefficient: float) -> float:
    sigma = math.sqrt(math.log(1 + coefficient**2))
    return math.exp(chance.gauss(-(sigma**2) / 2, sigma))


def _laboratory_flag(printed: str, low: str, high: str) -> str:
    if printed.startswith("<"):
        return "L"
    value = float(printed)
    return "L" if value < float(low) else "H" if value > float(high) else ""
