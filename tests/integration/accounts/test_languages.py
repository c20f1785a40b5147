"""The language somebody reads in: asked for, chosen, kept, and used in what is sent."""

import pytest
from allauth.account.adapter import get_adapter
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import queries
from accounts.models import Patient, User
from accounts.services import languages, leaving
from tests.access.signing_in import sign_in
from tests.factories import a_person, owner_of
from tests.integration.accounts.mails import delivered
from tracker.services import jobs, notifying

pytestmark = pytest.mark.django_db


def shell(answer: object) -> str:
    text: str = answer.content.decode()  # type: ignore[attr-defined]
    return text[text.index("<html") : text.index("<head")].strip()


def choose(browser: Client, language: str, *, back: str = "/") -> str:
    address = reverse("language_choose")
    answer = browser.post(address, {"language": language, "next": back})
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("asked_for", "written"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", '<html lang="de" dir="ltr">'),
        ("ar-EG", '<html lang="ar" dir="rtl">'),
        ("fr,es;q=0.8", '<html lang="en-gb" dir="ltr">'),
        ("", '<html lang="en-gb" dir="ltr">'),
    ],
)
def test_before_anybody_signs_in_the_browser_says_the_language(
    client: Client, asked_for: str, written: str
) -> None:
    answer = client.get("/account/login/", headers={"accept-language": asked_for})

    assert shell(answer) == written
    assert "Accept-Language" in answer["Vary"]


def test_a_choice_before_signing_in_is_kept_and_the_page_stays(client: Client) -> None:
    page = "/account/login/?next=/records/"
    assert 'name="next" value="/account/login/?next=/records/"' in (
        client.get(page).content.decode()
    )

    assert choose(client, "ar", back=page) == page

    answer = client.get(page, headers={"accept-language": "de"})
    assert shell(answer) == '<html lang="ar" dir="rtl">'
    assert 'value="ar" lang="ar"\n            aria-current="true"' in (
        answer.content.decode()
    )


def test_a_choice_stays_with_the_account(annas: Client, anna: Patient) -> None:
    choose(annas, "de")

    elsewhere = Client()
    sign_in(elsewhere, owner_of(anna))
    answer = elsewhere.get(reverse("patient", args=[anna.pk]))

    assert shell(answer) == '<html lang="de" dir="ltr">'
    assert User.objects.get(patient=anna).language == "de"


def test_it_is_chosen_among_how_the_record_is_shown_as_well(
    annas: Client, anna: Patient
) -> None:
    address = reverse("preferences", args=[anna.pk])
    page = annas.get(address).content.decode()
    assert '<span lang="ar">' in page

    form = {"preferred_unit": "", "hemisphere": "north", "language": "de"}
    answer = annas.post(address, form, follow=True)

    assert shell(answer) == '<html lang="de" dir="ltr">'
    assert "Es wird ab jetzt so gezeigt." in answer.content.decode()
    assert User.objects.get(patient=anna).language == "de"
    assert annas.cookies["language"].value == "de"
    refused = annas.post(address, {**form, "language": "tlh"})
    assert refused.status_code == 422


def test_what_is_not_offered_changes_nothing(annas: Client, anna: Patient) -> None:
    choose(annas, "de")

    choose(annas, "tlh")
    choose(annas, "")

    assert User.objects.get(patient=anna).language == "de"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_elsewhere(client: Client, back: str) -> None:
    assert choose(client, "de", back=back) == "/"


def test_who_signs_up_in_a_language_keeps_it(client: Client) -> None:
    form = {
        "name": "Greta Grün",
        "email": "greta@example.org",
        "password1": "vier Wörter sind genug",
    }

    answer = client.post(
        reverse("account_signup"), form, headers={"accept-language": "de-DE"}
    )

    assert answer.status_code == 302
    assert User.objects.get(email="greta@example.org").language == "de"


def test_mail_is_written_in_the_recipients_language(anna: Patient) -> None:
    owner = owner_of(anna)
    languages.choose("ar", by=queries.viewer_for(owner))
    seen = []

    with translation.override("en-gb"), languages.speaking_to_address(owner.email):
        seen.append(translation.get_language())
    with languages.speaking_to_address("stranger@example.org"):
        seen.append(translation.get_language())

    assert seen == ["ar", "en-gb"]


def test_a_notice_from_the_worker_is_in_the_readers_language(
    anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = owner_of(anna)
    owner.language = "de"
    spoken = []
    rendered = get_adapter().__class__.render_mail

    def render(*arguments: object, **named: object) -> object:
        spoken.append(translation.get_language())
        return rendered(*arguments, **named)

    monkeypatch.setattr(get_adapter().__class__, "render_mail", render)

    notifying._queue("result", owner, timezone.now(), address="/")

    assert spoken == ["de"]
    assert delivered()[0].to == [owner.email]


def test_a_message_asked_for_by_oneself_has_its_day_in_ones_language(
    anna: Patient,
) -> None:
    owner = owner_of(anna)
    languages.choose("de", by=queries.viewer_for(owner))

    with translation.override("de"):
        departure = leaving.ask(by=queries.viewer_for(owner), at=timezone.now())
        day = f"{departure.due_at.day}. "

    assert day in str(delivered()[0].body)


def test_work_in_the_background_speaks_to_who_asked_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tracker import tasks  # noqa: PLC0415 - after the apps

    person = a_person()
    languages.choose("de", by=queries.viewer_for(person))
    spoken = []
    monkeypatch.setattr(
        jobs, "run", lambda *_, **__: spoken.append(translation.get_language())
    )

    tasks.run_job(str(person.pk), "user", str(person.pk))

    assert spoken == ["de"]
    assert translation.get_language() == "en-gb"
