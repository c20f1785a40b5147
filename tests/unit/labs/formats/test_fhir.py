"""What files of FHIR in JSON, as real systems shape them, hold."""

import json
from datetime import date
from decimal import Decimal

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.fhir import read_fhir
from labs.formats.parsed import FileRefused, ParsedResult, PatientClue
from tests.unit.labs.formats.fhir_bodies import bundle, example, observation, read


def results(name: str) -> dict[str, ParsedResult]:
    parsed = read_fhir(example(name))
    rows = (*parsed.results, *parsed.companions)
    return {row.where.split(", ", 1)[-1]: row for row in rows}


# Files of many senders ----------------------------------------------------------------


def test_an_american_search_gives_total_d3_and_d2_each_by_its_own_code() -> None:
    found = results("american_r4_searchset.json")

    total = found["Observation/eTotal"]
    assert total == ParsedResult(
        where="entry 1, Observation/eTotal",
        patient=PatientClue("203713", "Sam Rivera", date(1974, 5, 21)),
        collected_on=date(2025, 3, 12),
        value_text="30.10",
        value=Decimal("30.10"),
        comparator=None,
        unit_text="ng/mL",
        unit=Unit.NG_PER_ML,
        measurand=Measurand.TOTAL,
        loinc="62292-8",
        local_code="1230000384",
        display="VITAMIN D, 25-HYDROXY, TOTAL",
        interval_text="30-100 ng/mL",
        interval_low=Decimal(30),
        interval_high=Decimal(100),
        laboratory="Harbor Reference Laboratory",
        method="LC-MS/MS",
        specimen="Serum specimen, Venipuncture",
        laboratory_flag="N",
        status="final",
        result_status=ResultStatus.FINAL,
        comment="Measured by LC-MS/MS.\n  Deficient: <20 ng/mL\nSecond note.",
    )
    assert str(total.value) == "30.10"
    assert found["Observation/eD3"].measurand is Measurand.D3
    d2 = found["Observation/eD2"]
    assert (d2.measurand, d2.value_text, d2.hold) == (Measurand.D2, "<4", "")
    assert d2.comparator is Comparator.LESS
    assert (d2.interval_text, d2.interval_low) == ("No range established", None)


def test_a_corrected_result_keeps_its_status_its_comparator_and_all_its_bands() -> None:
    corrected = results("american_r4_searchset.json")["Observation/eCorrected"]

    assert corrected.result_status is ResultStatus.CORRECTED
    assert (corrected.value_text, corrected.unit) == (">150", Unit.NG_PER_ML)
    assert corrected.comparator is Comparator.GREATER
    assert corrected.interval_text == (
        "Deficiency: <20 ng/mL; Insufficiency: 20-29 ng/mL; Sufficiency: 30-100 ng/mL"
    )
    assert (corrected.interval_low, corrected.interval_high) == (None, None)


def test_the_active_hormone_is_refused_by_name() -> None:
    (refused,) = read_fhir(example("american_r4_searchset.json")).refused

    assert refused.where == "entry 5, Observation/eDihydroxy"
    assert "1,25-dihydroxyvitamin D is a different test" in refused.why


def test_a_german_document_gives_patient_laboratory_and_its_own_code() -> None:
    found = results("german_document.json")
    vitamin_d, calcium = found.values()

    assert vitamin_d.patient == PatientClue(
        "A123456780", "Jörg von Müller-Groß", date(1960, 2, 29)
    )
    assert (vitamin_d.loinc, vitamin_d.local_code) == ("68438-1", "VD25")
    assert vitamin_d.display == "25-OH-Vitamin D (gesamt)"
    assert (vitamin_d.value_text, vitamin_d.unit_text) == ("72.0", "nmol/l")
    assert vitamin_d.interval_text == ">=50 nmol/l"
    assert (vitamin_d.interval_low, vitamin_d.interval_high) == (Decimal(50), None)
    assert vitamin_d.laboratory == calcium.laboratory == "Labor Dr. Beispiel MVZ"
    assert calcium.measurand is Measurand.CALCIUM
    assert calcium.collected_on == date(2024, 11, 19)


def test_results_that_a_panel_names_and_that_are_not_there_are_counted() -> None:
    warnings = read_fhir(example("german_document.json")).warnings

    assert warnings == (
        "Results that reports or panels name and that are not in the file: 1.",
    )


def test_a_british_collection_in_stu3_takes_day_and_laboratory_from_its_report() -> (
    None
):
    (found,) = results("british_stu3_collection.json").values()

    assert found.patient.identifier == "9476719931"
    assert found.collected_on == date(2023, 6, 6)
    assert (found.value_text, found.unit) == ("<25", Unit.NMOL_PER_L)
    assert found.measurand is Measurand.TOTAL
    assert found.local_code == "993871000000106"
    assert (found.laboratory, found.specimen) == ("DEMO PATHOLOGY", "Serum")
    assert found.comment == (
        "Vitamin D deficiency: <25 nmol/L\nInsufficiency 25 - 50 nmol/L"
    )


def test_dstu2_has_objects_where_r4_has_lists() -> None:
    (found,) = results("dstu2_observation.json").values()

    assert found.patient == PatientClue("Patient/T9", "Lee, Ana")
    assert found.collected_on == date(2016, 2, 3)
    assert (found.loinc, found.laboratory_flag) == ("68438-1", "N")
    assert (found.interval_low, found.interval_high) == (Decimal(50), Decimal(150))
    assert found.comment == "Levels below 50 nmol/L are seen in winter."


def test_components_and_what_is_contained_are_read_in_their_container() -> None:
    parsed = read_fhir(example("contained_report.json"))

    total, d3 = parsed.results
    assert total.where == "DiagnosticReport/r1, contained Observation/o, component 1"
    assert (total.value_text, d3.value_text) == ("41.0", "36,5")
    assert (total.measurand, d3.measurand) == (Measurand.TOTAL, Measurand.D3)
    for row in parsed.results:
        assert row.patient == PatientClue("", "Rui Silva Costa", date(1969, 12, 1))
        assert row.result_status is ResultStatus.AMENDED
        assert (row.laboratory, row.specimen) == (
            "Laboratório Central",
            "Dried blood spot",
        )
        assert row.collected_on == date(2022, 3, 1)
        assert "2022-03-01" in row.hold
        assert "2022-03-04" in row.hold
    (refused,) = parsed.refused
    assert refused.why == "It has no value: 'below detection'."


def test_a_file_of_lines_is_read_line_by_line_and_a_broken_one_is_refused() -> None:
    parsed = read_fhir(example("lines.ndjson"))

    assert parsed.format == "FHIR JSON, one a line"
    assert [row.where for row in parsed.results] == [
        "line 4, Observation/1",
        "line 5, Observation/2",
        "line 7, Observation/4",
    ]
    assert [row.result_status for row in parsed.results] == [
        ResultStatus.FINAL,
        ResultStatus.PRELIMINARY,
        ResultStatus.ENTERED_IN_ERROR,
    ]
    assert [row.patient.identifier for row in parsed.results[:2]] == ["1001", ""]
    assert [part.where for part in parsed.refused] == ["line 6"]
    assert "cut off" in parsed.refused[0].why


def test_documents_that_were_put_behind_each_other_are_read_in_turn() -> None:
    first, second, cut_off = (
        json.dumps(observation(id=name, valueQuantity={"value": 31, "unit": "ng/mL"}))
        for name in "abc"
    )
    pretty = json.dumps(json.loads(first), indent=1)

    for between in ("\n", ",\n", " "):
        text = between.join([pretty, second, cut_off[:-9]])
        parsed = read_fhir(text.encode())

        line = pretty.count("\n") + 1 + between.count("\n")
        last = line + between.count("\n")
        assert parsed.format == "FHIR JSON, one document after another"
        assert [(row.where, row.value_text) for row in parsed.results] == [
            ("line 1, Observation/a", "31"),
            (f"line {line}, Observation/b", "31"),
        ]
        assert [part.where for part in parsed.refused] == [f"line {last}"]
        assert "cut off" in parsed.refused[0].why


@pytest.mark.parametrize("behind", ["and more", "]", '{"a": 1} "x', "{}; {}"])
def test_what_stands_behind_a_document_and_is_none_is_refused(behind: str) -> None:
    text = json.dumps(observation(), indent=1) + behind

    with pytest.raises(FileRefused, match="Extra data"):
        read_fhir(text.encode())


def test_each_of_two_patients_keeps_their_own_results() -> None:
    rows = read_fhir(example("two_patients.json")).results

    assert [(row.patient.name, row.value_text) for row in rows] == [
        ("Kei Mori", "28"),
        ("Aya Mori", "19"),
        ("", "22"),
        ("Mori, Yui", "23"),
    ]
    assert rows[3].patient.identifier == "Patient/9"


# Shapes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["searchset", "collection", "document", "message", "transaction", "batch", ""],
)
def test_a_bundle_of_any_type_is_read(kind: str) -> None:
    parsed = read_fhir(json.dumps(bundle(observation(), kind=kind)).encode())

    assert len(parsed.results) == 1


def test_bundles_in_bundles_and_in_parameters_are_read() -> None:
    inner = bundle(bundle(observation()))
    wrapped = {
        "resourceType": "Parameters",
        "parameter": [{"name": "return", "resource": inner}],
    }

    (found,) = read_fhir(json.dumps(wrapped).encode()).results

    assert found.where == "parameter 1, entry 1, entry 1, Observation/o1"


def test_of_a_history_only_the_newest_version_is_read() -> None:
    first = observation(meta={"versionId": "9"})
    second = observation(
        meta={"versionId": "10"},
        status="corrected",
        valueQuantity={"value": 82, "unit": "ng/mL"},
    )

    parsed = read_fhir(json.dumps(bundle(first, second, kind="history")).encode())

    assert [row.value_text for row in parsed.results] == ["82"]
    assert any("only the newest version" in said for said in parsed.warnings)


def test_the_same_result_twice_in_a_file_is_read_once() -> None:
    parsed = read(observation(), observation(), observation(id="o2"))

    assert len(parsed.results) == 2
    assert any("read once: 1." in said for said in parsed.warnings)


def test_a_panel_without_a_value_is_no_result_and_no_refusal() -> None:
    panel = observation(
        id="panel", valueQuantity=None, hasMember=[{"reference": "Observation/o1"}]
    )

    parsed = read(panel, observation())

    assert (len(parsed.results), parsed.refused) == (1, ())


def test_a_value_beside_components_is_read_with_them() -> None:
    part = {
        "code": {"text": "25-hydroxyvitamin D2"},
        "valueQuantity": {"value": 3, "unit": "ng/mL"},
    }

    rows = read(observation(component=[part])).results

    assert [row.measurand for row in rows] == [Measurand.TOTAL, Measurand.D2]


def test_an_order_alone_holds_no_results_and_says_what_it_is() -> None:
    order = {"resourceType": "ServiceRequest", "code": {"text": "25-OH Vitamin D"}}

    parsed = read(order)

    assert (parsed.results, parsed.refused) == ((), ())
    assert "The file holds no observations, only 1 'ServiceRequest'." in parsed.warnings


def test_what_a_server_says_instead_of_results_is_passed_on() -> None:
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"details": {"text": "Insufficient scope"}}],
    }

    said = read_fhir(json.dumps(outcome).encode()).warnings

    assert "The sender's system says: 'Insufficient scope'." in said


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "[]", '"text"', "[1]", "{}", '[{"resourceType": null}]']
)
def test_json_that_is_not_fhir_is_refused(text: str) -> None:
    with pytest.raises(FileRefused, match="resourceType"):
        read_fhir(text.encode())


# Status, doubts, surroundings ---------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("final", ResultStatus.FINAL),
        ("preliminary", ResultStatus.PRELIMINARY),
        ("amended", ResultStatus.AMENDED),
        ("corrected", ResultStatus.CORRECTED),
        ("cancelled", ResultStatus.CANCELLED),
        ("entered-in-error", ResultStatus.ENTERED_IN_ERROR),
        ("registered", ResultStatus.REGISTERED),
        ("unknown", ResultStatus.UNKNOWN),
        (None, ResultStatus.NOT_STATED),
    ],
)
def test_the_status_stays_as_sent_beside_its_meaning(
    word: str | None, status: ResultStatus
) -> None:
    (row,) = read(observation(status=word)).results

    assert (row.status, row.result_status, row.hold) == (word, status, "")


def test_a_status_that_is_not_known_holds_the_result() -> None:
    (row,) = read(observation(status="verifying")).results

    assert (row.status, row.result_status) == ("verifying", ResultStatus.UNKNOWN)
    assert "not known here" in row.hold


def test_a_pending_result_is_refused_with_its_status() -> None:
    pending = observation(
        status="registered", valueQuantity=None, valueString="to follow"
    )

    (refused,) = read(pending).refused

    assert "'to follow': the result is still to come" in refused.why
    assert refused.why.endswith("Its status is registered.")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (
            {"modifierExtension": [{"url": "http://x.example/not"}]},
            "may change its meaning: 'http://x.example/not'",
        ),
        ({"focus": [{"reference": "Patient/fetus"}]}, "beside the patient"),
        ({"dataAbsentReason": {"text": "clotted"}}, "why there is none: 'clotted'"),
    ],
)
def test_what_may_change_the_meaning_holds_the_result(
    changed: dict[str, object], reason: str
) -> None:
    (row,) = read(observation(**changed)).results

    assert reason in row.hold


def test_a_withdrawn_report_holds_its_results() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "status": "entered-in-error",
        "result": [{"reference": "Observation/o1"}],
    }

    (row,) = read(report, observation()).results

    assert "The report that it belongs to has the status entered-in-error" in row.hold


def people() -> tuple[dict[str, object], dict[str, object]]:
    return (
        {"resourceType": "Patient", "id": "1", "name": [{"family": "Okafor"}]},
        {"resourceType": "Patient", "id": "2", "name": [{"family": "Lund"}]},
    )


@pytest.mark.parametrize(
    ("subject", "is_held"),
    [("Patient/2", True), ("Patient/1", False), ("urn:uuid:unknown", False)],
)
def test_a_result_that_the_report_of_another_patient_names_is_held(
    subject: str, *, is_held: bool
) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "subject": {"reference": subject},
        "result": [{"reference": "Observation/o1"}],
    }
    result = observation(subject={"reference": "Patient/1"})

    (row,) = read(*people(), report, result).results

    assert ("A report about another patient" in row.hold) is is_held


def test_a_person_is_no_laboratory_and_a_patients_own_entry_is_named() -> None:
    doctor = {"reference": "Practitioner/1", "display": "Dr Osei"}
    patient = {"reference": "Patient/1", "display": "Ada Okafor"}

    by_doctor = read(observation(performer=[doctor])).results[0]
    by_patient = read(observation(performer=[patient])).results[0]

    assert (by_doctor.laboratory, by_doctor.remarks) == ("", ())
    assert by_patient.laboratory == ""
    assert "entered by the patient" in by_patient.remarks[0]


@pytest.mark.parametrize(
    ("changed", "method"),
    [
        ({"method": {"text": "ECLIA"}}, "ECLIA"),
        ({"device": {"display": "Analyser X"}}, "Analyser X"),
        ({"method": {"text": "ECLIA"}, "device": {"display": "Analyser X"}}, "ECLIA"),
    ],
)
def test_the_method_is_named_or_the_device_is(
    changed: dict[str, object], method: str
) -> None:
    assert read(observation(**changed)).results[0].method == method


@pytest.mark.parametrize(
    ("interpretation", "flag"),
    [
        ([{"coding": [{"code": "LL", "display": "Critical low"}]}], "LL"),
        ({"coding": [{"code": "H"}], "text": "High"}, "H"),
        ([{"text": "Low"}], "Low"),
        ([{"coding": [{"code": "L"}]}, {"coding": [{"code": "D"}]}], "L, D"),
        ([], ""),
        ("L", "L"),
        (["LL", "panic"], "LL, panic"),
    ],
)
def test_the_laboratorys_flag_is_its_code_or_its_words(
    interpretation: object, flag: str
) -> None:
    row = read(observation(interpretation=interpretation)).results[0]

    assert row.laboratory_flag == flag


def test_long_notes_are_cut_and_said_not_refused() -> None:
    (row,) = read(observation(note=[{"text": "x" * 5_000}])).results

    assert len(row.comment) == 4_000
    assert any("was cut" in remark for remark in row.remarks)


@pytest.mark.parametrize("sign", ["\x00", "\ud800"])
def test_nul_and_lone_surrogates_never_reach_a_text_that_is_kept(sign: str) -> None:
    (row,) = read(observation(note=[{"text": f"a{sign}b"}])).results

    assert sign not in row.comment
    assert any("control characters" in remark for remark in row.remarks)
