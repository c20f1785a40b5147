"""Bundles, and the addresses by which their resources point to each other."""

from collections.abc import Iterable, Sequence
from typing import cast

from django.conf import settings

from labs.formats.fhir_json import Resource, Writable

URN = "urn:uuid:"
FIRST = "1"  # of a result's versions


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
    entries = [
        *(_entry(each, "match") for each in matches),
        *(_entry(each, "include") for each in included),
        *({"resource": each, "search": {"mode": "outcome"}} for each in outcomes),
    ]
    found: Resource = {"resourceType": "Bundle", "type": "searchset"}
    found["link"] = _links(address, following)
    if total is not None:
        found["total"] = total
    if entries:
        found["entry"] = cast("list[Writable]", entries)
    return found


def _links(address: str, following: str | None) -> "list[Writable]":
    """Return where a page is found, and where the one behind it."""
    links: list[Writable] = [{"relation": "self", "url": address}]
    if following:
        links.append({"relation": "next", "url": following})
    return links


def _entry(resource: Resource, mode: str) -> Resource:
    address = f"{base()}/{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": address,
        "resource": placed(resource),
        "search": {"mode": mode},
    }


def history(
    versions: Sequence[Resource],
    *,
    address: str,
    following: str | None = None,
    total: int,
) -> Resource:
    """Return a page of the versions of one resource, given with the newest first."""
    found: Resource = {"resourceType": "Bundle", "type": "history", "total": total}
    found["link"] = _links(address, following)
    if versions:
        found["entry"] = [_version(each) for each in versions]
    return found


def _version(resource: Resource) -> Resource:
    """Return a version with the request by which a server of FHIR would have it."""
    kind = f"{resource['resourceType']}"
    place = f"{kind}/{resource['id']}"
    meta = cast("dict[str, str]", resource["meta"])
    number, moment = meta["versionId"], meta["lastUpdated"]
    is_first = number == FIRST
    asked: Resource = {
        "method": "POST" if is_first else "PUT",
        "url": kind if is_first else place,
    }
    answered: Resource = {
        "status": "201" if is_first else "200",
        "etag": etag(number),
        "lastModified": moment,
    }
    return {
        "fullUrl": f"{base()}/{place}",
        "resource": placed(resource),
        "request": asked,
        "response": answered,
    }


def etag(version: str) -> str:
    """Return the mark of a version, as the header ETag has it."""
    return f'W/"{version}"'


def left_out(words: str) -> Resource:
    """Return an outcome that is no error: what a bundle does not hold."""
    return _outcome("information", "suppressed", words)


def not_minded(words: str) -> Resource:
    """Return an outcome that is no error: what of a search was passed over."""
    return _outcome("warning", "not-supported", words)


def _outcome(severity: str, code: str, words: str) -> Resource:
    issue: Resource = {"severity": severity, "code": code, "diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
