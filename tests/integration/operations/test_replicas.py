"""
Charts, reports, exports and lists from a replica: what the primary allowed, no more.

The replica is one that streams; it is paused, stopped and cut off for real.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from types import MethodType
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts import queries
from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.links import REPLICA, Router, WouldAskThePrimary, asking_replica
from accounts.models import AuditEvent, Clinic, Consent, Patient, User
from accounts.services import auditing, replicas
from accounts.services import consent as consents
from accounts.services.committing import Whole
from accounts.services.replicas import Served
from labs.domain.health import HealthTopic
from labs.models import LabResult
from tests.access import records
from tests.access.characters import assemble
from tests.factories import (
    a_consent,
    a_health_fact,
    a_period,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import Program, a_key
from tests.integration.operations.following import Follower, configured, following
from tracker.database import OWNER_ROLE, WEB_ROLE, EmbeddedPostgres
from tracker.grants import refuse_powerful_role
from tracker.services import dashboards

pytestmark = pytest.mark.django_db(transaction=True)

OF_A_RECORD = [
    "chart.svg",
    "chart.png",
    "chart.pdf",
    "report.pdf",
    "report.txt",
    "anticoagulation.pdf",
    "export/results.csv",
    "export/record.fhir.json",
    "export/record.json",
    "export/record.zip",
]
FOR_PROGRAMS = [
    "chart",
    "chart.svg",
    "report.txt",
    "report.pdf",
    "anticoagulation.pdf",
    "export/results.csv",
    "export/record.json",
]
OF_A_CLINIC = ["", "overview.csv", "overview.pdf"]
WATCHER = "a long random token for those who watch"


@pytest.fixture(scope="module")
def follower(django_db_setup: None, postgres: EmbeddedPostgres) -> Iterator[Follower]:
    del django_db_setup
    with following(postgres) as made:
        yield made


class Seen:
    """Who served what, and how often the replica was asked anything at all."""

    def __init__(self, follower: Follower, settings: Settings) -> None:
        self.follower, self.settings = follower, settings
        self.served: list[Served] = []
        self.asked = 0

    @contextmanager
    def lagging(self) -> Iterator[None]:
        """Let the replica stay where it is, and nobody wait for it."""
        self.settings.REPLICA_PATIENCE_SECONDS = 0
        self.follower.catch_up()
        self.follower.pause()
        try:
            yield
        finally:
            self.follower.resume()
            self.follower.catch_up()
            self.settings.REPLICA_PATIENCE_SECONDS = 120

    def taken(self) -> list[Served]:
        taken = list(self.served)
        self.served.clear()
        return taken

    def count(self, execute: Any, *given: Any) -> Any:  # noqa: ANN401 - as the framework calls it
        self.asked += 1
        return execute(*given)


@pytest.fixture
def seen(
    transactional_db: None,
    follower: Follower,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Seen]:
    """The site with a replica; a slow machine is no reason not to be served by it."""
    del transactional_db
    settings.REPLICA_PATIENCE_SECONDS = 120
    settings.REPLICA_REST_SECONDS = 0
    made = Seen(follower, settings)
    monkeypatch.setattr(replicas, "_listeners", [made.served.append])
    connects: Any = django_db_blocker._real_ensure_connection
    with configured(follower) as link, link.execute_wrapper(made.count):
        # The framework's test case knows of no database that came after it began.
        monkeypatch.setattr(link, "ensure_connection", MethodType(connects, link))
        # What emptied the tables after the test before locks them there as well; a read
        # that waited for its event would keep it from being played back.
        follower.catch_up()
        yield made
    replicas.rest.end()


@pytest.fixture
def filled(anna: Patient, osei: User) -> Patient:
    del osei
    a_result(anna, an_entry("30.10"))
    a_period(anna)
    a_health_fact(anna, HealthTopic.KIDNEY_STONES)
    return anna


# What it serves -----------------------------------------------------------------------


def test_charts_reports_exports_and_lists_come_from_the_replica(
    seen: Seen, filled: Patient, clinic: Clinic, oseis: Client
) -> None:
    paths = [
        *(f"/patients/{filled.pk}/{name}" for name in OF_A_RECORD),
        *(f"/clinics/{clinic.pk}/overview/{name}" for name in OF_A_CLINIC),
        "/worklist/",
        "/worklist/?order=newest&tag=x&precaution=y",
        f"/worklist/{filled.pk}/",
    ]
    for path in paths:
        answer = oseis.get(path)

        assert answer.status_code == 200, path
        assert seen.taken() == [Served.REPLICA], path
    found = oseis.post("/worklist/", {"q": "Anna"})
    assert "Anna Example" in found.content.decode()
    assert seen.taken() == [Served.REPLICA]


def test_programs_are_served_by_it_too(
    seen: Seen, filled: Patient, clinic: Clinic, osei: User
) -> None:
    program = Program(a_key(osei))
    for name in FOR_PROGRAMS:
        answer = program.get(f"/api/v1/patients/{filled.pk}/{name}")

        assert answer.status_code == 200, name
        assert seen.taken() == [Served.REPLICA], name
    answer = program.get(f"/api/v1/clinics/{clinic.pk}/worklist")
    assert [row["patient_id"] for row in answer.json()["items"]] == [str(filled.pk)]
    assert seen.taken() == [Served.REPLICA]


def test_who_reads_by_a_link_is_served_by_it_too(seen: Seen) -> None:
    cast = assemble()
    records.fill(cast)
    browser = Client()
    browser.post("/shared/", asdict(cast.secrets))
    for path in ("/shared/report/", "/shared/report.pdf"):
        assert browser.get(path).status_code == 200
        assert seen.taken() == [Served.REPLICA]


def test_it_says_the_very_same_as_the_primary(
    seen: Seen, filled: Patient, oseis: Client
) -> None:
    names = ["chart.svg", "report.txt", "export/results.csv"]
    there = [oseis.get(f"/patients/{filled.pk}/{name}").content for name in names]
    with seen.lagging():
        here = [oseis.get(f"/patients/{filled.pk}/{name}").content for name in names]

    assert there == here
    assert b"30.10" in there[2]


def test_a_reader_sees_no_more_there_than_is_shared(
    seen: Seen, filled: Patient, clinic: Clinic, oseis: Client
) -> None:
    consent = Consent.objects.get(patient=filled, clinic=clinic)
    narrow(consent)

    told = json.loads(oseis.get(f"/patients/{filled.pk}/export/record.json").content)

    assert seen.taken() == [Served.REPLICA]
    assert told["not_shared"] == ["health", "supplements"]
    assert told["labs_supplementperiod"] == told["labs_healthfact"] == []
    assert [row["value_text"] for row in told["labs_labresult"]] == ["30.10"]


def narrow(consent: Consent, *, results_from: date | None = None) -> None:
    """Share results alone from now on."""
    viewer, at = queries.viewer_for(owner_of(consent.patient)), timezone.now()
    consents.revoke(consent=consent, by=viewer, at=at)
    a_consent(
        consent.patient,
        consent.clinic,
        supplements=False,
        health=False,
        results_from=results_from,
        at=timezone.now(),
    )


# Access is decided on the primary -----------------------------------------------------


def test_who_was_shut_out_gets_nothing_from_a_replica_that_does_not_know_it_yet(
    seen: Seen,
    filled: Patient,
    clinic: Clinic,
    oseis: Client,
    osei: User,
) -> None:
    program = Program(a_key(osei))
    assert oseis.get(f"/patients/{filled.pk}/chart.svg").status_code == 200
    with seen.lagging():
        revoke(filled, clinic)
        before, asked = denied(filled), seen.asked
        pages = [
            oseis.get(f"/patients/{filled.pk}/{name}").status_code
            for name in OF_A_RECORD
        ]
        answers = [
            program.get(f"/api/v1/patients/{filled.pk}/{name}").status_code
            for name in FOR_PROGRAMS
        ]
        panel = oseis.get(f"/worklist/{filled.pk}/").status_code

        assert {*pages, *answers, panel} == {404}
        assert seen.asked == asked, "the replica was asked"
        assert denied(filled) == before + len(pages) + len(answers) + 1
        assert still_shows(seen.follower, osei, filled), "the replica was not behind"
        assert "Anna" not in oseis.get("/worklist/").content.decode()
        listed = program.get(f"/api/v1/clinics/{clinic.pk}/worklist").json()
        assert listed["items"] == []


def revoke(patient: Patient, clinic: Clinic) -> None:
    consents.revoke(
        consent=Consent.objects.get(patient=patient, clinic=clinic, revoked_at=None),
        by=queries.viewer_for(owner_of(patient)),
        at=timezone.now(),
    )


def denied(patient: Patient) -> int:
    looks = AuditEvent.objects.filter(patient_id=patient.pk)
    return looks.filter(action=Action.DENIED.value).count()


def still_shows(follower: Follower, user: User, patient: Patient) -> bool:
    """Ask the replica itself, as the web's role with that clinician's eyes."""
    name = connection.settings_dict["NAME"]
    with follower.connect("calcidiol_web", name) as link, link.transaction():
        link.execute(
            "SELECT set_config('app.viewer_kind', 'user', true),"
            " set_config('app.viewer_id', %s, true)",
            [str(user.pk)],
        )
        query = "SELECT count(*) > 0 FROM labs_labresult WHERE patient_id = %s"
        return link.execute(query, [patient.pk]).fetchone() == (True,)


@pytest.mark.parametrize("name", ["report.txt", "export/record.json"])
def test_what_was_narrowed_meanwhile_is_not_shown_from_a_replica_that_lags(
    seen: Seen,
    filled: Patient,
    clinic: Clinic,
    oseis: Client,
    name: str,
) -> None:
    """Whole parts, and the day from which results are shared."""
    a_result(filled, an_entry("19.44", collected_on=date(2019, 5, 6)))
    whole = oseis.get(f"/patients/{filled.pk}/{name}").content.decode()
    assert seen.taken() == [Served.REPLICA]
    with seen.lagging():
        consent = Consent.objects.get(patient=filled, clinic=clinic)
        narrow(consent, results_from=date(2020, 1, 1))
        narrowed = oseis.get(f"/patients/{filled.pk}/{name}").content.decode()

        assert seen.taken() == [Served.BEHIND]
    assert "19.44" in whole
    assert "19.44" not in narrowed
    assert "30.10" in narrowed
    again = oseis.get(f"/patients/{filled.pk}/{name}").content.decode()
    assert seen.taken() == [Served.REPLICA]
    assert "19.44" not in again


def test_the_read_stands_in_the_trail_before_the_replica_is_asked(
    seen: Seen, filled: Patient, annas: Client
) -> None:
    found: list[int] = []

    def look_at_the_primary(execute: Any, *given: Any) -> Any:  # noqa: ANN401 - as above
        found.append(committed_events(filled))
        return execute(*given)

    before = committed_events(filled)
    with connections[REPLICA].execute_wrapper(look_at_the_primary):
        assert annas.get(f"/patients/{filled.pk}/chart.svg").status_code == 200

    assert seen.taken() == [Served.REPLICA]
    assert len(found) > 3
    assert set(found) == {before + 1}
    assert committed_events(filled) == before + 1


def committed_events(patient: Patient) -> int:
    """Count on a connection of its own, which sees what is committed alone."""
    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"], user=where["USER"], dbname=where["NAME"]
    ) as link:
        query = "SELECT count(*) FROM accounts_auditevent WHERE patient_id = %s"
        (count,) = link.execute(query, [patient.pk]).fetchone() or (0,)
    return int(count)


def test_what_fails_after_the_read_leaves_it_in_the_trail(
    seen: Seen, filled: Patient, annas: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was shown to this process; who reads the trail is told of it."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("tracker.presenters.charting.trend", fail)
    annas.raise_request_exception = False
    before = committed_events(filled)

    assert annas.get(f"/patients/{filled.pk}/chart.svg").status_code == 500
    assert seen.taken() == [Served.REPLICA]
    assert committed_events(filled) == before + 1


# What was just written ----------------------------------------------------------------


def test_who_just_wrote_reads_it_wherever_the_replica_is(
    seen: Seen, filled: Patient, annas: Client
) -> None:
    path = f"/patients/{filled.pk}/export/results.csv"
    with seen.lagging():
        a_result(filled, an_entry("55.67"))

        assert b"55.67" in annas.get(path).content
        assert seen.taken() == [Served.BEHIND]
    assert b"55.67" in annas.get(path).content
    assert seen.taken() == [Served.REPLICA]


# Where it does not serve --------------------------------------------------------------


def test_without_the_replica_the_primary_serves_and_those_who_watch_are_told(
    seen: Seen,
    filled: Patient,
    oseis: Client,
    settings: Settings,
) -> None:
    settings.METRICS_TOKEN = WATCHER
    settings.REPLICA_REST_SECONDS = 600
    assert oseis.get("/readyz").json()["replica"] == "replica"
    assert "calcidiol_replica_serves 1.0" in numbers(oseis)
    assert "calcidiol_replica_behind_bytes" in numbers(oseis)
    seen.follower.stop()
    try:
        for name in ("chart.svg", "report.txt"):
            assert oseis.get(f"/patients/{filled.pk}/{name}").status_code == 200
        assert seen.taken() == [Served.AWAY, Served.RESTING]
        probe = oseis.get("/readyz")
        assert probe.status_code == 200
        assert probe.json()["replica"] == "away"
        assert "calcidiol_replica_serves 0.0" in numbers(oseis)
        assert "calcidiol_replica_behind_bytes" not in numbers(oseis)
    finally:
        seen.follower.start()
    assert oseis.get(f"/patients/{filled.pk}/chart.svg").status_code == 200
    assert seen.taken() == [Served.RESTING]
    replicas.rest.end()
    assert oseis.get(f"/patients/{filled.pk}/chart.svg").status_code == 200
    assert seen.taken() == [Served.REPLICA]


def numbers(browser: Client) -> str:
    answer = browser.get("/metrics", headers={"authorization": f"Bearer {WATCHER}"})
    return answer.content.decode()


def test_a_replica_that_is_lost_in_the_middle_is_noticed_by_nobody(
    seen: Seen,
    filled: Patient,
    oseis: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record_of = dashboards.record_of
    cut: list[int] = []

    def cut_once(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the service takes it
        if not cut:
            cut.append(connections[REPLICA].connection.info.backend_pid)
            with seen.follower.connect("postgres", "postgres") as link:
                link.execute("SELECT pg_terminate_backend(%s, 60000)", cut)
        return record_of(*given, **named)

    monkeypatch.setattr("tracker.services.dashboards.record_of", cut_once)

    answer = oseis.get(f"/patients/{filled.pk}/export/results.csv")

    assert b"30.10" in answer.content
    assert seen.taken() == [Served.FAILED]
    assert oseis.get(f"/patients/{filled.pk}/export/results.csv").status_code == 200
    assert seen.taken() == [Served.REPLICA]


def test_a_login_that_no_policy_binds_is_never_asked_for_a_row(
    seen: Seen, filled: Patient, settings: Settings
) -> None:
    """As the owner, who passes every policy; in tests a block steps into the web's."""
    settings.VIEWER_ROLE = ""

    value = noted_read(filled, LabResult.objects.count)

    assert value == 1
    assert seen.taken() == [Served.UNBOUND]


def test_a_read_inside_a_larger_transaction_is_the_primarys(
    seen: Seen, filled: Patient
) -> None:
    with Whole(lambda: None):
        assert noted_read(filled, LabResult.objects.count) == 1
    assert seen.taken() == [Served.NESTED]
    assert seen.asked == 0


def noted_read(patient: Patient, work: Any) -> Any:  # noqa: ANN401 - of any read
    viewer = queries.viewer_for(owner_of(patient))
    with Whole(lambda: queries.look(viewer)), queries.viewing(viewer, restore=False):
        return replicas.read(work, viewer=viewer, noted=a_look(patient, viewer))


def a_look(patient: Patient, viewer: Viewer) -> AuditEvent:
    return auditing.record(
        viewer=viewer,
        action=Action.READ,
        object_label="patient",
        patient_id=patient.pk,
        at=timezone.now(),
    )


def test_what_would_write_is_done_on_the_primary_instead(
    seen: Seen, filled: Patient
) -> None:
    viewer = queries.viewer_for(owner_of(filled))
    before = AuditEvent.objects.count()

    noted_read(filled, lambda: a_look(filled, viewer))

    assert seen.taken() == [Served.FAILED]
    assert AuditEvent.objects.count() == before + 2


def test_nothing_asks_the_primary_while_the_replica_is_asked(seen: Seen) -> None:
    del seen
    with asking_replica():
        assert Router().db_for_read(LabResult) == REPLICA
        with pytest.raises(WouldAskThePrimary), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    assert Router().db_for_read(LabResult, instance=object()) == "default"
    assert Router().db_for_write(LabResult) == "default"


def test_a_row_from_the_replica_hangs_together_with_the_primarys(
    seen: Seen, filled: Patient
) -> None:
    row = noted_read(filled, LabResult.objects.get)

    assert seen.taken() == [Served.REPLICA]
    assert row._state.db == REPLICA
    assert row.patient == filled
    assert row.patient._state.db == "default"


# When a process starts ----------------------------------------------------------------


@pytest.fixture
def started(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A process that signs in as the web does; the block says where its replica is."""
    seen.settings.VIEWER_ROLE = ""
    own = connection.copy()
    own.settings_dict = {**connection.settings_dict, "USER": WEB_ROLE}
    monkeypatch.setattr("tracker.grants.connection", own)
    connections[REPLICA].settings_dict["USER"] = WEB_ROLE
    yield connections[REPLICA].settings_dict
    own.close()


def test_a_process_starts_with_a_replica_that_is_one(
    started: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    del started
    refuse_powerful_role()

    assert caplog.messages == []


def test_a_process_whose_replica_no_policy_would_bind_does_not_start(
    started: dict[str, Any],
) -> None:
    started["USER"] = OWNER_ROLE

    with pytest.raises(ImproperlyConfigured, match="Give DATABASE_REPLICA_URL the"):
        refuse_powerful_role()


def test_a_server_that_follows_no_other_is_named_and_the_site_goes_on(
    started: dict[str, Any],
    postgres: EmbeddedPostgres,
    caplog: pytest.LogCaptureFixture,
    client: Client,
) -> None:
    started["HOST"] = str(postgres.socket_folder)

    refuse_powerful_role()

    assert "DATABASE_REPLICA_URL leads to a server that follows no other" in caplog.text
    assert client.get("/readyz").json()["replica"] == "no replica"


def test_a_process_starts_while_its_replica_is_away(
    started: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    started["HOST"] = "/nowhere"

    refuse_powerful_role()

    assert "No replica answers at DATABASE_REPLICA_URL" in caplog.text
