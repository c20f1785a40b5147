"""
Forms filled in wrongly, and pages in other languages, held against WCAG 2.2 AA.

The forms are found by looking for them on every page that the resolver knows; who
answers a wrong form without an error is named below, with what it takes.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from accounts.models import User
from tests.access import records
from tests.access.characters import Cast, assemble
from tests.browser.conftest import OpenPage
from tests.browser.looking import (
    WHAT_COLOURS_CHANGE,
    too_wide,
    violations,
    wrong_when_narrow,
    wrong_with,
    zoom,
)
from tests.browser.test_every_page_is_accessible import (
    fill_out,
    is_a_page,
    opened_as,
    walks,
)

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

FORMS = """() => [...document.querySelectorAll("main form")]
  .map((form, number) => ({ form, number }))
  .filter(({ form }) => form.getAttribute("method") === "post"
    && [...form.elements].some(each => each.matches(
      "input:not([type=hidden]):not([type=submit]), select, textarea")))
  .map(({ number }) => number)"""
# Everything emptied, and what has a shape given another; then sent as by its button.
SEND_WRONG = """number => {
  const form = document.querySelectorAll("main form")[number];
  const button = form.querySelector("button:not([type=button])");
  for (const each of form.elements) {
    if (each.type === "hidden" || each.tagName === "BUTTON") continue;
    if (["checkbox", "radio"].includes(each.type)) each.checked = false;
    else if (each.tagName === "SELECT") each.value = "";
    else if (["date", "time", "number"].includes(each.type)
        || each.getAttribute("inputmode") === "decimal") {
      each.type = "text";
      each.value = "wrong?";
    } else if (each.type !== "file") each.value = "";
  }
  if (button?.name) {
    const pressed = document.createElement("input");
    Object.assign(pressed, { type: "hidden", name: button.name, value: button.value });
    form.append(pressed);
  }
  if (button?.hasAttribute("formaction")) form.action = button.formAction;
  HTMLFormElement.prototype.submit.call(form);
}"""
ERRORS = """() => document.querySelectorAll(
  "main .error-summary, main .field-error, main [aria-invalid=true]").length"""
# A field that is wrong says so and names its error; a link of the summary leads to it.
UNLINKED = """() => [
  ...[...document.querySelectorAll("main [aria-invalid=true]")].filter(field =>
    !(field.getAttribute("aria-describedby") ?? field.closest("fieldset")
        ?.getAttribute("aria-describedby") ?? "").split(" ").some(id =>
      document.getElementById(id)?.classList.contains("field-error"))),
  ...[...document.querySelectorAll(".error-summary a[href^='#']")].filter(link =>
    !document.getElementById(link.getAttribute("href").slice(1))),
].map(each => `not linked: ${each.outerHTML.slice(0, 100)}`)"""

FEWEST_FORMS = 30
# Searches, lists and choices that may be empty: they are answered, not refused.
TAKES_ANYTHING = {
    *("patients", "record_join", "result_move"),  # a search for nothing
    *("report_batch", "worklist", "worklist_messages", "worklist_panel"),
    "patient",  # a clinician's has the panel's forms
}
FAMILIES = {
    *("account_login", "account_signup", "example", "glossary", "record_open"),
    *("patient", "result", "result_add", "supplement_add", "health", "intakes"),
    *("sharing", "share_link_make", "looks", "preferences", "import_record", "export"),
    *("report", "mfa_index", "keys", "worklist", "patients", "import_clinic"),
    *(
        "target_add",
        "range_templates",
        "laboratories",
        "catalogue",
        "matrix",
        "members",
    ),
    *("clinic_overview", "report_batch", "messages_choose", "visit_questions", "leave"),
}


class Look(NamedTuple):
    """A page that somebody may open."""

    part: str
    path: str
    page: Page

    @property
    def name(self) -> str:
        return resolve(self.path).view_name


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    del transactional_db
    cast = assemble()
    records.fill(cast)
    fill_out(cast.record)
    return cast


def looks(cast: Cast, open_page: OpenPage, language: str = "") -> Iterator[Look]:
    """Yield every page, open, once for each kind of person it is for."""
    for walk in walks(cast):
        page = opened_as(walk.part, cast, open_page)
        if language:
            page.context.add_cookies(
                [{"name": "language", "value": language, "url": open_page.url}]
            )
        for path in walk.paths:
            look = Look(walk.part, path, page)
            if path.startswith("/no/") or (language and look.name not in FAMILIES):
                continue
            if is_a_page(page, path):
                yield look


def test_every_form_that_was_filled_in_wrongly_keeps_to_the_rules(
    cast: Cast, open_page: OpenPage
) -> None:
    wrong: list[str] = []
    shown: set[tuple[str, int]] = set()
    taken: set[tuple[str, int]] = set()
    for look in looks(cast, open_page):
        for number in look.page.evaluate(FORMS):
            if (look.name, number) in shown | taken:
                continue
            is_a_page(look.page, look.path)
            with look.page.expect_navigation():
                look.page.evaluate(SEND_WRONG, number)
            if not look.page.evaluate(ERRORS):
                taken.add((look.name, number))
                continue
            shown.add((look.name, number))
            found = [*wrong_with(look.page), *look.page.evaluate(UNLINKED)]
            wrong += [f"{look.part} {look.path} {line}" for line in found]
            zoom(look.page, 1)

    assert not wrong, "\n".join(wrong)
    assert len(shown) > FEWEST_FORMS
    unexpected = {name for name, _number in taken} ^ TAKES_ANYTHING
    assert not unexpected, " ".join(sorted(unexpected))


@pytest.mark.parametrize("language", ["ar", "de"])
def test_pages_of_each_family_keep_to_the_rules_in_every_language(
    cast: Cast, open_page: OpenPage, language: str
) -> None:
    User.objects.update(language=language)
    wrong: list[str] = []
    seen: set[str] = set()
    for look in looks(cast, open_page, language):
        zoom(look.page, 1)
        assert look.page.locator(f"html[lang={language}]").count() == 1, look.path
        found = [
            *too_wide(look.page),
            *violations(look.page, apart_from=WHAT_COLOURS_CHANGE),
            *wrong_when_narrow(look.page),
        ]
        wrong += [f"{look.part} {look.path} {line}" for line in found]
        seen.add(look.name)

    assert not wrong, "\n".join(wrong)
    assert seen == FAMILIES
