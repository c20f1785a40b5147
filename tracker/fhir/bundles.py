"""Bundles, and the addresses by which their resources point to each other."""

from collections.abc import Iterable, Sequence
from typing import cast

from django.conf import settings

from labs.formats.fhir_json import Resource, Writable

URN = "urn:uuid:"


def base() -> str:
    """Return where these resources live."""
    return f"{settings.SITE_ORIGIN}/fhir"


def placed(resource: Resource) -> Resource:
    """Return a resource whose references are addresses of ours."""
    return cast("Resource", _placed(resource))


def _placed(value: Writable) -> Writable:
    if isinstance(value, list):
        return [_placed(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _placed(each) for name, each in value.items()}
    address = found.get("reference")
    if isinstance(address, str) and address.startswith(URN):
        # What is no patient and is pointed to by number alone is a result.
        kind = found.get("type", "Observation")
        found["reference"] = f"{kind}/{address.removeprefix(URN)}"
    return found


def searchset(
    matches: Sequence[Resource],
    *,
    included: Iterable[Resource] = (),
    outcomes: Iterable[Resource] = (),
    address: str,
    following: str | None = None,
    total: int | None = None,
) -> Resource:
    """Return what a search found, with its links; a total only where it is known."""
    links: list[Writable] = [{"relation": "self", "url": address}]
    if following:
        links.append({"relation": "next", "url": following})
    entries = [
        *(_entry(each, "match") for each in matches),
        *(_entry(each, "include") for each in included),
        *({"resource": each, "search": {"mode": "outcome"}} for each in outcomes),
    ]
    found: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if total is not None:
        found["total"] = total
    if entries:
        found["entry"] = cast("list[Writable]", entries)
    return found


def _entry(resource: Resource, mode: str) -> Resource:
    address = f"{base()}/{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": address,
        "resource": placed(resource),
        "search": {"mode": mode},
    }


def remark(words: str) -> Resource:
    """Return an outcome that is no error: what a bundle leaves out."""
    issue: Resource = {
        "severity": "information",
        "code": "suppressed",
        "diagnostics": words,
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}
