"""
Every address, every method, every kind of key: what it opens stands in one table.

The addresses come from the resolver. A key with one word alone is refused by name where
it lacks one, and a key that has ended is refused before anything is looked up.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.domain.tokens import TokenScope
from accounts.models import ApiToken, User
from accounts.queries import viewer_for
from accounts.services import tokens
from tests.access import records
from tests.access.characters import Cast, assemble
from tests.access.test_matrix import Address, _ids, addresses

READS, WRITES = "read", "write"
ANYTHING: frozenset[str] = frozenset()
RESULTS, ADDS_RESULTS = {"results:read"}, {"results:write"}
TAKEN, ADDS_TAKEN = {"supplements:read"}, {"supplements:write"}
HEALTH, ADDS_HEALTH = {"health:read"}, {"health:write"}
SHARING = {"sharing:read"}
PARTS = {*RESULTS, *TAKEN, *HEALTH}
FILES_IN, BRINGS = {"imports:read", *RESULTS}, {"imports:write", *RESULTS}
FILES_OUT = {"exports:read", *PARTS}
REVIEWS, REVIEWING = {"reviews:read"}, {"reviews:write"}
LIST = {*REVIEWS, *PARTS}
NO_KEY = frozenset({"no key has this"})
# What a key must open to read, and to write; None where the method is not offered.
Needs = tuple[set[str] | frozenset[str] | None, set[str] | frozenset[str] | None]
NEEDS: dict[str, Needs] = {
    "api_schema": (ANYTHING, None),
    "api_docs": (ANYTHING, None),
    "api_index": (ANYTHING, None),
    "api_patients": (ANYTHING, {"record:open"}),
    "api_patient": (ANYTHING, None),
    "api_clinics": (ANYTHING, None),
    "api_consents": (SHARING, NO_KEY),
    "api_consent": (SHARING, None),
    "api_consent_change": (None, NO_KEY),
    "api_consent_ending": (None, {"sharing:end"}),
    "api_grantees": (SHARING, None),
    "api_looks": (SHARING, None),
    "api_results": (RESULTS, ADDS_RESULTS),
    "api_result_batch": (None, ADDS_RESULTS),
    "api_result": (RESULTS, None),
    "api_result_versions": (RESULTS, None),
    "api_result_corrections": (None, ADDS_RESULTS),
    "api_result_withdrawal": (None, ADDS_RESULTS),
    "api_result_files": (RESULTS, ADDS_RESULTS),
    "api_report_file": (RESULTS, None),
    "api_report_file_removal": (None, ADDS_RESULTS),
    "api_targets": (RESULTS, {"ranges:write"}),
    "api_target_undoing": (None, {"ranges:write"}),
    "api_ranges_together": (None, {"ranges:write", *RESULTS}),
    "api_ranges_looking": (None, {"ranges:write", *RESULTS}),
    "api_ranges_set_together": (RESULTS, None),
    "api_ranges_undoing": (None, {"ranges:write"}),
    "api_health": (HEALTH, ADDS_HEALTH),
    "api_health_confirmation": (None, ADDS_HEALTH),
    "api_tags": (REVIEWS, REVIEWING),
    "api_tag_removal": (None, REVIEWING),
    "api_result_moves": (RESULTS, ADDS_RESULTS),
    "api_move_undoing": (None, ADDS_RESULTS),
    "api_range_templates": (REVIEWS, {"ranges:write", *REVIEWS}),
    "api_range_template": (REVIEWS, None),
    "api_range_template_change": (None, {"ranges:write", *REVIEWS}),
    "api_range_template_retirement": (None, {"ranges:write", *REVIEWS}),
    "api_precautions": (ANYTHING, None),
    "api_acknowledgements": (None, {*ADDS_HEALTH, *PARTS}),
    "api_products": (TAKEN, None),
    "api_periods": (TAKEN, ADDS_TAKEN),
    "api_period": (TAKEN, None),
    "api_period_ending": (None, ADDS_TAKEN),
    "api_period_pauses": (None, ADDS_TAKEN),
    "api_period_resumption": (None, ADDS_TAKEN),
    "api_period_change": (None, ADDS_TAKEN),
    "api_intakes": (TAKEN, ADDS_TAKEN),
    "api_intake_undoing": (None, ADDS_TAKEN),
    "api_chart": (RESULTS, None),
    "api_chart_svg": (RESULTS, None),
    "api_chart_png": (RESULTS, None),
    "api_chart_pdf": (RESULTS, None),
    "api_report_pdf": (ANYTHING, None),
    "api_report_text": (ANYTHING, None),
    "api_anticoagulation_pdf": (TAKEN, None),
    "api_record_imports": (FILES_IN, BRINGS),
    "api_clinic_imports": (FILES_IN, BRINGS),
    "api_import": (FILES_IN, None),
    "api_import_rows": (FILES_IN, None),
    "api_import_refused": (FILES_IN, None),
    "api_import_answers": (None, BRINGS),
    "api_import_saving": (None, BRINGS),
    "api_import_undoing": (None, BRINGS),
    "api_import_discarding": (None, BRINGS),
    "api_export_results": ({"exports:read", *RESULTS}, None),
    "api_export_fhir": (FILES_OUT, None),
    "api_export_json": (FILES_OUT, None),
    "api_export_archive": (FILES_OUT, None),
    "api_job_file": (FILES_OUT, None),
    "api_clinic_exports": (None, {"exports:write", *PARTS}),
    "api_clinic_reports": (None, {"exports:write", *PARTS}),
    "api_worklist": (LIST, None),
    "api_reviewing": (None, {*REVIEWING, *LIST}),
    "api_review_undoing": (None, {*REVIEWING, *LIST}),
    "api_reviews": ({*REVIEWS, *RESULTS}, None),
    "api_notes": (REVIEWS, REVIEWING),
    "api_retests": ({*REVIEWS, *RESULTS}, {*REVIEWING, *RESULTS}),
    "api_retest_ending": (None, {*REVIEWING, *RESULTS}),
}
# Background work is opened by one word or by the other, by its kind: see the tests of
# imports and exports. Searches and transactions of FHIR ask by what they name.
BY_ROW = {"api_jobs", "api_job", "api_job_cancellation"}
# The patient's own.
OWNERS = {
    "api_consents",
    "api_consent",
    "api_consent_change",
    "api_consent_ending",
    "api_grantees",
    "api_looks",
}
WORDS = sorted(scope.value for scope in TokenScope)


def combinations(needs: Needs) -> set[frozenset[str]]:
    """Return no word, each alone, exactly what is needed, that less one, and all."""
    wanted = [
        frozenset(each) for each in needs if each is not None and each is not NO_KEY
    ]
    less_one = {each - {word} for each in wanted for word in each}
    alone = {frozenset({word}) for word in WORDS}
    return {frozenset(), *alone, *wanted, *less_one, frozenset(WORDS)}


@cache
def programs_addresses() -> tuple[Address, ...]:
    return tuple(each for each in addresses() if each.name.startswith("api_"))


class Stage:
    """Alice's record, Dr Carol who sees all of it, and a key of hers."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.ids = _ids(cast)
        self.secret = self.key_of(cast.consented)
        self.owners = self.key_of(cast.owner)

    def key_of(self, user: User) -> str:
        _token, secret = tokens.make(
            name="x",
            scopes=frozenset(TokenScope),
            lasts=timedelta(days=1),
            by=viewer_for(user),
            at=timezone.now(),
        )
        return secret

    def path(self, address: Address) -> str:
        kwargs = {each: self.ids[each] for each in address.takes}
        return reverse(address.name, kwargs=kwargs)

    def ask(self, secret: str, method: str, path: str) -> tuple[int, dict[str, object]]:
        """Ask, then undo it; return the status and the problem, if it was one."""
        with transaction.atomic():
            answer = Client(raise_request_exception=False).generic(
                method,
                path,
                headers={"authorization": f"Bearer {secret}", "accept": "*/*"},
            )
            transaction.set_rollback(True)
        kind = answer.headers.get("Content-Type", "")
        is_told = kind == "application/problem+json" and answer.content  # HEAD has none
        return answer.status_code, json.loads(answer.content) if is_told else {}


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Set the stage once; every request is undone."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        cast = assemble()
        records.fill(cast)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tokens, "MOST_USES", 10_000)
            yield Stage(cast)
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def test_every_address_for_programs_stands_in_the_table() -> None:
    assert {each.name for each in programs_addresses()} == set(NEEDS) | BY_ROW


@pytest.mark.parametrize("address", programs_addresses(), ids=lambda each: each.name)
def test_a_key_opens_what_the_table_says(stage: Stage, address: Address) -> None:
    if address.name in BY_ROW:
        return
    secret, user = stage.secret, stage.cast.consented
    if address.name in OWNERS:
        secret, user = stage.owners, stage.cast.owner
    token = ApiToken.objects.filter(user=user).exclude(secret_hash="0" * 64)
    wrong: list[object] = []
    for scopes in sorted(combinations(NEEDS[address.name]), key=sorted):
        token.update(scopes=sorted(scopes))
        for method, needs in zip(("GET", "POST"), NEEDS[address.name], strict=True):
            status, problem = stage.ask(secret, method, stage.path(address))
            if needs is None:  # not offered: to whom it is closed it is that first
                wrong += [(method, sorted(scopes), status)] * (status not in NOTHING)
                continue
            if needs is NO_KEY:
                wrong += [(method, sorted(scopes), status)] * (status != FORBIDDEN)
                continue
            is_closed = problem.get("type") == "urn:calcidiol:problem:scope"
            lacks = not needs <= scopes
            if is_closed != lacks or (is_closed and problem["scope"] not in needs):
                wrong.append((method, sorted(scopes), status))
    token.update(scopes=WORDS)
    assert wrong == []


FORBIDDEN = 403
NOTHING = {403, 404, 405}
ENDED = ("revoked", "expired", "disabled", "unknown")


@pytest.mark.parametrize("how", ENDED)
@pytest.mark.parametrize(
    "address",
    [each for each in addresses() if each.name.startswith(("api_", "fhir"))],
    ids=lambda each: each.name,
)
def test_a_key_that_has_ended_opens_nothing_anywhere(
    stage: Stage, address: Address, how: str
) -> None:
    with transaction.atomic():
        hers = ApiToken.objects.filter(user=stage.cast.consented)
        if how == "revoked":
            hers.update(revoked_at=timezone.now())
        elif how == "expired":
            ago = timezone.now() - timedelta(days=9)
            hers.update(made_at=ago, expires_at=ago + timedelta(days=1))
        elif how == "disabled":
            User.objects.filter(pk=stage.cast.consented.pk).update(is_active=False)
        secret = "calcidiol_unknown" if how == "unknown" else stage.secret
        told = [stage.ask(secret, m, stage.path(address)) for m in METHODS]
        transaction.set_rollback(True)

    assert {status for status, _problem in told} == {401}, told


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.mark.parametrize(
    "address",
    [each for each in programs_addresses() if "patient_id" in each.takes],
    ids=lambda each: each.name,
)
def test_a_clinicians_key_opens_no_record_whose_consent_has_ended(
    stage: Stage, address: Address
) -> None:
    with transaction.atomic():
        stage.cast.record.consents.filter(clinic=stage.cast.harbour).delete()
        told = [
            stage.ask(stage.secret, m, stage.path(address)) for m in ("GET", "POST")
        ]
        transaction.set_rollback(True)

    no_key = {FORBIDDEN} if NO_KEY in NEEDS.get(address.name, ()) else set()
    # Every key is refused there before a record is looked for.
    assert {status for status, _problem in told} == {404} | no_key, told
