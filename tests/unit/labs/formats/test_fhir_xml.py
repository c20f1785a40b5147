"""FHIR in XML says what FHIR in JSON says."""

from decimal import Decimal

import pytest

from labs.domain.measurements import Comparator
from labs.formats.fhir_xml import WITHOUT_NAMESPACE, read_fhir_xml
from labs.formats.inspection import read_file
from labs.formats.parsed import FileRefused

BUNDLE = """<?xml version="1.0" encoding="UTF-8"?>
<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>
<entry><fullUrl value="urn:uuid:1"/><resource><Patient><id value="p1"/>
<identifier><value value="00881"/></identifier>
<name><family value="Doe"/><given value="Jane"/><given value="Q"/></name>
<birthDate value="1971-04-09"/></Patient></resource></entry>
<entry><resource><Observation><id value="o"/>
<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">27</div></text>
<contained><Specimen><id value="s"/><type><text value="Serum"/></type>
<collection><collectedDateTime value="2026-03-11"/></collection></Specimen></contained>
<status value="final"/>
<code><coding><system value="http://loinc.org"/><code value="62292-8"/></coding></code>
<subject><reference value="Patient/p1"/></subject>
<effectiveDateTime value="2026-03-11"/>
<valueQuantity><value value="27.10"/><comparator value="&lt;"/><unit value="ng/mL"/>
</valueQuantity><specimen><reference value="#s"/></specimen>
<referenceRange><low><value value="30"/><unit value="ng/mL"/></low></referenceRange>
</Observation></resource></entry></Bundle>
"""


def test_a_bundle_in_xml_is_read_like_one_in_json() -> None:
    parsed = read_file(BUNDLE.encode())

    (result,) = parsed.results
    assert parsed.format == "FHIR XML, Bundle (collection)"
    assert (result.value_text, result.comparator) == ("<27.10", Comparator.LESS)
    assert (result.patient.identifier, result.patient.name) == ("00881", "Jane Q Doe")
    assert result.collected_on.isoformat() == "2026-03-11"
    assert (result.specimen, result.interval_low) == ("Serum", Decimal(30))
    assert not result.hold
    assert not result.remarks


def test_a_single_observation_in_xml_is_read() -> None:
    start, end = BUNDLE.index("<Observation>"), BUNDLE.index("</resource></entry></B")
    single = BUNDLE[start:end].replace(
        "<Observation>", '<f:Observation xmlns:f="http://hl7.org/fhir">'
    )
    for name in ("Observation", "contained", "Specimen"):
        single = single.replace(f"</{name}>", f"</f:{name}>")
    plain = BUNDLE[start:end].replace(
        "<Observation>", '<Observation xmlns="http://hl7.org/fhir">'
    )

    assert read_fhir_xml(plain.encode()).results[0].value_text == "<27.10"
    with pytest.raises(FileRefused, match="damaged or cut off"):
        read_fhir_xml(single.encode())


@pytest.mark.parametrize(
    "data",
    [
        b'<bundle xmlns="http://hl7.org/fhir"/>',
        b'<Bundle xmlns="http://example.org"/>',
        b"<Appointment/>",
        b'<!DOCTYPE a><Bundle xmlns="http://hl7.org/fhir"/>',
        BUNDLE.encode()[:-30],
    ],
)
def test_what_is_no_fhir_in_xml_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        read_fhir_xml(data)

    assert str(refused.value).startswith(("This is XML", "The XML"))


def test_a_bundle_that_does_not_name_its_namespace_is_read_with_a_warning() -> None:
    bare = BUNDLE.replace(' xmlns="http://hl7.org/fhir"', "")
    commented = bare.replace("<Bundle>", "<!-- of the clinic -->\n<Bundle>")
    named = read_file(BUNDLE.encode())

    for file in (bare, commented):
        parsed = read_file(file.encode())

        assert parsed.results == named.results
        assert parsed.warnings == (*named.warnings, WITHOUT_NAMESPACE)


def test_what_is_said_of_a_time_in_an_extension_counts_as_in_json() -> None:
    arrived = """<effectiveDateTime value="2026-03-12"><extension url="urn:source">
<valueCoding><system value="http://snomed.info/sct"/><code value="281271004"/>
</valueCoding></extension></effectiveDateTime>"""
    plain = '<effectiveDateTime value="2026-03-11"/>'

    (result,) = read_fhir_xml(BUNDLE.replace(plain, arrived).encode()).results

    assert (result.collected_on.isoformat(), result.hold) == ("2026-03-11", "")


def test_a_resource_of_another_namespace_is_refused_as_no_fhir() -> None:
    with pytest.raises(FileRefused, match="This is XML, but not FHIR"):
        read_file(b'<Bundle xmlns="http://example.org"/>')


def test_a_value_that_is_no_number_is_refused_and_never_lost() -> None:
    parsed = read_fhir_xml(BUNDLE.replace("27.10", "1e400").encode())

    assert not parsed.results
    assert len(parsed.refused) == 1
