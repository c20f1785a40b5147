"""Messages as laboratory systems of many makers write them."""

import pytest

from labs.domain.units import Unit
from labs.formats.hl7v2 import read_hl7v2
from labs.formats.inspection import read_file
from labs.formats.parsed import FileRefused
from tests.unit.labs.formats.hl7v2_messages import (
    HEADER,
    ORDER,
    PATIENT,
    message,
    only,
    read,
    result_segment,
    why,
)


def test_a_text_under_the_code_of_a_number_is_a_note_on_it() -> None:
    result = only(
        result_segment("27"),
        result_segment("Deficient: <20 ng/mL", kind="TX", unit=""),
        result_segment("Insufficient: 20-29", kind="FT", unit=""),
    )

    assert result.value_text == "27"
    assert result.comment == "Deficient: <20 ng/mL\nInsufficient: 20-29"


def test_a_number_sent_as_text_beside_another_is_a_result_of_its_own() -> None:
    parsed = read(result_segment("27"), result_segment("28", kind="TX"))

    assert [row.value_text for row in parsed.results] == ["27", "28"]


NO_NUMBER = ORDER.replace("A-1", "")


@pytest.mark.parametrize(
    ("order", "second", "are_held"),
    [
        (ORDER, "28", True),
        (ORDER, "27", False),
        (ORDER, "<27", True),
        (NO_NUMBER, "28", False),
    ],
)
def test_two_values_of_one_numbered_sample_cannot_both_be(
    order: str, second: str, *, are_held: bool
) -> None:
    """Neither is lost; without a number they may be of two samples of a day."""
    kind = "ST" if second[0] == "<" else "NM"
    parsed = read(result_segment("27"), result_segment(second, kind=kind), order=order)

    assert [row.value_text for row in parsed.results] == ["27", second]
    said = [
        "more than once; one of them is wrong" in row.hold for row in parsed.results
    ]
    assert said == [are_held, are_held]


def test_words_beside_a_value_are_told_and_two_numbers_are_refused() -> None:
    result = only(result_segment("27~Deficient"))

    assert result.value_text == "27"
    assert result.remarks == ("Beside the value stands 'Deficient'.",)
    assert "several values" in why(result_segment("27~28"))


@pytest.mark.parametrize(
    ("sent", "kept"), [("<~4", "<4"), ("Greater than~150", ">150")]
)
def test_a_comparator_in_a_repetition_of_its_own_is_kept_and_looked_at(
    sent: str, kept: str
) -> None:
    result = only(result_segment(sent, kind="ST"))

    assert result.value_text == kept
    assert result.comparator == kept[0]
    assert "Beside the value stands" in result.hold


def test_two_comparators_of_one_number_are_looked_at() -> None:
    result = only(result_segment("<~4~>", kind="ST"))

    assert (result.value_text, result.comparator) == ("4", None)
    assert result.hold == "Beside the value stands '< >'."


def test_a_unit_in_a_repetition_of_its_own_counts_and_may_contradict() -> None:
    alone = only(result_segment("27~ng/mL", kind="ST", unit=""))

    assert alone.unit is Unit.NG_PER_ML
    assert "gives two units" in why(result_segment("27~nmol/L", kind="ST"))


@pytest.mark.parametrize(
    ("sent", "kept"), [("+27", "27"), (".9", ".9"), ("27.", "27."), (" 27 ", "27")]
)
def test_a_number_may_have_a_sign_and_lack_a_nought(sent: str, kept: str) -> None:
    assert only(result_segment(sent)).value_text == kept


def test_an_inr_needs_no_unit() -> None:
    result = only(result_segment("2.4", test="34714-6^INR^LN", unit=""))

    assert result.unit is Unit.INR


def test_of_several_numbers_of_a_patient_the_clinics_own_is_taken() -> None:
    numbers = "123-45-6789^^^STATE^SS~8001^^^CLINIC^MR"
    data = message(result_segment("27")).replace(b"||77||", f"||{numbers}||".encode())

    assert read_hl7v2(data).results[0].patient.identifier == "8001"


def test_a_message_by_specimen_has_it_before_its_orders() -> None:
    header = HEADER.replace("ORU^R01", "OUL^R22^OUL_R22")
    specimen = "SPM|1|^S-1||SER^Serum|||||||||||||20250309"
    segments = [header, PATIENT, specimen, ORDER, result_segment("27"), ""]
    parsed = read_hl7v2("\r".join(segments).encode())

    (result,) = parsed.results
    assert parsed.format == "HL7 v2.5 OUL^R22"
    assert (result.specimen, result.collected_on.isoformat()) == (
        "Serum",
        "2025-03-09",
    )
    assert "differs" in result.hold


def test_a_message_by_order_has_the_specimen_behind_its_request() -> None:
    header = HEADER.replace("ORU^R01", "OUL^R24^OUL_R24")
    specimen = "SPM|1|S-1||SER^Serum"
    note = "NTE|1||taken at home"
    result = only(note, specimen, result_segment("27"), header=header)

    assert (result.accession, result.collected_on.day) == ("A-1", 10)
    assert (result.specimen, result.comment) == ("Serum", "taken at home")


def test_a_message_without_a_type_that_holds_results_is_read() -> None:
    header = HEADER.replace("ORU^R01", "")
    parsed = read(result_segment("27"), header=header)

    assert [row.value_text for row in parsed.results] == ["27"]
    assert any("does not name its type" in said for said in parsed.warnings)
    with pytest.raises(FileRefused, match="holds no results"):
        read("NTE|1||nothing", header=header)


@pytest.mark.parametrize("kind", ["NUM", "TXT", "Numeric"])
def test_the_type_of_a_value_may_be_spelled_otherwise(kind: str) -> None:
    assert only(result_segment("27.5", kind=kind)).value_text == "27.5"


@pytest.mark.parametrize(
    ("unit", "flag", "kept"),
    [
        ("ng/mL (H)", "", "(H)"),
        ("ng/mL L", "", "L"),
        ("ng/mL *", "L", "L, *"),
    ],
)
def test_a_flag_behind_the_unit_is_one(unit: str, flag: str, kept: str) -> None:
    result = only(result_segment("27", unit=unit, flag=flag))

    assert (result.unit, result.unit_text) == (Unit.NG_PER_ML, "ng/mL")
    assert result.laboratory_flag == kept


def test_a_quantity_s_unit_may_be_a_code_in_parts_of_its_own() -> None:
    sent = "27.5^ng/mL&nanograms per mL&UCUM"
    result = only(result_segment(sent, kind="CQ", unit=""))

    assert (result.value_text, result.unit) == ("27.5", Unit.NG_PER_ML)


def test_a_legend_in_brackets_behind_value_and_unit_makes_a_person_look() -> None:
    sent = "27.5 ng/mL (deficient <20, insufficient 20-30)"
    result = only(result_segment(sent, kind="ST", unit=""))

    assert (result.value_text, result.unit) == ("27.5", Unit.NG_PER_ML)
    assert "Beside the value stands" in result.hold


def test_what_is_no_flag_behind_a_unit_leaves_it_unknown() -> None:
    assert "is not a unit we know" in why(result_segment("27", unit="ng/mL F"))


def test_results_among_other_messages_are_read_and_the_others_are_named() -> None:
    visit = message(header=HEADER.replace("ORU^R01", "ADT^A08"))
    letter = message(
        result_segment("25-OH vitamin D 31 ng/mL", kind="TX", unit=""),
        header=HEADER.replace("ORU^R01", "MDM^T02"),
    )
    parsed = read_hl7v2(visit + message(result_segment("27")) + letter)

    assert [row.where for row in parsed.results] == ["message 2, segment OBX 1"]
    assert [(one.where, "not ORU^R01" in one.why) for one in parsed.refused] == [
        ("message 1", True),
        ("message 3", True),
    ]


@pytest.mark.parametrize(("kind", "laboratory"), [("REF^I12", ""), ("ORF^R04", "LAB")])
def test_results_in_a_letter_or_an_answer_are_read(kind: str, laboratory: str) -> None:
    header = HEADER.replace("ORU^R01", kind)

    parsed = read(result_segment("27.5"), header=header)

    (result,) = parsed.results
    assert (result.value_text, result.collected_on.day) == ("27.5", 10)
    assert result.laboratory == laboratory
    assert parsed.format == f"HL7 v2.5 {kind}"


@pytest.mark.parametrize("kind", ["ORM^O01", "ADT^A01", "ERP^R09", "VXU^V04"])
def test_orders_and_visits_hold_no_results(kind: str) -> None:
    with pytest.raises(FileRefused, match="holds no results"):
        read(result_segment("27.5"), header=HEADER.replace("ORU^R01", kind))


def test_a_message_by_specimen_may_have_the_common_order_behind_the_request() -> None:
    header = HEADER.replace("ORU^R01", "OUL^R22^OUL_R22")
    specimen = "SPM|1|S-1||SER^Serum"
    segments = [header, PATIENT, specimen, ORDER, "ORC|OK", result_segment("27")]
    second = ["ORC|OK", ORDER.replace("A-1", "A-2"), result_segment("28")]
    parsed = read_hl7v2("\r".join([*segments, *second, ""]).encode())

    assert [(row.accession, row.collected_on.day) for row in parsed.results] == [
        ("A-1", 10),
        ("A-2", 10),
    ]


@pytest.mark.parametrize(
    ("test", "loinc", "measurand"),
    [
        ("86001^VITAMIN D,25-OH,TOTAL,IA^L^62292-8^25(OH)D2+D3^LN", "62292-8", "total"),
        ("XE2e7^Total 25-OH vitamin D^L^68438-1^^LN", "68438-1", "total"),
        ("1989-3^^LN", "1989-3", "D3"),
        ("14635-7^25(OH)D3^LN^VD3^25-OH-D3^L", "14635-7", "D3"),
        ("62292-8^25OHD", "62292-8", "total"),
        ("^25-OH Vitamin D", "", "total"),
        ("25-OH Vitamin D", "", "total"),
        ("35365-6^25-Hydroxyvitamin D^LN^VITD^Vitamin D 25OH^L", "35365-6", "total"),
    ],
)
def test_a_test_is_known_by_its_codes_in_either_place_and_by_its_names(
    test: str, loinc: str, measurand: str
) -> None:
    unit = "nmol/L" if loinc in {"68438-1", "14635-7"} else "ng/mL"
    result = only(result_segment("68", test=test, unit=unit))

    assert (result.loinc, result.measurand.value) == (loinc, measurand)
    assert not result.hold


@pytest.mark.parametrize(
    ("sent", "kept"), [("^<^4", "<4"), ("^>=^150", ">=150"), ("<^4", "<4")]
)
def test_a_structured_number_one_component_late_keeps_its_comparator(
    sent: str, kept: str
) -> None:
    result = only(result_segment(sent, kind="SN"))

    assert result.value_text == kept
    assert bool(result.remarks) == sent.startswith("^")


@pytest.mark.parametrize("sent", ["^10^-^20", "^1^:^20", "^<^4^5", "^4^<"])
def test_a_structured_number_that_is_not_one_number_is_refused(sent: str) -> None:
    assert "not one number" in why(result_segment(sent, kind="SN"))


@pytest.mark.parametrize(
    ("announced", "codec", "warned"),
    [
        ("~ISO IR87", "iso2022_jp", False),
        ("ISO IR87", "iso2022_jp", False),
        ("~ISO IR87", "cp932", True),
        ("~ISO IR87", "utf-8", True),
        ("UNICODE UTF-8", "utf-8", False),
        ("GB 18030-2000", "gb18030", False),
    ],
)
def test_east_asian_letters_are_read_as_the_message_says(
    announced: str, codec: str, *, warned: bool
) -> None:
    name = "25-OHビタミンD"
    text = (
        f"MSH|^~\\&|L|検査|C|D|20260314||ORU^R01|1|P|2.5||||||{announced}\r"
        "PID|1||1^^^X||山田^太郎||19701231|M\r"
        f"OBR|1||F1|5H210^{name}^JLAC10|||20260312\r"
        f"OBX|1|NM|5H210^{name}^JLAC10||18.2|ng/mL|30.0-100.0|L|||F\r"
    )

    parsed = read_hl7v2(text.encode(codec))

    (result,) = parsed.results
    assert (result.display, result.value_text) == (name, "18.2")
    assert result.patient.name == "太郎 山田"
    assert bool(parsed.warnings) is warned


@pytest.mark.parametrize("sent", ["27.5", "<4"])
def test_a_number_in_the_place_of_a_code_is_held(sent: str) -> None:
    result = only(result_segment(sent, kind="CE"))

    assert result.value_text == sent
    assert "in the place of a code" in result.hold


@pytest.mark.parametrize(
    "system",
    ["LOINC", "Ln", "LN2.74", "2.16.840.1.113883.6.1", "http://loinc.org", "loinc.org"],
)
def test_loinc_is_known_by_every_name_that_senders_give_it(system: str) -> None:
    result = only(result_segment("27", test=f"1989-3^VIT D 25^{system}"))

    assert (result.loinc, result.local_code) == ("1989-3", "")


def test_a_value_in_two_units_is_read_in_its_first_and_weighed_with_the_other() -> None:
    agreeing = only(result_segment("27 ng/mL (67 nmol/L)", kind="ST", unit=""))
    slipped = only(result_segment("27 ng/mL (270 nmol/L)", kind="ST", unit=""))

    assert (agreeing.value_text, agreeing.unit) == ("27", Unit.NG_PER_ML)
    assert agreeing.remarks == ("The same value is also printed as '67 nmol/L'.",)
    assert agreeing.hold == ""
    assert "contradict each other, '27 ng/mL' and '270 nmol/L'" in slipped.hold


def test_a_message_behind_lines_of_something_else_is_a_message() -> None:
    parsed = read_file(b"# sent 12 March\n" + message(result_segment("27")))

    assert [row.value_text for row in parsed.results] == ["27"]
    assert "1 line stands in no message and was not read." in parsed.warnings


def test_segments_that_lost_their_header_are_refused_as_such() -> None:
    with pytest.raises(FileRefused, match="no header segment, MSH"):
        read_file(b"OBR|1|||V^25-OH Vitamin D|||20250310\rOBX|1|NM|V||27|ng/mL\r")


def test_ends_of_lines_that_are_written_out_are_read_with_a_warning() -> None:
    one_line = message(result_segment("27")).replace(b"\r", rb"\r")
    parsed = read_hl7v2(one_line)

    assert [row.status for row in parsed.results] == ["F"]
    assert any("written out" in warning for warning in parsed.warnings)


@pytest.mark.parametrize("end", [b"\r", rb"\r"])
def test_escape_signs_that_a_text_writes_twice_are_read_as_one(end: bytes) -> None:
    note = "NTE|1||20 \\T\\ 30\\.br\\\\.br\\fasting"
    sent = message(result_segment("27", unit="ng/mL"), note)
    printed = sent.replace(b"\\", rb"\\").replace(b"/", rb"\/")
    parsed = read_file(printed.replace(b"\r", end))

    assert [(row.unit_text, row.hold) for row in parsed.results] == [("ng/mL", "")]
    assert parsed.results[0].comment == "20 & 30\n\nfasting"
    assert any("written twice" in warning for warning in parsed.warnings)


@pytest.mark.parametrize(
    ("position", "name"), [(8, "OBR-8 (observation ended)"), (22, "OBR-22 (reported)")]
)
def test_a_later_moment_stands_in_for_the_collection_with_a_remark(
    position: int, name: str
) -> None:
    fields = ["OBR", "1", "A", "B", "V^25-OH Vitamin D", *[""] * 20]
    fields[position] = "20250310"
    result = only(result_segment("27"), order="|".join(fields))

    assert result.collected_on.isoformat() == "2025-03-10"
    assert any(f"that of {name}" in remark for remark in result.remarks)


def test_a_name_over_two_lines_is_one_name() -> None:
    result = only(result_segment("27", test=r"V^VITAMIN D,\.br\25-HYDROXY^L"))

    assert result.display == "VITAMIN D, 25-HYDROXY"


def test_a_laboratorys_own_code_under_loincs_name_stays_its_own() -> None:
    result = only(result_segment("27", test="VITD^25-OH-vitamin D^LN"))

    assert (result.loinc, result.local_code) == ("", "VITD")


@pytest.mark.parametrize("unit", ["ng/ml serum", "NG/ML (calc)", "ng/mL(Plasma)"])
def test_what_stands_behind_a_unit_changes_nothing_of_it(unit: str) -> None:
    assert only(result_segment("27", unit=unit)).unit is Unit.NG_PER_ML


@pytest.mark.parametrize(
    ("sent", "beside"),
    [
        ("27 %", "'%'"),
        ("27 (see note 3)", "'(see note 3)'"),
        ("27 [corrected from 82]", "'[corrected from 82]'"),
        ("27 Probe hämolytisch", "'Probe hämolytisch'"),
    ],
)
def test_words_in_the_value_that_are_no_unit_make_a_person_look(
    sent: str, beside: str
) -> None:
    result = only(result_segment(sent, kind="ST"))

    assert result.value_text == "27"
    assert result.hold == f"Beside the value stands {beside}."


@pytest.mark.parametrize("sent", ["82 corrected to 27", "27 or 28", "27 vorher 82"])
def test_a_second_number_in_the_value_is_never_passed_over(sent: str) -> None:
    reason = why(result_segment(sent, kind="ST"))

    assert reason == f"The result gives several values at once, '{sent}'."


def test_a_unit_that_is_not_known_contradicts_the_one_beside_it() -> None:
    """Ten times as much in a decilitre: never read by the unit that is known."""
    two = "The result gives two units, 'ng/mL' and 'ng/dL'; one of them is wrong."

    assert why(result_segment("2700 ng/dL", kind="ST")) == two
    assert why(result_segment("2700", unit="ng/mL^^^ng/dL")) == two
    assert why(result_segment("2700", unit="ng/dL^^^ng/mL")) == two
    assert only(result_segment("27", unit="1234^ng/mL^L")).unit is Unit.NG_PER_ML


def test_a_flag_in_the_value_is_not_hidden_by_the_one_beside_it() -> None:
    """Critical in the text and low in the field: both are shown (rules 1.6)."""
    result = only(result_segment("4 LL", kind="ST", flag="L"))

    assert result.laboratory_flag == "L, LL"


def test_a_note_on_several_lines_keeps_every_sign() -> None:
    result = only(result_segment("27"), "NTE|1||First", "second | all of it")

    assert result.comment == "First\nsecond | all of it"


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("below 30 | see leaflet | or ask|RE^Remark", None),
        ("below:20|30|see leaflet", None),
        ("see a | b |RE^Remark", "see a | b"),
        ("first~second~~last|RE", "first\nsecond\n\nlast"),
        ("first~second | third~last", "first\nsecond | third\nlast"),
        # Who wrote it, when, and from when until when it holds.
        ("low|RE^Remark|12^Van Berg^Ada|20260601|20260601|20260701", "low"),
        ("low|RE|||||C1", "low"),
    ],
)
def test_a_note_is_kept_to_its_last_word(note: str, kept: str | None) -> None:
    result = only(result_segment("27"), f"NTE|1|L|{note}")

    assert result.comment == (kept or note.removesuffix("|RE^Remark"))


def test_a_comment_in_a_code_is_kept_beside_the_note() -> None:
    coded = "NTE|1|L|{note}|RE|12^Lab||||C1^See the leaflet^L"

    both = only(result_segment("27"), coded.format(note="low"))
    alone = only(result_segment("27"), coded.format(note=""))

    assert (both.comment, alone.comment) == (
        "low\nSee the leaflet",
        "See the leaflet",
    )


def test_a_sign_in_a_note_that_is_not_escaped_does_not_cut_it() -> None:
    result = only(result_segment("27"), "NTE|1|L|below 30 | see leaflet|RE^Remark")
    coded = only(result_segment("27"), "NTE|1|L|below 30|RE^Remark")

    assert result.comment == "below 30 | see leaflet"
    assert coded.comment == "below 30"


def test_two_units_one_after_the_other_contradict_each_other() -> None:
    assert why(result_segment("27", unit="ng/mL~nmol/L")) == (
        "The result gives two units, 'ng/mL' and 'nmol/L'; one of them is wrong."
    )


def test_a_result_of_a_cancelled_order_is_held() -> None:
    order = f"{ORDER}{'|' * 18}X"

    assert "OBR-25" in only(result_segment("28"), order=order).hold


@pytest.mark.parametrize(
    ("value", "flag"),
    [("28.4 L", "L"), ("28.4 (Low)", "(Low)"), ("28.4 ng/mL, deficient", "deficient")],
)
def test_a_flag_in_the_field_of_the_value_is_one(value: str, flag: str) -> None:
    result = only(result_segment(value, kind="ST", unit="ng/mL^^UCUM"))

    assert (result.value_text, result.laboratory_flag) == ("28.4", flag)
    assert (result.unit, result.hold) == (Unit.NG_PER_ML, "")


def test_a_unit_in_the_name_of_the_test_counts_where_none_is_sent() -> None:
    segment = result_segment("68", test="VITD^25-OH Vitamin D (nmol/L)^L", unit="")

    assert only(segment).unit is Unit.NMOL_PER_L


@pytest.mark.parametrize(("flag", "value"), [("<", "4"), (">", "150"), ("<", ">4")])
def test_a_flag_beyond_the_methods_range_and_a_plain_value_are_held(
    flag: str, value: str
) -> None:
    assert (
        "beyond what the method measures" in only(result_segment(value, flag=flag)).hold
    )


@pytest.mark.parametrize(("flag", "value"), [("<", "<4"), (">", ">150"), ("L", "4")])
def test_a_flag_that_the_value_bears_out_changes_nothing(flag: str, value: str) -> None:
    assert only(result_segment(value, flag=flag)).hold == ""


@pytest.mark.parametrize("name", ["Ferritin", "TSH", "Vitamin B12", "Calcium", "PTH"])
def test_a_code_beside_the_name_of_another_test_is_held(name: str) -> None:
    segment = result_segment("28", test=f"62292-8^{name}^LN")

    assert "disagree about what was measured" in only(segment).hold


def test_a_code_of_calcium_beside_the_name_of_ionised_calcium_is_held() -> None:
    segment = result_segment("1.2", test="2000-8^Ionised calcium^LN", unit="mmol/L")

    assert "disagree about what was measured" in only(segment).hold


@pytest.mark.parametrize(
    "name", ["25-OH-D", "Vitamin D & Ferritin", "Panel", "", "FOO"]
)
def test_a_code_beside_a_name_that_says_nothing_else_is_taken(name: str) -> None:
    escaped = name.replace("&", "\\T\\")

    assert only(result_segment("28", test=f"62292-8^{escaped}^LN")).hold == ""


def test_another_sample_in_the_name_of_the_test_holds_it() -> None:
    urine = only(result_segment("28", test="VU^25-OH Vitamin D, Urine^L"))

    assert "this is a test of blood" in urine.hold


@pytest.mark.parametrize("name", ["Vitamin D", "Vitamin D total"])
def test_a_vague_name_in_an_order_of_another_test_is_that_other_test(name: str) -> None:
    order = "OBR|1||A-1|V125^1,25-Dihydroxyvitamin D^L|||20250310"

    vague = why(result_segment("27", test=f"V^{name}^L"), order=order)
    plain = only(result_segment("27"), order=order)

    assert "1,25-dihydroxyvitamin D is a different test" in vague
    assert plain.hold == ""


def test_the_codes_of_a_test_that_stands_twice_all_count() -> None:
    known = only(result_segment("27", test="V25^Vit D Lvl^L~62292-8^25-OH D^LN"))
    other = result_segment("27", test="V25^Vitamin D^L~1649-3^Calcitriol^LN")

    assert (known.loinc, known.local_code) == ("62292-8", "V25 (L)")
    assert "1,25-dihydroxyvitamin D is a different test" in why(other)


@pytest.mark.parametrize("specimen", ["24H UR", "UR", "Urn, 24 h"])
def test_calcium_of_urine_in_short_is_not_taken_for_that_of_blood(
    specimen: str,
) -> None:
    order = f"OBR|1||A-1|RFT^Renal^L|||20250310{'|' * 8}{specimen}"
    parsed = read(
        result_segment("4.1", test="CA^Calcium^L", unit="mmol/L"), order=order
    )

    (refused,) = parsed.refused
    assert "another sample than blood" in refused.why
    assert parsed.companions == ()


@pytest.mark.parametrize("common", ["ORC|RE", "ORC|RE||A-1||CM"])
def test_a_common_order_between_request_and_results_leaves_them_together(
    common: str,
) -> None:
    result = only(common, result_segment("27"))

    assert (result.accession, result.collected_on.isoformat()) == ("A-1", "2025-03-10")


def test_a_common_order_of_another_number_takes_no_day_from_the_request_before() -> (
    None
):
    assert "No field says on which day" in why("ORC|RE||B-2", result_segment("27"))


IN_NMOL = {"unit": "nmol/L", "test": "14635-7^25-OH Vitamin D3^LN"}
IN_NG = {"unit": "ng/mL", "test": "1989-3^25-OH Vitamin D3^LN"}


@pytest.mark.parametrize("code", ["14635-7", "1989-3"])
def test_one_value_in_two_segments_with_a_unit_each_is_one_result(code: str) -> None:
    second = result_segment("67", unit="nmol/L", test=f"{code}^25-OH Vitamin D3^LN")
    result = only(
        result_segment("27", **IN_NG), "NTE|1||One.", second, "NTE|1||Another."
    )

    assert (result.value_text, result.unit, result.hold) == ("27", Unit.NG_PER_ML, "")
    assert result.remarks == ("The same value is also printed as '67 nmol/L'.",)
    assert result.comment == "One.\nAnother."


def test_two_segments_of_one_test_that_contradict_each_other_are_both_held() -> None:
    parsed = read(result_segment("27", **IN_NG), result_segment("27", **IN_NMOL))

    assert [row.value_text for row in parsed.results] == ["27", "27"]
    for row in parsed.results:
        assert "contradict each other, '27 ng/mL' and '27 nmol/L'" in row.hold


def test_a_doubt_about_the_value_in_the_other_unit_holds_the_one_that_is_kept() -> None:
    second = result_segment("67", flag="<", **IN_NMOL)
    result = only(result_segment("27", **IN_NG), second)

    assert "beyond what the method measures" in result.hold


@pytest.mark.parametrize(
    "between",
    [
        ORDER.replace("A-1", "A-2"),
        ORDER.replace("20250310", "20250311"),
        PATIENT.replace("77", "78") + "\r" + ORDER,
    ],
)
def test_two_units_of_two_samples_or_people_stay_two_results(between: str) -> None:
    first = result_segment("27", **IN_NG)
    parsed = read(first, between, result_segment("67", **IN_NMOL))

    assert [row.value_text for row in parsed.results] == ["27", "67"]
    assert [row.hold for row in parsed.results] == ["", ""]


def test_a_preliminary_value_in_another_unit_stays_a_result_of_its_own() -> None:
    second = result_segment("67", status="P", **IN_NMOL)

    assert len(read(result_segment("27", **IN_NG), second).results) == 2


def test_who_ordered_in_the_place_of_the_specimen_is_no_specimen() -> None:
    doctor = f"{ORDER}||||||||D21^Harn^Ada^^^Dr.^MD"
    result = only(result_segment("27"), order=doctor)

    assert (result.specimen, result.hold) == ("", "")
    serum = only(result_segment("27"), order=f"{ORDER}||||||||1^Serum^L")
    assert serum.specimen == "1"


def test_a_test_that_an_analyser_names_beside_its_own_number_is_read() -> None:
    segment = "OBX|1|NM|25|25-OH-VD|18.7|ng/mL|30-100|L|||F"
    result = only(segment)

    assert (result.display, result.local_code) == ("25-OH-VD", "25")
    assert result.remarks == (
        "The test is named in OBX-4, beside a code without a name.",
    )
    refused = why(segment.replace("25-OH-VD", "1,25-(OH)2 VD"))
    assert "1,25-dihydroxyvitamin D is a different test" in refused


def test_a_sub_identifier_beside_a_named_test_names_nothing() -> None:
    segment = "OBX|1|NM|F^Ferritin|25-OH-VD|18.7|ng/mL|30-100|L|||F"

    order = ORDER.replace("25-OH Vitamin D", "Chemistry")
    assert read(segment, order=order).results == ()
    unnamed = read("OBX|1|NM|2276-4^^LN|25-OH-VD|18.7|ng/mL|||||F", order=order)
    assert (unnamed.results, unnamed.refused) == ((), ())


@pytest.mark.parametrize(
    "name", ["25-OH-VD", "25-OH VD II", "25(OH)VD", "VD25", "VD 25-OH"]
)
def test_an_analysers_short_name_of_the_test_is_known(name: str) -> None:
    result = only(f"OBX|1||{name}||18.7^|ng/mL|30-100|L|||F|||20250310")

    assert (result.value_text, result.measurand.value) == ("18.7", "total")


def test_a_specimen_before_the_first_order_tells_its_day() -> None:
    specimen = "SPM|1|S-1||SER^Serum|||||||||||||20250309"
    text = message(result_segment("27")).decode().replace("OBR", f"{specimen}\rOBR")
    (row,) = read_hl7v2(text.encode()).results

    assert (row.specimen, row.collected_on.day) == ("Serum", 9)
    assert "SPM-17 (specimen collected) says 2025-03-09" in row.hold


def test_a_specimen_before_an_order_is_never_the_next_patients() -> None:
    specimen = "SPM|1|S-1||SER^Serum|||||||||||||20250309"
    other = f"{PATIENT.replace('77', '78')}\r{ORDER}\r{result_segment('28')}"
    text = message(result_segment("27"), other).decode()
    parsed = read_hl7v2(text.replace("OBR", f"{specimen}\rOBR", 1).encode())

    assert [row.specimen for row in parsed.results] == ["Serum", ""]


def test_the_whole_name_of_a_test_behind_its_short_one_counts() -> None:
    order = ORDER.replace("25-OH Vitamin D", "Chemistry")
    short = result_segment("27", test="8812^VITD^L^^^^^^25-OH Vitamin D")
    result = only(short, order=order)

    assert (result.display, result.measurand.value) == ("VITD", "total")
    assert result.hold == ""
    other = short.replace("25-OH Vitamin D", "1,25-Dihydroxyvitamin D")
    assert "different test" in why(other, order=order)


def test_the_name_beside_a_vague_code_says_what_it_is() -> None:
    order = ORDER.replace("25-OH Vitamin D", "Chemistry")
    segment = "OBX|1|NM|VITD|25-OH-VD|18.7|ng/mL|30-100|L|||F"
    result = only(segment, order=order)

    assert (result.display, result.hold) == ("25-OH-VD", "")
    vague = only(segment.replace("25-OH-VD", "a"), order=order)
    assert (vague.measurand.value, vague.local_code) == ("unspecified", "VITD")
    assert vague.hold


def test_a_name_in_the_place_of_the_code_with_other_words_is_held_by_its_unit() -> None:
    order = ORDER.replace("25-OH Vitamin D", "Chemistry")
    result = only(result_segment("27", test="Vit D II"), order=order)

    assert result.local_code == "Vit D II"
    assert "does not say which form of vitamin D" in result.hold
    parsed = read(result_segment("27", test="Vit D II", unit="U/L"), order=order)
    assert parsed.results == ()


@pytest.mark.parametrize(
    "name", ["Vitamin D (Cobas)", "VITAMIN D, TOTAL (82306)", "Vitamin D (D2+D3) new"]
)
def test_a_test_of_vitamin_d_with_other_words_is_held_by_its_unit(name: str) -> None:
    order = ORDER.replace("25-OH Vitamin D", "Chemistry")
    segment = result_segment("27", test=f"V^{name}^L")
    result = only(segment, order=order)

    assert result.measurand.value == "unspecified"
    assert "does not say which form of vitamin D" in result.hold
    assert only(segment).hold == ""  # its order says which
    dihydroxy = ORDER.replace("25-OH", "1,25-(OH)2")
    assert "1,25-dihydroxyvitamin D" in why(segment, order=dihydroxy)
    for other in (segment.replace("ng/mL", "ug/d"), segment.replace("ng/mL", "")):
        parsed = read(other, order=order)
        assert (parsed.results, parsed.refused) == ((), ())


def test_albumin_as_a_share_of_all_protein_is_another_test() -> None:
    share = result_segment("61.4", test="35^Albumin^L", unit="%", interval="56 - 69")
    parsed = read(share)

    assert (parsed.companions, parsed.refused) == ((), ())
    assert "1 result is of a test not kept here: 'Albumin'." in parsed.warnings
    assert only(share.replace("|%|", "|g/L|")).measurand.value == "albumin"


@pytest.mark.parametrize(
    ("producer", "laboratory"),
    [
        ("^12C-Line4", "LAB"),
        ("^W-62", "LAB"),
        ("^40716", "LAB"),
        ("^Labor28", "Labor28"),
        ("^MVZ 3", "MVZ 3"),
        ("L1^North Laboratory", "North Laboratory"),
    ],
)
def test_the_place_of_work_in_a_laboratory_is_not_its_name(
    producer: str, laboratory: str
) -> None:
    segment = f"{result_segment('27')}|{producer}"

    assert only(segment).laboratory == laboratory
    assert only(segment, header=HEADER.replace("|LAB|", "||")).laboratory


def test_a_flag_that_is_sent_as_a_result_of_its_own_is_the_number_s() -> None:
    number = result_segment("^88.2", kind="SN", test="V7^25-OH Vitamin D")
    flag = result_segment("HIGH", kind="ST", test="V7^25-OH Vitamin D")

    for both in ((number, flag), (flag, number)):
        result = only(*both, "NTE|1|L|See the bands")
        assert (result.value_text, result.laboratory_flag) == ("88.2", "HIGH")
        assert result.comment == "See the bands"
    coded = result_segment("H^High^HL70078", kind="CE", test="V7^25-OH Vitamin D")
    assert only(number, coded).laboratory_flag == "H"
    assert "'HIGH'" in why(flag)


def test_a_flag_of_another_test_beside_the_number_is_not_its_own() -> None:
    number = result_segment("27", test="V7^25-OH Vitamin D")
    flag = result_segment("HIGH", kind="ST", test="P1^Ferritin")

    assert only(flag, number, flag).laboratory_flag == ""
    dashes = result_segment("--", kind="TX", test="V7^25-OH Vitamin D")
    assert only(number, dashes).laboratory_flag == ""


@pytest.mark.parametrize(
    ("sent", "kept"), [("^27.4", "27.4"), ("=^27.4", "27.4"), ("27.4^ng/mL", "27.4")]
)
def test_a_number_in_two_components_of_a_text_is_one(sent: str, kept: str) -> None:
    for kind in ("ST", "NM"):
        assert only(result_segment(sent, kind=kind)).value_text == kept
    refused = why(result_segment("27.4^nmol/L", kind="ST"))
    assert "two units" in refused


def test_a_comparator_in_the_place_of_a_code_stays_with_its_number() -> None:
    result = only(result_segment(">^150", kind="CE"))

    assert (result.value_text, str(result.comparator)) == (">150", ">")
    assert result.hold


def test_a_report_sent_as_a_text_is_named_where_nothing_else_tells_of_vitamin_d() -> (
    None
):
    order = ORDER.replace("25-OH Vitamin D", "Report")
    text = "Ferritin 80 ug/l\\.br\\25-OH-Vitamin D ..... 31 ng/ml (30-100)"
    report = result_segment(text, kind="FT", test="R^Report^L", unit="")
    parsed = read(report, order=order)

    assert (parsed.results, parsed.refused) == ((), ())
    assert any("(segment OBX 1)" in warning for warning in parsed.warnings)
    beside = read(report, result_segment("31"), order=order)
    other = read(report.replace("Vitamin D", "Progesterone"), order=order)
    for quiet in (beside, other):
        assert not any("running text" in warning for warning in quiet.warnings)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("25-OH Vitamin D Comment", "See the bands below"),
        ("Vitamin D Interpretation", "Insufficient"),
        ("25-OH-Vitamin D Beurteilung", "Mangel < 20 ng/ml, bitte kontrollieren"),
    ],
)
def test_a_remark_on_the_test_by_its_name_is_no_result_of_it(
    name: str, said: str
) -> None:
    remark = result_segment(said, kind="ST", test=f"C1^{name}^L")
    parsed = read(result_segment("27"), remark)

    assert len(parsed.results) == 1
    assert parsed.refused == ()
    assert any(f"not kept here: '{name}'" in warning for warning in parsed.warnings)
    for sent in ("<20 ng/mL", "27.4 H (L)", ">^20"):
        number = result_segment(sent, kind="ST", test="C1^25-OH Vitamin D Comment^L")
        assert only(number).value_text


def test_canadian_codes_of_loinc_are_of_loinc() -> None:
    result = only(
        result_segment("62", test="68438-1^25-OH Vit D^pCLOCD", unit="nmol/L")
    )

    assert (result.loinc, result.local_code, result.hold) == ("68438-1", "", "")


def test_a_message_in_one_line_is_parted_before_the_names_of_its_segments() -> None:
    sent = message(result_segment("27"), "NTE|1||taken at home")
    lost = read_hl7v2(sent.strip().replace(b"\r", b" "))
    printed = read_hl7v2(sent.replace(b"\r", b"<CR>\n"))
    in_small_letters = read_hl7v2(sent.replace(b"\r", b"<cr>\n"))

    assert in_small_letters == printed
    for parsed in (lost, printed):
        (result,) = parsed.results
        assert (result.status, result.comment) == ("F", "taken at home")
        assert result.patient.name == "Jo Doe"
    assert any("are missing" in warning for warning in lost.warnings)
    assert any("written out" in warning for warning in printed.warnings)
