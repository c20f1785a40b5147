"""
FHIR R4 resources out of values: what an export holds and the API serves.

Values in, dictionaries out; nothing here reads a database or a clock. A number leaves
as it was printed. What FHIR has no place for (the printed text of a value, what was
stated to be measured) stands in one extension of ours, which our own reader reads
back, so that a result that leaves comes back the same.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from labs.domain.laboratory_flags import mark_named, written_marks
from labs.domain.measurands import HYDROXYVITAMIN_D, Measurand, loinc_for
from labs.domain.measurements import ResultStatus
from labs.domain.units import Unit
from labs.formats.fhir_json import Resource, Writable, without_blanks
from labs.formats.parsed import ParsedResult, Source

LOINC = "http://loinc.org"
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UCUM = "http://unitsofmeasure.org"
V2_TABLES = "http://terminology.hl7.org/CodeSystem/v2-0203"
INTERPRETATIONS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
RANGE_MEANINGS = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
PROVENANCE_ROLES = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
CONSENT_SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
ACT_CODES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
AS_RECORDED = "urn:calcidiol:as-recorded"
LABORATORY_REPORT = "11502-2"
PRIVACY_CONSENT = "59284-0"
KNOWN_FLAGS = frozenset({"L", "H", "LL", "HH", "N", "A", "AA", "LU", "HU", "<", ">"})
STATUS_NOT_STATED = "unknown"


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range for reading beside a result, with whose it is."""

    low: Decimal | None
    high: Decimal | None
    unit: Unit
    words: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A patient, and the numbers under which clinics know them (system, number)."""

    id: str
    name: str
    born_on: date | None
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """A result with its place in the record; `result.source` says who sent it."""

    id: str
    patient_id: str
    result: ParsedResult
    version: int
    entered_at: datetime
    entered_by: str
    target: Bounds | None = None
    version_reason: str = ""
    # Who gave a value that this version took over; empty where its author did.
    value_by: str = ""
    # Who held this version against the laboratory's report, and when.
    checks: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A range that a clinician has set."""

    id: str
    patient_id: str
    bounds: Bounds
    starts_on: date
    ends_on: date | None
    is_in_force: bool
    reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class IngredientFacts:
    """One substance of a product; the amount as printed where no number was read."""

    name: str
    amount: Decimal | None
    unit: str
    amount_text: str = ""


@dataclass(frozen=True, slots=True)
class SupplementFacts:
    """A product that is or was taken, with its label."""

    id: str
    patient_id: str
    name: str
    ingredients: tuple[IngredientFacts, ...]
    directions: str
    status: str
    starts_on: date
    ends_on: date | None
    entered_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What a patient allowed a clinic to see."""

    id: str
    patient_id: str
    clinic: str
    scopes: tuple[str, ...]
    is_in_force: bool
    given_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as a file, and the results that it tells of."""

    id: str
    patient_id: str
    title: str
    made_at: datetime
    content_type: str
    content: bytes
    result_ids: tuple[str, ...] = ()


def bundle(resources: Iterable[Resource], *, made_at: datetime) -> Resource:
    """Return a collection of resources that point to each other."""
    entries: list[Writable] = [
        {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
        for resource in resources
    ]
    return without_blanks(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": _instant(made_at),
            "entry": entries,
        }
    )


def patient(person: PersonFacts) -> Resource:
    """Return a patient."""
    return without_blanks(
        {
            "resourceType": "Patient",
            "id": person.id,
            "identifier": [
                {
                    "type": _coded(V2_TABLES, "MR"),
                    "system": system,
                    "value": number,
                }
                for system, number in person.numbers
                if number
            ],
            "name": [{"text": person.name}] if person.name else [],
            "birthDate": person.born_on.isoformat() if person.born_on else None,
        }
    )


# Results ------------------------------------------------------------------------------


def observation(facts: ResultFacts) -> Resource:
    """Return a result: as reported, the clinician's range beside the laboratory's."""
    result = facts.result
    return without_blanks(
        {
            "resourceType": "Observation",
            "id": facts.id,
            "meta": {
                "versionId": str(facts.version),
                "lastUpdated": _instant(facts.entered_at),
            },
            "extension": [_as_recorded(result)],
            "identifier": _accession(result.accession),
            "status": _status(result.result_status),
            "category": [_coded(CATEGORIES, "laboratory")],
            "code": _code(result),
            "subject": _of(facts.patient_id),
            "effectiveDateTime": result.collected_on.isoformat(),
            "performer": _performers(facts),
            "valueQuantity": _quantity(result),
            "interpretation": _flag(result.laboratory_flag),
            "note": [{"text": result.comment}] if result.comment else [],
            "method": {"text": result.method} if result.method else None,
            "specimen": {"display": result.specimen} if result.specimen else None,
            "referenceRange": _ranges(facts),
        }
    )


def _status(status: ResultStatus) -> str:
    return STATUS_NOT_STATED if status is ResultStatus.NOT_STATED else status.value


def _accession(number: str) -> list[Writable]:
    return [{"type": _coded(V2_TABLES, "ACSN"), "value": number}] if number else []


def _code(result: ParsedResult) -> Resource:
    """
    Return the codes as sent; where none was, the one of what was measured.

    The code that we add is no code of the laboratory's and is not read back.
    """
    codings: list[Writable] = []
    if result.loinc:
        codings.append({"system": LOINC, "code": result.loinc})
    elif added := _added_code(result):
        codings.append(added)
    if result.local_code:
        codings.append({"code": result.local_code})
    if not codings and not result.display:
        return {"extension": [{"url": DATA_ABSENT, "valueCode": "unknown"}]}
    return without_blanks({"coding": codings, "text": result.display})


def _added_code(result: ParsedResult) -> Resource | None:
    if result.unit is None or result.hold:
        return None
    code = loinc_for(result.measurand, result.unit)
    return {"system": LOINC, "code": code, "userSelected": False} if code else None


def _quantity(result: ParsedResult) -> Resource:
    return without_blanks(
        {
            "value": result.value,
            "comparator": result.comparator.value if result.comparator else None,
            "unit": result.unit_text,
            "system": UCUM if result.unit else None,
            "code": result.unit.value if result.unit else None,
        }
    )


def _flag(flag: str) -> list[Writable]:
    """Return every mark of a flag in the laboratory's letters, coded where known."""
    return [_mark(written) for written in written_marks(flag)]


def _mark(written: str) -> Resource:
    named = mark_named(written)
    coded = _coded(INTERPRETATIONS, named) if named in KNOWN_FLAGS else {}
    return {**coded, "text": written}


def _performers(facts: ResultFacts) -> list[Writable]:
    """Name who says so: a value that a person typed is never the laboratory's own."""
    who = facts.value_by or facts.entered_by
    match facts.result.source:
        case Source.TYPED_BY_PATIENT:
            return [_of(facts.patient_id)]
        case Source.TYPED_BY_CARER:
            return [{"type": "RelatedPerson", "display": who}]
        case Source.TYPED_BY_CLINIC:
            return [{"type": "Practitioner", "display": who}]
        case _:
            name = facts.result.laboratory
            return [{"type": "Organization", "display": name}] if name else []


def _ranges(facts: ResultFacts) -> list[Writable]:
    result, ranges = facts.result, list[Writable]()
    unit = result.unit
    if result.interval_text or (result.interval_low, result.interval_high) != (
        None,
        None,
    ):
        ranges.append(
            without_blanks(
                {
                    "low": _bound(result.interval_low, unit),
                    "high": _bound(result.interval_high, unit),
                    "type": _coded(RANGE_MEANINGS, "normal"),
                    "text": result.interval_text,
                }
            )
        )
    if facts.target and result.measurand in HYDROXYVITAMIN_D:
        ranges.append(_target_range(facts.target))
    return ranges


def _target_range(target: Bounds) -> Resource:
    return without_blanks(
        {
            "low": _bound(target.low, target.unit),
            "high": _bound(target.high, target.unit),
            "type": _coded(RANGE_MEANINGS, "treatment"),
            "text": target.words,
        }
    )


def _bound(value: Decimal | None, unit: Unit | None) -> Resource | None:
    if value is None:
        return None
    if unit is None:
        return {"value": value}
    return {"value": value, "unit": unit.value, "system": UCUM, "code": unit.value}


def _as_recorded(result: ParsedResult) -> Resource:
    """Return what a result holds beyond what FHIR has a place for."""
    texts = {
        "value": result.value_text,
        "unit": result.unit_text,
        "measurand": result.measurand.value,
        "status": "" if result.status is None else result.result_status.value,
        "interval": result.interval_text,
        "flag": result.laboratory_flag,
        "laboratory": result.laboratory,
        "source": result.source.value if result.source else "",
        "held": result.hold,
        "collected-time": result.collected_time_text,
        "reported-on": result.reported_on.isoformat() if result.reported_on else "",
        "checked-by": result.checked_by,
    }
    bounds = {"low": result.interval_low, "high": result.interval_high}
    parts: list[Writable] = [
        {"url": name, "valueString": text} for name, text in texts.items() if text
    ]
    parts += [
        {"url": name, "valueDecimal": value}
        for name, value in bounds.items()
        if value is not None
    ]
    return {"url": AS_RECORDED, "extension": parts}


def provenance(facts: ResultFacts, *, id_: str) -> Resource:
    """Return who brought a result in, and when; a correction says why."""
    source = facts.result.source
    by_the_patient = source is Source.TYPED_BY_PATIENT and not facts.value_by
    who: Resource = (
        _of(facts.patient_id)
        if by_the_patient
        else {"display": facts.entered_by or "not recorded"}
    )
    words = PROVENANCE_WORDS.get(source, "") if source else ""
    if words and facts.value_by:
        words = TAKEN_OVER.format(words=words, who=facts.value_by)
    return without_blanks(
        {
            "resourceType": "Provenance",
            "id": id_,
            "target": [{"reference": f"urn:uuid:{facts.id}"}],
            "recorded": _instant(facts.entered_at),
            "activity": {"text": words} if words else None,
            "reason": [{"text": facts.version_reason}] if facts.version_reason else [],
            "agent": [
                {"type": _coded(PROVENANCE_ROLES, "enterer"), "who": who},
                *(_checker(name, at) for name, at in facts.checks),
            ],
        }
    )


def _checker(name: str, at: datetime) -> Resource:
    """Return who checked a result against the report, with the day in the words."""
    role = {
        **_coded(PROVENANCE_ROLES, "verifier"),
        "text": CHECKED.format(day=at.date()),
    }
    return {"type": role, "who": {"display": name}}


TAKEN_OVER = "a later version of a value {words} ({who})"
CHECKED = "checked against the report on {day}"
PROVENANCE_WORDS = {
    Source.TYPED_BY_PATIENT: "typed by patient",
    Source.TYPED_BY_CARER: "typed by carer",
    Source.TYPED_BY_CLINIC: "typed by clinic",
    Source.IMPORTED_FILE: "from a file",
}


# Ranges, supplements, consent, reports ------------------------------------------------


def goal(facts: TargetFacts) -> Resource:
    """Return a range that a clinician has set."""
    bounds = facts.bounds
    code = loinc_for(Measurand.TOTAL, bounds.unit)
    return without_blanks(
        {
            "resourceType": "Goal",
            "id": facts.id,
            "lifecycleStatus": "active" if facts.is_in_force else "completed",
            "description": {"text": bounds.words},
            "subject": _of(facts.patient_id),
            "startDate": facts.starts_on.isoformat(),
            "target": [
                without_blanks(
                    {
                        "measure": _coded(LOINC, code) if code else None,
                        "detailRange": without_blanks(
                            {
                                "low": _bound(bounds.low, bounds.unit),
                                "high": _bound(bounds.high, bounds.unit),
                            }
                        ),
                        "dueDate": facts.ends_on.isoformat() if facts.ends_on else None,
                    }
                )
            ],
            "statusDate": facts.set_at.date().isoformat(),
            "expressedBy": {"display": facts.set_by},
            "note": [{"text": facts.reason}] if facts.reason else [],
        }
    )


def medication_statement(facts: SupplementFacts) -> Resource:
    """Return a supplement as its label prints it, taken from when until when."""
    return without_blanks(
        {
            "resourceType": "MedicationStatement",
            "id": facts.id,
            "contained": [_product(facts)],
            "status": facts.status,
            "medicationReference": {"reference": "#product", "display": facts.name},
            "subject": _of(facts.patient_id),
            "effectivePeriod": without_blanks(
                {
                    "start": facts.starts_on.isoformat(),
                    "end": facts.ends_on.isoformat() if facts.ends_on else None,
                }
            ),
            "dateAsserted": _instant(facts.entered_at),
            "informationSource": _of(facts.patient_id),
            "dosage": [{"text": facts.directions}] if facts.directions else [],
            "note": [{"text": facts.note}] if facts.note else [],
        }
    )


def _product(facts: SupplementFacts) -> Resource:
    return without_blanks(
        {
            "resourceType": "Medication",
            "id": "product",
            "code": {"text": facts.name},
            "ingredient": [_ingredient(each) for each in facts.ingredients],
        }
    )


def _ingredient(ingredient: IngredientFacts) -> Writable:
    words = ingredient.name
    if ingredient.amount_text:
        words = f"{words} ({ingredient.amount_text})"
    amount: Resource = {}
    if ingredient.amount is not None:
        amount = {
            "numerator": {"value": ingredient.amount, "unit": ingredient.unit},
            "denominator": {"value": Decimal(1), "unit": "serving"},
        }
    return without_blanks({"itemCodeableConcept": {"text": words}, "strength": amount})


def consent(facts: ConsentFacts) -> Resource:
    """Return what a patient lets a clinic see."""
    return without_blanks(
        {
            "resourceType": "Consent",
            "id": facts.id,
            "status": "active" if facts.is_in_force else "inactive",
            "scope": _coded(CONSENT_SCOPES, "patient-privacy"),
            "category": [_coded(LOINC, PRIVACY_CONSENT)],
            "patient": _of(facts.patient_id),
            "dateTime": _instant(facts.given_at),
            "organization": [{"display": facts.clinic}],
            "policyRule": _coded(ACT_CODES, "OPTIN"),
            "provision": without_blanks(
                {
                    "type": "permit",
                    "period": without_blanks(
                        {
                            "start": _instant(facts.given_at),
                            "end": _instant(facts.ends_at) if facts.ends_at else None,
                        }
                    ),
                    "code": [{"text": scope} for scope in facts.scopes],
                }
            ),
        }
    )


def diagnostic_report(facts: ReportFacts) -> Resource:
    """Return a report with its file inside."""
    return without_blanks(
        {
            "resourceType": "DiagnosticReport",
            "id": facts.id,
            "status": "final",
            "category": [{"text": facts.title}],
            "code": {**_coded(LOINC, LABORATORY_REPORT), "text": facts.title},
            "subject": _of(facts.patient_id),
            "issued": _instant(facts.made_at),
            "result": [{"reference": f"urn:uuid:{each}"} for each in facts.result_ids],
            "presentedForm": [
                {
                    "contentType": facts.content_type,
                    "data": base64.b64encode(facts.content).decode(),
                    "title": facts.title,
                }
            ],
        }
    )


# Parts --------------------------------------------------------------------------------


def _of(patient_id: str) -> Resource:
    return {"reference": f"urn:uuid:{patient_id}", "type": "Patient"}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def references(resource: Resource) -> Sequence[str]:
    """Return the addresses that a resource points to, for the tests of a bundle."""
    found: list[str] = []
    waiting: list[Writable] = [resource]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            address = node.get("reference")
            if isinstance(address, str):
                found.append(address)
            waiting.extend(node.values())
    return found
