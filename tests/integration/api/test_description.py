"""
The description and the code agree: invented requests get the answers it foretells.

Every check of the library runs on every answer: no 5xx, no status, content type or
shape that is not described, nothing taken that the description forbids.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from accounts.models import Clinic, Patient, User
from accounts.queries import viewer_for, viewing
from labs.domain.health import HealthTopic
from labs.domain.intakes import Outcome
from labs.models import ImportBatch, Intake
from labs.services import logbook, uploading
from labs.services.logbook import LogEntry
from tests.factories import (
    a_health_fact,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import a_key
from tests.integration.imports.test_uploads import TWO
from tracker.models import Job
from tracker.services import job_kinds, jobs
from tracker.services.export_jobs import ClinicExport

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


def description() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    described: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return described


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
def stored(anna: Patient, osei: User, clinic: Clinic) -> dict[str, str]:
    """Fill Anna's record, and return the ids that addresses can name."""
    a_target(anna, osei)
    result = a_result(anna, an_entry("<20"))
    a_result(anna, an_entry("31.5", collected_on=date(2026, 5, 1)))
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST)
    today = timezone.localdate()
    period = a_period(anna, starts_on=today - timedelta(days=60))
    logbook.log(
        period=period,
        outcome=Outcome.TAKEN,
        day=today,
        today=today,
        entry=LogEntry(
            by=viewer_for(owner_of(anna)), at=timezone.now(), entry_id=period.pk
        ),
    )
    return {
        "patient_id": str(anna.pk),
        "result_id": str(result.chain),
        "period_id": str(period.pk),
        "intake_id": str(Intake.objects.get().pk),
        "clinic_id": str(clinic.pk),
        "batch_id": str(_a_file(anna, osei).pk),
        "job_id": str(_work(osei, clinic).pk),
    }


def _work(osei: User, clinic: Clinic) -> Job:
    """Have an export of the clinic's records made."""
    viewer, at = viewer_for(osei), timezone.now()
    with transaction.atomic(), viewing(viewer):
        job = jobs.begin(
            work=ClinicExport, arguments={}, by=viewer, at=at, clinic=clinic
        )
    jobs.run(job.pk, by=viewer, works=job_kinds.WORKS)
    return job


def _a_file(anna: Patient, osei: User) -> ImportBatch:
    """Bring a file in for Anna, and look at it."""
    viewer, at = viewer_for(osei), timezone.now()
    with transaction.atomic(), viewing(viewer):
        batch = uploading.receive(
            data=TWO.encode(), file_name="a.csv", patient=anna, by=viewer, at=at
        )
        uploading.look(batch=batch, by=viewer, at=at)
    return batch


def is_an_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_answer_is_as_described(
    name: str, stored: dict[str, str], osei: User
) -> None:
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
            case.path_parameters = {each: stored[each] for each in named}
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
