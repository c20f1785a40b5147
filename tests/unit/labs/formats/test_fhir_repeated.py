"""One resource in several versions in a file, or twice with different values."""

import json

import pytest

from labs.formats.fhir import read_fhir
from tests.unit.labs.formats.fhir_bodies import Body, bundle, observation, one, read

OLDER = (
    "Results and medicines that stand in the file in a newer version, too, and were "
    "not read: 1."
)


def version(
    value: int = 82, number: str = "", made_at: str = "", **changed: object
) -> Body:
    meta = {"versionId": number, "lastUpdated": made_at}
    quantity = {"value": value, "unit": "ng/mL"}
    return observation(valueQuantity=quantity, meta=meta, **changed)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (("2", ""), ("10", "")),
        (("", "2024-03-02T00:00:00Z"), ("", "2024-03-02T00:00:00.5Z")),
        (("", "2024-03-02T02:00:00+05:00"), ("", "2024-03-01T23:00:00Z")),
        (("x1", "2024-03-02T08:00:00Z"), ("x2", "2024-03-04T08:00:00Z")),
        (("1", "2024-03-02T08:00:00Z"), ("1", "2024-03-04T08:00:00Z")),
    ],
)
def test_the_newest_version_of_a_result_counts(
    older: tuple[str, str], newer: tuple[str, str]
) -> None:
    was, now = version(82, *older), version(28, *newer, status="corrected")

    for parsed in (read(was, now), read(now, was)):
        assert [row.value_text for row in parsed.results] == ["28"]
        assert parsed.warnings == (OLDER,)


def test_the_newest_version_counts_in_a_file_of_lines() -> None:
    withdrawn = version(28, "2", status="entered-in-error")
    lines = "\n".join(map(json.dumps, (withdrawn, version(28, "1"))))

    parsed = read_fhir(lines.encode())

    assert [row.status for row in parsed.results] == ["entered-in-error"]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "o2"},
        {"subject": {"display": "Eva Novak"}},
        {"code": {"text": "25-OH Vitamin D3"}},
        {"meta": {}},
    ],
)
def test_what_may_be_another_result_is_no_older_version(
    changed: dict[str, object],
) -> None:
    other = {**version(82, "1"), **changed}

    assert len(read(version(28, "2"), other).results) == 2


def test_results_of_two_servers_under_one_id_are_two() -> None:
    both = bundle(version(28, "2"), version(82, "1"))
    for entry, server in zip(both["entry"], ("north", "south"), strict=True):
        entry["fullUrl"] = f"https://{server}.example/fhir/Observation/o1"

    assert len(read_fhir(json.dumps(both).encode()).results) == 2


def test_two_values_of_one_day_under_one_id_are_held() -> None:
    parsed = read(version(28), version(82))

    assert [row.hold for row in parsed.results] == [
        "'Observation/o1' stands there more than once; one of them is wrong."
    ] * 2


def test_one_id_on_two_days_tells_two_results() -> None:
    parsed = read(version(28), version(82, effectiveDateTime="2023-09-01"))

    assert [row.hold for row in parsed.results] == ["", ""]


def test_the_order_of_keys_makes_no_other_value() -> None:
    turned = observation(valueQuantity={"unit": "ng/mL", "value": 28})

    assert one(observation(), turned).hold == ""


def test_a_correction_under_one_id_without_versions_stays_a_correction() -> None:
    parsed = read(version(82), version(28, status="corrected"))

    assert [row.hold for row in parsed.results] == ["", ""]


def test_the_newest_version_of_a_medicine_counts() -> None:
    def request(number: str, status: str) -> Body:
        return {
            "resourceType": "MedicationRequest",
            "id": "m1",
            "meta": {"versionId": number},
            "status": status,
            "medicationCodeableConcept": {"text": "Warfarin 3 mg"},
            "subject": {"display": "Ada Okafor"},
        }

    parsed = read(request("3", "stopped"), request("2", "active"))

    assert [line.directions for line in parsed.medicines] == ["status: stopped"]
    assert OLDER in parsed.warnings
