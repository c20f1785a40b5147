"""FHIR as apps, servers and record systems of many makers send it."""

import base64
import json
from decimal import Decimal

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator
from labs.domain.units import Unit
from labs.formats.fhir import read_fhir
from labs.formats.fhir_library import CDA_INSIDE
from tests.unit.labs.formats.fhir_bodies import (
    Body,
    bundle,
    observation,
    one,
    read,
    refusal,
)

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


@pytest.mark.parametrize(
    ("sent", "text", "comparator"),
    [
        ({"high": {"value": 4, "unit": "ng/mL"}}, "<=4", Comparator.AT_MOST),
        ({"low": {"value": 150, "code": "ng/mL"}}, ">=150", Comparator.AT_LEAST),
    ],
)
def test_a_range_that_is_open_to_one_side_is_a_limit(
    sent: object, text: str, comparator: Comparator
) -> None:
    result = one(observation(valueQuantity=None, valueRange=sent))

    assert (result.value_text, result.comparator) == (text, comparator)
    assert result.unit is Unit.NG_PER_ML


def test_a_range_with_two_ends_is_no_number() -> None:
    both = {"low": {"value": 20}, "high": {"value": 30}}

    assert "is a Range" in refusal(observation(valueQuantity=None, valueRange=both)).why


def test_a_ratio_to_one_millilitre_is_a_concentration() -> None:
    ratio = {
        "numerator": {"value": 27, "unit": "ng"},
        "denominator": {"value": 1, "unit": "mL"},
    }
    result = one(observation(valueQuantity=None, valueRatio=ratio))

    assert (result.value_text, result.unit) == ("27", Unit.NG_PER_ML)
    ratio["denominator"]["value"] = 2
    assert (
        "is a Ratio" in refusal(observation(valueQuantity=None, valueRatio=ratio)).why
    )


@pytest.mark.parametrize(
    "absent",
    [
        {"valueQuantity": None, "_valueString": {"extension": ["reason"]}},
        {"valueQuantity": {"_value": {"extension": ["reason"]}, "unit": "ng/mL"}},
        {"valueQuantity": {"extension": ["reason"]}},
    ],
)
def test_why_a_value_is_missing_is_told_wherever_it_stands(
    absent: dict[str, object],
) -> None:
    reason = {"url": ABSENT, "valueCode": "masked"}
    told = json.loads(json.dumps(absent).replace('"reason"', json.dumps(reason)))

    assert refusal(observation(**told)).why == "It has no value: 'masked'."


@pytest.mark.parametrize(
    "wrapped",
    [
        {"data": {"resource": observation()}},
        {"resources": [observation()]},
        {"records": [{"source": "x", "fhir": {"raw": observation()}}]},
        {
            "records": [
                {"source": "x", "fhir": json.dumps(observation())},
                '"resourceType"',
            ]
        },
    ],
)
def test_resources_in_an_apps_own_wrapping_are_read_with_a_warning(
    wrapped: object,
) -> None:
    parsed = read_fhir(json.dumps(wrapped).encode())

    assert [row.value_text for row in parsed.results] == ["28"]
    assert any("not FHIR" in warning for warning in parsed.warnings)


def test_a_value_without_unit_beside_an_interval_with_one_is_held() -> None:
    result = one(
        observation(
            valueQuantity=None,
            valueString="27",
            referenceRange=[{"text": "30-100 ng/mL"}],
        )
    )

    assert result.unit is Unit.NG_PER_ML
    assert result.interval_low == Decimal(30)
    assert "that of the printed interval" in result.hold


def test_resources_in_the_parts_of_parameters_are_read() -> None:
    parts = [{"name": "value", "resource": observation()}]
    parameters = [{"name": "tests", "part": [{"name": "more", "part": parts}]}]
    document = {"resourceType": "Parameters", "parameter": parameters}

    parsed = read_fhir(json.dumps(document).encode())

    (result,) = parsed.results
    assert result.value_text == "28"
    assert result.where.startswith("parameter 1, part 1, part 1, Observation")


@pytest.mark.parametrize("system", ["loinc.org", "https://loinc.org/", "LOINC|2.77"])
def test_loinc_is_known_by_every_address_that_senders_give_it(system: str) -> None:
    code = {"coding": [{"system": system, "code": "1989-3"}]}

    assert one(observation(code=code)).loinc == "1989-3"


def test_a_text_with_the_value_in_two_units_is_read_in_the_first() -> None:
    sent = {"valueQuantity": None, "valueString": "<4 ng/mL (<10 nmol/L)"}
    result = one(observation(**sent))

    assert (result.value_text, result.unit) == ("<4", Unit.NG_PER_ML)
    assert (result.interval_text, result.hold) == ("", "")


def test_one_page_of_a_longer_answer_is_said() -> None:
    page = bundle(observation(), kind="searchset")
    page["link"] = [{"relation": "next", "url": "https://ehr.example/?page=2"}]

    parsed = read_fhir(json.dumps(page).encode())

    assert len(parsed.results) == 1
    assert parsed.warnings == (
        "The file is one page of a longer answer; the pages behind it are not in it.",
    )


def test_what_a_history_says_was_deleted_is_not_read() -> None:
    def put(body: Body) -> Body:
        url = f"Observation/{body['id']}"
        return {"resource": body, "request": {"method": "PUT", "url": url}}

    deletion = {"request": {"method": "DELETE", "url": "Observation/o1/_history/3"}}
    put_again = put(observation(id="o2"))
    deleted_before = {"request": {"method": "DELETE", "url": "Observation/o2"}}
    history = bundle(kind="history")
    history["entry"] = [deletion, put(observation()), put_again, deleted_before]

    parsed = read_fhir(json.dumps(history).encode())

    assert [row.where for row in parsed.results] == ["entry 3, Observation/o2"]
    assert (
        "Resources that were deleted according to the history and were not read: 1."
        in parsed.warnings
    )


def test_a_unit_in_the_name_of_the_test_counts_where_none_is_sent() -> None:
    code = {"text": "25-OH Vitamin D (nmol/L)"}

    result = one(observation(code=code, valueQuantity={"value": 68}))

    assert result.unit is Unit.NMOL_PER_L


def patient(number: str) -> Body:
    return {"resourceType": "Patient", "id": number, "name": [{"text": number}]}


def test_a_result_of_nobody_beside_several_patients_is_held() -> None:
    result = one(patient("p1"), patient("p2"), observation(subject=None))

    assert result.hold == "It names no patient, and the file speaks of several."
    assert one(observation(subject=None)).hold == ""


def test_a_withdrawal_of_nobody_beside_several_patients_takes_back_nothing() -> None:
    cancelled = observation(subject=None, status="cancelled", valueQuantity=None)
    assert refusal(cancelled).withdraws is not None

    assert refusal(patient("p1"), patient("p2"), cancelled).withdraws is None


@pytest.mark.parametrize(
    ("name", "unit", "measurand"),
    [
        ("Calcium [Mass/volume] in Serum or Plasma", "mg/dL", Measurand.CALCIUM),
        ("Parathyrin.intact [Mass/volume] in Serum or Plasma", "pg/mL", Measurand.PTH),
        (
            "Calcium.ionized [Moles/volume] in Blood",
            "mmol/L",
            Measurand.IONISED_CALCIUM,
        ),
    ],
)
def test_the_long_name_of_a_companion_is_known_without_its_code(
    name: str, unit: str, measurand: Measurand
) -> None:
    quantity = {"value": 9.4, "unit": unit}
    parsed = read(observation(code={"text": name}, valueQuantity=quantity))
    urine = name.replace("Serum or Plasma", "Urine").replace("Blood", "Urine")
    other = read(observation(code={"text": urine}, valueQuantity=quantity))

    assert [row.measurand for row in parsed.companions] == [measurand]
    assert other.companions == ()


def test_a_code_in_the_place_of_a_concept_is_its_code() -> None:
    coding = {"system": "http://loinc.org", "code": "62292-8", "display": "VIT D 25-OH"}

    row = one(observation(code=coding, interpretation={"code": "L"}))

    assert (row.loinc, row.display) == ("62292-8", "VIT D 25-OH")
    assert row.laboratory_flag == "L"


@pytest.mark.parametrize(
    ("code", "loinc", "display"),
    [
        ("25-OH Vitamin D", "", "25-OH Vitamin D"),
        (["25-OH Vitamin D"], "", "25-OH Vitamin D"),
        ("62292-8", "62292-8", ""),
        ("http://loinc.org|62292-8", "62292-8", ""),
    ],
)
def test_a_text_in_the_place_of_a_concept_is_its_name_or_its_code(
    code: object, loinc: str, display: str
) -> None:
    row = one(observation(code=code, method="LC-MS/MS"))

    assert (row.loinc, row.display, row.method) == (loinc, display, "LC-MS/MS")


def test_a_text_in_the_place_of_a_concept_may_name_a_test_that_is_not_taken() -> None:
    refused = refusal(observation(code="1,25-dihydroxyvitamin D"))

    assert refused.why.startswith("1,25-dihydroxyvitamin D is a different test")
    assert read(observation(code="Ferritin")).results == ()


def test_two_texts_in_the_place_of_a_concept_are_refused() -> None:
    refused = refusal(observation(code=["25-OH Vitamin D", "Ferritin"]))

    assert "'code' stands there more than once" in refused.why


def test_entries_in_a_list_within_the_list_are_read() -> None:
    entries = [{"resource": observation()}, {"resource": observation(id="o2")}]
    parsed = read({"resourceType": "Bundle", "entry": [entries]})

    assert len(parsed.results) == 2


def test_resources_that_a_bundle_wraps_in_its_own_way_are_read() -> None:
    wrapped = [{"content": observation()}, {"node": {"data": observation(id="o2")}}]
    body = {"resourceType": "Bundle", "entry": wrapped}

    parsed = read_fhir(json.dumps(body).encode())

    assert [row.where for row in parsed.results] == [
        "entry 1, content, Observation/o1",
        "entry 2, node, data, Observation/o2",
    ]


def test_an_observation_of_the_first_version_is_read() -> None:
    first = observation(code=None, effectiveDateTime=None)
    first |= {"name": {"text": "25-OH vitamin D"}, "appliesDateTime": "2014-02-01"}

    row = one(first)

    assert (row.display, row.collected_on.year) == ("25-OH vitamin D", 2014)


def test_a_type_that_stands_inside_a_choice_is_read_as_in_its_name() -> None:
    """As Aidbox keeps and exports what may be of several types."""
    parts = [
        {"code": {"text": "25-OH Vitamin D2"}, "value": {"string": "<4 ng/mL"}},
        {
            "code": {"text": "25-OH Vitamin D3"},
            "value": {"Quantity": {"value": 31, "unit": "ng/mL"}},
        },
    ]
    drawn = {"collected": {"dateTime": "2024-02-28T07:40:00Z"}}
    panel = observation(
        id="o2",
        valueQuantity=None,
        effectiveDateTime=None,
        component=parts,
        specimen={"reference": "#s"},
        contained=[{"resourceType": "Specimen", "id": "s", "collection": drawn}],
    )
    single = observation(
        valueQuantity=None,
        effectiveDateTime=None,
        value={"Quantity": {"value": 28.5, "comparator": ">", "unit": "ng/mL"}},
        effective={"Period": {"start": "2024-03-01", "end": "2024-03-01"}},
        subject={"id": "p1", "resourceType": "Patient"},
    )

    parsed = read(patient("p1"), single, panel)

    assert parsed.refused == ()
    assert [(row.value_text, str(row.collected_on)) for row in parsed.results] == [
        (">28.5", "2024-03-01"),
        ("<4", "2024-02-28"),
        ("31", "2024-02-28"),
    ]
    assert parsed.results[0].patient.name == "p1"


def test_a_choice_without_a_type_is_no_value() -> None:
    sent = {"value": 28, "unit": "ng/mL"}

    refused = refusal(observation(valueQuantity=None, value=sent))

    assert refused.why.startswith("The value is empty")


BONES = "25-OH vitamin D was 31 ng/mL in spring."
TABLE = (
    "<div><table><tr><td>Vitamin D</td>\n  <td>31</td><td>ng/mL</td></tr></table></div>"
)


@pytest.mark.parametrize(
    "told",
    [
        {"conclusion": BONES},
        {"text": {"status": "generated", "div": TABLE}},
        {"section": [{"section": [{"text": {"div": f"<p>{BONES}</p>"}}]}]},
        {
            "presentedForm": [
                {
                    "contentType": "text/plain; charset=utf-8",
                    "data": base64.b64encode(BONES.encode()).decode(),
                }
            ]
        },
    ],
)
def test_a_text_that_tells_of_vitamin_d_is_named_where_no_result_does(
    told: dict[str, object],
) -> None:
    kind = "Composition" if "section" in told else "DiagnosticReport"
    report = {"resourceType": kind, "id": "r", **told}

    assert read(report).warnings[-1] == (
        f"A text tells of vitamin D with a number (entry 1, {kind}/r). Values are not "
        "read out of running text; enter them by hand."
    )
    assert read(report, observation()).warnings == ()


def test_a_text_in_the_place_of_a_value_is_named_if_it_tells_of_vitamin_d() -> None:
    whole = observation(
        code={"text": "Discharge letter"}, valueQuantity=None, valueString=BONES
    )

    assert any("tells of vitamin D" in warning for warning in read(whole).warnings)
    (warning, *_) = read({**whole, "valueString": "Stable."}).warnings
    assert "not kept here: 'Discharge letter'" in warning


@pytest.mark.parametrize(
    "attached",
    [
        {"contentType": "application/pdf", "data": "JVBERi0="},
        {"contentType": "text/plain", "data": "?"},
        {"contentType": "text/plain"},
    ],
)
def test_an_attachment_without_a_text_says_nothing(attached: dict[str, str]) -> None:
    binary = {"resourceType": "Binary", **attached}

    assert not any("tells of" in warning for warning in read(binary).warnings)


CLINICAL = '<?xml version="1.0"?>\n<n1:ClinicalDocument xmlns:n1="urn:hl7-org:v3"/>'


@pytest.mark.parametrize(
    ("holder", "is_said"),
    [
        ({"resourceType": "Binary", "data": CLINICAL}, True),
        ({"resourceType": "Binary", "content": CLINICAL}, True),
        (
            {
                "resourceType": "DocumentReference",
                "content": [{"attachment": {"data": CLINICAL}}],
            },
            True,
        ),
        ({"resourceType": "Binary", "data": "<html/>"}, False),
        ({"resourceType": "Patient", "data": CLINICAL}, False),
    ],
)
def test_a_document_of_another_format_that_is_attached_is_said(
    holder: Body, *, is_said: bool
) -> None:
    """As exports of American record systems attach the letters beside results."""
    packed = json.loads(
        json.dumps(holder),
        object_hook=lambda part: {
            key: (
                base64.encodebytes(text.encode()).decode()
                if isinstance(text, str) and "<" in text
                else text
            )
            for key, text in part.items()
        },
    )

    parsed = read(packed, observation())

    assert (CDA_INSIDE in parsed.warnings) is is_said
    assert len(parsed.results) == 1


def test_a_document_that_an_app_keeps_as_a_text_is_said() -> None:
    app = {"documents": [observation(), {"raw": CLINICAL.replace("n1:", "")}]}

    parsed = read_fhir(json.dumps(app).encode())

    assert CDA_INSIDE in parsed.warnings
    assert len(parsed.results) == 1


def test_a_note_says_what_its_code_says_that_it_is_about() -> None:
    """As Belgian laboratories answer whether a test is accredited."""
    accredited = {"coding": [{"system": "urn:notes", "code": "accredited"}]}
    coded = {"extension": [{"url": "urn:x", "valueCodeableConcept": accredited}]}
    notes = [{"text": "Repeated."}, {**coded, "text": "No"}, coded]

    assert one(observation(note=notes)).comment == "Repeated.\naccredited: No"
