"""Programs that ask in somebody's name."""

import json
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
                "authorization": f"Bearer {self.key}",
                **({"accept-language": self.language} if self.language else {}),
                **named,
            },
        )


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
def oseis_program(osei: User, program_of: MakeProgram) -> Program:
    """A program with a key of Dr Osei's for everything."""
    return program_of(osei)
