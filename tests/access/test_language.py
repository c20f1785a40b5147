"""Every page that anybody can open says facts, and never advice."""

from typing import Any

import pytest
from django.db import transaction

from labs.domain.language import violations
from tests.access.permissions import CHARACTERS, OK, TABLE
from tests.access.test_matrix import Address, Stage, addresses, stage
from tests.integration.labs.spoken_pages import words_of

__all__ = ["stage"]  # the fixture, used below by its name


@pytest.mark.django_db
def test_no_page_of_anybody_advises_or_judges(request: pytest.FixtureRequest) -> None:
    everybody: Stage = request.getfixturevalue("stage")
    pages = {
        (address.name, part): opened(everybody, address, part)
        for address in addresses()
        for part in CHARACTERS
        if TABLE[address.name].read[part] == OK
    }

    found = {place: violations(words) for place, words in pages.items()}

    assert [(*place, *said) for place, said in found.items() if said] == []


def opened(everybody: Stage, address: Address, part: str) -> str:
    """Return what the page says; nothing where the answer is a file or a picture."""
    with transaction.atomic():
        answer = everybody.browsers[part].get(
            everybody.path(address), headers={"accept": "text/html, */*"}
        )
        transaction.set_rollback(True)
    assert answer.status_code == OK, (address.name, part)
    if is_of(answer, "application/json"):
        return answer.content.decode()
    return words_of(answer) if is_of(answer, "text/html") else ""


def is_of(answer: Any, kind: str) -> bool:  # noqa: ANN401 - as a client answers
    content_type: str = answer.headers.get("Content-Type", "")
    return content_type.startswith(kind)
