"""Results out of HL7 v2 messages."""

from datetime import date
from decimal import Decimal

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.hl7v2 import read_hl7v2
from labs.formats.parsed import FileRefused
from tests.unit.labs.formats.hl7v2_messages import (
    HEADER,
    ORDER,
    PATIENT,
    example,
    message,
    only,
    read,
    result_segment,
    why,
)


def test_an_american_message_gives_total_d3_and_d2_apart() -> None:
    parsed = read_hl7v2(example("american_reference_laboratory.hl7"))

    assert parsed.format == "HL7 v2.3.1 ORU^R01"
    assert [(r.measurand, r.value_text, r.loinc) for r in parsed.results] == [
        (Measurand.TOTAL, "31", "62292-8"),
        (Measurand.D3, "27", "1989-3"),
        (Measurand.D2, "<4", "49054-0"),
    ]
    total, _, d2 = parsed.results
    assert total.patient.identifier == "P-7781"
    assert total.patient.name == "SAM A RIVERA"
    assert total.patient.born_on == date(1980, 2, 14)
    assert total.collected_on == date(2025, 3, 12)
    assert total.local_code == "17306 (L)"
    assert (total.interval_low, total.interval_high) == (Decimal(30), Decimal(100))
    assert total.laboratory == "NORTHWIND DIAGNOSTICS SPRINGFIELD"
    assert total.specimen == "SERUM"
    assert d2.comparator is Comparator.LESS
    assert [r.measurand for r in parsed.companions] == [Measurand.CALCIUM]
    assert parsed.companions[0].value_text == "9.60"


def test_notes_stay_verbatim_and_are_never_read_for_values() -> None:
    total, *_ = read_hl7v2(example("american_reference_laboratory.hl7")).results

    assert total.comment.split("\n") == [
        "Fasting: NO",
        "Vitamin D status: deficient < 20 ng/mL, insufficient 20 - 29 ng/mL& more.",
        "See reference: 25-OH D 55 ng/mL is only an example",
        "of a number in a note.",
    ]
    assert total.accession == "NW123456A"


def test_dihydroxyvitamin_d_is_refused_by_name_and_other_tests_are_counted() -> None:
    parsed = read_hl7v2(example("american_reference_laboratory.hl7"))

    (refused,) = parsed.refused
    assert refused.where == "segment OBX 4"
    assert "1,25-dihydroxyvitamin D is a different test" in refused.why
    assert parsed.warnings == ("1 result is of a test not kept here: 'Hemoglobin'.",)


def test_a_specimen_segment_gives_specimen_day_method_and_laboratory() -> None:
    (result,) = read_hl7v2(example("specimen_segments.hl7")).results

    assert result.specimen == "Dried blood spot"
    assert result.method == "LC-MS/MS"
    assert result.laboratory == "HARBOUR LABORATORY"
    assert result.collected_on == date(2025, 3, 18)
    assert result.unit is Unit.NMOL_PER_L
    assert result.value_text == "74.0"
    assert result.patient.name == "Ngozi Okafor"
    assert result.hold == ""


# Values -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sent", "text", "comparator"),
    [
        ("NM", "27.50", "27.50", None),
        ("NM", " 27 ", "27", None),
        ("NM", "<4.0", "<4.0", Comparator.LESS),
        ("SN", "<^4.0", "<4.0", Comparator.LESS),
        ("SN", "<=^4.0", "<=4.0", Comparator.AT_MOST),
        ("SN", ">^150", ">150", Comparator.GREATER),
        ("SN", ">=^150", ">=150", Comparator.AT_LEAST),
        ("SN", "^27", "27", None),
        ("SN", "=^27", "27", None),
        ("SN", "<4.0", "<4.0", Comparator.LESS),
        ("ST", "<4.0", "<4.0", Comparator.LESS),
        ("ST", "< 4.0", "< 4.0", Comparator.LESS),
        ("ST", "<^4.0", "<4.0", Comparator.LESS),
        ("TX", ">150", ">150", Comparator.GREATER),
        ("FT", "27 ng/mL", "27", None),
        ("ST", "27 L", "27", None),
        ("CE", "L^<4.0^L", "<4.0", Comparator.LESS),
        ("CWE", "^^^^^^^^27", "27", None),
        ("CQ", "27^ng/mL", "27", None),
        ("SN", "27^", "27", None),
        ("", "27", "27", None),
    ],
)
def test_a_value_is_read_by_its_type(
    kind: str, sent: str, text: str, comparator: Comparator | None
) -> None:
    result = only(result_segment(sent, kind=kind))

    assert (result.value_text, result.comparator) == (text, comparator)
    assert result.unit is Unit.NG_PER_ML


def test_a_censored_value_is_the_same_as_structure_and_as_text() -> None:
    structured = only(result_segment("<^4.0", kind="SN"))
    written = only(result_segment("<4.0", kind="ST"))

    assert structured == written


@pytest.mark.parametrize(
    ("kind", "sent", "reason"),
    [
        ("SN", "^4^-^8", "'4-8' is a range, not one number."),
        ("SN", "^1^:^8", "is a ratio"),
        ("SN", "^2^+", "not one number"),
        ("SN", "<>^4", "<>4 does not say what the value is"),
        ("CE", "260385009^Negative^SCT", "Negative"),
        ("CE", "A25", "is the code 'A25', not a number"),
        ("CE", "25^^L", "is the code '25', not a number"),
        ("ED", "^application^pdf^Base64^JVBERi0=", "an attachment"),
        ("RP", "http://example.org/27", "a pointer to an attachment"),
        ("DT", "20250310", "a date"),
        ("NA", "1^2^3", "a row of numbers"),
        ("ZZ", "27", "not known here"),
        ("NM", "27~28", "gives several values at once"),
        ("ST", "see note", "see note"),
        ("ST", "QNS", "QNS"),
        ("TX", "25-OH vitamin D below 20 is deficient, 30 is not", "not a number"),
        ("NM", "1e3", "1e3"),
        ("NM", "NaN", "The value is empty"),
        ("NM", "Infinity", "Infinity"),
        ("NM", "-5", "less than zero"),
        ("NM", "", "numbers in comments are not read as values"),
        ("ST", '""', "numbers in comments are not read as values"),
        ("NM", "1,234", "could mean 1234 or 1.234"),
    ],
)
def test_what_is_no_single_number_is_refused_by_name(
    kind: str, sent: str, reason: str
) -> None:
    assert reason in why(result_segment(sent, kind=kind), "NTE|1||27 ng/mL")


def test_a_number_has_a_point_where_its_type_demands_it() -> None:
    result = only(
        result_segment("1.234", test="1995-0^Calcium ionised^LN", unit="mmol/L")
    )

    assert result.value == Decimal("1.234")


def test_a_decimal_comma_is_read_where_a_laboratory_writes_it() -> None:
    (result,) = read_hl7v2(example("german_laboratory_latin1.hl7")).results

    assert (result.value_text, result.value) == ("32,5", Decimal("32.5"))
    assert result.unit is Unit.UG_PER_L
    assert result.patient.name == "Jürgen Müller"
    assert result.laboratory == "Labor Süd"


# Units and intervals ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "unit"),
    [
        ("nmol/L", Unit.NMOL_PER_L),
        ("nmol/l^^L", Unit.NMOL_PER_L),
        ("^nmol/L", Unit.NMOL_PER_L),
        ("ng/mL^nanogram per milliliter^UCUM", Unit.NG_PER_ML),
        ("X12^local^L^ng/mL^^UCUM", Unit.NG_PER_ML),
        ("NG/ML", Unit.NG_PER_ML),
        ("µg/L", Unit.UG_PER_L),
    ],
)
def test_a_unit_is_read_from_any_of_its_components(sent: str, unit: Unit) -> None:
    test = "VITD^25-OH Vitamin D^L"

    assert only(result_segment("27", test=test, unit=sent)).unit is unit


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        ("", "a unit is never guessed"),
        ("mg", "mg"),
        ("ng/mL^^UCUM^nmol/L^^UCUM", "two units"),
    ],
)
def test_a_unit_is_never_guessed(unit: str, reason: str) -> None:
    assert reason in why(result_segment("27", unit=unit))


def test_a_code_that_contradicts_its_unit_is_held() -> None:
    result = only(result_segment("27", test="14635-7^25-OH D3^LN"))

    assert result.unit is Unit.NG_PER_ML
    assert "14635-7" in result.hold


@pytest.mark.parametrize(
    ("sent", "low", "high"),
    [
        ("30-100", "30", "100"),
        ("(50-150)", "50", "150"),
        (">=20", "20", None),
        ("30.0 - 100.0 ng/mL", "30.0", "100.0"),
        ("10~20~30", None, None),
        ("deficient <20~sufficient 30-100", None, None),
        ("", None, None),
    ],
)
def test_an_interval_keeps_its_text_and_its_plain_bounds(
    sent: str, low: str | None, high: str | None
) -> None:
    result = only(result_segment("27", interval=sent))

    assert result.interval_text == sent.replace("~", "; ")
    assert result.interval_low == (Decimal(low) if low else None)
    assert result.interval_high == (Decimal(high) if high else None)


def test_two_bare_numbers_in_an_interval_are_its_bounds() -> None:
    result = only(result_segment("27", interval="30 ~ 100"))

    assert result.interval_text == "30~100"
    assert (result.interval_low, result.interval_high) == (Decimal(30), Decimal(100))


def test_flags_are_kept_as_sent() -> None:
    assert only(result_segment("27", flag="L~A")).laboratory_flag == "L, A"
    assert only(result_segment("27", flag="LL^Crit^HL7")).laboratory_flag == "LL"


# What was measured --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "measurand", "loinc", "local"),
    [
        ("62292-8^25-OH D^LN", Measurand.TOTAL, "62292-8", ""),
        ("VITD^25-OH Vitamin D^99LAB", Measurand.TOTAL, "", "VITD (99LAB)"),
        (
            "081950^Vitamin D, 25-Hydroxy^L^62292-8^^LN",
            Measurand.TOTAL,
            "62292-8",
            "081950 (L)",
        ),
        ("25OHD", Measurand.TOTAL, "", "25OHD"),
        ("^25-Hydroxy Vitamin D3", Measurand.D3, "", ""),
        ("62292-8^25-OH Vitamin D", Measurand.TOTAL, "62292-8", ""),
        ("62292-8^25-OH Vitamin D^LNC", Measurand.TOTAL, "62292-8", ""),
    ],
)
def test_a_test_is_known_by_code_and_system_then_by_name(
    test: str, measurand: Measurand, loinc: str, local: str
) -> None:
    result = only(result_segment("27", test=test))

    assert (result.measurand, result.loinc, result.local_code) == (
        measurand,
        loinc,
        local,
    )
    assert result.hold == ""


def test_a_code_of_another_system_is_no_loinc_code() -> None:
    parsed = read(result_segment("27", test="1649-3^Stockbridge^CDCREC"))

    assert parsed.results == ()
    assert parsed.refused == ()
    assert "'Stockbridge'" in parsed.warnings[0]


def test_two_codes_of_different_tests_hold_the_result() -> None:
    test = "62292-8^Vitamin D 25-OH^LN^1989-3^25-OH D3^LN"

    assert "62292-8" in only(result_segment("27", test=test)).hold


def test_a_vague_name_is_settled_by_its_order_with_a_remark() -> None:
    result = only(result_segment("27", test="VITD^Vitamin D^L"))

    assert result.measurand is Measurand.TOTAL
    assert result.hold == ""
    assert any("named by the order (OBR-4)" in remark for remark in result.remarks)


def test_a_vague_name_under_a_vague_order_is_held() -> None:
    order = ORDER.replace("25-OH Vitamin D", "Vitamin D")

    result = only(result_segment("27", test="VITD^Vitamin D^L"), order=order)

    assert result.measurand is Measurand.UNSPECIFIED
    assert result.hold


def test_a_result_without_a_name_of_its_own_is_held_under_its_order() -> None:
    result = only(result_segment("27", test="1^Result^L"))

    assert result.measurand is Measurand.UNSPECIFIED
    assert "named by the order (OBR-4) only" in result.hold


@pytest.mark.parametrize(
    ("name", "measurand"),
    [("Total", Measurand.TOTAL), ("D3", Measurand.D3), ("D2", Measurand.D2)],
)
def test_a_result_called_by_its_part_alone_is_that_part_of_its_order(
    name: str, measurand: Measurand
) -> None:
    result = only(result_segment("27", test=f"1^{name}^L"))

    assert (result.measurand, result.hold) == (measurand, "")
    assert "named by the order (OBR-4) only" in result.remarks[0]


def test_another_test_beside_vitamin_d_stays_another_test() -> None:
    parsed = read(result_segment("27", test="FERR^Ferritin^L"))

    assert parsed.results == ()
    assert "'Ferritin'" in parsed.warnings[0]


# Statuses -----------------------------------------------------------------------------


def test_each_status_has_its_meaning_and_stays_as_sent() -> None:
    results = read_hl7v2(example("statuses.hl7")).results

    meanings = {result.status: result.result_status for result in results}
    assert meanings == {
        "F": ResultStatus.FINAL,
        "V": ResultStatus.FINAL,
        "B": ResultStatus.FINAL,
        "U": ResultStatus.FINAL,
        "P": ResultStatus.PRELIMINARY,
        "R": ResultStatus.PRELIMINARY,
        "S": ResultStatus.PRELIMINARY,
        "C": ResultStatus.CORRECTED,
        "A": ResultStatus.AMENDED,
        "D": ResultStatus.ENTERED_IN_ERROR,
        "W": ResultStatus.ENTERED_IN_ERROR,
        "X": ResultStatus.CANCELLED,
        "Q": ResultStatus.UNKNOWN,
        None: ResultStatus.NOT_STATED,
    }
    assert {result.status for result in results if result.hold} == {"S", "Q"}


def test_a_status_without_a_value_says_what_became_of_the_result() -> None:
    refused = read_hl7v2(example("statuses.hl7")).refused

    assert [(part.where, part.why[:25]) for part in refused] == [
        ("segment OBX 15", "The test was cancelled, s"),
        ("segment OBX 16", "The result is still to co"),
        ("segment OBX 17", "The result was withdrawn "),
    ]


def test_the_status_of_the_order_counts_where_the_result_has_none() -> None:
    order = f"{ORDER}{'|' * 18}P"

    result = only(result_segment("27", status=""), order=order)

    assert (result.status, result.result_status) == ("P", ResultStatus.PRELIMINARY)
    assert any("OBR-25" in remark for remark in result.remarks)


@pytest.mark.parametrize("sign", ["T", "D"])
def test_a_message_that_tests_the_system_is_held(sign: str) -> None:
    header = HEADER.replace("|P|2.5", f"|{sign}|2.5")

    assert "MSH-11" in only(result_segment("27"), header=header).hold


# Days ---------------------------------------------------------------------------------

NOTHING_BEFORE = "OBR|1||A-1|VITD^25-OH Vitamin D^L"


def test_the_specimen_s_day_comes_first() -> None:
    specimen = f"SPM|1|||SER^Serum{'|' * 13}20250310"

    result = only(result_segment("27", observed="202503100830"), specimen)

    assert result.collected_on == date(2025, 3, 10)
    assert (result.hold, result.remarks) == ("", ())


@pytest.mark.parametrize(
    ("observed", "order", "shown"),
    [
        ("20250312", ORDER, ("OBX-14 (observed) says 2025-03-12", "2025-03-10")),
        ("202503110010", ORDER, ("2025-03-11", "2025-03-10")),
    ],
)
def test_days_that_differ_hold_the_result_with_both_shown(
    observed: str, order: str, shown: tuple[str, ...]
) -> None:
    result = only(result_segment("27", observed=observed), order=order)

    assert all(text in result.hold for text in shown)


def test_the_same_moment_in_two_zones_is_one_day_with_a_remark() -> None:
    order = ORDER.replace("20250310", "202503110430+0000")

    result = only(result_segment("27", observed="202503102330-0500"), order=order)

    assert result.collected_on == date(2025, 3, 10)
    assert result.hold == ""
    assert any("another zone" in remark for remark in result.remarks)


@pytest.mark.parametrize(
    "zone", ["", "-1200", "-0500", "+0000", "+0530", "+1400", ".0001-0500"]
)
def test_a_day_stays_as_printed_in_every_zone(zone: str) -> None:
    result = only(result_segment("27", observed=f"20250309233000{zone}"), order="OBR|1")

    assert result.collected_on == date(2025, 3, 9)


def test_the_day_of_the_order_is_a_fallback_with_a_remark() -> None:
    by_arrival = f"{NOTHING_BEFORE}|||||||||| 20250314".replace(" ", "")
    by_request = f"{NOTHING_BEFORE}||20250313"

    arrived = only(result_segment("27"), order=by_arrival)
    requested = only(result_segment("27"), order=by_request)

    assert arrived.collected_on == date(2025, 3, 14)
    assert "OBR-14 (specimen received)" in arrived.remarks[0]
    assert requested.collected_on == date(2025, 3, 13)
    assert "OBR-6 (requested)" in requested.remarks[0]


def test_the_day_of_the_message_is_never_the_day_of_collection() -> None:
    assert "No field says on which day" in why(
        result_segment("27"), order=NOTHING_BEFORE
    )


@pytest.mark.parametrize("partial", ["2025", "202503"])
def test_a_partial_date_is_refused_by_name(partial: str) -> None:
    reason = why(result_segment("27", observed=partial), order=NOTHING_BEFORE)

    assert f"OBX-14 (observed): '{partial}' is not a full date" in reason


@pytest.mark.parametrize("stamp", ["202503109930+0000", "202503100830+9900"])
def test_a_clock_that_is_none_leaves_the_day_as_printed(stamp: str) -> None:
    assert only(result_segment("27", observed=stamp)).hold == ""


def test_the_same_moment_in_universal_time_is_known() -> None:
    order = ORDER.replace("20250310", "202503110430Z")

    assert (
        only(result_segment("27", observed="202503102330-0500"), order=order).hold == ""
    )


def test_a_partial_date_beside_a_full_one_is_said_and_held_where_they_differ() -> None:
    agreeing = only(result_segment("27", observed="202503"))
    differing = only(result_segment("27", observed="202502"))

    assert agreeing.collected_on == differing.collected_on == date(2025, 3, 10)
    assert agreeing.hold == ""
    assert "'202503'" in agreeing.remarks[0]
    assert "'202502'" in differing.hold


@pytest.mark.parametrize("stamp", ["00000001", "20250230", "19250310000", "soon"])
def test_a_date_that_is_none_is_refused(stamp: str) -> None:
    assert "OBX-14" in why(result_segment("27", observed=stamp), order=NOTHING_BEFORE)


def test_zeros_are_how_some_systems_write_no_date() -> None:
    result = only(result_segment("27", observed="00000000000000"))

    assert (result.collected_on, result.hold) == (date(2025, 3, 10), "")


@pytest.mark.parametrize(
    "stamp",
    [
        "2025031008",
        "202503100830",
        "20250310083000.1234",
        "2025031008300012",
        "20250310083000123+0100",
        "2025-03-10T08:30",
    ],
)
def test_a_partial_time_is_fine(stamp: str) -> None:
    result = only(result_segment("27", observed=stamp), order=NOTHING_BEFORE)

    assert result.collected_on == date(2025, 3, 10)


# Patients and places ------------------------------------------------------------------


def test_each_result_of_a_batch_keeps_its_own_patient() -> None:
    parsed = read_hl7v2(example("batch.hl7"))

    assert parsed.format == "HL7 v2.5 ORU^R01, 3 messages"
    assert [(r.where, r.patient.name, r.value_text) for r in parsed.results] == [
        ("message 1, segment OBX 1", "Ada Adams", "48"),
        ("message 3, segment OBX 1", "Ben Baker", "61"),
    ]
    (refused,) = parsed.refused
    assert (refused.where, "ADT^A08" in refused.why) == ("message 2", True)


def test_several_patients_in_one_message_are_told_apart() -> None:
    segments = [HEADER]
    for number in range(50):
        segments += [
            PATIENT.replace("77", str(number)).replace("Doe", f"Doe{number}"),
            ORDER,
            result_segment(str(number + 10)),
        ]

    results = read_hl7v2("\r".join(segments).encode()).results

    assert [(r.patient.identifier, r.patient.name, r.value_text) for r in results] == [
        (str(number), f"Jo Doe{number}", str(number + 10)) for number in range(50)
    ]


def test_a_patient_that_is_not_named_is_said() -> None:
    parsed = read_hl7v2(f"{HEADER}\r{ORDER}\r{result_segment('27')}\r".encode())

    assert len(parsed.results) == 1
    assert "The message names no patient (PID)." in parsed.warnings


def test_a_birth_date_in_part_is_left_out_with_a_remark() -> None:
    data = message(result_segment("27")).replace(b"19700131", b"1970")

    (result,) = read_hl7v2(data).results

    assert result.patient.born_on is None
    assert "The birth date was not read" in result.remarks[0]


def test_an_older_message_names_the_patient_in_its_second_field() -> None:
    data = message(result_segment("27")).replace(b"PID|1||77|", b"PID|1|E55||")

    assert read_hl7v2(data).results[0].patient.identifier == "E55"


def test_an_alternate_number_of_the_patient_stands_in_for_the_others() -> None:
    data = message(result_segment("27")).replace(b"PID|1||77|", b"PID|1|||H-9^MJ^ON")

    assert read_hl7v2(data).results[0].patient.identifier == "H-9"


def test_another_type_of_message_is_refused_by_name() -> None:
    data = message(result_segment("27")).replace(b"ORU^R01", b"ADT^A01")

    with pytest.raises(FileRefused, match=r"type 'ADT\^A01'"):
        read_hl7v2(data)


@pytest.mark.parametrize("kind", [b"ORU", b"ORU^R01^ORU_R01", b"ORU_R01", b"ORU^R30"])
def test_a_message_of_results_is_known_in_every_spelling(kind: bytes) -> None:
    data = message(result_segment("27")).replace(b"ORU^R01", kind)

    assert len(read_hl7v2(data).results) == 1


@pytest.mark.parametrize(
    "version", ["2.1", "2.2", "2.3.1", "2.4", "2.5.1", "2.7", "2.8"]
)
def test_every_version_is_read(version: str) -> None:
    data = message(result_segment("27")).replace(b"|2.5", f"|{version}".encode())

    parsed = read_hl7v2(data)

    assert parsed.format == f"HL7 v{version} ORU^R01"
    assert parsed.warnings == ()


def test_an_unknown_version_is_read_and_said() -> None:
    data = message(result_segment("27")).replace(b"|2.5", b"|3.0")

    assert "'3.0'" in read_hl7v2(data).warnings[0]


def test_a_test_that_was_not_asked_for_has_no_value() -> None:
    assert "still to come" in why(result_segment("", status="N"))


def test_a_message_that_another_one_continues_says_so() -> None:
    parsed = read(result_segment("27"), "DSC|2")

    assert "The message says that another one continues it (DSC)." in parsed.warnings


def test_a_message_without_results_says_so() -> None:
    assert "The message holds no results (OBX)." in read().warnings


# Notes --------------------------------------------------------------------------------


def test_a_long_note_is_cut_and_the_cut_is_said() -> None:
    result = only(result_segment("27"), *["NTE|1||" + "x" * 500] * 10)

    assert len(result.comment) == 4_000
    assert "The comment was longer than 4000 characters and was cut." in result.remarks


def test_a_note_on_the_patient_is_no_note_on_the_result() -> None:
    data = message(result_segment("27")).replace(
        b"\rOBR", b"\rNTE|1||Allergic to penicillin\rOBR"
    )

    assert "penicillin" not in read_hl7v2(data).results[0].comment


def test_the_number_of_the_specimen_stands_in_for_that_of_the_order() -> None:
    specimen = "SPM|1|^S-4711&LIS||SER^Serum"
    order = ORDER.replace("A-1", "")

    result = only(result_segment("27"), specimen, order=order)
    assert (result.accession, result.comment) == ("S-4711", "")
