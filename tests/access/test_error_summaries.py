"""
Every form that refuses says so on top, and leads from there to each field.

An empty form is sent to every address that takes one; what is shown again is read as a
screen reader would.
"""

from collections.abc import Iterator

import pytest
from lxml import html

from tests.access.permissions import OK, TABLE, TAKEN
from tests.access.test_matrix import Stage, addresses, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db

FEWEST_FORMS = 12  # an empty crawl would prove nothing
PARTS = ("owner", "consented", "admin", "elsewhere")


def refused_forms(stage: Stage) -> Iterator[tuple[str, html.HtmlElement]]:
    """Yield each page that came back with an error of a field."""
    for address in addresses():
        if address.name.startswith(("fhir", "v1:", "api")):
            continue
        write = TABLE[address.name].write
        for part in [part for part in PARTS if write[part] in {OK, TAKEN}][:1]:
            answer, _ = stage.ask(part, "POST", stage.path(address))
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            words = answer.content.decode()
            if "field-error" not in words:
                continue
            page = html.fromstring(words)
            if page.cssselect("main .field-error"):
                yield address.name, page


def test_every_refusal_stands_on_top_and_leads_to_its_field(stage: Stage) -> None:
    wrong, seen = [], 0

    for name, page in refused_forms(stage):
        seen += 1
        wrong += [f"{name}: {line}" for line in faults(page)]

    assert not wrong, "\n".join(wrong)
    assert seen >= FEWEST_FORMS


def faults(page: html.HtmlElement) -> Iterator[str]:
    """Yield what somebody who hears the page would miss."""
    summaries = page.cssselect(".error-summary")
    if len(summaries) != 1:
        yield f"{len(summaries)} summaries"
        return
    (summary,) = summaries
    if "data-focus-first" not in summary.attrib or summary.get("tabindex") != "-1":
        yield "the summary takes no focus"
    ids = {each.get("id") for each in page.cssselect("[id]")}
    yield from (
        f"{link.get('href')} leads nowhere"
        for link in summary.cssselect("a")
        if link.get("href", "")[1:] not in ids
    )
    described = " ".join(
        each.get("aria-describedby", "")
        for each in page.cssselect("[aria-describedby]")
    ).split()
    yield from (
        f"nothing speaks {error.get('id')}"
        for error in page.cssselect(".field-error")
        if error.get("id") not in described
    )
