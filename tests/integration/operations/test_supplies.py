"""What the program is built from is written down, completely and as it is."""

import json
import re
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from tracker.services.release import VERSION
from tracker.services.supplies import UNSTATED, supplies

PROJECT = Path(__file__).resolve().parents[3]
REQUIREMENTS = ("requirements.txt", "requirements-otel.txt")


def printed(command: str) -> str:
    said = StringIO()
    call_command(command, stdout=said)
    return said.getvalue()


def test_the_page_of_licences_is_what_is_installed() -> None:
    """`manage.py licences > docs/licences.md` writes it anew."""
    assert (PROJECT / "docs" / "licences.md").read_text() == printed("licences")


def test_every_package_states_its_licence() -> None:
    assert [each.name for each in supplies(PROJECT) if each.licence == UNSTATED] == []


def test_the_bill_names_every_package_with_its_version() -> None:
    bill = json.loads(printed("sbom"))
    needed, optional = (
        set(
            re.findall(
                r"^([\w.-]+)(?:\[.*\])?==(\S+)$",
                (PROJECT / name).read_text(),
                re.MULTILINE,
            )
        )
        for name in REQUIREMENTS
    )

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == VERSION
    for scope, pinned in (("required", needed), ("optional", optional - needed)):
        assert {
            (part["name"], part["version"])
            for part in bill["components"]
            if part["scope"] == scope
        } == pinned
    assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])
    assert printed("sbom") == printed("sbom")
