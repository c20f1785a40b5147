"""
Who writes results locks the records first, in one go, and draws the lists last.

So of two files, or of a file and a page, one waits before it has written anything.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Clinic, Patient
from accounts.queries import viewer_for_clinic, viewing
from labs.models import ImportBatch, LabResult
from labs.services import moving, recording, uploading, withdrawing
from tests.integration.imports.conftest import (
    EVENING_OF_SAMPLES,
    bring_file,
    message_of,
)
from tests.integration.imports.test_cancelled_without_value import looked_at, standing

LOCK, DRAW = "app.lock_for_worklist", "app.store_worklist_rows"
WRITES = (
    "pg_advisory_xact_lock",
    "app.add_imported_results",
    'INSERT INTO "labs_labresult"',
    "INSERT INTO labs_labresult",
)
ADA, BO = "7^^^X||Alder^Ada||19800203", "8^^^X||Berg^Bo||19810203"
SAMPLES = ("A100", "A200")


def told(value: str, *, status: str, people: tuple[str, ...] = (ADA, BO)) -> bytes:
    """Return a file about two samples of each of these people."""
    messages = [
        message_of(value, sample=sample, status=status).replace(
            ADA.encode(), person.encode()
        )
        for person in people
        for sample in SAMPLES
    ]
    return b"".join(messages)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather what the database is asked within the block."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [str(each["sql"]) for each in captured.captured_queries]


def places_of(asked: list[str], *parts: str) -> list[int]:
    return [
        place
        for place, statement in enumerate(asked)
        if any(part in statement for part in parts)
    ]


def test_a_file_draws_the_rows_once_for_all_that_it_takes_back(clinic: Clinic) -> None:
    bring_file(clinic, told("12", status="P"))

    with statements() as asked:
        outcome = bring_file(clinic, told("", status="X"))

    (drawn,) = places_of(asked, DRAW)
    assert outcome.corrected == 4
    assert drawn > max(places_of(asked, *WRITES))
    assert all(str(each.pk) in asked[drawn] for each in Patient.objects.all())


def test_a_preview_draws_no_row(clinic: Clinic) -> None:
    bring_file(clinic, told("12", status="P"))

    with statements() as asked:
        batch = looked_at(clinic, told("", status="X"))

    assert batch.corrected == 4
    assert places_of(asked, LOCK)
    assert not places_of(asked, DRAW)


def test_a_preview_of_values_lets_nobody_wait(clinic: Clinic) -> None:
    bring_file(clinic, told("12", status="P"))

    with statements() as asked:
        batch = looked_at(clinic, told("13", status="F"))

    assert batch.corrected == 4
    assert not places_of(asked, LOCK)


# The lock comes first -----------------------------------------------------------------


def a_withdrawal(clinic: Clinic) -> None:
    result = LabResult.objects.latest_versions().first()
    assert result is not None
    recording.mark_entered_in_error(
        result=result,
        reason="Typed wrong",
        by=viewer_for_clinic(clinic),
        at=EVENING_OF_SAMPLES,
    )


def a_file(clinic: Clinic) -> None:
    bring_file(clinic, told("13", status="C"))


def what_takes_back(clinic: Clinic) -> None:
    bring_file(clinic, told("", status="X"))


def taking_a_file_back(clinic: Clinic) -> None:
    batch = ImportBatch.objects.latest("entered_at")
    uploading.undo(batch=batch, by=viewer_for_clinic(clinic), at=EVENING_OF_SAMPLES)


def a_move(clinic: Clinic) -> None:
    result = LabResult.objects.latest_versions().first()
    assert result is not None
    to = Patient.objects.exclude(pk=result.patient_id).get()
    by = viewer_for_clinic(clinic)
    moved = moving.move(
        result=result, to=to, reason="Hers", by=by, at=EVENING_OF_SAMPLES
    )
    moving.undo(move_id=moved.pk, by=by, at=EVENING_OF_SAMPLES)


@pytest.mark.parametrize(
    "write", [a_withdrawal, a_file, what_takes_back, taking_a_file_back, a_move]
)
def test_the_records_are_locked_before_anything_is_written(
    clinic: Clinic, write: Callable[[Clinic], None]
) -> None:
    bring_file(clinic, told("12", status="F"))

    with viewing(viewer_for_clinic(clinic)), statements() as asked:
        write(clinic)

    assert places_of(asked, LOCK)[0] < places_of(asked, *WRITES)[0]


# Two at once --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_files_that_take_back_in_opposite_orders_both_do(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would have begun with one person and then waited for the other's."""
    with transaction.atomic():
        bring_file(clinic, told("12", status="P"))
    both_have_begun = Barrier(2)
    withdraw = withdrawing.withdraw

    def withdraw_together(*args: object, **kwargs: object) -> withdrawing.Outcome:
        outcome = withdraw(*args, **kwargs)  # type: ignore[arg-type]
        # The other file waits for this one, as it should, and never comes here.
        with suppress(BrokenBarrierError):
            both_have_begun.wait(timeout=3)
        return outcome

    def bring(people: tuple[str, ...]) -> int:
        try:
            with transaction.atomic():
                outcome = bring_file(clinic, told("", status="X", people=people))
            return outcome.added + outcome.already_here
        finally:
            connection.close()

    monkeypatch.setattr(withdrawing, "withdraw", withdraw_together)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(bring, [(ADA, BO), (BO, ADA)]))

    assert done == [4, 4]
    assert standing() == []


def test_the_numbers_of_new_people_are_written_in_one_order(clinic: Clinic) -> None:
    """Two files with the same new people would wait for each other's numbers."""
    bring_file(clinic, told("12", status="P", people=(BO, ADA)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM accounts_patientnumber ORDER BY ctid")
        assert cursor.fetchall() == [("7",), ("8",)]
