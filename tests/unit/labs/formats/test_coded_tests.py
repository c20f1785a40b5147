"""What several codes and several names of one test mean together."""

import pytest

from labs.domain.measurands import Measurand
from labs.formats.cells import CellRefused
from labs.formats.coded_tests import Coding, Concept, read_coded_test

LOINC = "http://loinc.org"
TOTAL = Coding("62292-8", LOINC)
OWN = Coding("VITD", "https://laboratory.example/codes")


@pytest.mark.parametrize(
    "system",
    [
        "http://loinc.org",
        "https://loinc.org/",
        "http://www.loinc.org",
        "urn:oid:2.16.840.1.113883.6.1",
        "2.16.840.1.113883.6.1",
        "LN",
    ],
)
def test_loinc_is_known_under_every_name_of_its_system(system: str) -> None:
    test = read_coded_test(Concept((OWN, Coding("62292-8", system))))

    assert (test.loinc, test.local_code) == ("62292-8", "VITD")
    assert test.analyte.measurand is Measurand.TOTAL


def test_a_code_of_another_system_is_no_loinc_code() -> None:
    people = Coding("1649-3", "urn:oid:2.16.840.1.113883.6.238", "Stockbridge")

    test = read_coded_test(Concept((people,)))

    assert (test.analyte.measurand, test.loinc) == (None, "")


def test_a_code_without_system_is_loincs_only_by_its_check_digit_and_said() -> None:
    known = read_coded_test(Concept((Coding("62292-8"),)))
    own = read_coded_test(Concept((Coding("62292-7"),), "25-OH Vitamin D"))

    assert known.loinc == "62292-8"
    assert "comes without its system" in known.remarks[0]
    assert (own.loinc, own.local_code, own.remarks) == ("", "62292-7", ())


@pytest.mark.parametrize(
    ("concept", "measurand"),
    [
        (Concept((OWN,), "25-OH Vitamin D3"), Measurand.D3),
        (Concept((Coding("1", "", "25-OH-D3"),), "25-OH Vit D"), Measurand.D3),
        (Concept((Coding("1", "", "25-OH-D3"),), "25-OH-D total"), Measurand.TOTAL),
        (Concept((Coding("1", "", "25-OH Vitamin D2"),)), Measurand.D2),
        (Concept((Coding("1", "", "25-OH Vitamin D"),), "Vitamin D"), Measurand.TOTAL),
        (Concept((Coding("25OHD", "https://laboratory.example"),)), Measurand.TOTAL),
        (Concept((Coding("99999-9", LOINC),), "25-OH Vitamin D"), Measurand.TOTAL),
        (Concept((Coding("35365-6", LOINC),), "25-OH Vitamin D"), Measurand.TOTAL),
        (Concept((OWN,), "Ferritin"), None),
        (Concept(), None),
    ],
)
def test_the_clearest_of_codes_and_names_decides(
    concept: Concept, measurand: Measurand | None
) -> None:
    analyte = read_coded_test(concept).analyte

    assert (analyte.measurand, analyte.hold) == (measurand, "")


@pytest.mark.parametrize(
    ("concept", "reason"),
    [
        (Concept((OWN,), "Vitamin D"), "does not say which form"),
        (Concept((TOTAL,), "1,25-dihydroxyvitamin D"), "disagree"),
        (
            Concept((TOTAL, Coding("1", "", "Calcitriol")), "25-OH Vitamin D"),
            "disagree",
        ),
        (Concept((Coding("1", "", "Calcitriol"),), "25-OH Vitamin D"), "disagree"),
        (Concept((TOTAL, Coding("1989-3", LOINC))), "two codes, 62292-8 and 1989-3"),
    ],
)
def test_codes_and_names_that_contradict_each_other_hold(
    concept: Concept, reason: str
) -> None:
    assert reason in read_coded_test(concept).analyte.hold


@pytest.mark.parametrize(
    "name",
    [
        "25-OH Vitamin D previous",
        "Vorwert 25-OH-Vitamin D",
        "25-OH vitamine D (antérieure)",
        "25-OH Vitamin D3/D2 ratio",
        "25-OH Vitamin D goal",
        "25-OH Vitamin D, lower limit",
        "25-OH Vitamin D: delta",
        "25-OH Vitamin D reference low",
        "25-OH-Vitamin D Mittelwert",
        "25-OH Vitamin D (last)",
    ],
)
def test_a_name_of_another_value_than_the_result_makes_a_person_look(name: str) -> None:
    alone = read_coded_test(Concept((OWN,), name))
    beside_a_code = read_coded_test(
        Concept((TOTAL, Coding("1", "", name)), "25-OH Vitamin D")
    )

    assert "another value than the result itself" in alone.analyte.hold
    assert "another value than the result itself" in beside_a_code.analyte.hold


@pytest.mark.parametrize(
    ("concept", "measurand"),
    [
        (Concept((OWN,), "25-OH Vitamin D (goal > 30)"), Measurand.TOTAL),
        (Concept((OWN,), "25-OH Vitamin D, target range 30-100"), Measurand.TOTAL),
        (
            Concept((Coding("34714-6", LOINC),), "International Normalized Ratio"),
            Measurand.INR,
        ),
    ],
)
def test_a_goal_with_its_number_and_a_ratio_by_nature_hold_nothing(
    concept: Concept, measurand: Measurand
) -> None:
    analyte = read_coded_test(concept).analyte

    assert (analyte.measurand, analyte.hold) == (measurand, "")


@pytest.mark.parametrize(
    "concept",
    [
        Concept((Coding("62290-2", LOINC),), "25-OH Vitamin D"),
        Concept((Coding("1990-1", LOINC),)),
        Concept((OWN,), "1,25-dihydroxyvitamin D"),
        Concept((Coding("1", "", "Calcitriol"),), "Vitamin D"),
        Concept((Coding("VITD\x00", "https://laboratory.example"),), "25-OH Vitamin D"),
    ],
)
def test_what_only_sounds_like_it_or_cannot_be_kept_is_refused(
    concept: Concept,
) -> None:
    with pytest.raises(CellRefused):
        read_coded_test(concept)


def test_local_codes_are_kept_as_far_as_they_have_room() -> None:
    codings = tuple(Coding(f"{n}" * 25, "https://laboratory.example") for n in "123")

    test = read_coded_test(Concept(codings, "25-OH Vitamin D"))

    assert test.local_code == f"{'1' * 25} {'2' * 25}"
