"""
No dose in German and Arabic either: the net of test_no_dose, with their units, digits.

One full record is read by its patient and by a clinician, each in the language; every
amount with a unit, in whichever digits, must be one that was recorded or reckoned from
the log. Whether a number's mark parts thousands or decimals is not taken for granted:
it counts as known if either reading is.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.queries import viewer_for
from accounts.services import languages
from labs.domain.health import HealthTopic
from labs.domain.schedules import ScheduleKind
from labs.domain.supplements import AmountBasis, AmountUnit, Substance
from tests.integration.test_no_dose import (
    SENTENCES,
    Allowed,
    Line,
    Recipe,
    Stage,
    Taking,
    allowed,
    asked_before_saving,
    paths_of,
    spoken_in,
    stored,
)

TO_ANOTHER_UNIT = r"(?!\s*/)"
UNITS = {
    "[iU]": r"Internationalen?\s*Einheit(?:en)?|Einheit(?:en)?|I\.\s?E\.|IE|IU"
    r"|وحد(?:ة|ات|تان|تين)(?:\s*دولية)?",
    "ug": r"mcg|µg|μg|Mikrogramm|ميكرو[غج]رام(?:ات|ًا)?|مكغ",
    "mg": r"mg|Milligramm|م[ليّ]+[غج]رام(?:ات|ًا)?|ملغ|مغ",
    "mL": r"mL|ml|Milliliter|مل(?!\w)",
}
ANY_UNIT = "|".join(f"(?P<u{n}>{words})" for n, words in enumerate(UNITS.values()))
AMOUNT = re.compile(
    rf"(?<![\w.,/-])(?P<number>\d(?:[\d.,\u066b\u066c]*\d)?)\s*(?:{ANY_UNIT})(?!\w){TO_ANOTHER_UNIT}"
)
# Words of a PDF come without spaces: a number may follow a digit, a unit any letter.
IN_PDF = re.compile(
    rf"(?P<number>\d(?:[\d.,\u066b\u066c]*\d)?)(?:{ANY_UNIT}){TO_ANOTHER_UNIT}"
)

# A definition, and the amounts of a published upper level.
CITED = ("1 mg sind 1.000 µg.", "كل 1 mg يساوي 1,000 ميكروغرام.")
PUBLISHED = Allowed(
    frozenset({("[iU]", Decimal(4000)), ("ug", Decimal(100))}), frozenset()
)

RECIPE = Recipe(
    results=(("28", "ng/mL", 10), ("<4", "ng/mL", 200), ("155", "nmol/L", 400)),
    low=30,
    takings=(
        Taking(
            lines=(
                Line(Substance.D3, Decimal(6451), AmountUnit.IU),
                Line(Substance.MK7, Decimal("7.3"), AmountUnit.UG),
            ),
            basis=AmountBasis.PER_UNIT,
            units=3,
            servings=2,
            schedule=ScheduleKind.DAILY,
            days_ago=60,
            logged=(True,) * 28,
            vitamin_k="listed",
        ),
        Taking(
            lines=(
                Line(Substance.CALCIUM, Decimal(509), AmountUnit.MG),
                Line(Substance.CALCIFEDIOL, Decimal(177), AmountUnit.UG),
            ),
            basis=AmountBasis.PER_SERVING,
            units=1,
            servings=1,
            schedule=ScheduleKind.WEEKLY,
            days_ago=100,
            logged=(True, False, True),
            vitamin_k="unknown",
        ),
    ),
    topics=(HealthTopic.SARCOIDOSIS,),
    detail="Xyzzymab 90 mg",
    plan="Take 2347 IU of D3 daily, then stop.",
    born_on=date(1950, 4, 1),
)
FOR_PROGRAMS = ("/api/", "/fhir/")


def readings(number: str) -> Iterator[str]:
    """Yield a number as either mark may be meant, in plain digits."""
    plain = "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in number
    )
    plain = plain.replace("\u066c", ",").replace("\u066b", ".")
    yield plain.replace(",", "")
    yield plain.replace(".", "").replace(",", ".")


def is_known(number: str, unit: str, known: Allowed) -> bool:
    return any(
        each.holds(Decimal(text), unit, text)
        for text in readings(number)
        if re.fullmatch(r"\d+(\.\d+)?", text)
        for each in (known, PUBLISHED)
    )


def doses_in(
    words: str, known: Allowed, spoken: tuple[str, ...], *, is_squeezed: bool = False
) -> set[str]:
    """Return each amount that nobody recorded, with some words round it."""
    words = unicodedata.normalize("NFKC", words) if is_squeezed else words
    words = re.sub(r"[\u200e\u200f\u061c\u2066-\u2069]", "", words)
    words = words if is_squeezed else " ".join(words.split())
    for each in (*CITED, *spoken):
        words = words.replace("".join(each.split()) if is_squeezed else each, " ")
    found = set()
    for match in (IN_PDF if is_squeezed else AMOUNT).finditer(words):
        place = next(n for n in range(len(UNITS)) if match[f"u{n}"])
        run = match["number"]
        ends = [run]
        if is_squeezed:
            ends += [run[n:] for n in range(1, len(run)) if run[n] in "123456789"]
        if not any(is_known(end, list(UNITS)[place], known) for end in ends):
            found.add(words[max(0, match.start() - 60) : match.end() + 30])
    return found


def said_to(stage: Stage, language: str) -> Iterator[tuple[str, str, bool]]:
    """Yield where, the words, and whether those have no spaces."""
    for reader in stage.readers:
        languages.choose(language, by=viewer_for(reader))
        client = Client()
        client.force_login(reader)
        for address, path in paths_of(stage):
            if path.startswith(FOR_PROGRAMS):
                continue
            answer = client.get(path)
            if answer.status_code == 200:
                is_pdf = answer.headers["Content-Type"] == "application/pdf"
                for words in spoken_in(answer):  # type: ignore[arg-type]
                    if not words.startswith(SENTENCES):
                        yield f"{reader.name}: {address.name}", words, is_pdf
        mark = "," if language == "de" else "."
        for words in asked_before_saving(client, stage, mark):
            yield f"{reader.name}: before saving", words, False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "unit"), [("de", "Internationale Einheiten"), ("ar", "وحدة دولية")]
)
def test_no_page_in_another_language_names_an_amount_nobody_recorded(
    language: str, unit: str
) -> None:
    stage = stored(RECIPE)
    known = allowed(RECIPE, timezone.localdate())
    own_words = (RECIPE.plan, RECIPE.detail)
    wrong, read, told = {}, set(), False
    for where, words, is_squeezed in said_to(stage, language):
        read.add(where.partition(": ")[2])
        told = told or unit in words
        if found := doses_in(words, known, own_words, is_squeezed=is_squeezed):
            wrong[where] = found

    assert wrong == {}
    assert told, "the pages were read in another language"
    assert read >= {
        *("patient", "result", "intakes", "supplement_change", "report_pdf"),
        *("report_text", "anticoagulation_pdf", "before saving", "catalogue"),
    }


@pytest.mark.parametrize(
    ("words", "is_caught"),
    [
        ("Vitamin D3, 6.451 Internationale Einheiten (161,275 µg)", False),
        ("2.000 Internationale Einheiten am Tag", True),
        ("2000 I.E. täglich", True),
        ("das sind etwa 50 Mikrogramm", True),
        ("28 ng/ml, 2,4 mg/dl", False),
        ("6,451 وحدة دولية (161.275 mcg)", False),
        ("\u0666\u066c\u0664\u0665\u0661 وحدة دولية", False),
        ("\u0662\u0660\u0660\u0660 وحدة دولية في اليوم", True),
        ("\u20662,000\u2069 وحدة", True),
        ("\u0665\u0660 ميكروغرام", True),
        ("28 ng/mL", False),
        ("1 mg sind 1.000 µg.", False),
    ],
)
def test_the_net_knows_numbers_and_units_of_both_languages(
    words: str, *, is_caught: bool
) -> None:
    known = allowed(RECIPE, date(2026, 3, 31))

    assert bool(doses_in(words, known, ())) is is_caught


def test_in_a_pdf_a_number_may_stand_right_behind_another() -> None:
    known = allowed(RECIPE, date(2026, 3, 31))

    def found(words: str) -> set[str]:
        return doses_in(words, known, (), is_squeezed=True)

    assert found("VitaminD36.451InternationaleEinheiten") == set()
    assert found("VitaminD32.000InternationaleEinheiten")
