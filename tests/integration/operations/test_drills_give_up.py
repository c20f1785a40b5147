"""A drill at a site that stays down ends with a sentence, and not never."""

from typing import TYPE_CHECKING, cast

import pytest

from tests.integration.operations import drills
from tests.integration.operations.following import wait_for

if TYPE_CHECKING:
    from tests.integration.operations.stack import Stack

SOMEBODY = {"id": "00000000-0000-4000-8000-000000000000", "key": "none"}


class NobodyThere:
    """Stands where a stack would; nothing listens at its address."""

    address = "http://127.0.0.1:9"
    certificate = ""

    def count(self, _query: str) -> int:
        return 0


def test_writers_who_are_never_answered_give_up_and_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drills, "GIVEN_UP_AFTER", 2)
    writers = drills.Writers(cast("Stack", NobodyThere()), [SOMEBODY])

    with pytest.raises(AssertionError, match="did not come back"), writers.writing():
        wait_for(lambda: writers.outcome.broken > 0)  # one has begun by then

    assert writers.outcome.broken > 0
