"""What the proxy says where no instance of the site takes a request."""

from collections.abc import Iterator

import pytest
import requests

from tests.integration.operations.conftest import made_here
from tests.integration.operations.stack import Stack

PATIENCE = 300
RESULTS = "/api/v1/patients/00000000-0000-4000-8000-000000000000/results"


@pytest.fixture(scope="module")
def alone() -> Iterator[Stack]:
    """The proxy, with nothing behind it."""
    with made_here(Stack) as made:
        made.write_secrets()
        made.start_proxy()
        yield made


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/account/login/", {}),
        ("POST", "/account/login/", {}),
        ("GET", RESULTS, {}),
        ("POST", RESULTS, {}),
        ("POST", RESULTS, {"Idempotency-Key": "6d1f"}),
    ],
    ids=["a page", "a form", "a program's look", "its write", "its write with a key"],
)
def test_whoever_finds_nobody_is_told_to_look_and_to_come_again(
    alone: Stack, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = requests.request(
        method,
        f"{alone.address}{path}",
        headers=headers,
        verify=alone.certificate,
        timeout=PATIENCE,
    )

    assert answer.status_code == 503
    assert "Whether your last step was saved is not certain" in answer.text
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store, private"
