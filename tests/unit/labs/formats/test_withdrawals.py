"""A reader hands on what a row takes back only where everything about it is sure."""

import json

import pytest

from labs.domain.measurements import ResultStatus
from labs.formats.inspection import read_file
from labs.formats.parsed import Withdrawal

MESSAGE = (
    "MSH|^~\\&|LAB|HARBOUR|X|Y|20260601||ORU^R01|1|P|2.5.1\r"
    "PID|1||7^^^X||Alder^Ada||19800203|F\r"
    "OBR|1|1|A100|62292-8^25-OH Vitamin D^LN|||20260601\r"
    "OBX|1|NM|62292-8^25-OH Vitamin D^LN||{value}|ng/mL|||||{status}{more}\r"
)
TABLE = (
    "patient_name,born_on,collected_on,value,unit,loinc,laboratory,status\n"
    "Ada Alder,{born_on},{day},{value},,62292-8,HARBOUR,{status}\n"
)
SURE = {"born_on": "1980-02-03", "day": "2026-06-01", "value": "", "status": "X"}


def taken_back(data: str) -> Withdrawal | None:
    """Return what the one row of a file takes back; it is refused in any case."""
    (refused,) = read_file(data.encode()).refused
    return refused.withdraws


def of_message(value: str = "", status: str = "X", more: str = "") -> Withdrawal | None:
    return taken_back(MESSAGE.format(value=value, status=status, more=more))


@pytest.mark.parametrize(
    ("value", "status", "meaning"),
    [
        ("", "X", ResultStatus.CANCELLED),
        ("TNP", "X", ResultStatus.CANCELLED),
        ("TNP", "C", ResultStatus.CANCELLED),
        ("", "D", ResultStatus.ENTERED_IN_ERROR),
        ("", "W", ResultStatus.ENTERED_IN_ERROR),
    ],
)
def test_a_message_takes_back(value: str, status: str, meaning: ResultStatus) -> None:
    found = of_message(value, status)

    assert found is not None
    assert (found.status, found.laboratory, found.accession, found.comment) == (
        meaning,
        "HARBOUR",
        "A100",
        value,
    )


@pytest.mark.parametrize(
    ("value", "status"),
    [("", "F"), ("", "P"), ("", "C"), ("TNP", "F"), ("see note", "C"), ("1-2", "X")],
)
def test_what_is_not_surely_without_a_value_takes_nothing_back(
    value: str, status: str
) -> None:
    assert of_message(value, status) is None


def test_days_that_differ_take_nothing_back() -> None:
    assert of_message(more="|||20260509") is None


@pytest.mark.parametrize(
    "changed",
    [{"born_on": "3rd of May"}, {"day": "soon"}, {"status": "F"}, {"status": "?"}],
)
def test_a_row_of_which_anything_is_unread_takes_nothing_back(
    changed: dict[str, str],
) -> None:
    assert taken_back(TABLE.format(**SURE)) is not None
    assert taken_back(TABLE.format(**SURE | changed)) is None


@pytest.mark.parametrize(
    "more",
    [
        {"modifierExtension": [{"url": "http://example.org/not"}]},
        {"focus": [{"reference": "Patient/fetus"}]},
        {"valueQuantity": {"value": 28, "unit": "parrots"}},
        {"effectiveDateTime": "2026"},
        {"valueString": ["TNP", "28"]},
        {"valueCodeableConcept": [{"text": "TNP"}, {"text": "28"}]},
        {"status": ["cancelled", "final"]},
        # One of the codes that are held: a person says which test was meant.
        {"code": {"coding": [{"system": "http://loinc.org", "code": "35365-6"}]}},
    ],
)
def test_an_observation_in_doubt_takes_nothing_back(more: dict[str, object]) -> None:
    told = {
        "resourceType": "Observation",
        "status": "cancelled",
        "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
        "effectiveDateTime": "2026-06-01",
    }

    assert taken_back(json.dumps(told)) is not None
    assert taken_back(json.dumps(told | more)) is None


VITAMIN_D = {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]}
PART = {"valueQuantity": {"value": 28, "unit": "ng/mL"}, "code": VITAMIN_D}


@pytest.mark.parametrize(
    ("component", "takes_back"),
    [
        (PART, False),
        (PART | {"code": {"text": "Calcium"}}, True),
        ({"code": VITAMIN_D, "valueString": "TNP"}, True),
    ],
)
def test_an_observation_with_a_value_in_a_part_takes_nothing_back(
    component: dict[str, object], *, takes_back: bool
) -> None:
    told = {
        "resourceType": "Observation",
        "status": "cancelled",
        "code": VITAMIN_D,
        "effectiveDateTime": "2026-06-01",
        "valueString": "TNP",
        "component": [component],
    }

    refused = read_file(json.dumps(told).encode()).refused

    assert bool(refused[0].withdraws) is takes_back


@pytest.mark.parametrize(("line", "takes_back"), [("Ada Alder", True), ("Tom", False)])
def test_a_row_whose_person_is_in_doubt_takes_nothing_back(
    line: str, *, takes_back: bool
) -> None:
    """A bare name stands above it, which may be a person's."""
    table = (
        "Date,Test,Result,Unit,Status\n2026-05-01,25-OH-D,28,ng/mL,F\n"
        f"{line},,,,\n2026-06-01,25-OH-D,,ng/mL,X\n"
    )

    refused = read_file(table.encode()).refused[-1]

    assert refused.where == "line 4"
    assert bool(refused.withdraws) is takes_back


@pytest.mark.parametrize(("held", "takes_back"), [("No", True), ("Look again", False)])
@pytest.mark.parametrize("loinc", ["loinc", "LOINC code"])
def test_a_row_that_is_held_takes_nothing_back(
    loinc: str, held: str, *, takes_back: bool
) -> None:
    """In the product's own table, and in one that looks like it."""
    table = TABLE.format(**SURE).replace("status\n", "status,held\n", 1)
    table = table.replace("loinc", loinc, 1).removesuffix("\n") + f",{held}\n"

    assert bool(taken_back(table)) is takes_back


@pytest.mark.parametrize("code", ["35365-6", "49054-0"])
def test_a_test_that_is_held_takes_nothing_back(code: str) -> None:
    message = MESSAGE.format(value="", status="X", more="")
    table = TABLE.format(**SURE)

    for told in (message, table, table.replace("loinc", "LOINC code")):
        assert taken_back(told) is not None
        changed = told.replace("62292-8^25-OH Vitamin D", code).replace("62292-8", code)
        assert taken_back(changed) is None


# Behind it comes a value --------------------------------------------------------------


def messages(*told: tuple[str, str, str]) -> Withdrawal | None:
    """Return what is taken back of several messages: value, status, sample of each."""
    file = "".join(
        MESSAGE.format(value=value, status=status, more="").replace("A100", sample)
        for value, status, sample in told
    )
    return taken_back(file)


CANCELLED = ("", "X", "A100")


@pytest.mark.parametrize(
    ("told", "takes_back"),
    [
        ((("12", "P", "A100"), CANCELLED), True),
        ((CANCELLED, ("31", "F", "A100")), False),
        ((CANCELLED, ("31", "F", "")), False),
        ((CANCELLED, ("31", "F", "B200")), True),
    ],
)
def test_a_value_of_the_same_sample_behind_it_is_not_taken_back(
    told: tuple[tuple[str, str, str], ...], *, takes_back: bool
) -> None:
    assert bool(messages(*told)) is takes_back


def test_it_is_said_that_a_value_comes_behind_it() -> None:
    told = "".join(
        MESSAGE.format(value=value, status=status, more="")
        for value, status in (("", "X"), ("31", "F"))
    )

    (refused,) = read_file(told.encode()).refused

    assert refused.why.endswith(
        "A value of this test comes further on in the file, for the same sample as far "
        "as it says. Nothing was changed."
    )
