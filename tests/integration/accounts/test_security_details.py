"""Small promises of sign-in, answers and sources, each of which ASVS asks for."""

import ast
import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.services.second_factor import code_now
from tests.access.characters import FOUR_WORDS, SEED, Cast
from tests.access.signing_in import moved_on, sign_in

PROJECT = Path(__file__).resolve().parents[3]
NEW = "nine brown badgers whistle"
CHANGE = "/account/password/change/"
# Formats and patterns that stand in a name of their own, and are no text of anybody's.
OWN_FORMATS = {"reason", "value"}
MAKES_STATEMENTS = {"sql.SQL", "SQL", "super"}
# A message's own sign, escaped; and the word lists, which are of the product.
MAKE_PATTERNS = {"hl7v2_segments.py", "language.py"}


def functions() -> Iterator[tuple[Path, ast.AST]]:
    """Yield every function of the product, with its file."""
    for folder in ("accounts", "labs", "tracker"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield path, node


def calls(node: ast.AST) -> Iterator[ast.Call]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            yield each


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    made = [
        f"{path.name}: {ast.unparse(call)}"
        for path, function in functions()
        for call in calls(function)
        if ast.unparse(call.func).startswith("re.") and call.args
        if not isinstance(call.args[0], ast.Constant)
        if ast.unparse(call.func) != "re.escape"
    ]

    assert {each.partition(":")[0] for each in made} <= MAKE_PATTERNS, made


def test_no_text_of_somebodys_is_a_format() -> None:
    foreign = []
    for path, function in functions():
        for call in calls(function):
            value = call.func.value  # type: ignore[attr-defined]
            if call.func.attr not in {"format", "format_map"}:  # type: ignore[attr-defined]
                continue
            is_ours = isinstance(value, ast.Constant) or (
                isinstance(value, ast.Name)
                and (value.id.isupper() or value.id in OWN_FORMATS)
            )
            makes = isinstance(value, ast.Call) and ast.unparse(value.func)
            if not is_ours and makes not in MAKES_STATEMENTS:
                foreign.append(f"{path.name}: {ast.unparse(call)}")

    assert foreign == []


def test_secrets_are_compared_in_constant_time() -> None:
    """What a person sends is looked up by its hash, or compared by the library."""
    secret = re.compile(r"\b(secret|pin|password|code|token)\b|_hash\b")
    compared = [
        f"{path.name}: {ast.unparse(each)}"
        for path, function in functions()
        for each in ast.walk(function)
        if isinstance(each, ast.Compare)
        if any(isinstance(operator, ast.Eq | ast.NotEq) for operator in each.ops)
        if path.is_relative_to(PROJECT / "accounts") and "migrations" not in path.parts
        if secret.search(ast.unparse(each))
    ]

    # A hash of a whole request, whose owner compares it with their own earlier one.
    assert compared == [
        "answers.py: hidden == sent.request_hash",
        "views.py: stored.request_hash != sent.request_hash",
    ]


@pytest.mark.django_db
def test_an_answer_is_as_long_as_it_says(cast: Cast) -> None:
    alice = Client()
    sign_in(alice, cast.owner)
    paths = ("", "chart.svg", "report.txt", "export/", "intakes/")
    answers = [alice.get(f"/patients/{cast.record.pk}/{path}") for path in paths]

    for answer in [*answers, alice.get("/nothing/here/"), Client().get("/")]:
        told = answer.headers.get("Content-Length")
        assert told is None or int(told) == len(answer.content)


@pytest.mark.django_db
def test_a_new_password_needs_the_one_before(cast: Cast) -> None:
    alice = Client()
    sign_in(alice, cast.owner)

    for before in ("", "not the one it was"):
        alice.post(CHANGE, {"oldpassword": before, "password1": NEW, "password2": NEW})
        assert User.objects.get(pk=cast.owner.pk).check_password(FOUR_WORDS)

    alice.post(CHANGE, {"oldpassword": FOUR_WORDS, "password1": NEW, "password2": NEW})
    assert User.objects.get(pk=cast.owner.pk).check_password(NEW)


@pytest.mark.django_db
def test_a_new_password_is_told_by_mail(cast: Cast) -> None:
    OutgoingMail.objects.all().delete()
    alice = Client()
    sign_in(alice, cast.owner)

    alice.post(CHANGE, {"oldpassword": FOUR_WORDS, "password1": NEW, "password2": NEW})

    told = OutgoingMail.objects.get()
    assert cast.owner.email in str(vars(told))
    assert NEW not in str(vars(told))


@pytest.mark.django_db
def test_password_fields_hide_and_take_pasted_words(cast: Cast) -> None:
    alice = Client()
    sign_in(alice, cast.owner)
    pages = [
        Client().get("/account/login/").content.decode(),
        Client().get("/account/signup/").content.decode(),
        alice.get(CHANGE).content.decode(),
    ]

    for page in pages:
        fields = re.findall(r'<input[^>]*name="(?:old)?password1?"[^>]*>', page)
        assert fields
        for field in fields:
            assert 'type="password"' in field
            assert 'autocomplete="off"' not in field
            assert "onpaste" not in field
            assert "readonly" not in field


@pytest.mark.django_db
def test_no_password_grows_old(cast: Cast) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=5 * 365), tick=False):
        alice = Client()
        sign_in(alice, cast.owner)

        assert alice.get(f"/patients/{cast.record.pk}/").status_code == 200


@pytest.mark.django_db
def test_no_answer_of_a_browser_says_what_time_it_is(cast: Cast) -> None:
    """A code of an hour ago is not taken because a header says it is an hour ago."""
    carol = Client()
    old = code_now(SEED)
    with moved_on(hours=1):
        login = {"login": cast.consented.email, "password": FOUR_WORDS}
        carol.post("/account/login/", login)
        carol.post(
            "/account/2fa/authenticate/",
            {"code": old},
            headers={"date": "Thu, 01 Jan 2026 00:00:00 GMT"},
        )
        assert carol.get(f"/patients/{cast.record.pk}/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/account/email/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/add/",
        "/account/2fa/recovery-codes/generate/",
    ],
)
def test_what_signs_in_is_changed_only_after_signing_in_again(
    cast: Cast, path: str
) -> None:
    alice = Client()
    sign_in(alice, cast.owner)

    with moved_on(minutes=16):
        answer = alice.post(path, {"email": "new@example.org", "action_add": ""})

    assert answer.status_code == 302
    assert "/reauthenticate/" in answer["Location"]


@pytest.mark.django_db
def test_a_folder_is_listed_to_nobody() -> None:
    for path in ("/static/", "/static/tracker/", "/static/tracker/css/"):
        assert Client().get(path).status_code == 404


@pytest.mark.django_db
def test_no_answer_names_a_version() -> None:
    for path in ("/", "/account/login/", "/nothing/here/", "/livez", "/readyz"):
        answer = Client().get(path)
        assert not {"Server", "X-Powered-By", "X-Django-Version"} & set(answer.headers)
        assert not re.search(rb"(?i)(django|python|gunicorn)[ /]?\d", answer.content)


@pytest.mark.django_db
def test_the_challenge_of_a_passkey_is_long_and_never_the_same() -> None:
    challenges = set()
    for _number in range(20):
        answer = Client().get(
            "/account/2fa/webauthn/login/",
            headers={"x-requested-with": "XMLHttpRequest"},
        )
        options = answer.json()["request_options"]["publicKey"]
        text = options["challenge"]
        challenges.add(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))

    assert len(challenges) == 20
    assert all(len(challenge) >= 16 for challenge in challenges)
