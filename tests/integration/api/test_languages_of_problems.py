"""In which language a program is refused, and that no refusal is written past it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts import queries
from accounts.models import Patient, User
from accounts.services import languages, tokens
from labs.api.shapes import RESULT_EXAMPLE
from tests.factories import owner_of
from tests.integration.api.conftest import MakeProgram, Program

NOTHING = {
    "en": "There is nothing at this address for you.",
    "de": "Unter dieser Adresse gibt es nichts für Sie.",
    "ar": "لا يوجد شيء لك عند هذا العنوان.",
}
NOWHERE = "/api/v1/patients/0b6f7c1e-4d7a-4c53-9f0e-5a1d2c3b4e5f/results"


@pytest.mark.parametrize(
    ("asked_for", "chosen", "spoken"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "ar", "de"),
        ("ar", "de", "ar"),
        ("en-US", "de", "en"),
        ("", "de", "de"),
        ("*", "ar", "ar"),
        ("fr, es;q=0.8", "de", "de"),
        ("", "", "en"),
        ("fr", "", "en"),
        ("not a language;;q=x", "", "en"),
    ],
)
def test_a_program_is_refused_as_it_asks_or_as_its_owner_chose(
    asked_for: str, chosen: str, spoken: str, osei: User, program_of: MakeProgram
) -> None:
    program = program_of(osei)
    languages.choose(chosen, by=queries.viewer_for(osei))
    program.language = asked_for

    answer = program.get(NOWHERE)

    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:calcidiol:problem:not-found"
    assert answer.json()["detail"] == NOTHING[spoken]
    assert answer["Content-Language"].startswith(spoken)
    assert "Accept-Language" in answer["Vary"]


def test_who_is_signed_in_is_refused_as_they_chose(oseis: Client, osei: User) -> None:
    languages.choose("de", by=queries.viewer_for(osei))

    assert oseis.get(NOWHERE).json()["detail"] == NOTHING["de"]


def test_a_key_used_too_often_is_told_so_in_its_owners_language(
    osei: User, program_of: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = program_of(osei)
    languages.choose("de", by=queries.viewer_for(osei))
    monkeypatch.setattr(tokens, "MOST_USES", 0)

    answer = program.get("/api/v1/patients")

    assert answer.status_code == 429
    assert answer.json()["detail"].startswith("Dieser Schlüssel wurde zu oft verwendet")
    assert answer["Content-Language"] == "de"


def test_an_answer_given_again_tells_the_language_it_was_written_in(
    annas_program: Program, anna: Patient
) -> None:
    path = f"/api/v1/patients/{anna.pk}/results"
    annas_program.language = "de"
    first = annas_program.post(path, RESULT_EXAMPLE, idempotency_key="one")

    annas_program.language = "ar"
    again = annas_program.post(path, RESULT_EXAMPLE, idempotency_key="one")

    assert first.status_code == again.status_code == 201
    assert again["Idempotency-Replayed"] == "true"
    assert again["Content-Language"] == "de"
    assert again.json() == first.json()


@pytest.mark.parametrize("language", ["de", "ar"])
def test_each_item_of_a_batch_is_refused_in_the_programs_language(
    language: str, annas_program: Program, anna: Patient
) -> None:
    path = f"/api/v1/patients/{anna.pk}/results/batch"
    said = []
    for each in ("en", language):
        annas_program.language = each
        answer = annas_program.post(path, {"items": [{"colour": "red"}]})
        said.append(answer.json()["items"][0]["problem"])

    english, other = said
    assert english["type"] == other["type"]
    assert english["title"] != other["title"]
    assert english["detail"] != other["detail"]
    assert english["errors"] != other["errors"]


def test_a_refusal_by_a_rule_of_access_is_translated_for_pages_as_well(
    annas: Client, anna: Patient
) -> None:
    owner = owner_of(anna)
    languages.choose("de", by=queries.viewer_for(owner))

    page = annas.get(f"/patients/{anna.pk}/targets/new/")

    assert page.status_code == 403
    assert "Nur eine behandelnde Person, die diese Akte sehen kann" in (
        page.content.decode()
    )


# Nothing is said past the catalogues --------------------------------------------------

MARKS = {"_", "_lazy", "N_", "ngettext", "gettext", "gettext_lazy", "gettext_noop"}
# What describes the addresses is English, as they are.
DESCRIBING = {"documenting.py", "capability.py"}
NOT_SAID = {"help_text", "description", "example"}
UNSAID_CALLS = {"TypeError", "OpenApiResponse"}
SENTENCE = re.compile(r"^[A-Z“%].* .*[.?]$", re.DOTALL)


def sources() -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    for folder in ("accounts/api", "labs/api", "tracker/api", "tracker/fhir"):
        found = sorted((base / folder).rglob("*.py"))
        yield from (path for path in found if path.name not in DESCRIBING)


def called(node: ast.Call) -> str:
    function = node.func
    return getattr(function, "id", "") or getattr(function, "attr", "")


def unmarked(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the texts of a tree that read like a sentence and are not marked."""
    for child in ast.iter_child_nodes(node):
        if child in docstrings_given(node):
            continue
        if isinstance(child, ast.Call) and called(child) in MARKS | UNSAID_CALLS:
            continue
        if isinstance(child, ast.keyword) and child.arg in NOT_SAID:
            continue
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue  # a docstring
        if SENTENCE.match(text_of(child)):
            yield child
        elif not isinstance(child, ast.JoinedStr):
            yield from unmarked(child)


def docstrings_given(node: ast.AST) -> list[ast.expr]:
    """Return the docstring of a class that is made by a call."""
    pairs = (
        zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    )
    return [value for key, value in pairs if key and text_of(key) == "__doc__"]


def text_of(node: ast.AST) -> str:
    """Return what a text says, its blanks as such; nothing of what is none."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "{}" for part in node.values)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else ""  # type: ignore[attr-defined]


def test_every_sentence_of_the_addresses_for_programs_is_marked_to_be_translated() -> (
    None
):
    found = [
        f"{path.name}: {text_of(each)}"
        for path in sources()
        for each in unmarked(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []
