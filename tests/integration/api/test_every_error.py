"""
Every error that the description names is brought about, at every address, in Arabic.

The pairs of an operation and a kind of problem come from the description; a pair that
nothing here brings about fails, and so does a body that is shown and not taken.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import Patient, StoredAnswer, User
from accounts.services import tokens
from accounts.services.answers import Sent
from labs.domain.health import HealthTopic
from labs.models import ImportBatch
from tests.access.characters import absent
from tests.factories import a_health_fact, owner_of
from tests.integration.api.conftest import InASession, Program, a_key
from tests.integration.api.stored import Stored, a_stage, description
from tests.integration.imports.test_uploads import TWO
from tracker.models import Job

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as HttpResponse

DESCRIBED = description()
JSON, MULTIPART = "application/json", "multipart/form-data"
PROBLEM = "application/problem+json"
Patch = pytest.MonkeyPatch


class Operation:
    """One method of one address, as the description tells of it."""

    def __init__(self, path: str, method: str, told: dict[str, Any]) -> None:
        self.path, self.method, self.told = path, method.upper(), told
        self.name: str = told["operationId"]
        self.content: dict[str, Any] = told.get("requestBody", {}).get("content", {})
        parameters = told.get("parameters", [])
        self.asks = any(each["in"] == "query" for each in parameters)
        self.is_for_people = told["security"] == [{"session": []}]
        self.counts_once = any(each["name"] == "Idempotency-Key" for each in parameters)

    def kinds(self) -> set[str]:
        """Return the words of the problems that it can answer with."""
        found = set()
        for answer in self.told["responses"].values():
            examples = answer.get("content", {}).get(PROBLEM, {}).get("examples", {})
            found |= {
                each["value"]["type"].split(":")[-1] for each in examples.values()
            }
        return found

    def body(self) -> dict[str, Any] | None:
        """Return the body that the description shows."""
        if JSON not in self.content:
            return None
        examples: dict[str, Any] = self.content[JSON].get("examples", {})
        assert examples, f"{self.name} shows no body"
        shown: dict[str, Any] = next(iter(examples.values()))["value"]
        return shown


def operations() -> dict[str, Operation]:
    found = [
        Operation(path, method, told)
        for path, methods in DESCRIBED["paths"].items()
        for method, told in methods.items()
    ]
    return {each.name: each for each in found}


OPERATIONS = operations()


# What the id stands for that a body shows, by the name under which it stands.
MEANT = {
    "period_id": "period_id",
    "clinic_id": "other_clinic_id",
    '"to"': "other_patient_id",
}


class Scene:
    """Anna's record, and a program of Dr Osei's that may do everything."""

    def __init__(self, anna: Patient, osei: User, stored: Stored) -> None:
        self.anna, self.osei, self.stored = anna, osei, stored
        self.his, self.hers = Program(a_key(osei)), Program(a_key(owner_of(anna)))
        self.signed_in = InASession(owner_of(anna))
        self.program = self.his
        self.language = "en"
        self.patch = Patch()

    def path(self, operation: Operation) -> str:
        return self.stored.path(operation.path)

    def body(self, operation: Operation) -> Any:  # noqa: ANN401 - as JSON nests
        """Return the body that is shown, with ids of this record in it."""
        shown = operation.body()
        text = json.dumps(shown)
        example_id = "0b6f7c1e-4d7a-4c53-9f0e-5a1d2c3b4e5f"
        named = [each for each in MEANT if each in text] or ["patient_id"]
        mine = self.stored.ids[MEANT.get(named[0], named[0])]
        return None if shown is None else json.loads(text.replace(example_id, mine))

    def ask(
        self, operation: Operation, body: object = None, **headers: str
    ) -> "HttpResponse":
        """Ask as the description says, with what is told otherwise here."""
        path = headers.pop("path", self.path(operation))
        self.program.language = self.language
        headers.setdefault("if_match", "*")
        if MULTIPART in operation.content and body is None and len(headers) == 1:
            return self.program.upload(path, TWO)
        sent = self.body(operation) if body is None else body
        return self.program.send(operation.method, path, sent, **headers)

    def upload(self, operation: Operation, **fields: str) -> "HttpResponse":
        self.program.language = self.language
        return self.program.upload(self.path(operation), TWO, **fields)


Brings = Callable[[Scene, Operation], "HttpResponse"]


def not_signed_in(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.program = Program("calcidiol_none")
    return scene.ask(operation)


def forbidden(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.osei.authenticator_set.all().delete()  # type: ignore[attr-defined]
    return scene.ask(operation)


def scope(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.program = Program(a_key(scene.osei, frozenset()))
    return scene.ask(operation)


def not_found(scene: Scene, operation: Operation) -> "HttpResponse":
    none = dict.fromkeys(scene.stored.ids, str(absent()))
    return scene.ask(operation, path=operation.path.format(**none))


def not_acceptable(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation, accept="application/x-nothing")


def too_many(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.patch.setattr(tokens, "MOST_USES", 0)
    return scene.ask(operation)


def failed(scene: Scene, operation: Operation) -> "HttpResponse":
    def fall_over(*_: object, **__: object) -> None:
        raise RuntimeError

    scene.patch.setattr("accounts.api.views.ProgramView.check_key", fall_over)
    scene.program.client.raise_request_exception = False
    return scene.ask(operation)


def away(scene: Scene, operation: Operation) -> "HttpResponse":
    def break_off(*_: object, **__: object) -> None:
        raise OperationalError

    scene.patch.setattr("accounts.api.views.ProgramView.check_key", break_off)
    scene.program.client.raise_request_exception = False
    return scene.ask(operation)


def malformed(scene: Scene, operation: Operation) -> "HttpResponse":
    if MULTIPART in operation.content:
        kind = "multipart/form-data"  # and no boundary
        return scene.ask(operation, b"x", content_type=kind)
    return scene.ask(operation, b"{")


def too_large(scene: Scene, operation: Operation) -> "HttpResponse":
    if MULTIPART in operation.content:
        return scene.program.client.post(
            scene.path(operation),
            b"x",
            content_type="multipart/form-data; boundary=x",
            headers={
                **scene.program.credentials(),
                "accept-language": scene.language,
            },
            CONTENT_LENGTH=str(10**9),
        )
    return scene.ask(operation, b'{"x": "' + b"x" * 1_100_000 + b'"}')


def media_type(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation, b"x", content_type="text/plain")


def invalid(scene: Scene, operation: Operation) -> "HttpResponse":
    if operation.content:
        if MULTIPART in operation.content:
            return scene.upload(operation, colour="red")
        return scene.ask(operation, {"colour": "red"})
    if operation.asks:
        return scene.ask(operation, path=scene.path(operation) + "?colour=red")
    return scene.ask(operation, idempotency_key="x" * 256)


def key_used(scene: Scene, operation: Operation) -> "HttpResponse":
    viewer = scene.program.viewer
    sent = Sent(viewer, "one", b"another body")
    StoredAnswer.objects.create(
        user_id=viewer.id,
        patient=scene.anna,
        key=sent.key_hash,
        request_hash=sent.request_hash,
        part="results",
        status=200,
        headers={},
        body="{}",
        made_at=timezone.now(),
    )
    if MULTIPART in operation.content:
        return scene.upload(operation, key="one")
    return scene.ask(operation, idempotency_key="one")


def not_told_again(scene: Scene, operation: Operation) -> "HttpResponse":
    def kept(sent: Sent) -> StoredAnswer:
        now = timezone.now()
        same = sent.request_hash
        return StoredAnswer(patient=scene.anna, request_hash=same, made_at=now)

    scene.patch.setattr("accounts.api.views.answers.answer_to", kept)
    if MULTIPART in operation.content:
        return scene.upload(operation, key="one")
    return scene.ask(operation, idempotency_key="one")


def changed(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation, if_match='"another"')


def precondition(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.program.language = scene.language
    return scene.program.send(
        operation.method, scene.path(operation), scene.body(operation)
    )


# What the patient alone reads, or what Anna logged herself.
OWNERS = {
    "consents_list",
    "consents_read",
    "consents_end",
    "consents_grantees",
    "audit_list",
    "intakes_undo",
}
# What a key is told, also where nothing is done by one.
TOLD_TO_KEYS = {"forbidden", "too-many"}
BRINGS: dict[str, Brings] = {
    "not-signed-in": not_signed_in,
    "forbidden": forbidden,
    "scope": scope,
    "not-found": not_found,
    "not-acceptable": not_acceptable,
    "too-many": too_many,
    "failed": failed,
    "away": away,
    "malformed": malformed,
    "too-large": too_large,
    "media-type": media_type,
    "invalid": invalid,
    "key-used": key_used,
    "not-told-again": not_told_again,
    "changed": changed,
    "precondition": precondition,
}


# What hangs on what is stored: by operation -------------------------------------------


def twice(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.ask(operation)
    return scene.ask(operation)


def of_another_scale(scene: Scene, operation: Operation) -> "HttpResponse":
    body = {**scene.body(operation), "value": "2.8", "unit": "nmol/L"}
    return scene.ask(operation, body)


def of_a_huge_amount(scene: Scene, operation: Operation) -> "HttpResponse":
    body = scene.body(operation)
    body["ingredients"][0] = {"substance": "D3", "amount": "50", "unit": "mg"}
    return scene.ask(operation, body)


def of_a_day_to_come(scene: Scene, operation: Operation) -> "HttpResponse":
    day = timezone.localdate() + timedelta(days=90)
    return scene.ask(operation, {**scene.body(operation), "starts_on": str(day)})


def of_another_range(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation, {**scene.body(operation), "seen": 9})


def of_another_range_of_many(scene: Scene, operation: Operation) -> "HttpResponse":
    body = scene.body(operation)
    body["people"][0]["seen"] = 9
    return scene.ask(operation, body)


def of_other_words(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation)


def of_a_range_before(scene: Scene, operation: Operation) -> "HttpResponse":
    newer = OPERATIONS["ranges_set"]
    scene.ask(newer, {**scene.body(newer), "seen": 1})
    return scene.ask(operation)


def of_a_saved_file(scene: Scene, operation: Operation) -> "HttpResponse":
    ImportBatch.objects.update(state="saved", saved_at=timezone.now())
    return scene.ask(operation)


def of_a_file_that_is_not_saved(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation)


def of_ended_work(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation)


def of_work_that_goes_on(scene: Scene, operation: Operation) -> "HttpResponse":
    Job.objects.update(state="running", finished_at=None)
    return scene.ask(operation, accept="*/*")


def of_another_plan(scene: Scene, operation: Operation) -> "HttpResponse":
    return scene.ask(operation, {"replaces": None, "every_months": 3})


def of_a_retired_template(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.ask(OPERATIONS["range_templates_retire"])
    return scene.ask(operation)


def of_the_same_person(scene: Scene, operation: Operation) -> "HttpResponse":
    body = {**scene.body(operation), "to": str(scene.anna.pk)}
    return scene.ask(operation, body)


def of_an_ended_consent(scene: Scene, operation: Operation) -> "HttpResponse":
    scene.anna.consents.update(revoked_at=timezone.now())
    return scene.ask(operation)


SPECIAL: dict[tuple[str, str], Brings] = {
    ("results_create", "questions"): of_another_scale,
    ("results_correct", "questions"): of_another_scale,
    ("results_create", "conflict"): twice,
    ("results_withdraw", "conflict"): twice,
    ("periods_create", "questions"): of_a_huge_amount,
    ("periods_change", "questions"): of_a_day_to_come,
    ("ranges_set", "conflict"): of_another_range,
    ("ranges_set_together", "conflict"): of_another_range_of_many,
    ("precautions_acknowledge", "conflict"): of_other_words,
    ("ranges_undo", "conflict"): of_a_range_before,
    ("imports_answer", "conflict"): of_a_saved_file,
    ("imports_save", "conflict"): of_a_saved_file,
    ("imports_undo", "conflict"): of_a_file_that_is_not_saved,
    ("imports_discard", "conflict"): of_a_saved_file,
    ("jobs_cancel", "conflict"): of_ended_work,
    ("jobs_file", "conflict"): of_work_that_goes_on,
    ("retests_ask", "conflict"): of_another_plan,
    ("range_templates_change", "conflict"): of_a_retired_template,
    ("range_templates_retire", "conflict"): of_a_retired_template,
    ("results_move", "conflict"): of_the_same_person,
    ("results_move_back", "conflict"): twice,
    ("patients_open", "conflict"): twice,
    ("consents_give", "conflict"): twice,
    ("consents_change", "conflict"): of_an_ended_consent,
}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Set the scene once; what a test does is undone."""
    del django_db_setup
    with a_stage(django_db_blocker) as staged, Patch.context() as patch:
        patch.setattr(tokens, "MOST_USES", 10_000)
        yield Scene(*staged)


pytestmark = pytest.mark.django_db


def brought_about(scene: Scene, name: str, kind: str, language: str) -> "HttpResponse":
    """Bring a problem about in a language, and undo what was done for it."""
    operation = OPERATIONS[name]
    brings = SPECIAL.get((name, kind)) or BRINGS.get(kind)
    assert brings is not None, f"nothing brings about {kind} at {name}"
    with transaction.atomic(), Patch.context() as patch:
        scene.patch, scene.language = patch, language
        is_hers = name in OWNERS and kind != "forbidden"
        scene.program = scene.hers if is_hers else scene.his
        if operation.is_for_people and kind not in TOLD_TO_KEYS:
            scene.program = scene.signed_in
        answer = brings(scene, operation)
        transaction.set_rollback(True)
    for program in (scene.hers, scene.his, scene.signed_in):
        program.language = ""
    connection.run_on_commit = []
    return answer


def sentences(problem: dict[str, Any]) -> list[str]:
    """Return everything that a problem says to a person."""
    faults = [each["detail"] for each in problem.get("errors", ())]
    asked = problem.get("questions", ())
    questions = [each["sentence"] for each in asked]
    choices = [choice["words"] for each in asked for choice in each["choices"]]
    return [problem["title"], problem["detail"], *faults, *questions, *choices]


ARABIC = re.compile("[\u0600-\u06ff]")


def is_arabic(sentence: str) -> bool:
    """Say whether a sentence is Arabic; "nmol/L" alone is so in every language."""
    return bool(ARABIC.search(sentence)) or sentence in {"nmol/L", "ng/mL"}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_problem_that_is_described_is_brought_about(
    name: str, scene: Scene
) -> None:
    operation, wrong = OPERATIONS[name], {}
    for kind in sorted(operation.kinds()):
        answer = brought_about(scene, name, kind, "ar")
        is_problem = answer.headers.get("Content-Type") == PROBLEM
        told = answer.json()["type"] if is_problem else ""
        if told != f"urn:calcidiol:problem:{kind}":
            wrong[kind] = (answer.status_code, answer.content[:200])
        elif str(answer.status_code) not in operation.told["responses"]:
            wrong[kind] = (answer.status_code, b"its status is not described")
        elif not all(map(is_arabic, sentences(answer.json()))):
            wrong[kind] = (answer.status_code, answer.content)
        elif answer["Content-Language"] != "ar":
            wrong[kind] = (answer.status_code, b"its language is not told")
    assert wrong == {}


# One address for each way in which a kind of problem comes about.
WAYS = {
    (kind, SPECIAL.get((name, kind))): name
    for name in sorted(OPERATIONS)
    for kind in OPERATIONS[name].kinds()
}


@pytest.mark.parametrize("kind", sorted({kind for kind, _way in WAYS}))
def test_no_sentence_of_a_problem_stays_english_in_german(
    kind: str, scene: Scene
) -> None:
    for name in (name for (each, _way), name in WAYS.items() if each == kind):
        english = brought_about(scene, name, kind, "en").json()
        answer = brought_about(scene, name, kind, "de")
        german = answer.json()

        assert german["type"] == english["type"]
        assert len(sentences(german)) == len(sentences(english))
        same = set(sentences(german)) & set(sentences(english))
        assert same <= {"nmol/L", "ng/mL"}, name
        assert answer["Content-Language"] == "de"
        assert "Accept-Language" in answer["Vary"]


SHOWN = [name for name, each in OPERATIONS.items() if JSON in each.content]


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_body_that_is_shown_is_taken(name: str, scene: Scene) -> None:
    operation = OPERATIONS[name]
    body = scene.body(operation)
    if name == "ranges_set":
        body["seen"] = 1
    if name == "ranges_set_together":
        body["people"][0]["seen"] = 1
    if name == "intakes_log":  # today's is logged already
        body["on_day"] = str(timezone.localdate() - timedelta(days=1))
    if name == "retests_ask":
        body["replaces"] = scene.stored.ids["retest_id"]

    scene.program = scene.signed_in if operation.is_for_people else scene.his
    with transaction.atomic():
        if name == "periods_resume":
            scene.ask(OPERATIONS["periods_pause"])
        if name == "precautions_acknowledge":
            a_health_fact(scene.anna, HealthTopic.SARCOIDOSIS)
            told = scene.ask(OPERATIONS["precautions_read"]).json()["matched"]
            body["subject"] = told[0]["subject"]
        answer = scene.ask(operation, body)
        transaction.set_rollback(True)

    assert answer.status_code in {200, 201, 202}, answer.content


# Doing them twice does nothing twice: the second finds nothing to do, and says so. A
# look does nothing.
DONE_ONCE_BY_THEMSELVES = {
    "imports_discard",
    "intakes_undo",
    "jobs_cancel",
    "ranges_look_together",
    "retests_end",
}


def test_every_write_counts_once_by_a_key_or_by_itself() -> None:
    """The proxy sends a POST with a key to another instance when the first one died."""
    posts = [each for each in OPERATIONS.values() if each.method == "POST"]

    without = {each.name for each in posts if not each.counts_once}

    assert without == DONE_ONCE_BY_THEMSELVES
