"""What the tests of a running stack share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from tests.integration.operations.stack import NotHere, Stack

Kind = TypeVar("Kind", bound=Stack)
DEBIANS_PACKAGES = "postgresql nginx-light pgbouncer patroni etcd-server haproxy"


@contextmanager
def made_here(kind: type[Kind]) -> Iterator[Kind]:
    """
    Make a stack for the block, nothing of it started, and end it afterwards.

    Where its programs are not installed the tests say so and are left out;
    REQUIRE_STACK=1 makes that a failure.
    """
    try:
        made = kind()
    except NotHere as missing:
        message = f"{missing} apt-get install {DEBIANS_PACKAGES}."
        if os.environ.get("REQUIRE_STACK") == "1":
            pytest.fail(message)
        pytest.skip(message)
    try:
        yield made
    finally:
        made.stop()
