"""Refused rows beyond those that are named one by one are counted like the others."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Clinic
from accounts.queries import viewer_for_clinic, viewing
from labs.formats import gathering
from labs.models import ImportRow
from labs.presenters.program_uploads import import_line_json
from labs.presenters.uploads import batch_line
from labs.services import uploading
from tests.integration.imports.conftest import (
    EVENING_OF_SAMPLES,
    bring_message,
    message_of,
)
from tests.integration.imports.test_cancelled_without_value import (
    looked_at,
    observation,
    standing,
)

NAMED = 2


@pytest.fixture(autouse=True)
def _few_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MAX_REFUSALS", NAMED)


def message() -> bytes:
    """Return five results that are refused, with one that takes a result back."""
    refused = message_of("many", status="F")
    return b"".join([*[refused] * 4, message_of("", status="X"), refused])


def lines() -> bytes:
    """Return the same, each a document of FHIR in a line of its own."""
    refused = observation("final", {"valueString": "many"})
    taken_back = observation("cancelled", {})
    return b"\n".join([*[refused] * 4, taken_back, refused])


def packed() -> bytes:
    """Return the same messages in an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("results.hl7", message())
    return held.getvalue()


@pytest.mark.parametrize("file", [message, lines, packed])
def test_all_are_counted_and_what_is_taken_back_is_none_of_them(
    clinic: Clinic, file: Callable[[], bytes]
) -> None:
    bring_message(clinic, "12", status="P")

    batch = looked_at(clinic, file())
    foreseen = (batch.refused, batch.added)
    with viewing(viewer_for_clinic(clinic)):
        uploading.save(
            batch=batch,
            is_confirmed=False,
            by=viewer_for_clinic(clinic),
            at=EVENING_OF_SAMPLES,
        )
    batch.refresh_from_db()

    assert foreseen == (batch.refused, batch.added) == (5, 1)
    assert ImportRow.objects.filter(batch=batch, kind="refused").count() == NAMED
    assert import_line_json(batch)["refused"] == 5
    assert "5 refused" in batch_line(batch).counts
    assert standing() == []


def test_the_command_tells_how_many_are_not_kept(
    clinic: Clinic, tmp_path: Path
) -> None:
    (tmp_path / "m.hl7").write_bytes(message())
    said = io.StringIO()

    call_command("import_results", tmp_path / "m.hl7", clinic=clinic.name, stdout=said)

    assert "6 refused" in said.getvalue()
    assert "3 more results were refused than are listed." in said.getvalue()
    assert "and 3 more, which are not kept" in said.getvalue()
