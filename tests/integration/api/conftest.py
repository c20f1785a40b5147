"""Programs that ask in somebody's name."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from accounts import queries
from accounts.domain.tokens import TokenScope
from accounts.domain.viewers import Viewer
from accounts.models import Patient, User
from accounts.services import tokens
from tests.factories import owner_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as HttpResponse

EVERYTHING = frozenset(TokenScope)
Scopes = frozenset[TokenScope]


class Program:
    """A program with a key: it asks and sends JSON."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.client = Client()
        self.language = ""

    def credentials(self) -> dict[str, str]:
        """Return the headers that say whose program this is."""
        return {"authorization": f"Bearer {self.key}"}

    def get(self, path: str, **headers: str) -> "HttpResponse":
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> "HttpResponse":
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> "HttpResponse":
        return self.send("PATCH", path, body, **headers)

    def upload(
        self, path: str, text: str | bytes, name: str = "results.csv", **fields: str
    ) -> "HttpResponse":
        data = text if isinstance(text, bytes) else text.encode()
        headers = {"idempotency-key": key} if (key := fields.pop("key", "")) else {}
        file = SimpleUploadedFile(name, data)
        body = encode_multipart(BOUNDARY, {"file": file, **fields})
        return self.send("POST", path, body, content_type=MULTIPART_CONTENT, **headers)

    @property
    def viewer(self) -> Viewer:
        """Who the site takes this program for."""
        shown = tokens.show(self.key)
        assert shown is not None
        return shown.viewer

    def send(
        self, method: str, path: str, body: object, **headers: str
    ) -> "HttpResponse":
        is_raw = isinstance(body, bytes)
        data = body if is_raw else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            path,
            data,
            named.pop("content-type", "application/json"),
            headers={
                **self.credentials(),
                **({"accept-language": self.language} if self.language else {}),
                **named,
            },
        )


class InASession(Program):
    """Somebody who is signed in on the site, and has just shown who they are."""

    def __init__(self, user: User) -> None:
        super().__init__("")
        self.user = user
        self.client.force_login(user)
        self.signed_in_ago(0)

    def signed_in_ago(self, seconds: float) -> None:
        session = self.client.session
        record = {"method": "password", "at": time.time() - seconds}
        session["account_authentication_methods"] = [record]
        session["account_authentication_methods_user"] = str(self.user.pk)
        session.save()

    @property
    def viewer(self) -> Viewer:
        return queries.viewer_for(self.user)

    def credentials(self) -> dict[str, str]:
        return {}


MakeProgram = Callable[..., Program]


def a_key(
    user: User, scopes: Scopes = EVERYTHING, *, lasts: timedelta = timedelta(days=30)
) -> str:
    """Make a key of somebody."""
    _token, secret = tokens.make(
        name="phone app",
        scopes=scopes,
        lasts=lasts,
        by=queries.viewer_for(user),
        at=timezone.now(),
    )
    return secret


@pytest.fixture
def program_of(db: None) -> MakeProgram:
    """Give a program of somebody, with a key for these things."""
    del db

    def make(user: User, scopes: Scopes = EVERYTHING) -> Program:
        return Program(a_key(user, scopes))

    return make


@pytest.fixture
def annas_program(anna: Patient, program_of: MakeProgram) -> Program:
    """A program with a key of Anna's for everything."""
    return program_of(owner_of(anna))


@pytest.fixture
def annas_session(anna: Patient) -> InASession:
    """Anna herself, signed in a moment ago."""
    return InASession(owner_of(anna))


@pytest.fixture
def oseis_program(osei: User, program_of: MakeProgram) -> Program:
    """A program with a key of Dr Osei's for everything."""
    return program_of(osei)
