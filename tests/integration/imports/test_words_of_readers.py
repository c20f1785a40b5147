"""What the readers of files say is known by its template and said in every language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

import labs.formats
from accounts.models import Patient, User
from labs.domain.sentences import Sentence
from labs.formats.inspection import read_file
from labs.formats.parsed import FileRefused
from labs.formats.sentences import templates
from labs.models import ImportBatch, ImportRow
from labs.presenters.program_uploads import import_row_json
from labs.presenters.reader_words import (
    Template,
    known_templates,
    reader_words,
    understood,
    why_refused,
)
from tests.integration.labs.spoken_pages import flowing

FOLDER = Path(labs.formats.__path__[0])
OWN = [each for each in known_templates() if each.words in templates()]
LEAST_WORDS = 4
_SENTENCE = re.compile(r"(?:[\w,;:'-]+ ){3,}[^\\|]+[.?]")
# The same in both languages as in English: names of formats, and blanks alone.
SAME = ("%(name)s: %(why)s", "XML (", "JSON (", "loinc")


def _marked(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "N_"
        ):
            yield node


def _sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give what reads like a sentence and is no description and not marked."""
    kept = {id(part) for call in _marked(tree) for part in ast.walk(call)}
    kept |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in kept or not isinstance(node, ast.Constant):
            continue
        text = node.value
        if isinstance(text, str) and _SENTENCE.fullmatch(text.strip()):
            yield node.lineno, text


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem
)
def test_every_sentence_of_a_reader_is_marked(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(_sentences(tree)) == []


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem
)
def test_every_marked_sentence_is_known_once_its_reader_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = [ast.literal_eval(call.args[0]) for call in _marked(tree)]
    assert set(marked) <= set(templates())


def _filled(template: Template, values: dict[str, str]) -> str:
    return str(Sentence(template.words, values))


@pytest.mark.parametrize("template", OWN, ids=lambda each: each.words[:60])
def test_a_sentence_is_known_by_its_template(template: Template) -> None:
    values = {name: f"'{name} 7'" for name in template.names}
    text = _filled(template, values)
    if template.is_sentence:
        found = understood(text)
        assert [str(part) for part in found] == [text]
        assert all(isinstance(part, Sentence) for part in found)
    assert template.values_in(text) == values


@given(template=st.sampled_from(OWN), data=st.data())
def test_whatever_fills_a_sentence_its_words_stay(
    template: Template, data: st.DataObject
) -> None:
    values = {name: data.draw(st.text(max_size=40)) for name in template.names}
    text = _filled(template, values)
    assert " ".join(map(str, understood(text))) == text


@given(text=st.text(max_size=200))
def test_what_no_reader_says_is_shown_as_it_is(text: str) -> None:
    assert " ".join(map(str, understood(text))) == text


@pytest.mark.parametrize("language", ["de", "ar"])
def test_every_sentence_has_words_of_its_own(language: str) -> None:
    with translation.override(language):
        same = [
            each.words
            for each in OWN
            if translation.gettext(each.words) == each.words
            and not each.words.startswith(SAME)
        ]
    assert [words for words in same if len(words.split()) >= LEAST_WORDS] == []


def test_what_is_quoted_from_a_file_is_never_translated() -> None:
    said = "The test 'Oh. The date is empty. Or not' is not kept here."
    with translation.override("de"):
        assert reader_words(said) == (
            "Der Test 'Oh. The date is empty. Or not' wird hier nicht gespeichert."
        )


def test_sentences_within_and_behind_each_other_are_told_apart() -> None:
    said = (
        "The birth date was not read: '3/2020' is not a full date: the day is missing. "
        "No column holds the date on which the sample was drawn. "
        "Columns found: 'a', 'salt and pepper' and 3 more."
    )
    with translation.override("de"):
        assert reader_words(said) == (
            "Das Geburtsdatum wurde nicht gelesen: '3/2020' ist kein vollständiges "
            "Datum: Der Tag fehlt. Keine Spalte enthält das Datum der Probenentnahme. "
            "Gefundene Spalten: 'a', 'salt and pepper' und 3 weitere."
        )


def test_a_file_is_refused_in_the_language_of_the_page() -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(b"")
    assert str(refused.value) == "The file is empty."
    with translation.override("ar"):
        assert why_refused(refused.value) == "الملف فارغ."


TABLE = (
    "date,test,value,unit,laboratory\n"
    "2026-01-15,25-OH vitamin D,28.0,ng/mL,North Lab\n"
    "2026-02-15,25-OH vitamin D,TNP,ng/mL,North Lab\n"
    "2026-03-01,25-OH vitamin D,30,,North Lab\n"
    "2026-03-02,Vitamin D,30,ng/mL,North Lab\n"
    "2026-13-41,25-OH vitamin D,30,ng/mL,North Lab\n"
    "2026-03-03,Ferritin,30,ng/mL,North Lab\n"
)
ENGLISH = re.compile(r"\b(?:The|the|is|were|line|guessed|and|of|separated)\b")


def _shown(browser: Client, patient: Patient, language: str, text: str) -> str:
    file = SimpleUploadedFile("results.csv", text.encode())
    answer = browser.post(
        f"/patients/{patient.pk}/import/",
        {"file": file},
        follow=True,
        headers={"accept-language": language},
    )
    return flowing(answer)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "de",
            (
                "Zeile 3",
                "Das Labor gab keinen Wert an, 'TNP': Der Test wurde nicht",
                "eine Einheit wird nie erraten",
                "1 Zeile gehört zu einem Test, der hier nicht gespeichert wird",
            ),
        ),
        ("ar", ("السطر", "الفحص لم يُجرَ", "ولا تُخمَّن الوحدة أبدًا")),
    ],
)
def test_the_page_of_a_file_gives_no_reason_in_english(
    annas: Client, anna: Patient, language: str, expected: tuple[str, ...]
) -> None:
    User.objects.update(language=language)

    shown = _shown(annas, anna, language, TABLE)

    assert [words for words in expected if words not in shown] == []
    assert ENGLISH.findall(shown) == []
    reasons = ImportRow.objects.filter(kind="refused").values_list("why", flat=True)
    assert "The row gives no unit, and a unit is never guessed." in reasons


def test_what_a_file_asks_is_asked_in_the_language_of_the_page(
    annas: Client, anna: Patient
) -> None:
    User.objects.update(language="de")

    shown = _shown(annas, anna, "de", "a,b\nx,y\n")

    assert "Gefundene Spalten: 'a', 'b'." in shown
    assert "Columns found" not in shown


def test_the_rows_to_mend_and_the_answer_to_a_program_say_why_in_german(
    annas: Client, anna: Patient
) -> None:
    User.objects.update(language="de")
    _shown(annas, anna, "de", TABLE)
    batch = ImportBatch.objects.latest("entered_at")

    table = annas.get(f"/imports/{batch.pk}/refused.csv").content.decode()
    with translation.override("de"):
        told = [
            import_row_json(row)["why"] for row in batch.rows.filter(kind="refused")
        ]

    assert "eine Einheit wird nie erraten" in table
    assert "Die Zeile nennt keine Einheit, und eine Einheit wird nie erraten." in told
