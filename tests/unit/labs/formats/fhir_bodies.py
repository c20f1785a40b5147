"""Small FHIR resources to vary, and reading them as a file."""

import json
from pathlib import Path
from typing import Any

from labs.formats.fhir import read_fhir
from labs.formats.parsed import ParsedFile, ParsedResult, Refusal

FOLDER = Path(__file__).parents[3] / "examples" / "fhir"
ALL = sorted(FOLDER.iterdir())

Body = dict[str, Any]


def example(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def observation(**changed: object) -> Body:
    """Return a plain result of 28 ng/mL; None takes an element away."""
    body: Body = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "62292-8"}],
            "text": "25-OH Vitamin D",
        },
        "subject": {"display": "Ada Okafor"},
        "effectiveDateTime": "2024-03-01",
        "valueQuantity": {"value": 28, "unit": "ng/mL"},
    }
    body |= changed
    return {key: part for key, part in body.items() if part is not None}


def bundle(*resources: Body, kind: str = "collection") -> Body:
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def read(*resources: Body) -> ParsedFile:
    return read_fhir(json.dumps(bundle(*resources)).encode())


def one(*resources: Body) -> ParsedResult:
    """Return the only result of a bundle that refuses nothing."""
    parsed = read(*resources)
    assert parsed.refused == ()
    (result,) = parsed.results
    return result


def refusal(*resources: Body) -> Refusal:
    """Return the only refusal of a bundle that holds no result."""
    parsed = read(*resources)
    assert parsed.results == ()
    (refused,) = parsed.refused
    return refused
