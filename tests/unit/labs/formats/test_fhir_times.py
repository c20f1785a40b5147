"""On which day a specimen was drawn, by what a FHIR file says of it."""

from datetime import date

import pytest

from tests.unit.labs.formats.fhir_bodies import Body, observation, one, refusal


def specimen(**collection: object) -> Body:
    return {"resourceType": "Specimen", "id": "s", "collection": collection}


def drawn(**changed: object) -> Body:
    """Return a result that names the specimen and no time of its own."""
    named = {"specimen": {"reference": "Specimen/s"}, "effectiveDateTime": None}
    return observation(**{**named, **changed})


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        ({"effectiveDateTime": "2024-03-01"}, "2024-03-01"),
        ({"effectiveDateTime": "2024-03-01T23:59:00-11:00"}, "2024-03-01"),
        ({"effectiveDateTime": "2024-03-01T00:01:00+14:00"}, "2024-03-01"),
        ({"effectiveDateTime": "2024-03-31T02:30:00.123456789Z"}, "2024-03-31"),
        ({"effectiveDateTime": "2024-03-01+01:00"}, "2024-03-01"),
        ({"effectiveInstant": "2024-03-01T08:00:00Z"}, "2024-03-01"),
        ({"effectivePeriod": {"start": "2024-03-01T08:00:00Z"}}, "2024-03-01"),
        ({"effectivePeriod": {"end": "2024-03-01"}}, "2024-03-01"),
        (
            {"effectivePeriod": {"start": "2024-03-01T08:00Z", "end": "2024-03-01"}},
            "2024-03-01",
        ),
        ({"effectiveTiming": {"event": ["2024-03-01"]}}, "2024-03-01"),
    ],
)
def test_the_day_is_the_one_that_is_printed_in_no_time_zone(
    changed: dict[str, object], day: str
) -> None:
    row = one(observation(**{"effectiveDateTime": None, **changed}))

    assert row.collected_on.isoformat() == day
    assert (row.hold, row.remarks) == ("", ())


def test_the_specimens_collection_comes_before_the_effective_time() -> None:
    row = one(
        specimen(collectedDateTime="2024-03-01T08:00:00+01:00"),
        drawn(effectiveDateTime="2024-03-01T17:00:00+01:00"),
    )

    assert (row.collected_on, row.hold) == (date(2024, 3, 1), "")


@pytest.mark.parametrize(
    "collection",
    [
        {"collectedDateTime": "2024-03-01"},
        {"collectedPeriod": {"start": "2024-03-01", "end": "2024-03-01"}},
    ],
)
def test_a_day_or_more_between_specimen_and_effective_time_holds_with_both_shown(
    collection: Body,
) -> None:
    row = one(specimen(**collection), drawn(effectiveDateTime="2024-03-03"))

    assert row.collected_on == date(2024, 3, 1)
    assert "2024-03-01" in row.hold
    assert "2024-03-03" in row.hold


def test_one_moment_printed_in_two_zones_is_no_difference() -> None:
    row = one(
        specimen(collectedDateTime="2024-03-01T23:30:00-05:00"),
        drawn(effectiveDateTime="2024-03-02T04:30:00Z"),
    )

    assert (row.collected_on, row.hold) == (date(2024, 3, 1), "")
    assert len(row.remarks) == 1


def test_a_period_over_several_days_is_held_with_both_ends_shown() -> None:
    period = {"start": "2024-03-01", "end": "2024-03-05"}

    row = one(observation(effectiveDateTime=None, effectivePeriod=period))

    assert "2024-03-01" in row.hold
    assert "2024-03-05" in row.hold


@pytest.mark.parametrize("part", ["2024", "2024-03"])
def test_a_year_or_a_month_alone_is_refused_by_name(part: str) -> None:
    refused = refusal(observation(effectiveDateTime=part))

    assert f"'{part}' is not a full date: the day is missing." in refused.why


def test_a_month_beside_a_full_day_in_it_is_no_contradiction() -> None:
    row = one(
        specimen(collectedDateTime="2024-03"), drawn(effectiveDateTime="2024-03-05")
    )

    assert (row.collected_on, row.hold) == (date(2024, 3, 5), "")


def test_a_month_beside_a_day_of_issue_holds_the_result() -> None:
    row = one(observation(effectiveDateTime="2024-03", issued="2024-04-02T08:00:00Z"))

    assert row.collected_on == date(2024, 4, 2)
    assert "'2024-03' is not a full date" in row.hold


def test_the_day_of_issue_stands_in_with_a_remark() -> None:
    row = one(observation(effectiveDateTime=None, issued="2024-03-02T08:00:00Z"))

    assert (row.collected_on, row.hold) == (date(2024, 3, 2), "")
    assert "No day of collection is given" in row.remarks[0]


def test_the_arrival_of_the_specimen_comes_before_the_report_and_its_issue() -> None:
    arrived = {"resourceType": "Specimen", "id": "s", "receivedTime": "2024-03-02"}
    report = {
        "resourceType": "DiagnosticReport",
        "effectiveDateTime": "2024-03-09",
        "issued": "2024-03-10T00:00:00Z",
        "result": [{"reference": "Observation/o1"}],
    }

    with_arrival = one(arrived, report, drawn())
    without = one(report, drawn(specimen=None))

    assert with_arrival.collected_on == date(2024, 3, 2)
    assert without.collected_on == date(2024, 3, 9)
    assert "the report's effective time" in without.remarks[0]


def test_a_member_takes_the_day_of_its_panel_with_a_remark() -> None:
    panel = {
        "resourceType": "Observation",
        "id": "panel",
        "code": {"text": "Vitamin D panel"},
        "effectiveDateTime": "2024-03-01",
        "hasMember": [{"reference": "Observation/o1"}],
    }

    row = one(panel, drawn(specimen=None))

    assert row.collected_on == date(2024, 3, 1)
    assert "the panel's effective time" in row.remarks[0]


@pytest.mark.parametrize(
    "text", ["", "03/04/2024", "yesterday", "2024-02-30", "x" * 99]
)
def test_what_is_no_day_of_the_calendar_is_refused(text: str) -> None:
    refused = refusal(observation(effectiveDateTime=text))

    assert "on which day the sample was drawn" in refused.why


def of_kind(code: str, system: str = "http://snomed.info/sct") -> Body:
    coding = {"system": system, "code": code}
    return {"extension": [{"url": "urn:source-of-time", "valueCoding": coding}]}


def test_an_effective_time_that_says_so_is_the_arrival_of_the_specimen() -> None:
    """As the core data set of German university hospitals says it."""
    arrived = of_kind("281271004")

    row = one(observation(_effectiveDateTime=arrived))
    known = one(
        specimen(collectedDateTime="2024-02-28"),
        drawn(effectiveDateTime="2024-03-01", _effectiveDateTime=arrived),
    )

    assert (row.collected_on, row.hold) == (date(2024, 3, 1), "")
    assert any("the arrival of the specimen" in remark for remark in row.remarks)
    assert (known.collected_on, known.hold) == (date(2024, 2, 28), "")


def test_an_effective_time_that_is_said_to_be_of_collection_needs_no_remark() -> None:
    for kind in (of_kind("399445004"), of_kind("281271004", "urn:another")):
        row = one(observation(_effectiveDateTime=kind))

        assert (row.collected_on, row.remarks) == (date(2024, 3, 1), ())
