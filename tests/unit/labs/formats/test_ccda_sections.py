"""In which sections and parts of a CDA document a laboratory's results are found."""

import pytest

from labs.domain.measurands import Measurand
from labs.domain.units import Unit
from labs.formats.ccda import read_ccda
from labs.formats.parsed import ParsedFile
from tests.unit.labs.formats.ccda_documents import (
    VALUE,
    document,
    observation,
    only,
    panel,
    read,
    section,
    why,
)

LOINC = 'codeSystem="2.16.840.1.113883.6.1"'
CHEMISTRY = f'<code code="18719-5" {LOINC}/><title>Chemistry</title>'
OWN_CODE = '<code code="7130" codeSystem="2.999" displayName="{name}"/>'
VITAMIN_D = observation(code=OWN_CODE.format(name="25-OH vitamin D"))
CALCIUM = observation(
    code=OWN_CODE.format(name="Calcium"),
    value='<value xsi:type="PQ" value="2.35" unit="mmol/L"/>',
)


def within(title: str, *entries: str, code: str = "24321-2") -> ParsedFile:
    """Return what entries say in a section that stands within that of chemistry."""
    written = "".join(f"<entry>{entry}</entry>" for entry in entries)
    inner = f'<section><code code="{code}" {LOINC}/><title>{title}</title>{written}'
    outer = f"<section>{CHEMISTRY}<component>{inner}</section></component></section>"
    return read_ccda(document(outer))


def test_a_section_within_one_of_results_holds_results() -> None:
    parsed = within("Vitamins", VITAMIN_D, CALCIUM)

    assert [result.hold for result in parsed.results] == [""]
    assert [result.value_text for result in parsed.companions] == ["2.35"]


@pytest.mark.parametrize("title", ["Urine", "Chemistry of urine", "Urinchemie"])
def test_a_section_of_another_sample_within_it_holds_none(title: str) -> None:
    parsed = within(title, CALCIUM)

    assert (parsed.companions, parsed.refused) == ((), ())


@pytest.mark.parametrize(
    "kind",
    [
        f'<code code="18717-9" {LOINC}/>',
        f'<code code="11493-4" {LOINC}/>',
        f'<templateId root="1.3.6.1.4.1.19376.1.3.3.2.2"/><code code="1" {LOINC}/>',
    ],
)
def test_specialties_of_a_laboratory_are_sections_of_results(kind: str) -> None:
    parsed = read_ccda(
        document(f"<section>{kind}<entry>{panel(CALCIUM)}</entry></section>")
    )

    assert [result.value_text for result in parsed.companions] == ["2.35"]


def test_a_name_in_a_section_of_other_things_is_held_with_the_section() -> None:
    parsed = read_ccda(document(section(VITAMIN_D, code="8716-3")))

    (result,) = parsed.results
    assert result.hold == (
        "It stands in the section '8716-3', which is not one of results. Check that "
        "it was measured."
    )


def report(*parts: str, kind: str = "XCRPT") -> str:
    """Return an act with its parts as excerpts, as Italian laboratories write it."""
    linked = "".join(
        f'<entryRelationship typeCode="{kind}">{part}</entryRelationship>'
        for part in parts
    )
    code = OWN_CODE.format(name="Vitamins")
    return f'<act classCode="ACT" moodCode="EVN">{code}{linked}</act>'


def drawn(day: str) -> str:
    return (
        f'<act classCode="ACT" moodCode="EVN"><code code="33882-2" {LOINC}/>'
        f'<effectiveTime value="{day}"/></act>'
    )


def test_an_excerpt_of_a_report_is_a_result_of_it() -> None:
    result = only(report(VITAMIN_D))

    assert (result.value_text, result.measurand) == ("27.50", Measurand.TOTAL)


@pytest.mark.parametrize(
    ("day", "is_held"), [("20250310083000+0100", False), ("20250308", True)]
)
def test_an_act_may_say_when_the_specimen_was_drawn(day: str, *, is_held: bool) -> None:
    result = only(report(drawn(day), VITAMIN_D))

    assert result.collected_on.isoformat() == f"2025-03-{day[6:8]}"
    assert ("specimen collection" in result.hold) == is_held


@pytest.mark.parametrize("code", ["30954-2 ", " 26436-6"])
def test_blanks_around_the_code_of_a_section_change_nothing(code: str) -> None:
    parsed = read_ccda(document(section(VITAMIN_D, code=code)))

    assert [each.hold for each in parsed.results] == [""]


@pytest.mark.parametrize(
    ("start", "value"),
    [
        ('classCode="OBS" moodCode="EVN "', VALUE),
        ('classCode="OBS" moodCode="EVN"', VALUE.replace('"PQ"', '" PQ "')),
    ],
)
def test_blanks_around_a_word_of_the_standard_change_nothing(
    start: str, value: str
) -> None:
    assert only(observation(start=start, value=value)).value_text == "27.50"


def test_a_row_of_a_table_within_a_cell_is_the_row_that_is_meant() -> None:
    inner = (
        '<table><tr ID="row"><td>Vitamin D, 25-OH</td><td>&lt;4.0 ng/mL</td></tr>'
        "<tr><td>Ferritin</td><td>80</td></tr></table>"
    )
    text = f"<table><tr><td>Panel</td><td>{inner}</td></tr></table>"
    upper = '<value xsi:type="IVL_PQ"><high value="4.0" unit="ng/mL"/></value>'
    more = '<text><reference value="#row"/></text>'

    result = only(observation(value=upper, more=more), text=text)

    assert result.value_text == "<4.0"
    assert result.comment == "Vitamin D, 25-OH | <4.0 ng/mL"


ROW = (
    '<table><tr ID="row"><td><content ID="name">Vitamin D, 25-OH</content></td>'
    "<td>27.5 ng/mL</td></tr></table>"
)


@pytest.mark.parametrize(
    "said",
    [
        "Vitamin D, 25-OH",
        '<reference value="#name"/>',
        '<reference value="name"/>',
        '<reference value="#row"/>',
    ],
)
@pytest.mark.parametrize("code", ['<code nullFlavor="UNK"/>', ""])
def test_what_has_no_name_is_called_what_its_text_says(said: str, code: str) -> None:
    result = only(observation(code=code, more=f"<text>{said}</text>"), text=ROW)

    assert (result.display, result.value_text) == ("Vitamin D, 25-OH", "27.50")
    assert result.measurand is Measurand.TOTAL


@pytest.mark.parametrize(
    "place", ["<table><tr><td>{}</td></tr></table>", "<list><item>{}</item></list>"]
)
def test_a_mark_without_text_stands_for_the_text_around_it(place: str) -> None:
    code = '<code nullFlavor="UNK"><originalText><reference value="#m"/></originalText>'
    text = place.format('<content ID="m"/>Vitamin D, 25-OH')

    result = only(observation(code=f"{code}</code>"), text=text)

    assert (result.display, result.measurand) == ("Vitamin D, 25-OH", Measurand.TOTAL)


def test_an_empty_cell_is_no_mark_of_what_is_around_it() -> None:
    code = '<code nullFlavor="UNK"><originalText><reference value="#m"/></originalText>'
    text = '<table><tr><td>Vitamin D, 25-OH</td><td ID="m"/></tr></table>'

    assert read(observation(code=f"{code}</code>"), text=text).results == ()


def test_a_text_beside_a_code_of_another_test_names_nothing() -> None:
    code = OWN_CODE.format(name="Ferritin")
    text = '<text><reference value="#name"/></text>'

    parsed = read_ccda(document(section(observation(code=code, more=text), text=ROW)))

    assert parsed.results == ()


# Units that stand in the text for people alone ----------------------------------------

TABLE = (
    '<table><tr ID="row"><td>25-OH vitamin D</td><td ID="value">{value}</td>'
    "<td>{behind}</td><td>20-50</td></tr></table>"
)


def test_a_value_that_points_to_a_cell_has_the_unit_of_the_next_one() -> None:
    value = '<value xsi:type="ED"><reference value="#value"/></value>'

    result = only(
        observation(value=value), text=TABLE.format(value="&lt;27.5", behind="ng/mL")
    )

    assert (result.value_text, result.unit) == ("<27.5", Unit.NG_PER_ML)
    assert result.hold == ""


@pytest.mark.parametrize("behind", ["20-50 ng/mL", "L", ""])
def test_what_is_no_unit_in_the_next_cell_is_not_taken_for_one(behind: str) -> None:
    value = '<value xsi:type="ED"><reference value="#value"/></value>'

    reason = why(
        observation(value=value), text=TABLE.format(value="27.5", behind=behind)
    )

    assert "no unit" in reason


BARE = VALUE.replace(' unit="ng/mL"', "")
TO_ROW = '<text><reference value="#row"/></text>'


@pytest.mark.parametrize(
    ("printed", "behind"), [("27.5 ng/mL", ""), ("27.50 ng/mL", "L")]
)
def test_a_bare_value_that_is_printed_with_a_unit_is_held(
    printed: str, behind: str
) -> None:
    text = TABLE.format(value=printed, behind=behind)

    result = only(observation(value=BARE, more=TO_ROW), text=text)

    assert (result.value_text, result.unit) == ("27.50", Unit.NG_PER_ML)
    assert "ng/mL is that of the text for people" in result.hold


@pytest.mark.parametrize("printed", ["28.5 ng/mL", "27.5"])
def test_the_unit_of_another_number_is_not_taken(printed: str) -> None:
    text = TABLE.format(value=printed, behind="")

    assert "no unit" in why(observation(value=BARE, more=TO_ROW), text=text)


# People -------------------------------------------------------------------------------


NAMED_BY_USE = (
    '<given qualifier="BR">Ada</given><given>Ada Maria</given>'
    '<family qualifier="BR">Muster</family><family qualifier="SP">Beispiel</family>'
    '<family qualifier="CL">Beispiel</family>'
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (NAMED_BY_USE, "Ada Maria Muster Beispiel"),
        (
            "<given>Ada</given><family>Lopez</family><family>Lopez</family>",
            "Ada Lopez Lopez",
        ),
        ('<given qualifier="CL">Ada</given><family>Ada</family>', "Ada Ada"),
    ],
)
def test_a_name_that_is_there_twice_by_its_use_is_said_once(
    name: str, said: str
) -> None:
    target = (
        f"<recordTarget><patientRole><patient><name>{name}</name></patient>"
        "</patientRole></recordTarget>"
    )

    (result,) = read_ccda(document(section(observation()), head=target)).results

    assert result.patient.name == said
