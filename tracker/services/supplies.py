"""
What the program is built from.

The packages that requirements.txt pins, and those of requirements-otel.txt where they
are installed, with the licences that their makers state, as a
page, and as a CycloneDX bill of materials.
"""

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from tracker.services.release import PRODUCT, VERSION

PIN = re.compile(
    r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)(?:\s*;.*)?$",
    re.MULTILINE,
)
LONGEST = 60  # a longer statement is a whole licence, not its name
SAID = "License :: "
PROGRAM = {"type": "application", "name": PRODUCT}
UNSTATED = "not stated"
# Said in the file that comes with the package, not in its description.
IN_A_FILE = {"pyrage": "MIT"}


@dataclass(frozen=True, slots=True)
class Supply:
    """One package."""

    name: str
    version: str
    licence: str
    is_optional: bool = False

    @property
    def address(self) -> str:
        """Return its package URL."""
        return f"pkg:pypi/{self.name.lower()}@{self.version}"


def supplies(project: Path) -> list[Supply]:
    """Return every pinned package, in the order of names, as installed here."""
    needed = _pins(project / "requirements.txt")
    optional = _pins(project / "requirements-otel.txt")
    return [
        *(
            Supply(name, needed[name], _licence(metadata(name)))
            for name in sorted(needed, key=str.lower)
        ),
        *(
            Supply(name, optional[name], _licence(metadata(name)), is_optional=True)
            for name in sorted(optional.keys() - needed.keys(), key=str.lower)
            if _is_installed(name)
        ),
    ]


def _pins(requirements: Path) -> dict[str, str]:
    return dict(PIN.findall(requirements.read_text(encoding="utf-8")))


def _is_installed(name: str) -> bool:
    try:
        metadata(name)
    except PackageNotFoundError:
        return False
    return True


def _licence(said: PackageMetadata) -> str:
    named = [each for each in ("License-Expression", "License") if each in said]
    stated = said[named[0]] if named else ""
    if stated and len(stated) <= LONGEST and "\n" not in stated:
        return stated
    classified = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or []
        if each.startswith(SAID) and not each.endswith("OSI Approved")
    ]
    return ", ".join(classified) or IN_A_FILE.get(said["Name"], UNSTATED)


def licences_page(found: list[Supply]) -> str:
    """Return docs/licences.md."""
    lines = [
        "# Licences of what the program is built from",
        "",
        "As the packages state them; `manage.py licences` writes it, a test holds it",
        "to requirements.txt and requirements-otel.txt.",
        "",
        *_table([each for each in found if not each.is_optional]),
        "",
        "What sends traces besides, where somebody wants them (deployment.md):",
        "",
        *_table([each for each in found if each.is_optional]),
    ]
    return "\n".join(lines) + "\n"


def _table(found: list[Supply]) -> list[str]:
    return [
        "| package | version | licence |",
        "|---|---|---|",
        *(f"| {each.name} | {each.version} | {each.licence} |" for each in found),
    ]


def bill_of_materials(found: list[Supply]) -> str:
    """Return a CycloneDX 1.6 document; the same packages give the same bytes."""
    parts = [
        {
            "type": "library",
            "bom-ref": each.address,
            "name": each.name,
            "version": each.version,
            "purl": each.address,
            "licenses": [{"license": {"name": each.licence}}],
            "scope": "optional" if each.is_optional else "required",
        }
        for each in found
    ]
    mark = uuid5(NAMESPACE_URL, " ".join(each.address for each in found))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{mark}",
        "version": 1,
        "metadata": {"component": {**PROGRAM, "version": VERSION}},
        "components": parts,
    }
    return json.dumps(document, indent=2) + "\n"
