"""Results and products out of C-CDA documents."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.ccda import (
    ATTACHED_BODY,
    FRAGMENT,
    NO_BODY,
    NOBODY_NAMED,
    REPLACES,
    read_ccda,
)
from labs.formats.gathering import NOTHING_FOUND
from labs.formats.inspection import inspect, read_file
from labs.formats.medicine_lines import NAMELESS, OTHERS
from labs.formats.parsed import FileRefused
from labs.formats.xml_documents import HAS_DOCTYPE
from tests.unit.labs.formats.ccda_documents import (
    ALL,
    CODE,
    DAY,
    NAMESPACES,
    document,
    example,
    observation,
    only,
    panel,
    read,
    section,
    why,
)
from tests.unit.labs.formats.hl7v2_messages import only as only_of_message
from tests.unit.labs.formats.hl7v2_messages import result_segment


def test_a_portal_download_gives_total_d2_and_d3_apart() -> None:
    parsed = read_ccda(example("portal_download.xml"))

    assert parsed.format == "XML (C-CDA)"
    assert [(r.measurand, r.value_text, r.unit) for r in parsed.results] == [
        (Measurand.TOTAL, "31.0", Unit.NG_PER_ML),
        (Measurand.D2, "<4.0", Unit.NG_PER_ML),
        (Measurand.D3, "27", Unit.NG_PER_ML),
    ]
    total = parsed.results[0]
    assert total.patient.identifier == "MRN-31"
    assert total.patient.name == "Maria Elena Santos"
    assert total.patient.born_on == date(1975, 8, 20)
    assert total.collected_on == date(2025, 5, 12)
    assert (total.loinc, total.local_code) == ("62292-8", "17306 (LabCatalogue)")
    assert total.display == "VITAMIN D, 25-OH, TOTAL"
    assert total.interval_text == "30-100 ng/mL"
    assert (total.interval_low, total.interval_high) == (Decimal(30), Decimal(100))
    assert (total.laboratory, total.method) == ("Harbour Laboratory", "LC-MS/MS")
    assert (total.specimen, total.laboratory_flag) == ("Serum specimen", "N")
    assert (total.status, total.result_status) == ("completed", ResultStatus.FINAL)
    assert total.hold == ""
    assert [(r.measurand, r.value_text) for r in parsed.companions] == [
        (Measurand.CALCIUM, "9.60")
    ]


def test_calcitriol_is_refused_and_a_goal_is_no_result() -> None:
    parsed = read_ccda(example("portal_download.xml"))

    (refused,) = parsed.refused
    assert refused.where.startswith("observation 5, line ")
    assert "1,25-dihydroxyvitamin D is a different test" in refused.why
    assert all(result.value != 40 for result in parsed.results)


def test_the_text_for_people_is_plain_and_its_numbers_are_no_values() -> None:
    total = read_ccda(example("portal_download.xml")).results[0]

    assert total.comment == (
        "Vitamin D, 25-Hydroxy, Total | 31.0 ng/mL | 30-100 ng/mL | "
        "Deficient < 20. More See 55 ng/mL."
    )
    assert "javascript" not in repr(total)


def test_products_with_vitamin_d_or_k_are_handed_on_as_written() -> None:
    lines = read_ccda(example("portal_download.xml")).supplements

    assert [(s.name, s.directions, s.starts_on, s.ends_on) for s in lines] == [
        (
            "cholecalciferol 1000 UNT Oral Capsule",
            "1 capsule by mouth daily",
            date(2024, 1, 5),
            None,
        ),
        ("Menaquinone-7 drops", "2 {drop}", None, date(2024, 1, 4)),
    ]


def test_a_european_report_has_its_day_from_the_drawing_of_the_specimen() -> None:
    (result,) = read_ccda(example("european_laboratory_report.xml")).results

    assert result.patient.name == "Jürgen Müller"
    assert result.patient.born_on is None
    assert (result.value_text, result.value) == ("32,5", Decimal("32.5"))
    assert (result.unit_text, result.unit) == ("µg/l", Unit.UG_PER_L)
    assert result.local_code == "V25 (Labor)"
    assert result.collected_on == date(2025, 3, 10)
    assert result.hold == ""


def test_a_part_of_a_document_is_read_and_names_no_patient() -> None:
    parsed = read_ccda(example("section_fragment.xml"))

    (result,) = parsed.results
    assert (result.value_text, result.unit) == ("80.0", Unit.NMOL_PER_L)
    assert result.display == "25-OH-Vitamin D"
    assert result.interval_text == "L: deficient <30; N: 50-125 nmol/L"
    assert (result.interval_low, result.interval_high) == (Decimal(50), Decimal(125))
    assert FRAGMENT in parsed.warnings


def test_a_prefix_that_nobody_declared_is_tolerated_and_said() -> None:
    data = section(observation()).encode()

    parsed = read_ccda(data)

    assert len(parsed.results) == 1
    assert "prefix without declaring it" in parsed.warnings[0]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_an_example_is_known_by_its_content(path: Path) -> None:
    found = inspect(path.read_bytes(), path.name)

    assert found["format"].startswith("XML (C-CDA)")
    assert found["results"]


# Sections and codes -------------------------------------------------------------------


@pytest.mark.parametrize("code", ["30954-2", "26436-6", "18719-5", "11502-2"])
def test_results_are_known_by_name_in_a_section_of_results(code: str) -> None:
    named = observation(code='<code nullFlavor="UNK" displayName="25-OH Vitamin D"/>')

    parsed = read_ccda(document(section(named, code=code)))

    assert [result.measurand for result in parsed.results] == [Measurand.TOTAL]


@pytest.mark.parametrize("extension", ["", 'extension="2015-08-01"', 'extension=""'])
def test_a_section_is_known_by_its_template_of_any_version(
    extension: str,
) -> None:
    root = '<templateId root="2.16.840.1.113883.10.20.22.2.3.1" '
    named = observation(code='<code displayName="25-OH Vitamin D"/>')
    part = f"<section>{root}{extension}/><entry>{named}</entry></section>"

    assert len(read_ccda(document(part)).results) == 1


def test_elsewhere_a_code_counts_and_a_name_alone_is_held() -> None:
    named = observation(code='<code displayName="25-OH Vitamin D"/>')

    parsed = read_ccda(
        document(section(named, code="8716-3"), section(observation(), code="8716-3"))
    )

    held = [(r.loinc, "not one of results" in r.hold) for r in parsed.results]
    assert held == [("", True), ("62292-8", False)]


@pytest.mark.parametrize("mood", ["GOL", "INT", "RQO", "PRMS", "PRP", "DEF"])
def test_what_is_only_planned_is_no_result(mood: str) -> None:
    planned = observation(start=f'classCode="OBS" moodCode="{mood}"')

    parsed = read(planned)

    assert (parsed.results, parsed.refused) == ((), ())
    assert NOTHING_FOUND in parsed.warnings


def test_what_was_not_done_is_refused() -> None:
    not_done = observation(start='moodCode="EVN" negationInd="true"')

    assert "not done" in why(not_done)


def test_that_another_test_was_not_done_is_no_result_of_it() -> None:
    nothing = observation(
        code='<code nullFlavor="NI"/>',
        value='<value xsi:type="ST" nullFlavor="NI"/>',
        more="<text>No results in this period</text>",
        start='moodCode="EVN" negationInd="true"',
    )

    assert read(nothing).warnings[-1] == NOTHING_FOUND
    assert not any("not kept" in warning for warning in read(nothing).warnings)


def test_sections_without_a_body_around_them_are_read_as_usual() -> None:
    around = f"<ClinicalDocument {NAMESPACES}>{{}}</ClinicalDocument>"

    parsed = read_ccda(around.format(section(observation())).encode())

    assert [each.value_text for each in parsed.results] == ["27.50"]
    assert NO_BODY not in parsed.warnings


def test_a_code_of_another_system_means_nothing() -> None:
    code = (
        '<code code="1649-3" codeSystem="2.16.840.1.113883.6.238" displayName="Race"/>'
    )

    parsed = read(observation(code=code))

    assert (parsed.results, parsed.refused) == ((), ())
    assert any("'Race'" in said for said in parsed.warnings)


def test_a_translation_may_hold_the_code() -> None:
    code = (
        '<code nullFlavor="OTH"><originalText>Vit D</originalText>'
        '<translation code="68438-1" codeSystem="2.16.840.1.113883.6.1"/></code>'
    )
    value = '<value xsi:type="PQ" value="70" unit="nmol/L"/>'

    result = only(observation(code=code, value=value))

    assert (result.loinc, result.measurand) == ("68438-1", Measurand.TOTAL)
    assert result.display == "Vit D"


def test_results_inside_other_entries_are_found_by_code_alone() -> None:
    inner = f'<entryRelationship typeCode="COMP">{observation()}</entryRelationship>'
    units = (
        '<entryRelationship><observation moodCode="EVN"><code code="246514001"/>'
        '<value xsi:type="ST">ng/mL</value></observation></entryRelationship>'
    )
    outer = observation(
        code='<code code="1" codeSystem="2.1" displayName="Panel"/>', more=inner + units
    )

    parsed = read(outer)

    assert len(parsed.results) == 1
    assert parsed.warnings[-1] == "1 result is of a test not kept here: 'Panel'."


# Days and statuses --------------------------------------------------------------------

FROM = '<effectiveTime><low value="20250310"/>{high}</effectiveTime>'


@pytest.mark.parametrize(
    "day",
    [
        '<effectiveTime value="20250310"/>',
        '<effectiveTime value="20250310233000-0500"/>',
        FROM.format(high=""),
        FROM.format(high='<high value="20250310"/>'),
    ],
)
def test_the_day_is_the_one_that_is_printed(day: str) -> None:
    result = only(observation(day=day))

    assert (result.collected_on, result.hold) == (date(2025, 3, 10), "")
    assert result.remarks == ()


def test_the_first_of_several_days_is_taken_with_a_remark() -> None:
    day = (
        '<effectiveTime><low value="20250310"/><high value="20250312"/></effectiveTime>'
    )

    result = only(observation(day=day))

    assert result.collected_on == date(2025, 3, 10)
    assert result.remarks == (
        "effectiveTime runs from 20250310 to 20250312; the first day was taken.",
    )


def test_the_day_of_the_panel_is_a_fallback_with_a_remark() -> None:
    result = only(panel(observation(day='<effectiveTime nullFlavor="UNK"/>'), more=DAY))

    assert result.collected_on == date(2025, 3, 10)
    assert "effectiveTime of the panel" in result.remarks[0]


def test_a_specimen_of_another_day_holds_the_result_with_both_shown() -> None:
    drawn = (
        '<component><procedure moodCode="EVN"><code code="17636008"/>'
        '<effectiveTime value="20250308"/></procedure></component>'
    )

    result = only(panel(observation(), more=drawn))

    assert result.collected_on == date(2025, 3, 8)
    assert "2025-03-08" in result.hold
    assert "2025-03-10" in result.hold


def test_the_day_of_the_document_or_its_author_is_never_taken() -> None:
    author = '<author><time value="20250310"/><assignedAuthor/></author>'

    assert "No field says on which day" in why(observation(day=author))


@pytest.mark.parametrize("partial", ["2025", "202503"])
def test_a_partial_date_is_refused_by_name(partial: str) -> None:
    day = f'<effectiveTime value="{partial}"/>'

    assert f"'{partial}' is not a full date" in why(observation(day=day))


@pytest.mark.parametrize(
    ("sent", "meaning"),
    [
        ("completed", ResultStatus.FINAL),
        ("active", ResultStatus.PRELIMINARY),
        ("aborted", ResultStatus.CANCELLED),
        ("cancelled", ResultStatus.CANCELLED),
        ("nullified", ResultStatus.ENTERED_IN_ERROR),
    ],
)
def test_a_status_has_its_meaning_and_stays_as_sent(
    sent: str, meaning: ResultStatus
) -> None:
    result = only(observation(status=f'<statusCode code="{sent}"/>'))

    assert (result.status, result.result_status) == (sent, meaning)


def test_a_status_that_is_not_known_or_a_withdrawn_panel_holds_the_result() -> None:
    odd = only(observation(status='<statusCode code="obsolete"/>'))
    within = only(panel(observation(), more='<statusCode code="nullified"/>'))

    assert "'obsolete'" in odd.hold
    assert "withdrawn" in within.hold


def test_a_result_to_come_is_refused_as_such() -> None:
    pending = observation(status='<statusCode code="active"/>', value="")

    assert "still to come" in why(pending)


# What is said around ------------------------------------------------------------------


def test_the_laboratory_is_the_performer_and_else_the_author_of_the_entry() -> None:
    author = (
        "<author><assignedAuthor><representedOrganization><name>Clinic</name>"
        "</representedOrganization></assignedAuthor></author>"
    )
    performer = (
        "<performer><assignedEntity><representedOrganization><name>Lab A</name>"
        "</representedOrganization></assignedEntity></performer>"
    )

    assert only(observation(more=author)).laboratory == "Clinic"
    assert only(panel(observation(more=author), more=performer)).laboratory == "Lab A"
    assert only(observation()).laboratory == ""


def test_a_comment_is_kept_beside_the_result() -> None:
    comment = (
        '<entryRelationship><act><code code="48767-8"/><text>Haemolysed.</text></act>'
        "</entryRelationship>"
    )

    assert only(observation(more=comment)).comment == "Haemolysed."


def test_flags_are_those_of_the_result_and_not_of_its_bands() -> None:
    more = (
        '<interpretationCode code="L"/><interpretationCode nullFlavor="UNK"/>'
        "<referenceRange><observationRange><text>&gt;100 high</text>"
        '<interpretationCode code="H"/></observationRange></referenceRange>'
    )

    assert only(observation(more=more)).laboratory_flag == "L"


@pytest.mark.parametrize(
    "said",
    [
        "<originalText>Critical</originalText>",
        '<translation code="CR" displayName="Critical"/>',
        '<translation code="Critical"/>',
    ],
)
def test_a_laboratorys_own_flag_is_kept_without_a_code_of_the_standard(
    said: str,
) -> None:
    more = f'<interpretationCode nullFlavor="OTH">{said}</interpretationCode>'

    assert only(observation(more=more)).laboratory_flag == "Critical"


def test_bands_too_long_for_the_interval_stay_whole_in_the_comment() -> None:
    bands = "".join(
        f"<referenceRange><observationRange><text>band {n} {'x' * 60}</text>"
        "</observationRange></referenceRange>"
        for n in range(5)
    )

    result = only(observation(more=bands))

    assert result.interval_text.endswith("…")
    assert f"band 4 {'x' * 60}" in result.comment


def test_a_specimen_without_a_code_is_named_by_its_name() -> None:
    more = (
        "<specimen><specimenRole><specimenPlayingEntity/></specimenRole></specimen>"
        "<specimen><specimenRole><specimenPlayingEntity><name>Dried blood spot</name>"
        "</specimenPlayingEntity></specimenRole></specimen>"
    )

    assert only(observation(more=more)).specimen == "Dried blood spot"


def test_a_procedure_that_draws_no_specimen_says_no_day() -> None:
    other = (
        '<component><procedure moodCode="EVN"><code code="1"/>'
        '<effectiveTime value="20250301"/></procedure></component>'
    )

    assert only(panel(observation(), more=other)).hold == ""


def test_a_section_of_results_without_vitamin_d_in_its_text_is_passed_over() -> None:
    assert read("", text="No results").refused == ()


def test_a_result_that_only_people_can_read_is_refused_by_section() -> None:
    text = "<table><tr><td>Vitamin D 25-OH</td><td>27 ng/mL</td></tr></table>"

    parsed = read("", text=text)

    assert [part.where for part in parsed.refused] == ["section at line 1"]
    assert "enter them by hand" in parsed.refused[0].why


def test_a_document_that_is_an_attachment_says_so() -> None:
    data = (
        f"<ClinicalDocument {NAMESPACES}><component><nonXMLBody><text>JVBERi0=</text>"
        "</nonXMLBody></component></ClinicalDocument>"
    ).encode()

    assert ATTACHED_BODY in read_ccda(data).warnings


def test_a_document_that_replaces_another_says_so() -> None:
    head = '<relatedDocument typeCode="RPLC"/>'

    assert REPLACES in read_ccda(document(section(observation()), head=head)).warnings


# Products -----------------------------------------------------------------------------


def medication(
    material: str, *, start: str = 'moodCode="EVN"', more: str = ""
) -> bytes:
    product = (
        f"<manufacturedProduct><manufacturedMaterial>{material}"
        "</manufacturedMaterial></manufacturedProduct>"
    )
    return document(
        section(
            f"<substanceAdministration {start}>{more}<consumable>{product}</consumable>"
            "</substanceAdministration>",
            code="10160-0",
        )
    )


@pytest.mark.parametrize(
    "material",
    [
        '<code displayName="Vitamin D3 1000 IU"/>',
        "<code><originalText>Vitamin D3 1000 IU</originalText></code>",
        '<code><translation displayName="Vitamin D3 1000 IU"/></code>',
        "<name>Vitamin D3 1000 IU</name>",
    ],
)
def test_a_product_is_known_by_any_of_its_names(material: str) -> None:
    (line,) = read_ccda(medication(material)).supplements

    assert (line.name, line.directions) == ("Vitamin D3 1000 IU", "")
    assert (line.starts_on, line.ends_on) == (None, None)


@pytest.mark.parametrize(
    ("start", "more"),
    [
        ('moodCode="RQO"', ""),
        ('moodCode="EVN" negationInd="true"', ""),
        ('moodCode="EVN"', '<statusCode code="nullified"/>'),
    ],
)
def test_a_product_that_was_not_given_is_none(start: str, more: str) -> None:
    parsed = read_ccda(medication("<name>Vitamin D3</name>", start=start, more=more))

    assert parsed.supplements == ()
    assert "Vitamin D3 is not handed on" in parsed.refused[0].why
    assert parsed.refused[0].is_medicine


def test_other_products_are_no_supplements_and_are_counted() -> None:
    for name, count in (
        ("Calcitriol 0.25 mcg", 0),
        ("Potassium chloride", 1),
        ("Vitamin B12", 1),
    ):
        parsed = read_ccda(medication(f"<name>{name}</name>"))
        assert parsed.supplements == ()
        assert len(parsed.medicines) == 1 - count
        assert (OTHERS % {"count": 1} in parsed.warnings) is bool(count)


WARFARIN = 'codeSystem="2.16.840.1.113883.6.88" code="11289"'
UNKNOWN = 'codeSystem="2.16.840.1.113883.6.88" codeSystemName="RxNorm" code="1"'


@pytest.mark.parametrize(
    ("material", "name"),
    [
        (f"<code {WARFARIN}/>", "warfarin"),
        (f'<code nullFlavor="OTH"><translation {WARFARIN}/></code>', "warfarin"),
        (f"<code {WARFARIN}/><name>Tablet A</name>", "Tablet A (warfarin)"),
        (f'<code {WARFARIN} displayName="Coumadin"/>', "Coumadin"),
        (
            '<code codeSystem="2.16.840.1.113883.6.96" code="48603004"/>',
            "warfarin",
        ),
        (f"<code {UNKNOWN}/>", "1 (http://www.nlm.nih.gov/research/umls/rxnorm)"),
        (
            '<code codeSystem="2.16.840.1.113883.6.69" code="0056-0172"/>',
            "0056-0172 (2.16.840.1.113883.6.69)",
        ),
        (
            '<code codeSystem="1.2" codeSystemName="PZN" code="1234"/>',
            "1234 (PZN)",
        ),
    ],
)
def test_a_medicine_without_a_name_is_known_by_its_code(
    material: str, name: str
) -> None:
    parsed = read_ccda(medication(material))

    assert [each.name for each in parsed.medicines] == [name]
    assert parsed.refused == ()


def ingredient(name: str) -> str:
    """Return a part of a product, in the namespace of a country's extension."""
    inner = f'<p:ingredient><p:code displayName="{name}"/></p:ingredient>'
    return f'<p:ingredient xmlns:p="urn:hl7-org:pharm">{inner}</p:ingredient>'


@pytest.mark.parametrize(
    ("brand", "names", "said"),
    [
        ("<name>Tablet A</name>", ["Warfarin"], "Tablet A (Warfarin)"),
        ("", ["Warfarin"], "Warfarin"),
        ("<name>Marcumar 3 mg</name>", ["Phenprocoumon"], "Marcumar 3 mg"),
        (
            "<name>Drops B</name>",
            ["Colecalciferol", "Sunflower oil", "Menaquinone-7"],
            "Drops B (Colecalciferol / Menaquinone-7)",
        ),
    ],
)
def test_what_is_in_a_product_tells_what_it_is(
    brand: str, names: list[str], said: str
) -> None:
    parsed = read_ccda(medication(brand + "".join(map(ingredient, names))))

    assert [each.name for each in (*parsed.medicines, *parsed.supplements)] == [said]


def test_a_medicine_that_nothing_names_is_said_to_be_nameless() -> None:
    parsed = read_ccda(medication('<code nullFlavor="UNK"/>'))

    assert [each.why for each in parsed.refused] == [NAMELESS]


PART = (
    '<entryRelationship typeCode="COMP"><{kind} moodCode="INT">{place}'
    "</{kind}></entryRelationship>"
)


def handed_out(material: str, *parts: str) -> bytes:
    """Return a document in which a pharmacy says what it handed out."""
    product = (
        f"<product><manufacturedProduct>{material}</manufacturedProduct></product>"
    )
    day = '<effectiveTime value="20250310"/>'
    entry = f'<supply moodCode="EVN">{day}{product}{"".join(parts)}</supply>'
    return document(section(entry, code="60590-7"))


def test_what_a_pharmacy_handed_out_is_a_line_of_the_list() -> None:
    material = "<manufacturedMaterial><name>Vitamin D3</name></manufacturedMaterial>"
    nothing = '<manufacturedMaterial nullFlavor="NA"/>'
    place = f"<manufacturedProduct>{nothing}</manufacturedProduct>"
    dose = PART.format(
        kind="substanceAdministration", place=f"<consumable>{place}</consumable>"
    )

    parsed = read_ccda(handed_out(material, dose, dose))

    (line,) = parsed.supplements
    assert (line.name, line.starts_on) == ("Vitamin D3", date(2025, 3, 10))
    assert parsed.refused == ()


def test_a_supply_within_an_entry_is_no_second_line() -> None:
    material = "<manufacturedMaterial><name>Vitamin D3</name></manufacturedMaterial>"
    product = (
        f"<product><manufacturedProduct>{material}</manufacturedProduct></product>"
    )
    supply = PART.format(kind="supply", place=product)

    parsed = read_ccda(medication("<name>Vitamin D3</name>", more=supply))

    assert [line.name for line in parsed.supplements] == ["Vitamin D3"]


def test_a_drug_by_its_label_is_a_medicine_and_an_empty_one_is_none() -> None:
    drug = (
        "<manufacturedLabeledDrug><name>Warfarin 5 mg</name></manufacturedLabeledDrug>"
    )
    empty = '<manufacturedLabeledDrug nullFlavor="NA"/>'

    assert [each.name for each in read_ccda(handed_out(drug)).medicines] == [
        "Warfarin 5 mg"
    ]
    assert read_ccda(handed_out(empty)).refused == ()


@pytest.mark.parametrize(
    "said",
    ['<code nullFlavor="NA"/>', '<code><translation displayName="drug"/></code>'],
)
def test_that_there_are_no_medicines_is_none_of_a_list(said: str) -> None:
    parsed = read_ccda(medication(said, start='moodCode="EVN" negationInd="true"'))

    assert (parsed.medicines, parsed.refused) == ((), ())
    assert OTHERS % {"count": 1} not in parsed.warnings


@pytest.mark.parametrize("system", ["12.292", "6.59"])
def test_a_vaccine_is_no_medicine_of_a_list(system: str) -> None:
    name = 'displayName="influenza, unspecified"'
    vaccine = f'<code codeSystem="2.16.840.1.113883.{system}" code="88" {name}/>'
    parsed = read_ccda(medication(vaccine))

    assert (parsed.medicines, parsed.refused) == ((), ())
    assert OTHERS % {"count": 1} not in parsed.warnings


@pytest.mark.parametrize(
    ("time", "days"),
    [
        ('<effectiveTime value="20250101"/>', (date(2025, 1, 1), None)),
        (
            (
                '<effectiveTime xsi:type="PIVL_TS"/><effectiveTime xsi:type="IVL_TS">'
                '<low value="20250101"/><high value="20250201"/></effectiveTime>'
            ),
            (date(2025, 1, 1), date(2025, 2, 1)),
        ),
        ('<effectiveTime><low value="soon"/></effectiveTime>', (None, None)),
        ("<effectiveTime/>", (None, None)),
    ],
)
def test_a_product_keeps_the_days_that_are_full(
    time: str, days: tuple[date | None, date | None]
) -> None:
    (line,) = read_ccda(medication("<name>Vitamin D3</name>", more=time)).supplements

    assert (line.starts_on, line.ends_on) == days


# People -------------------------------------------------------------------------------


def test_a_document_of_several_people_is_refused() -> None:
    target = (
        "<recordTarget><patientRole><id extension='1'/></patientRole></recordTarget>"
    )

    with pytest.raises(FileRefused, match="several patients"):
        read_ccda(document(section(observation()), head=target * 2))


def test_an_author_is_never_the_patient() -> None:
    author = (
        "<author><assignedAuthor><id extension='9'/><assignedPerson><name>"
        "<given>A</given></name></assignedPerson></assignedAuthor></author>"
    )

    parsed = read_ccda(document(section(observation()), head=author))

    assert parsed.results[0].patient.name == ""
    assert NOBODY_NAMED in parsed.warnings


def test_a_patient_without_a_name_is_known_by_the_number() -> None:
    target = (
        "<recordTarget><patientRole><id nullFlavor='UNK'/><id extension='7'/>"
        "</patientRole></recordTarget>"
    )

    (result,) = read_ccda(document(section(observation()), head=target)).results

    assert (result.patient.identifier, result.patient.name) == ("7", "")


def test_an_identifier_that_is_too_long_refuses_the_document() -> None:
    target = (
        f"<recordTarget><patientRole><id extension='{'1' * 65}'/></patientRole>"
        "</recordTarget>"
    )

    with pytest.raises(FileRefused, match="longer than 64"):
        read_ccda(document(section(observation()), head=target))


# Envelopes ----------------------------------------------------------------------------


def test_a_document_in_an_envelope_is_taken_out_of_it() -> None:
    envelope = (
        b"<Envelope><Body>" + document(section(observation())) + b"</Body></Envelope>"
    )

    assert len(read_ccda(envelope).results) == 1


def test_several_documents_in_one_envelope_are_refused() -> None:
    one = document(section(observation()))

    with pytest.raises(FileRefused, match="2 documents"):
        read_ccda(b"<Envelope>" + one + one + b"</Envelope>")


@pytest.mark.parametrize(
    "data", [b"<svg/>", b"<plist><dict/></plist>", b"<a:b xmlns:a='c'/>"]
)
def test_other_xml_is_refused_by_its_first_element(data: bytes) -> None:
    with pytest.raises(FileRefused, match=r"no C-CDA document.*'(svg|plist|b)'"):
        read_ccda(data)


def test_one_censored_value_is_the_same_from_message_and_document() -> None:
    interval = (
        '<value xsi:type="IVL_PQ"><low value="0" unit="ng/mL"/>'
        '<high value="4.0" unit="ng/mL" inclusive="false"/></value>'
    )
    written = only(observation(value='<value xsi:type="ST">&lt;4.0 ng/mL</value>'))

    readings = {
        (r.value_text, r.value, r.comparator, r.unit)
        for r in (
            only(observation(value=interval)),
            written,
            only_of_message(result_segment("<^4.0", kind="SN")),
            only_of_message(result_segment("<4.0", kind="ST")),
        )
    }

    assert readings == {("<4.0", Decimal("4.0"), Comparator.LESS, Unit.NG_PER_ML)}


def test_a_code_stays_beside_a_value_in_the_other_unit_and_is_held() -> None:
    code = CODE.replace("62292-8", "68438-1")

    assert "68438-1" in only(observation(code=code)).hold


# Archives -----------------------------------------------------------------------------


def archive(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return packed.getvalue()


def test_documents_in_an_exchange_archive_are_read_and_the_rest_is_named() -> None:
    metadata = b"<SubmitObjectsRequest><RegistryObjectList/></SubmitObjectsRequest>"
    portal = example("portal_download.xml")

    parsed = read_file(
        archive(
            {
                "INDEX.HTM": b"<html><body>Open DOC0001.XML</body></html>",
                "README.TXT": b"Sent by Riverside Clinic",
                "IHE_XDM/SUBSET01/METADATA.XML": metadata,
                "IHE_XDM/SUBSET01/DOC0001.XML": portal,
                "IHE_XDM/SUBSET01/CDA.xsl": b"<xsl:stylesheet xmlns:xsl='x'/>",
            }
        )
    )

    assert parsed.format == "ZIP archive, XML (C-CDA)"
    assert [r.value_text for r in parsed.results] == ["31.0", "<4.0", "27"]
    assert parsed.results[0].where.startswith("IHE_XDM/SUBSET01/DOC0001.XML, obs")
    assert len(parsed.supplements) == 2
    assert "4 files of the archive were not read" in parsed.warnings[-1]


def test_a_style_sheet_that_names_documents_is_none_in_an_archive() -> None:
    sheet = (
        b"<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
        b"xmlns:v='urn:hl7-org:v3'><xsl:template match='v:ClinicalDocument'/>"
        b"</xsl:stylesheet>"
    )

    parsed = read_file(
        archive({"a.xml": document(section(observation())), "CDA.xsl": sheet})
    )

    assert len(parsed.results) == 1
    assert parsed.refused == ()
    assert "'CDA.xsl'" in parsed.warnings[-1]


def test_a_damaged_document_in_an_archive_is_refused_by_its_name() -> None:
    portal = example("portal_download.xml")

    parsed = read_file(archive({"a.xml": portal, "b.xml": portal[:4_000]}))

    assert len(parsed.results) == 3
    assert [part.where for part in parsed.refused if "b.xml" in part.where] == ["b.xml"]


def test_a_document_with_a_document_type_is_refused_in_an_archive_too() -> None:
    data = b"<!DOCTYPE a>" + document(section(observation()))

    parsed = read_file(archive({"a.xml": data}))

    assert parsed.results == ()
    assert parsed.refused[0].why == HAS_DOCTYPE
