"""C-CDA as record systems of many makers write it."""

from collections.abc import Callable

import pytest

from labs.domain.measurands import Measurand
from labs.domain.units import Unit
from labs.formats.ccda import read_ccda
from labs.formats.parsed import FileRefused, Source
from tests.unit.labs.formats.ccda_documents import (
    CODE,
    DAY,
    VALUE,
    document,
    observation,
    only,
    panel,
    read,
    section,
    why,
)

CALCIUM = observation(
    code='<code code="17861-6" codeSystem="2.16.840.1.113883.6.1"/>',
    value='<value xsi:type="PQ" value="9.4" unit="mg/dL"/>',
)
RANGE = (
    "<referenceRange><observationRange><text>30-100 ng/mL</text></observationRange>"
    "</referenceRange>"
)
ROWS = (
    "<table><tbody><tr><td>Vitamin D 25-OH</td><td>27 ng/mL</td></tr></tbody></table>"
)


def test_a_value_that_only_the_text_for_people_holds_is_told() -> None:
    parsed = read(panel(CALCIUM), text=ROWS)

    assert not parsed.results
    (refused,) = parsed.refused
    assert "names vitamin D and no coded entry does" in refused.why


@pytest.mark.parametrize(
    "entry",
    [
        observation(),
        observation(
            code='<code nullFlavor="UNK"><originalText>25-OH D</originalText></code>'
        ),
        observation(
            code='<code code="1649-3" codeSystem="2.16.840.1.113883.6.1"/>',
        ),
    ],
)
def test_a_text_that_an_entry_stands_behind_is_not_told_again(entry: str) -> None:
    parsed = read(panel(entry, CALCIUM), text=ROWS)

    assert not any("no coded entry" in refused.why for refused in parsed.refused)


@pytest.mark.parametrize("unit", ["", 'unit="1"', 'unit="UNK"', 'unit="null"'])
def test_a_value_without_unit_beside_an_interval_with_one_is_held(unit: str) -> None:
    value = f'<value xsi:type="PQ" value="27.1" {unit}/>'
    result = only(panel(observation(value=value, more=RANGE)))

    assert result.unit_text == "ng/mL"
    assert "that of the printed interval" in result.hold


def test_the_words_of_a_code_without_code_are_read() -> None:
    value = (
        '<value xsi:type="CD" nullFlavor="OTH"><originalText>&lt;4.0 ng/mL'
        "</originalText></value>"
    )

    assert only(panel(observation(value=value))).value_text == "<4.0"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_empty_lines_before_the_declaration_are_no_harm(mark: bytes) -> None:
    written = document(section(panel(observation())))
    data = mark + b'\n \n<?xml version="1.0"?>' + written

    assert len(read_ccda(data).results) == 1


def test_latin_1_without_saying_so_is_read_with_a_warning() -> None:
    head = (
        "<recordTarget><patientRole><patient><name><given>Jos\xe9</given></name>"
        "</patient></patientRole></recordTarget>"
    )
    data = document(section(panel(observation())), head=head).decode().encode("latin-1")
    parsed = read_ccda(data)

    assert parsed.results[0].patient.name == "Jos\xe9"
    assert any("should be in UTF-8 and is not" in said for said in parsed.warnings)


def test_two_encodings_in_one_document_are_refused() -> None:
    data = document(section(panel(observation()), text="\xe9 \xe8 \xea \xfc"))

    with pytest.raises(FileRefused, match="mixes encodings"):
        read_ccda(data.replace("\xfc".encode(), b"\xfc"))


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ('<center value="20250310"/>', "only its middle"),
        ('<low nullFlavor="UNK"/><high value="202503101200"/>', "only its end"),
    ],
)
def test_a_time_without_its_start_gives_the_day_with_a_remark(
    time: str, said: str
) -> None:
    result = only(observation(day=f"<effectiveTime>{time}</effectiveTime>"))

    assert result.collected_on.isoformat() == "2025-03-10"
    assert said in result.remarks[0]


def test_the_middle_of_the_panels_time_stands_in_for_the_results_own() -> None:
    around = '<effectiveTime><center value="20250310"/></effectiveTime>'
    result = only(panel(observation(day=""), more=around))

    assert result.collected_on.isoformat() == "2025-03-10"
    assert "that of effectiveTime of the panel" in result.remarks[0]


def test_a_unit_beside_a_value_of_text_is_its_unit() -> None:
    result = only(observation(value='<value xsi:type="ST" unit="ng/mL">27</value>'))

    assert (result.value_text, result.unit_text) == ("27", "ng/mL")


def test_two_units_of_one_value_of_text_contradict_each_other() -> None:
    value = '<value xsi:type="ST" unit="nmol/L">27 ng/mL</value>'

    assert "gives two units" in why(observation(value=value))


def test_a_unit_in_braces_is_read() -> None:
    value = '<value xsi:type="PQ" value="27" unit="{ng/mL}"/>'

    assert only(observation(value=value)).unit_text == "{ng/mL}"


SOMEWHERE = "<section>{kind}<text/><entry>{entry}</entry></section>"


def test_a_section_that_does_not_say_what_it_holds_may_hold_results() -> None:
    entry = observation(code='<code displayName="Vitamin D"/>')
    parsed = read_ccda(document(SOMEWHERE.format(kind="", entry=entry)))

    assert [row.value_text for row in parsed.results] == ["27.50"]


# Who wrote a result -------------------------------------------------------------------

PERSON = (
    '<recordTarget><patientRole><id root="1.2.3" extension="77"/>'
    "<patient><name><given>Ada</given></name></patient></patientRole></recordTarget>"
)
ITS_PATIENT = '<id root="1.2.3" extension="77"/>'
ONESELF = '<id nullFlavor="UNK"/><code code="ONESELF"/>'
MOTHER = '<id nullFlavor="UNK"/><code code="MTH"/>'
SYSTEM = '<id root="1.2.3" extension="9"/><assignedAuthoringDevice/>'
PERFORMER = (
    "<performer><assignedEntity><representedOrganization><name>Harbour</name>"
    "</representedOrganization></assignedEntity></performer>"
)


def author(inside: str) -> str:
    return f"<author><assignedAuthor>{inside}</assignedAuthor></author>"


@pytest.mark.parametrize(
    ("by_result", "by_document", "source"),
    [
        (author(ITS_PATIENT), author(SYSTEM), Source.TYPED_BY_PATIENT),
        (author(ONESELF), "", Source.TYPED_BY_PATIENT),
        (author(MOTHER), "", Source.TYPED_BY_CARER),
        ("", author(ITS_PATIENT), Source.TYPED_BY_PATIENT),
        (author(SYSTEM), author(ONESELF), None),
        (author(ONESELF) + author(SYSTEM), "", None),
        ("", "", None),
        (PERFORMER, author(ITS_PATIENT), None),
    ],
)
def test_what_a_person_wrote_is_not_taken_for_a_laboratorys(
    by_result: str, by_document: str, source: Source | None
) -> None:
    body = section(panel(observation(more=by_result)))

    (result,) = read_ccda(document(body, head=PERSON + by_document)).results

    assert result.source is source
    said = "It was entered by the patient or a carer, not by a laboratory."
    assert (said in result.remarks) is (source is not None)


@pytest.mark.parametrize(
    "around",
    [
        lambda about: observation(more=about),
        lambda about: panel(observation(), more=about),
    ],
)
def test_a_result_that_names_somebody_beside_the_patient_is_held(
    around: Callable[[str], str],
) -> None:
    mother = (
        '<subject><relatedSubject classCode="PRS"><code code="MTH"/></relatedSubject>'
        "</subject>"
    )

    assert "about someone or something beside the patient" in only(around(mother)).hold
    assert only(around("")).hold == ""


@pytest.mark.parametrize(
    "unit", ["ng/mL{serum}", "ng/mL {25-OH D}", " ng/mL ", "NG/ML", "[ng/mL]"]
)
def test_what_stands_around_a_unit_changes_nothing(unit: str) -> None:
    coded = f'<value xsi:type="PQ" value=" 28 " unit="{unit}"/>'

    assert only(observation(value=coded)).unit is Unit.NG_PER_ML


def test_a_unit_in_the_name_of_the_test_is_its_unit() -> None:
    code = '<code code="1" codeSystem="1.2" displayName="25-OH Vitamin D (nmol/L)"/>'

    result = only(
        observation(code=code, value='<value xsi:type="ST">68</value>', status="")
    )

    assert (result.value_text, result.unit) == ("68", Unit.NMOL_PER_L)


def test_a_unit_of_the_value_and_another_of_the_name_are_not_mixed() -> None:
    code = '<code code="1" codeSystem="1.2" displayName="25-OH Vitamin D (nmol/L)"/>'

    assert only(observation(code=code)).unit is Unit.NG_PER_ML


def test_a_value_may_come_with_interval_and_flag_in_one_text() -> None:
    text = '<value xsi:type="ST">28.4 ng/mL (30.0-100.0) L</value>'

    result = only(observation(value=text))

    assert (result.value_text, result.unit) == ("28.4", Unit.NG_PER_ML)
    assert result.laboratory_flag == "L"


# Sections, days and samples beyond the American ones ----------------------------------

OF_A_COUNTRY = (
    '<section><code code="102.16144" codeSystem="1.2.36.1.2001.1001.101"/><text/>'
    "<entry>{entry}</entry></section>"
)
OWN_CODE = '<code code="1" codeSystem="1.2.36.99" displayName="{name}"/>'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("25-OH Vitamin D", '<value xsi:type="PQ" value="48" unit="nmol/L"/>'),
        ("S -D-25", '<value xsi:type="PQ" value="48" unit="nmol/L"/>'),
        ("25-OH Vitamin D", '<value xsi:type="ST">48 nmol/L</value>'),
    ],
)
def test_a_value_under_its_name_is_found_in_a_section_of_another_country(
    name: str, value: str
) -> None:
    entry = observation(code=OWN_CODE.format(name=name), value=value)
    parsed = read_ccda(document(OF_A_COUNTRY.format(entry=entry)))

    assert [(row.value_text, row.unit) for row in parsed.results] == [
        ("48", Unit.NMOL_PER_L)
    ]


@pytest.mark.parametrize(
    ("name", "value", "start"),
    [
        ("25-OH Vitamin D", '<value xsi:type="CD" displayName="Low"/>', "EVN"),
        ("25-OH Vitamin D", '<value xsi:type="PQ" value="50" unit="nmol/L"/>', "GOL"),
        ("Heart rate", '<value xsi:type="PQ" value="70" unit="/min"/>', "EVN"),
        ("Calcitriol", '<value xsi:type="PQ" value="50" unit="pg/mL"/>', "EVN"),
    ],
)
def test_other_entries_of_such_a_section_are_no_results(
    name: str, value: str, start: str
) -> None:
    entry = observation(
        code=OWN_CODE.format(name=name),
        value=value,
        start=f'classCode="OBS" moodCode="{start}"',
    )
    parsed = read_ccda(document(OF_A_COUNTRY.format(entry=entry)))

    assert (parsed.results, parsed.refused) == ((), ())


@pytest.mark.parametrize(
    ("panel_time", "said"),
    [
        ('<low value="20250309"/><high value="20250309"/>', "2025-03-09"),
        ('<low value="20250301"/><high value="20250310"/>', ""),
        ('<low value="20250301"/>', ""),
        ('<low value="20250312"/><high value="20250312"/>', ""),
        ('<low value="202503"/><high value="202503"/>', ""),
    ],
)
def test_a_panel_that_was_over_before_its_result_holds_the_day(
    panel_time: str, said: str
) -> None:
    around = f"<effectiveTime>{panel_time}</effectiveTime>"

    result = only(panel(observation(), more=around))

    assert result.collected_on.isoformat() == "2025-03-10"
    assert ("differs" in result.hold, said in result.hold) == (bool(said), True)


def test_one_moment_of_panel_and_result_in_two_zones_is_no_difference() -> None:
    around = '<effectiveTime value="202503092330-0500"/>'
    day = '<effectiveTime value="202503100430+0000"/>'

    assert only(panel(observation(day=day), more=around)).hold == ""


def drawn(*specimens: str) -> str:
    """Return procedures of collection, as the laboratories of IHE send them."""
    return "".join(
        '<component><procedure><code code="33882-2"/><participant typeCode="PRD">'
        f'<participantRole><playingEntity><code code="X" displayName="{specimen}"/>'
        "</playingEntity></participantRole></participant></procedure></component>"
        for specimen in specimens
    )


@pytest.mark.parametrize(
    ("specimens", "name"),
    [(["Serum"], "Serum"), (["Serum", "Serum"], "Serum"), (["Serum", "Plasma"], "")],
)
def test_the_specimen_of_a_collection_is_that_of_its_results(
    specimens: list[str], name: str
) -> None:
    assert only(panel(observation(), more=drawn(*specimens))).specimen == name


def test_calcium_of_a_collection_of_urine_is_not_taken_for_that_of_blood() -> None:
    code = '<code code="1" codeSystem="1.2" displayName="Calcium"/>'
    value = '<value xsi:type="PQ" value="4.1" unit="mmol/L"/>'

    reason = why(panel(observation(code=code, value=value), more=drawn("Urine")))

    assert "another sample than blood" in reason


def test_a_unit_in_a_laboratorys_own_code_is_told_by_its_name() -> None:
    value = (
        '<value xsi:type="PQ" value="24" unit="ng/mL">'
        '<translation value="60" code="2680" displayName="nmol/L"/></value>'
    )

    result = only(observation(value=value))

    assert result.remarks == ("The same value is also printed as '60 nmol/L'.",)


def collected_apart(day: str, *numbers: str) -> str:
    """Return a section of specimens as Austrian laboratories send it."""
    procedures = "".join(
        '<entryRelationship typeCode="COMP"><procedure classCode="PROC" moodCode="EVN">'
        '<templateId root="1.3.6.1.4.1.19376.1.3.1.2"/>'
        '<code code="33882-2" codeSystem="2.16.840.1.113883.6.1"/>'
        f'<effectiveTime value="{day}"/><participant typeCode="PRD">'
        '<participantRole classCode="SPEC">'
        f'<id root="1.2.40.0.34" extension="{number}"/>'
        '<playingEntity><code code="SER" displayName="Serum"/></playingEntity>'
        "</participantRole></participant></procedure></entryRelationship>"
        for number in numbers
    )
    return (
        '<section><code code="10" codeSystem="1.2.40.0.34.5.11"/><text/>'
        f'<entry><act classCode="ACT" moodCode="EVN">{procedures}</act></entry>'
        "</section>"
    )


LABORATORY = (
    '<documentationOf><serviceEvent><performer typeCode="PRF">'
    '<templateId root="1.3.6.1.4.1.19376.1.3.3.1.7"/><assignedEntity>'
    "<representedOrganization><name>Zentrallabor</name></representedOrganization>"
    "</assignedEntity></performer></serviceEvent></documentationOf>"
)


def of_specimen(number: str) -> str:
    return (
        f'<specimen><specimenRole><id root="1.2.40.0.34" extension="{number}"/>'
        "</specimenRole></specimen>"
    )


def test_the_head_of_a_report_names_the_laboratory_and_a_section_the_specimen() -> None:
    results = section(panel(observation()))
    apart = collected_apart("20250310", "P-7")
    (row,) = read_ccda(document(apart, results, head=LABORATORY)).results

    assert (row.laboratory, row.accession, row.specimen) == (
        "Zentrallabor",
        "P-7",
        "Serum",
    )
    assert row.hold == ""


def test_a_performer_of_the_head_who_is_no_laboratory_is_not_taken_for_one() -> None:
    head = LABORATORY.replace("1.3.6.1.4.1.19376.1.3.3.1.7", "1.2.3")
    (row,) = read_ccda(document(section(observation()), head=head)).results

    assert row.laboratory == ""


def test_a_day_of_collection_in_a_section_of_its_own_that_differs_holds() -> None:
    results = section(panel(observation(), more=of_specimen("P-7")))
    apart = collected_apart("20250308", "P-7")
    (row,) = read_ccda(document(apart, results)).results

    assert (row.collected_on.day, row.accession) == (8, "P-7")
    assert "2025-03-08" in row.hold
    assert "2025-03-10" in row.hold


@pytest.mark.parametrize("numbers", [("P-8",), ("P-8", "P-9")])
def test_a_collection_of_other_specimens_says_nothing(numbers: tuple[str, ...]) -> None:
    results = section(panel(observation(), more=of_specimen("P-7")))
    apart = collected_apart("20250308", *numbers)
    (row,) = read_ccda(document(apart, results)).results

    assert (row.collected_on.day, row.hold, row.accession) == (10, "", "P-7")


def test_a_collection_in_a_list_of_procedures_says_nothing_of_a_result() -> None:
    apart = collected_apart("20120308", "P-7").replace("1.3.6.1.4.1.19376.1.3.1.2", "1")
    (row,) = read_ccda(document(apart, section(panel(observation())))).results

    assert (row.collected_on.year, row.hold, row.accession) == (2025, "", "")


def test_one_of_two_collections_is_not_guessed() -> None:
    apart = collected_apart("20250308", "P-8", "P-9")
    (row,) = read_ccda(document(apart, section(panel(observation())))).results

    assert (row.collected_on.day, row.accession) == (10, "")


def test_one_value_in_two_observations_with_a_unit_each_is_one_result() -> None:
    other = observation(value=VALUE.replace("27.50", "69").replace("ng/mL", "nmol/L"))
    contradicting = other.replace("69", "27.5")

    result = only(panel(observation(), other))
    assert (result.value_text, result.unit, result.hold) == (
        "27.50",
        Unit.NG_PER_ML,
        "",
    )
    assert result.remarks == ("The same value is also printed as '69 nmol/L'.",)
    held = read(panel(observation(), contradicting)).results
    assert ["contradict each other" in row.hold for row in held] == [True, True]


CODE_OF_ITS_OWN = '<code code="7130" codeSystem="2.999" displayName="25-OH vitamin D"/>'
PANEL_CODE = '<code code="70" codeSystem="2.999" displayName="Vitamins"/>'


def linked(part: str, kind: str = "COMP") -> str:
    return f'<entryRelationship typeCode="{kind}">{part}</entryRelationship>'


def act(part: str) -> str:
    return f'<act classCode="ACT" moodCode="EVN">{PANEL_CODE}{part}</act>'


def panel_of(part: str, day: str = "") -> str:
    return observation(code=PANEL_CODE, value="", day=day, more=part)


@pytest.mark.parametrize(
    "entry",
    [
        act(linked(observation(code=CODE_OF_ITS_OWN))),
        act(linked(observation(code=CODE_OF_ITS_OWN), "SUBJ")),
        panel_of(linked(observation(code=CODE_OF_ITS_OWN))),
        panel_of(linked(observation())),
    ],
)
def test_a_result_in_an_act_or_a_panel_observation_is_read(entry: str) -> None:
    result = only(entry)

    assert (result.value_text, result.collected_on.day) == ("27.50", 10)


@pytest.mark.parametrize(
    "entry",
    [
        act(linked(observation(code=CODE_OF_ITS_OWN), "REFR")),
        act(linked(observation(code=PANEL_CODE), "SUBJ")),
        panel_of(linked(observation(code=CODE_OF_ITS_OWN), "REFR")),
        panel_of(linked(observation(code=PANEL_CODE))),
        panel_of(linked(observation(code=CODE_OF_ITS_OWN, value=""))),
    ],
)
def test_what_only_refers_to_another_entry_is_no_result(entry: str) -> None:
    parsed = read(entry)

    assert (parsed.results, parsed.refused) == ((), ())


def test_a_part_without_a_day_has_that_of_the_result_around_it() -> None:
    result = only(panel_of(linked(observation(code=CODE_OF_ITS_OWN, day="")), DAY))

    assert result.collected_on.day == 10


@pytest.mark.parametrize("time", [' value="20250308">', '><low value="20250308"/>'])
def test_a_part_of_a_later_day_than_the_result_around_it_is_held(time: str) -> None:
    around = f"<effectiveTime{time}</effectiveTime>"

    result = only(panel_of(linked(observation()), around))

    assert "2025-03-08" in result.hold
    assert "2025-03-10" in result.hold


def named(name: str, value: str) -> str:
    return observation(
        code=f'<code code="T" codeSystem="2.999" displayName="{name}"/>',
        value=VALUE.replace("27.50", value),
    )


@pytest.mark.parametrize(
    ("beside", "is_sure"), [(named("D2", "8"), True), (CALCIUM, False)]
)
def test_parts_without_a_name_of_their_own_are_of_their_panel(
    beside: str, *, is_sure: bool
) -> None:
    parts = (named("Total", "28"), named("D3", "20"), beside)

    total, d3, *_ = read(panel(*parts, more=CODE)).results

    assert [total.measurand, d3.measurand] == [Measurand.TOTAL, Measurand.D3]
    assert (total.display, total.value_text) == ("25-OH D, Total", "28")
    assert (total.hold == "", d3.hold) == (is_sure, "")


def test_parts_of_another_panel_are_named_and_not_kept() -> None:
    parsed = read(panel(named("Total", "28"), more=PANEL_CODE))

    assert parsed.results == ()
    assert "1 result is of a test not kept here: 'Total'." in parsed.warnings


OTHER_ENTRY = '<act classCode="ACT" moodCode="EVN"/>'


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Labs: vitamin D 25-OH 27.5 ng/mL, calcium normal", True),
        ("25-hydroxyvitamin D of 68 nmol/l in March", True),
        ("Takes vitamin D 2000 IU daily", False),
        ("Vitamin D deficiency. Ferritin 30 ng/mL", False),
    ],
)
def test_a_value_in_the_text_of_another_section_is_told(
    text: str, *, is_told: bool
) -> None:
    parsed = read_ccda(document(section(OTHER_ENTRY, text=text, code="8648-8")))

    assert parsed.results == ()
    told = [one.why.startswith("The text for people names") for one in parsed.refused]
    assert told == ([True] if is_told else [])


def test_a_value_in_the_text_of_another_section_is_not_told_beside_a_result() -> None:
    text = "Vitamin D 25-OH 27.5 ng/mL"
    course = section(OTHER_ENTRY, text=text, code="8648-8")

    assert read_ccda(document(course, section(observation()))).refused == ()


def test_two_times_of_one_result_that_differ_are_held() -> None:
    times = DAY + DAY.replace("20250310", "20250308")

    assert "2025-03-08" in only(observation(day=times)).hold


def test_a_time_with_a_t_between_day_and_clock_is_read() -> None:
    time = DAY.replace("20250310", "20250310T093000+0100")

    assert only(observation(day=time)).collected_on.day == 10


def test_a_text_in_the_attribute_of_a_number_is_read() -> None:
    result = only(observation(value='<value xsi:type="ST" value="&lt;27.5 ng/mL"/>'))

    assert (result.value_text, result.unit) == ("<27.5", Unit.NG_PER_ML)
