"""
Records of the data warehouse of the United States' veterans, as resources of FHIR.

They have the parts of FHIR's resources and call some of them otherwise: objectType,
cdwId, a reference with its type beside it, a dosage in several texts.
"""

from labs.domain.medicines import CodeSystem
from labs.formats.fhir_elements import Element, element_at, elements_at, text_at
from labs.formats.strict_json import Json

_OTHER_NAMES = {
    "objectType": "resourceType",
    "cdwId": "id",
    "fullIcn": "id",
    "reportStatus": "status",
    "results": "result",
    "issuedDateTime": "issued",
}
_LONGEST_DATE = len("2024-03-01")


def is_of_warehouse(document: Element) -> bool:
    """Answer whether an object of JSON is such a record."""
    is_versioned = "objectVersion" in document and "resourceType" not in document
    return is_versioned and bool(text_at(document, "objectType"))


def as_resource(record: Element) -> Element:
    """Return a record as the resource of FHIR that it tells."""
    resource: Element = {
        _OTHER_NAMES.get(key, key): _with_kinds(part) for key, part in record.items()
    }
    for key in ("dosage", "dosageInstruction"):
        if dosages := elements_at(record, key):
            resource[key] = [{"text": _directions(each)} for each in dosages]
    match text_at(record, "objectType"):
        case "Patient":
            resource["name"] = {"text": text_at(record, "name")}
            resource["birthDate"] = text_at(record, "birthDateTime")[:_LONGEST_DATE]
        case "Medication":
            coded = element_at(record, "rxnorm")
            coding: Element = {
                "system": CodeSystem.RXNORM.value,
                "code": text_at(coded, "code"),
                "display": text_at(coded, "text"),
            }
            name = text_at(record, "localDrugName")
            resource["code"] = {"text": name, "coding": [coding]}
        case _:
            pass
    return resource


def _with_kinds(part: Json) -> Json:
    """Return a part whose references name the kind as FHIR does: Patient/12."""
    match part:
        case list():
            return [_with_kinds(item) for item in part]
        case {"type": str(kind), "reference": str(name)} if isinstance(part, dict):
            return {**part, "reference": f"{kind}/{name}"}
        case _:
            return part


def _directions(dosage: Element) -> str:
    """Return a dosage as written: in one text, or in its amount, times and route."""
    if whole := text_at(dosage, "dosageText").strip():
        return whole
    keys = ("text", "timingCodeText", "routeText")
    return ", ".join(filter(None, (text_at(dosage, key).strip() for key in keys)))
