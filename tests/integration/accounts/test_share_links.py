"""A doctor outside reads the visit report by a link and a PIN, and nothing else."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.domain.one_time_codes import fingerprint
from accounts.domain.share_links import MOST_WRONG_PINS, new_pin, pin_mark
from accounts.models import AuditEvent, ShareLink
from labs.domain.quantities import Measurand
from labs.services.answering import HELD_BECAUSE
from tests.access import records
from tests.access.characters import Cast
from tests.access.signing_in import moved_on
from tests.access.web_connection import web_connection
from tests.factories import a_result, an_entry
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing
from tests.pdf_reading import squeezed, text_of

REPORT = "/shared/report/"
LINK = re.compile(r"http://localhost:8000/shared/#((?:[0-9A-Z]{5}-){4}[0-9A-Z]{5})")
PIN = re.compile(r"<bdi>(\d{6})</bdi>")


@pytest.fixture
def alices(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.owner)


@pytest.fixture
def webers(cast: Cast) -> Client:
    """The browser of Dr Weber, who has no account here."""
    records.fill(cast)
    return Client()


def opens(browser: Client, cast: Cast, **other: str) -> HttpResponse:
    return browser.post("/shared/", asdict(cast.secrets) | other)  # type: ignore[return-value]


def form(**other: object) -> dict[str, object]:
    day = timezone.now().date() + timedelta(days=10)
    return {
        "link_id": uuid4(),
        "recipient": "Dr Weber, Graz",
        "results": "on",
        "ends_on": day.isoformat(),
        "openings": 2,
        **other,
    }


def make(browser: Client, cast: Cast, **other: object) -> HttpResponse:
    path = f"/patients/{cast.record.pk}/sharing/links/new/"
    return browser.post(path, form(**other))  # type: ignore[return-value]


def test_link_and_pin_are_shown_once_and_open_the_report(
    alices: Client, cast: Cast
) -> None:
    page = make(alices, cast).content.decode()
    code, pin = LINK.search(page), PIN.search(page)
    assert code is not None
    assert pin is not None
    later = alices.get(f"/patients/{cast.record.pk}/sharing/").content.decode()

    opened = Client().post("/shared/", {"code": code[1], "pin": pin[1]})

    assert opened["Location"] == REPORT
    assert "Dr Weber, Graz" in later
    assert code[1] not in later
    stored = ShareLink.objects.get(recipient="Dr Weber, Graz")
    kept = {str(value) for value in vars(stored).values()}
    assert not kept & {code[1], pin[1], fingerprint(pin[1])}


def test_two_links_for_the_same_doctor_are_told_apart(
    alices: Client, cast: Cast
) -> None:
    ShareLink.objects.filter(patient=cast.record).delete()
    assert "Link 1</h2>" in make(alices, cast).content.decode()
    assert "Link 2</h2>" in make(alices, cast, openings=5).content.decode()

    page = alices.get(f"/patients/{cast.record.pk}/sharing/").content.decode()

    buttons = re.findall(r"Take back link \d for Dr Weber, Graz, made [^<]+UTC", page)
    assert [each.split(" ")[3] for each in buttons] == ["2", "1"]
    assert page.index("opened 5 times") < page.index("opened 2 times")
    newest = ShareLink.objects.latest("made_at")
    path = f"/patients/{cast.record.pk}/sharing/links/{newest.pk}/revoke/"
    after = " ".join(alices.post(path, follow=True).content.decode().split())
    assert "The link for Dr Weber, Graz, made" in after
    assert '<span class="muted">link 2</span>' in after.partition("Before</h2>")[2]
    assert "Take back link 1 for" in after


def test_the_page_is_headed_by_the_agreed_sentence(webers: Client, cast: Cast) -> None:
    opens(webers, cast)

    page = flowing(webers.get(REPORT))

    until = cast.share_link.expires_at - timedelta(microseconds=1)
    recorded = r"\d+ \w+ 20\d\d, \d\d:\d\d UTC"
    assert re.search(
        "Read-only summary for Dr Weber, shared by Alice Ashby, born 17 May 1980, "
        rf"until {until.day} {until:%B} {until.year}\. Shows only what Alice Ashby "
        rf"chose to share, as recorded on {recorded}\. Entries marked 'typed by "
        r"patient' were not sent by a laboratory\.",
        page,
    )


def test_the_reader_is_not_spoken_to_as_the_patient(webers: Client, cast: Cast) -> None:
    today = timezone.localdate()
    for entry in (
        an_entry(
            "10.3",
            "mg/dL",
            measurand=Measurand.CALCIUM,
            collected_on=today,
            interval_text="8.6-10.2",
            interval_high=Decimal("10.2"),
        ),
        an_entry("60", "pg/mL", measurand=Measurand.DIHYDROXY, collected_on=today),
        an_entry("33", collected_on=today, held_because=HELD_BECAUSE),
    ):
        a_result(cast.record, entry, at=timezone.now())
    opens(webers, cast)

    page = flowing(webers.get(REPORT))

    assert "looks after you" not in page
    assert "set a range for you here" not in page
    assert "25-hydroxyvitamin D, low or within a range, says nothing about" in page
    assert "Not sure when it was typed; kept for review." in page
    assert "Kept for review: Not sure" not in page
    assert "1,25-dihydroxyvitamin D is a different test." in page


def test_the_page_holds_what_the_link_shares_and_says_what_it_does_not(
    webers: Client, cast: Cast
) -> None:
    opens(webers, cast)

    page = flowing(webers.get(REPORT))

    assert "5 January 2026" in page
    assert "5 January 2020" not in page
    words = "Results before 1 January 2021 are not shared with you."
    assert page.count(words) == 2, "of the results, and of the precautions"
    assert "Drops" not in page
    assert page.count("Not shared with you: not checked here") >= 3
    assert "The harbour clinic" in page  # whose range it is
    assert "A-17" not in page


def test_with_everything_shared_it_holds_all_that_the_clinic_reads(
    webers: Client, cast: Cast, signed_in: SignedIn
) -> None:
    """A new part of the report whose table no link may read would be missed here."""
    ShareLink.objects.update(shares_supplements=True, results_from=None)
    carols = signed_in(cast.consented)
    report = carols.get(f"/patients/{cast.record.pk}/report.txt").content.decode()
    opens(webers, cast)

    page = squeezed(flowing(webers.get(REPORT)))

    said = [
        words
        for line in report.splitlines()[3:-2]
        for words in re.split(r" \| |; ", line.removeprefix("- ").strip())
        if len(words) > 1
    ]
    assert len(said) > 40
    assert [words for words in said if squeezed(words) not in page] == []


def test_the_pdf_is_the_same_report(webers: Client, cast: Cast) -> None:
    opens(webers, cast)

    answer = webers.get("/shared/report.pdf")

    words = text_of(answer.content)
    head = "Read-only summary for Dr Weber, shared by Alice Ashby, born 17 May 1980"
    foot = "It does not diagnose or recommend treatment, and nobody monitors it."
    assert squeezed(head) in words
    assert squeezed(foot) in words
    assert "Drops" not in words
    assert "Ashby" not in answer["Content-Disposition"]


def test_the_patient_reads_who_opened_it(
    webers: Client, alices: Client, cast: Cast
) -> None:
    opens(webers, cast, pin="000000" if cast.secrets.pin != "000000" else "111111")
    opens(webers, cast)
    webers.get(REPORT)
    webers.get("/shared/report.pdf")

    looks = flowing(alices.get(f"/patients/{cast.record.pk}/looks/"))
    sharing = flowing(alices.get(f"/patients/{cast.record.pk}/sharing/"))

    assert "Dr Weber opened your report through a share link" in looks
    assert "Dr Weber looked at the report through a share link" in looks
    assert "Dr Weber downloaded the report through a share link" in looks
    assert (
        "Somebody who was not signed in tried to open, and was refused, a share link"
    ) in looks
    assert "Opened 1 of 5 times, last" in sharing


def test_wrong_pins_shut_the_link_for_the_right_one_too(
    webers: Client, alices: Client, cast: Cast
) -> None:
    for _ in range(MOST_WRONG_PINS - 1):
        opens(webers, cast, pin="12345")
    refused = opens(webers, cast, pin="12345")
    right = opens(webers, cast)

    assert "do not open a report" in refused.content.decode()
    assert flowing(right) == flowing(refused)
    assert webers.get(REPORT)["Location"] == "/shared/"
    sharing = flowing(alices.get(f"/patients/{cast.record.pk}/sharing/"))
    assert "after wrong PINs" in sharing


@pytest.mark.django_db(transaction=True)
def test_wrong_pins_at_the_same_moment_are_counted_one_by_one(cast: Cast) -> None:
    """Twelve processes try at once, each with a connection of its own."""

    def try_once(number: int) -> bool:
        marks = [fingerprint(cast.secrets.code), pin_mark(cast.secrets.code, "1")]
        if number == 11:
            marks[1] = pin_mark(cast.secrets.code, cast.secrets.pin)
        with web_connection() as opened, opened.transaction():
            row = opened.execute(
                "SELECT is_open FROM app.open_share_link(%s, %s, %s)",
                [*marks, MOST_WRONG_PINS],
            ).fetchone()
        return bool(row and row[0])

    with ThreadPoolExecutor(11) as pool:
        outcomes = list(pool.map(try_once, range(11)))

    assert not any(outcomes)
    assert not try_once(11)
    link = ShareLink.objects.get()
    assert link.wrong_pins == MOST_WRONG_PINS
    assert link.shut_at is not None
    assert link.openings == 0


@pytest.mark.django_db(transaction=True)
def test_the_last_opening_is_taken_by_one_of_many(cast: Cast) -> None:
    ShareLink.objects.update(most_openings=1)

    def open_it(_: int) -> bool:
        marks = [
            fingerprint(cast.secrets.code),
            pin_mark(cast.secrets.code, cast.secrets.pin),
        ]
        with web_connection() as opened, opened.transaction():
            row = opened.execute(
                "SELECT is_open FROM app.open_share_link(%s, %s, 5)", marks
            ).fetchone()
        return bool(row and row[0])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(open_it, range(8))) == 1


def test_it_opens_as_often_as_agreed(webers: Client, cast: Cast) -> None:
    for _ in range(5):
        assert opens(webers, cast)["Location"] == REPORT

    assert "do not open a report" in opens(webers, cast).content.decode()
    assert webers.get(REPORT).status_code == 200  # the fifth is still open


def test_taking_it_back_closes_pages_that_are_open(
    webers: Client, alices: Client, cast: Cast
) -> None:
    opens(webers, cast)
    assert webers.get(REPORT).status_code == 200

    alices.post(
        f"/patients/{cast.record.pk}/sharing/links/{cast.share_link.pk}/revoke/"
    )

    for path in (REPORT, "/shared/report.pdf"):
        assert webers.get(path)["Location"] == "/shared/"
    assert "do not open" in opens(webers, cast).content.decode()
    looks = flowing(alices.get(f"/patients/{cast.record.pk}/looks/"))
    assert "You took back a share link on a page" in looks


def test_it_ends_by_the_clock(webers: Client, cast: Cast) -> None:
    opens(webers, cast)
    ShareLink.objects.update(expires_at=timezone.now())

    assert webers.get(REPORT)["Location"] == "/shared/"
    assert "do not open" in opens(webers, cast).content.decode()


def test_an_opening_lasts_an_hour(webers: Client, cast: Cast) -> None:
    opens(webers, cast)

    with moved_on(minutes=59):
        assert webers.get(REPORT).status_code == 200
    with moved_on(minutes=61):
        assert webers.get(REPORT)["Location"] == "/shared/"


def test_closing_it_forgets_it_in_this_browser(webers: Client, cast: Cast) -> None:
    opens(webers, cast)

    webers.post("/shared/close/")

    assert webers.get(REPORT)["Location"] == "/shared/"


def test_opening_changes_the_session_so_that_none_known_before_gets_in(
    webers: Client, cast: Cast
) -> None:
    session = webers.session
    session["planted"] = True
    session.save()
    before = session.session_key

    opens(webers, cast)

    assert webers.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_link_lets_nobody_into_any_other_page(webers: Client, cast: Cast) -> None:
    opens(webers, cast)

    for path in ("", "sharing/", "report.pdf", "chart.svg", "results/new/"):
        answer = webers.get(f"/patients/{cast.record.pk}/{path}")
        assert answer["Location"].startswith("/account/login/"), path


def test_who_is_signed_in_reads_by_the_link_alone_under_its_address(
    cast: Cast, signed_in: SignedIn
) -> None:
    """Dr Gwen may not see Alice's record; the link shows her the report, not more."""
    records.fill(cast)
    gwens = signed_in(cast.elsewhere)

    opens(gwens, cast)

    assert gwens.get(REPORT).status_code == 200
    assert gwens.get(f"/patients/{cast.record.pk}/").status_code == 404
    event = AuditEvent.objects.filter(object_label="report").latest("at")
    assert (event.actor_kind, event.actor_name) == ("share", "Dr Weber")


def test_the_code_stands_in_no_address_log_session_or_trail(
    webers: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = asdict(cast.secrets)
    with caplog.at_level("DEBUG"):
        answers: list[HttpResponse] = [
            webers.get("/shared/"),  # type: ignore[list-item]
            opens(webers, cast, pin="999"),
            opens(webers, cast),
            webers.get(REPORT),  # type: ignore[list-item]
        ]

    told = "\n".join(
        [
            caplog.text,
            *(str(answer.headers) for answer in answers),
            *(answer.content.decode() for answer in answers[2:]),
            *map(str, AuditEvent.objects.values_list()),
            *(str(session.get_decoded()) for session in Session.objects.all()),
        ]
    )
    assert secrets["code"] not in told
    assert secrets["pin"] not in told
    assert all(a["Referrer-Policy"] == "same-origin" for a in answers)


def test_sent_twice_it_makes_one_link(alices: Client, cast: Cast) -> None:
    sent = form()
    path = f"/patients/{cast.record.pk}/sharing/links/new/"

    first = alices.post(path, sent)
    second = alices.post(path, sent)

    assert LINK.search(first.content.decode())
    assert "This link was made a moment ago" in second.content.decode()
    assert ShareLink.objects.filter(recipient="Dr Weber, Graz").count() == 1


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"results": ""}, "Choose at least one part"),
        ({"recipient": " "}, "Write who will read it."),
        ({"openings": "0"}, "greater than or equal to 1"),
        ({"openings": "21"}, "less than or equal to 20"),
        ({"ends_on": "2999-01-01"}, "more than 90 days"),
        ({"ends_on": "2020-01-01"}, "This day has passed"),
        ({"recipient": "a\0b"}, "Null characters"),
    ],
)
def test_a_form_that_makes_no_sense_is_answered_in_words(
    alices: Client, cast: Cast, answers: dict[str, str], sentence: str
) -> None:
    page = make(alices, cast, **answers)

    assert sentence in page.content.decode()
    assert ShareLink.objects.count() == 1


def test_before_making_one_it_is_asked_again_who_this_is(
    alices: Client, cast: Cast
) -> None:
    with moved_on(minutes=16):
        asked = make(alices, cast)

    assert asked["Location"].startswith("/account/reauthenticate/")
    assert ShareLink.objects.count() == 1


def test_codes_and_pins_differ_each_time() -> None:
    drawn = {new_pin() for _ in range(200)}

    assert len(drawn) > 150
    assert all(re.fullmatch(r"\d{6}", pin) for pin in drawn)
