"""Catalogues: what is found in the sources, put in by people, compiled to be read."""

import gettext
import os
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tracker.services import catalogue_faults, catalogues, extraction
from tracker.services.catalogues import CatalogueRefused, Message

RANGE = Message("Range", places=("labs/one.py",))
DAYS = Message("%(n)s day", plural="%(n)s days", places=("labs/two.py",))
MAY = Message("May", context="month", places=("labs/one.py",))


@pytest.fixture
def empty(settings: Settings, tmp_path: Path) -> Path:
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


def translated(language: str) -> gettext.GNUTranslations:
    with catalogues.path_of(language).with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def filled(language: str) -> None:
    catalogues.update(language, [RANGE, DAYS, MAY])
    catalogues.merge(
        language,
        [
            {"id": "Range", "words": "Bereich"},
            {"id": "May", "context": "month", "words": "Mai"},
            {"id": "%(n)s day", "words": ["%(n)s Tag", "%(n)s Tage"]},
        ],
    )


def test_messages_are_found_in_python_rules_and_templates() -> None:
    found = {message.key: message for message in extraction.messages()}

    assert ("", "This compares numbers. It is not a diagnosis.") in found  # by N_
    assert found["", "looked at"].places == ("accounts/presenters.py",)  # by _noop
    assert found["", "Skip to the content"].places == ("templates/base.html",)
    assert found["", "%(age)s year"].plural == "%(age)s years"


def test_a_message_is_found_as_it_will_be_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "labs").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "labs" / "words.py").write_text(
        'A = _("two \\N{MULTIPLICATION SIGN} " "three")\n'
        'B = npgettext("c", "one", "many", 3)\n'
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{% load i18n %}\n    <p>{% blocktranslate count n=days trimmed %}\n"
        "      {{ n }} day\n    {% plural %}\n {{ n }} days\n{% endblocktranslate %}"
        ' 100 % {{ x|default:_("none") }}</p>\n'
    )
    settings.BASE_DIR = tmp_path

    assert extraction.messages() == [
        Message("%(n)s day", plural="%(n)s days", places=("templates/page.html",)),
        Message("none", places=("templates/page.html",)),
        Message("one", context="c", plural="many", places=("labs/words.py",)),
        Message("two \N{MULTIPLICATION SIGN} three", places=("labs/words.py",)),
    ]


@pytest.mark.usefixtures("empty")
def test_what_was_translated_stays_and_what_is_gone_goes() -> None:
    filled("de")

    catalogues.update("de", [DAYS, Message("New", places=("labs/two.py",))])

    assert [form["id"] for form in catalogues.missing("de")] == ["New"]
    entries = {entry.msgid: entry for entry in catalogues.opened("de")}
    assert set(entries) == {"%(n)s day", "New"}
    assert entries["%(n)s day"].msgstr_plural == {0: "%(n)s Tag", 1: "%(n)s Tage"}


@pytest.mark.usefixtures("empty")
def test_the_same_sources_give_the_same_bytes() -> None:
    filled("de")
    before = catalogues.path_of("de").read_bytes()

    catalogues.update("de", [MAY, DAYS, RANGE])

    assert catalogues.path_of("de").read_bytes() == before
    assert all(len(line) < 100 for line in before.decode().splitlines())


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"id": "Rnage", "words": "Bereich"}, "has no message"),
        ({"id": "Range", "words": ["a", "b"]}, "needs one text"),
        ({"id": "%(n)s day", "words": "Tage"}, "needs a list of forms"),
        ({"id": "%(n)s day", "words": ["%(n)s Tag"]}, "needs 2 forms"),
    ],
)
def test_a_merge_that_does_not_fit_saves_nothing(
    form: dict[str, catalogues.Words], why: str
) -> None:
    filled("de")
    before = catalogues.path_of("de").read_bytes()

    with pytest.raises(CatalogueRefused, match=why):
        catalogues.merge("de", [{"id": "Range", "words": "Spanne"}, form])

    assert catalogues.path_of("de").read_bytes() == before


@pytest.mark.usefixtures("empty")
def test_a_complete_catalogue_has_no_faults() -> None:
    filled("de")

    assert catalogue_faults.faults("de", [RANGE, DAYS, MAY]) == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "is not translated"),
        ("<b>%(n)s</b> Tage", "other tags"),
        ("%(m)s Tage", "other placeholders"),
        ("%(n)s Tage\n", "other line breaks"),
    ],
)
@pytest.mark.usefixtures("empty")
def test_a_translation_that_does_not_fit_is_a_fault(words: str, fault: str) -> None:
    message = Message("in %(n)s days", places=("labs/one.py",))
    catalogue = catalogues.update("de", [message])
    catalogue[0].msgstr = words
    catalogue.save()

    (found,) = catalogue_faults.faults("de", [message])

    assert fault in found
    assert "labs/one.py" in found


@pytest.mark.usefixtures("empty")
def test_what_the_sources_and_the_catalogue_do_not_share_is_a_fault() -> None:
    filled("de")
    new = Message("New", places=("labs/three.py",))

    missing, gone = catalogue_faults.faults("de", [RANGE, DAYS, new])

    assert missing == "de: “New” (labs/three.py) is not in the catalogue"
    assert gone == "de: “May” is in no source any more"


@pytest.mark.usefixtures("empty")
def test_guesses_and_leftovers_are_faults() -> None:
    catalogue = catalogues.update("de", [RANGE, MAY])
    catalogue[0].msgstr, catalogue[0].flags = "Mai", ["fuzzy"]
    catalogue[1].msgstr, catalogue[1].obsolete = "Bereich", True
    catalogue.save()

    found = " ".join(catalogue_faults.faults("de", [RANGE, MAY]))

    assert "is a guess" in found
    assert "is obsolete" in found


@pytest.mark.usefixtures("empty")
def test_a_plural_needs_the_forms_of_its_language() -> None:
    catalogue = catalogues.update("ar", [DAYS])
    forms = ["لا أيام", "يوم", "يومان", "%(n)s أيام", "%(n)s يومًا", "%(n)s يوم"]
    catalogue[0].msgstr_plural = dict(enumerate(forms))
    catalogue.save()
    assert catalogue_faults.faults("ar", [DAYS]) == []

    catalogue[0].msgstr_plural[4] = "يومًا"
    catalogue.save()

    (found,) = catalogue_faults.faults("ar", [DAYS])
    assert "other placeholders in form 4" in found


@pytest.mark.usefixtures("empty")
def test_what_changed_is_compiled_and_what_did_not_is_left() -> None:
    filled("de")

    assert catalogues.compile_all(only_stale=True) == ["de"]
    assert translated("de").gettext("Range") == "Bereich"
    assert translated("de").pgettext("month", "May") == "Mai"
    assert translated("de").ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s Tage"
    assert catalogues.compile_all(only_stale=True) == []

    catalogues.merge("de", [{"id": "Range", "words": "Spanne"}])
    later = catalogues.path_of("de").stat().st_mtime + 5
    os.utime(catalogues.path_of("de"), (later, later))

    assert catalogues.compile_all(only_stale=True) == ["de"]
    assert translated("de").gettext("Range") == "Spanne"


@pytest.mark.usefixtures("empty")
def test_guesses_are_not_shown_to_anybody() -> None:
    catalogue = catalogues.update("de", [RANGE])
    catalogue[0].msgstr, catalogue[0].flags = "Reichweite", ["fuzzy"]
    catalogue.save()
    catalogues.compile_all()

    assert translated("de").gettext("Range") == "Range"


@pytest.mark.usefixtures("empty")
def test_the_clinical_reviewer_is_whom_the_catalogue_names() -> None:
    filled("de")
    catalogues.compile_all()
    catalogues.clinical_reviewer.cache_clear()
    assert catalogues.clinical_reviewer("de") == ""

    catalogue = polib.pofile(str(catalogues.path_of("de")))
    catalogue.metadata["X-Clinical-Reviewer"] = "Dr. Eva Klein, 1 December 2026"
    catalogue.save()
    catalogues.compile_all()
    catalogues.clinical_reviewer.cache_clear()

    assert catalogues.clinical_reviewer("de") == "Dr. Eva Klein, 1 December 2026"
    catalogues.clinical_reviewer.cache_clear()


@pytest.mark.usefixtures("empty")
def test_a_translators_day_from_missing_to_check(tmp_path: Path) -> None:
    def done(*arguments: str) -> str:
        out = StringIO()
        call_command("catalogues", *arguments, stdout=out)
        return out.getvalue()

    assert "missing" in done("extract")
    listed = done("missing", "de")
    assert '"Skip to the content"' in listed
    file = tmp_path / "de.json"
    file.write_text('[{"id": "Skip to the content", "words": "Zum Inhalt"}]')
    assert "1 put in" in done("merge", "de", str(file))
    assert '"Skip to the content"' not in done("missing", "de")
    assert "Compiled: de, ar" in done("compile")
    with pytest.raises(CommandError, match="to mend"):
        done("check")
    file.write_text('[{"id": "Nobody wrote this", "words": "Niemand"}]')
    with pytest.raises(CommandError, match="has no message"):
        done("merge", "de", str(file))
