"""Without a connection the app says so, and shows nothing of a record."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_first_result import sign_in
from tests.factories import a_patient, a_result, an_entry, owner_of

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

WORKS = "navigator.serviceWorker.ready.then(() => true)"
CONTROLS = "() => navigator.serviceWorker.controller !== null"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      found.push([new URL(request.url).pathname, await answer.text()]);
    }
  }
  return found;
}"""


def kept_by(page: Page) -> dict[str, str]:
    return dict(page.evaluate(KEPT))


def test_a_record_is_never_kept_and_the_offline_page_says_that_nothing_is(
    open_page: OpenPage,
) -> None:
    patient = a_patient("Anna Example")
    a_result(patient, an_entry("28"))
    page = open_page()
    sign_in(page, owner_of(patient))
    # A page on its way while the worker begins is not the worker's; the next one is.
    assert page.evaluate(WORKS)
    page.goto(f"/patients/{patient.pk}/")
    page.wait_for_function(CONTROLS)
    expect(page.locator(".value-large")).to_have_text("28 ng/mL")
    page.get_by_role("link", name="12 Mar 2026").click()
    page.wait_for_url("**/results/**")
    page.goto(f"/patients/{patient.pk}/")

    page.context.set_offline(True)
    page.reload()

    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_text("28 ng/mL")).to_have_count(0)
    kept = kept_by(page)
    assert "/offline/" in kept
    assert not [path for path in kept if "patients" in path]
    assert not [path for path, text in kept.items() if "Anna" in text]

    page.context.set_offline(False)
    page.reload()
    expect(page.locator(".value-large")).to_have_text("28 ng/mL")
