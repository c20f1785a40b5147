"""The page of the components: there for those who build, nowhere else."""

from pathlib import Path

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db

COMPONENTS = Path(__file__).resolve().parents[3] / "templates" / "components"
SHOWN = ("value", "flag", "target", "chart", "table", "field", "empty", "progress")
STATES = ("Below the range", "Cannot tell", "420 of 2,000 rows", "This was not saved")


def test_every_component_stands_there_in_its_states(client: Client) -> None:
    answer = client.get("/styleguide/")

    page = answer.content.decode()
    for name in (*SHOWN, "toast", "dialog"):
        assert f'id="{name}-title"' in page, name
    for words in STATES:
        assert words in page
    assert "<svg" in page
    assert "&lt;svg" not in page


def test_a_number_stands_under_the_number_of_its_head(client: Client) -> None:
    page = client.get("/styleguide/").content.decode()

    assert '<th scope="col" class="right">As reported</th>' in page
    assert page.count('<td class="right">') == 2


@override_settings(IS_LOCAL=False)
def test_a_site_that_serves_people_has_no_such_page(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404


def test_what_the_page_names_is_a_component() -> None:
    page = COMPONENTS.parent / "tracker" / "styleguide.html"
    names = {path.stem for path in COMPONENTS.glob("*.html")}

    for name in ("value", "flag", "target", "chart", "table", "field", "empty_state"):
        assert name in names
        assert f"components/{name}.html" in page.read_text()
