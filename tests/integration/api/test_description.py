"""
The description and the code agree: invented requests get the answers it foretells.

Every check of the library runs on every answer: no 5xx, no status, content type or
shape that is not described, nothing taken that the description forbids.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from accounts.models import Patient, User
from tests.integration.api.conftest import a_key
from tests.integration.api.stored import Stored, description, everything_stored

EXAMPLES = 12
# What the rules refuse though its form is right: 422; what was not seen: 412 and 428.
TAKEN = ["2xx", "401", "403", "404", "409", "412", "422", "428", "429"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": TAKEN},
            # Asked without If-Match: 428 says what is missing.
            "missing_required_header": {"expected-statuses": ["404", "422", "428"]},
        }
    }
)
# Its items are looked at one by one: what is wrong with one is told in its outcome.
ITEM_BY_ITEM = "results_create_many"


SCHEMA = schemathesis.openapi.from_dict(description(), config=CONFIG)
SCHEMA.app = WSGIHandler()
FOUND: list[Any] = [each.ok() for each in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
OPERATIONS = {each.definition.raw["operationId"]: each for each in FOUND}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's own connection open between requests, as Django's client does."""
    edges = (signals.request_started, signals.request_finished)
    for edge in edges:
        edge.disconnect(close_old_connections)
    yield
    for edge in edges:
        edge.connect(close_old_connections)


@pytest.fixture
def stored(anna: Patient, osei: User) -> Stored:
    """Ids of everything that an address can name."""
    return everything_stored(anna, osei)


def is_an_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_answer_is_as_described(name: str, stored: Stored, osei: User) -> None:
    operation = OPERATIONS[name]
    key = a_key(osei)
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    excluded: Any = (
        [CHECKS.get_one("negative_data_rejection")] if name == ITEM_BY_ITEM else []
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            *(operation.as_strategy(generation_mode=mode) for mode in modes)
        ),
        is_there=st.integers(0, 9),
    )
    def ask(case: Case[Any], is_there: int) -> None:
        named = case.path_parameters or {}
        if is_there and all(map(is_an_id, named.values())):  # else of nothing
            case.path_parameters = {each: stored.ids[each] for each in named}
        with transaction.atomic():
            case.call_and_validate(
                headers={"Authorization": f"Bearer {key}"},
                excluded_checks=excluded,
            )
            transaction.set_rollback(True)

    ask()


@pytest.mark.django_db
def test_the_description_can_be_downloaded(client: Client) -> None:
    answer = client.get("/api/v1/schema", headers={"accept": "*/*"})

    assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert answer.json()["openapi"] == "3.1.0"
