"""A result filed under the wrong person goes to the right one; both records tell."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, User
from labs.domain.measurements import ResultStatus
from labs.domain.sentences import HELD_BEFORE_BIRTH
from labs.domain.worklist import LookReason
from labs.models import LabResult, ReportFile, ResultMove, WorklistRow
from labs.services import moving, recording
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tests.unit.labs.formats.test_documents import a_pdf
from tracker.services import notifying

REASON = "The two samples were labelled the wrong way round."


@pytest.fixture
def bob(anna: Patient, clinic: Clinic, osei: User) -> Patient:
    """Bob Birch, who shares with the same clinic as Anna."""
    del anna, osei
    bob = a_patient("Bob Birch")
    a_consent(bob, clinic)
    return bob


@pytest.fixture
def filed(anna: Patient) -> LabResult:
    """The result that stands in Anna's record by mistake."""
    return a_result(anna, an_entry("19", laboratory_flag="L"))


def post(client: Client, result: LabResult, **values: str) -> HttpResponse:
    path = f"/patients/{result.patient_id}/results/{result.pk}/move/"
    return client.post(path, values)  # type: ignore[return-value]


def move(client: Client, result: LabResult, to: Patient) -> HttpResponse:
    return post(client, result, to=str(to.pk), reason=REASON, confirmed="yes")


def attach(client: Client, result: LabResult, content: bytes) -> ReportFile:
    file = SimpleUploadedFile("report.pdf", content)
    path = f"/patients/{result.patient_id}/results/{result.pk}/report/"
    client.post(path, {"file": file, "role": "original"})
    return ReportFile.objects.latest("entered_at")


def newest(chain: UUID) -> LabResult:
    return LabResult.objects.filter(chain=chain).order_by("-version")[0]


def reasons(patient: Patient, clinic: Clinic) -> list[int]:
    return WorklistRow.objects.get(patient=patient, clinic=clinic).reasons


def holding(patient: Patient) -> list[str]:
    """Return the values of a record that hold now."""
    rows = LabResult.objects.filter(patient=patient).latest_versions().shown()
    return [row.value_text for row in rows]


def test_both_names_and_birth_dates_are_read_back_before_anything_moves(
    oseis: Client, filed: LabResult, bob: Patient
) -> None:
    found = post(oseis, filed, q="bir", search="1").content.decode()
    assert "Bob Birch, born 3 May 1978" in found

    page = post(oseis, filed, q="bir", to=str(bob.pk), reason=REASON).content.decode()

    assert "Anna Example" in page
    assert "Bob Birch" in page
    assert not ResultMove.objects.exists()


def test_the_result_leaves_one_record_and_stands_in_the_other(
    oseis: Client, filed: LabResult, anna: Patient, bob: Patient
) -> None:
    done = move(oseis, filed, bob)

    moved = ResultMove.objects.get()
    assert done["Location"] == f"/patients/{bob.pk}/results/{moved.to_chain}/"
    assert (holding(anna), holding(bob)) == ([], ["19"])
    left = newest(filed.chain)
    assert (left.version, left.status) == (2, ResultStatus.ENTERED_IN_ERROR.value)
    arrived = newest(moved.to_chain)
    for name in (
        "value_text",
        "unit_text",
        "laboratory_flag",
        "collected_on",
        "source",
    ):
        assert getattr(arrived, name) == getattr(filed, name)
    events = AuditEvent.objects.filter(object_label="result", action__in=("voided",))
    assert [event.patient_id for event in events] == [anna.pk]
    assert AuditEvent.objects.filter(
        patient_id=bob.pk, action="created", object_id=str(moved.to_chain)
    ).exists()


def test_neither_patient_learns_the_others_name(
    oseis: Client, filed: LabResult, anna: Patient, bob: Patient, signed_in: SignedIn
) -> None:
    move(oseis, filed, bob)
    annas, bobs = signed_in(owner_of(anna)), signed_in(owner_of(bob))
    moved = ResultMove.objects.get()

    left = annas.get(f"/patients/{anna.pk}/results/{newest(filed.chain).pk}/")
    arrived = bobs.get(f"/patients/{bob.pk}/results/{moved.to_chain}/")

    for page, other in ((left, "Bob Birch"), (arrived, "Anna Example")):
        assert page.status_code == 200
        assert other not in page.content.decode()
        assert REASON not in page.content.decode()
    assert "moved out of this record" in left.content.decode()
    assert "where it was filed by mistake" in arrived.content.decode()


def test_moving_is_undone_with_both_histories_kept(
    oseis: Client, filed: LabResult, anna: Patient, bob: Patient
) -> None:
    move(oseis, filed, bob)
    moved = ResultMove.objects.get()
    page = oseis.get(f"/patients/{bob.pk}/results/{moved.to_chain}/").content.decode()
    assert "Moved here from the record of Anna Example by Dr Osei" in page

    undo = f"/patients/{bob.pk}/moves/{moved.pk}/undo/"
    back = oseis.post(undo)
    again = oseis.post(undo)

    assert back["Location"] == f"/patients/{anna.pk}/results/{filed.chain}/"
    assert again.status_code == 302
    assert (holding(anna), holding(bob)) == (["19"], [])
    assert LabResult.objects.filter(chain=filed.chain).count() == 3
    assert LabResult.objects.filter(chain=moved.to_chain).count() == 2


def test_an_urgent_result_is_on_the_list_and_told_of_where_it_was_moved_to(
    oseis: Client, osei: User, anna: Patient, bob: Patient, clinic: Clinic
) -> None:
    a_target(bob, osei, alert_high="100", urgency="today")
    today = timezone.localdate()
    filed = a_result(anna, an_entry("155", collected_on=today), at=timezone.now())

    move(oseis, filed, bob)

    assert LookReason.ALERT in reasons(bob, clinic)
    assert reasons(anna, clinic) == []
    assert notifying.tell_urgent(at=timezone.now()) == 1

    moved = ResultMove.objects.get()
    oseis.post(f"/patients/{bob.pk}/moves/{moved.pk}/undo/")

    assert reasons(bob, clinic) == []
    assert LookReason.NOT_REVIEWED in reasons(anna, clinic)


@pytest.mark.django_db(transaction=True)
def test_two_moves_in_opposite_directions_never_wait_for_each_other(
    osei: User, filed: LabResult, anna: Patient, bob: Patient
) -> None:
    other = a_result(bob, an_entry("44"))
    pairs = [(filed, bob), (other, anna)]
    start = Barrier(2)

    def attempt(pair: tuple[LabResult, Patient]) -> None:
        viewer = queries.viewer_for(osei)
        try:
            start.wait()
            with transaction.atomic(), queries.viewing(viewer):
                moving.move(
                    result=pair[0],
                    to=pair[1],
                    reason=REASON,
                    by=viewer,
                    at=timezone.now(),
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(attempt, pairs))

    assert (holding(anna), holding(bob)) == (["44"], ["19"])


def test_a_day_before_the_birth_of_whom_it_was_moved_to_holds_it(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    born_on = date(2000, 1, 1)
    cleo = a_patient("Cleo Cole", born_on=born_on)
    a_consent(cleo, clinic)
    for day in (date(1999, 12, 31), born_on):
        move(oseis, a_result(anna, an_entry("28", collected_on=day)), cleo)

    rows = LabResult.objects.filter(patient=cleo).order_by("collected_on")

    assert [row.held_because for row in rows] == [HELD_BEFORE_BIRTH, ""]


def test_the_reports_files_go_along_and_come_back(
    annas: Client, oseis: Client, filed: LabResult, anna: Patient, bob: Patient
) -> None:
    content = a_pdf(2)
    attached = attach(annas, filed, content)

    move(oseis, filed, bob)

    moved = ResultMove.objects.get()
    file = f"report-files/{attached.pk}/"
    assert annas.get(f"/patients/{anna.pk}/{file}").status_code == 404
    left = annas.get(f"/patients/{anna.pk}/results/{newest(filed.chain).pk}/")
    assert "report.pdf" not in left.content.decode()
    assert oseis.get(f"/patients/{bob.pk}/{file}").content == content
    events = AuditEvent.objects.filter(object_id=str(attached.pk), action="changed")
    assert {event.patient_id for event in events} == {anna.pk, bob.pk}

    late = attach(oseis, newest(moved.to_chain), a_pdf(3))
    oseis.post(f"/patients/{bob.pk}/moves/{moved.pk}/undo/")

    assert not ReportFile.objects.filter(patient=bob).exists()
    assert annas.get(f"/patients/{anna.pk}/{file}").content == content
    attached.refresh_from_db()
    late.refresh_from_db()
    assert (attached.entered_by_name, late.entered_by_name) == (
        "Anna Example",
        "Dr Osei",
    )


def test_neither_patient_reads_the_others_name_beside_a_file(
    oseis: Client, filed: LabResult, bob: Patient, signed_in: SignedIn
) -> None:
    anna = filed.patient
    annas = signed_in(owner_of(anna))
    attach(annas, filed, a_pdf(2))
    move(oseis, filed, bob)
    moved = ResultMove.objects.get()
    bobs = signed_in(owner_of(bob))
    arrived = f"/patients/{bob.pk}/results/{moved.to_chain}/"

    page = bobs.get(arrived).content.decode()
    assert "report.pdf" in page
    assert "Anna Example" not in page

    attach(bobs, newest(moved.to_chain), a_pdf(3))
    oseis.post(f"/patients/{bob.pk}/moves/{moved.pk}/undo/")
    page = annas.get(f"/patients/{anna.pk}/results/{filed.chain}/").content.decode()
    assert "Bob Birch" not in page


def test_a_file_that_came_back_to_its_double_is_closed(
    annas: Client, oseis: Client, filed: LabResult, anna: Patient, bob: Patient
) -> None:
    content = a_pdf(2)
    attach(annas, filed, content)
    move(oseis, filed, bob)
    moved = ResultMove.objects.get()
    attach(annas, newest(filed.chain), content)

    oseis.post(f"/patients/{bob.pk}/moves/{moved.pk}/undo/")

    files = ReportFile.objects.filter(patient=anna, chain=filed.chain)
    assert files.filter(withdrawn_at=None).count() == 1
    assert not ReportFile.objects.filter(patient=bob).exists()


def test_undoing_is_refused_where_it_would_lose_a_correction(
    oseis: Client, osei: User, filed: LabResult, bob: Patient
) -> None:
    move(oseis, filed, bob)
    moved = ResultMove.objects.get()
    recording.correct(
        result=newest(moved.to_chain),
        entry=an_entry("18"),
        reason="misread",
        by=queries.viewer_for(osei),
        at=timezone.now(),
    )

    oseis.post(f"/patients/{bob.pk}/moves/{moved.pk}/undo/")

    assert holding(bob) == ["18"]


def test_somebody_who_may_not_write_both_is_told_so(
    oseis: Client, filed: LabResult, clinic: Clinic
) -> None:
    hidden, partly = a_patient("Hidden Hale"), a_patient("Partly Penn")
    a_consent(partly, clinic, results=False)
    for to in (hidden, partly):
        page = move(oseis, filed, to)
        assert page.status_code == 422
        assert "whose results you can see and add to" in page.content.decode()
    assert not ResultMove.objects.exists()


def test_a_record_that_is_shared_from_a_later_day_on_takes_no_earlier_result(
    oseis: Client, filed: LabResult, clinic: Clinic
) -> None:
    late = a_patient("Late Lamb")
    a_consent(late, clinic, results_from=timezone.now().date())

    page = move(oseis, filed, late).content.decode()

    assert "from a later day on" in page
    assert not ResultMove.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_moved_twice_at_the_same_moment_it_moves_once(
    osei: User, filed: LabResult, bob: Patient, clinic: Clinic
) -> None:
    cleo = a_patient("Cleo Cole")
    a_consent(cleo, clinic)
    start = Barrier(2)

    def attempt(to: Patient) -> bool:
        viewer = queries.viewer_for(osei)
        try:
            start.wait()
            with transaction.atomic(), queries.viewing(viewer):
                moving.move(
                    result=filed, to=to, reason=REASON, by=viewer, at=timezone.now()
                )
        except moving.VersionConflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, (bob, cleo)))

    assert sorted(outcomes) == [False, True]
    assert sorted(holding(bob) + holding(cleo)) == ["19"]


def test_another_clinic_learns_nothing_of_the_move(
    oseis: Client, filed: LabResult, anna: Patient, bob: Patient, signed_in: SignedIn
) -> None:
    other = a_clinic("Hill Clinic")
    gwen = a_clinician(other, "Dr Gwen")
    a_consent(anna, other)
    move(oseis, filed, bob)
    moved = ResultMove.objects.get()
    gwens = signed_in(gwen)

    page = gwens.get(f"/patients/{anna.pk}/results/{newest(filed.chain).pk}/")

    assert "Bob" not in page.content.decode()
    undo = f"/patients/{anna.pk}/moves/{moved.pk}/undo/"
    assert gwens.post(undo).status_code == 404
