"""Whatever JSON is sent as FHIR, the answer is a reading or a sentence."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.formats import fhir
from labs.formats.fhir import read_fhir
from labs.formats.inspection import inspect, read_file
from labs.formats.limits import MAX_FIELD_LENGTHS, MAX_REASON_LENGTH
from labs.formats.parsed import FileRefused, ParsedFile, ParsedResult
from tests.unit.labs.formats.fhir_bodies import ALL, Body, bundle, observation

EXAMPLES = [path.read_bytes() for path in ALL]


def outcome(data: bytes) -> ParsedFile | str:
    """Return what became of a file; anything but a reading or a refusal escapes."""
    try:
        parsed = read_file(data)
    except FileRefused as refused:
        return str(refused)
    for row in (*parsed.results, *parsed.companions):
        check_storable(row)
    return parsed


def check_storable(row: ParsedResult) -> None:
    """Hold every text of a result against the room that is kept for it."""
    texts = {
        "patient_id": row.patient.identifier,
        "patient_name": row.patient.name,
        "value": row.value_text,
        "unit": row.unit_text,
        "loinc": row.loinc,
        "local_code": row.local_code,
        "test_name": row.display,
        "laboratory": row.laboratory,
        "method": row.method,
        "specimen": row.specimen,
        "interval": row.interval_text,
        "laboratory_flag": row.laboratory_flag,
        "status": row.status or "",
        "comment": row.comment,
    }
    assert all(len(text) <= MAX_FIELD_LENGTHS[name] for name, text in texts.items())
    assert len(row.hold) <= MAX_REASON_LENGTH
    for text in (*texts.values(), row.hold):
        assert "\x00" not in text
        assert text.encode().decode() == text  # no lone surrogate
    assert row.value.is_finite()
    assert row.value >= 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[" * 200_000, "levels deep"),
        (b'{"resourceType":' * 200_000, "levels deep"),
        (b'{"resourceType": "Bundle", "type": "x", "type": "y"}', "stands twice"),
        (b'{"resourceType": "Bundle", "total": NaN}', "NaN"),
        (b'{"resourceType": "Bundle", "total": Infinity}', "Infinity"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {', "cut off"),
        (b'{"resourceType": "Bundle"} x', "not valid JSON"),
        (b'{"resourceType": "\x00"}', "NUL"),
    ],
)
def test_hostile_json_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    found = outcome(data)

    assert isinstance(found, str)
    assert reason in found


def test_files_are_read_up_to_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    one_document = json.dumps(observation()).encode()
    lines = b"\n".join([one_document] * 2)
    monkeypatch.setattr(fhir, "MAX_JSON_BYTES", len(one_document))
    monkeypatch.setattr(fhir, "MAX_JSON_LINES_BYTES", len(lines))

    assert len(read_fhir(one_document).results) == 1
    assert len(read_fhir(lines).results) == 1
    with pytest.raises(FileRefused, match="larger than"):
        read_fhir(one_document + b" ")
    with pytest.raises(FileRefused, match="larger than"):
        read_fhir(lines + b" ")


def test_a_name_of_a_hundred_thousand_characters_costs_little() -> None:
    names = ["1," * 50_000, "25-" * 30_000, "vitamin d " * 10_000, "(oh" * 30_000]
    rows = [observation(id=str(n), code={"text": t}) for n, t in enumerate(names)]

    assert isinstance(outcome(json.dumps(bundle(*rows)).encode()), ParsedFile)


def test_many_reports_of_many_results_are_bounded() -> None:
    reference = [{"reference": "Observation/o1"}] * 20
    reports = [
        {"resourceType": "DiagnosticReport", "id": str(n), "result": reference}
        for n in range(500)
    ]

    found = outcome(json.dumps(bundle(*reports, *[observation()] * 500)).encode())

    assert isinstance(found, ParsedFile)
    assert len(found.results) == 1


# Fuzz ---------------------------------------------------------------------------------

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["<4", "ng/mL", "2024-03-01", "2024", "Patient/1", "#p", "final"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "value",
                    "unit",
                    "code",
                    "system",
                    "text",
                    "coding",
                    "display",
                    "reference",
                    "start",
                    "end",
                    "low",
                    "high",
                    "resourceType",
                    "id",
                    "contained",
                    "identifier",
                    "name",
                    "family",
                    "given",
                    "use",
                    "type",
                    "actor",
                    "comparator",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
elements = st.sampled_from(
    [
        "code",
        "subject",
        "status",
        "effectiveDateTime",
        "effectivePeriod",
        "valueQuantity",
        "valueString",
        "valueCodeableConcept",
        "component",
        "referenceRange",
        "interpretation",
        "note",
        "comment",
        "specimen",
        "performer",
        "method",
        "device",
        "hasMember",
        "related",
        "contained",
        "id",
        "issued",
        "dataAbsentReason",
        "focus",
        "modifierExtension",
    ]
)


@settings(max_examples=400)
@given(st.lists(st.tuples(elements, json_values), min_size=1, max_size=4))
def test_an_observation_with_anything_anywhere_is_a_reading_or_a_refusal(
    changes: list[tuple[str, object]],
) -> None:
    body = observation(**dict(changes))
    patient = {"resourceType": "Patient", "id": "1", "name": body.get("code")}

    found = outcome(json.dumps(bundle(patient, body)).encode())

    assert isinstance(found, (ParsedFile, str))


def places_in(node: object) -> list[tuple[object, object]]:
    """Return every container of a tree with each of its keys or places."""
    found: list[tuple[object, object]] = []
    if isinstance(node, dict):
        found += [(node, key) for key in node]
        found += [place for part in node.values() for place in places_in(part)]
    elif isinstance(node, list):
        found += [(node, index) for index in range(len(node))]
        found += [place for part in node for place in places_in(part)]
    return found


TREES = [json.loads(path.read_bytes()) for path in ALL if path.suffix == ".json"]


@settings(max_examples=400)
@given(st.sampled_from(TREES), st.integers(0, 10_000), json_values)
def test_an_example_with_one_part_replaced_is_a_reading_or_a_refusal(
    tree: Body, place: int, value: object
) -> None:
    changed = copy.deepcopy(tree)
    places = places_in(changed)
    container, key = places[place % len(places)]
    container[key] = value  # type: ignore[index]

    found = outcome(json.dumps(changed).encode())

    assert isinstance(found, (ParsedFile, str))


@settings(max_examples=300)
@given(
    st.sampled_from(EXAMPLES),
    st.lists(
        st.tuples(st.integers(0, 6_000), st.integers(0, 20), st.binary(max_size=12)),
        max_size=5,
    ),
)
def test_changed_bytes_are_a_reading_or_a_refusal(
    data: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for place, length, replacement in changes:
        data = data[:place] + replacement + data[place + length :]

    found = inspect(data, "changed.json")

    assert found["results"] or found["refused"] or found["warnings"] is not None


@given(st.sampled_from(EXAMPLES), st.integers(1, 9_000))
def test_examples_that_are_cut_off_are_a_reading_or_a_refusal(
    data: bytes, length: int
) -> None:
    assert outcome(data[:length])


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_every_example_is_printed_as_plain_json(path: Path) -> None:
    found = inspect(path.read_bytes(), path.name)

    assert json.loads(json.dumps(found))["file"] == path.name
