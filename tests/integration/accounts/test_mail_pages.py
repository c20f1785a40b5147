"""Every message is plain and a page, says the same in both, and nothing of health."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.models import User
from accounts.services import mailing
from accounts.services.mail_pages import page_of
from tests.integration.accounts.test_mailing import ASKED
from tests.integration.accounts.test_production_settings import manage
from tracker.services.mail_examples import INVENTED, example, names

TEMPLATES = Path(settings.BASE_DIR) / "templates"
OF_HEALTH = re.compile(
    r"vitamin|hydroxy|25\(OH\)|calcium|warfarin|thinner|medicine|supplement|dose|"
    r"mol/L|ng/mL|blood|range|target|above|below|deficien|level|precaution",
    re.IGNORECASE,
)
VARIABLES = re.compile(r"{{\s*(\w+)")
ALLOWED_TAGS = {"html", "head", "meta", "title", "body", "p", "br", "a"}


def words_of(page: str) -> list[str]:
    (body,) = html.fromstring(page).iter("body")
    return body.text_content().split()


def test_the_list_holds_every_template_of_a_message() -> None:
    there = {
        str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt")
        for path in TEMPLATES.rglob("*_subject.txt")
    }

    assert set(names()) == there
    assert len(there) > 20


@pytest.mark.parametrize("name", names())
def test_every_word_that_a_message_takes_is_invented_for_its_example(name: str) -> None:
    parts = [TEMPLATES / f"{name}_{part}.txt" for part in ("message", "subject")]
    taken = {word for part in parts for word in VARIABLES.findall(part.read_text())}

    assert taken <= set(INVENTED)


@pytest.mark.parametrize("name", names())
def test_both_parts_say_the_same_and_nothing_of_health(name: str) -> None:
    shown = example(name)

    assert words_of(shown.page) == shown.text.split()
    assert shown.subject
    assert "\n" not in shown.subject
    assert OF_HEALTH.findall(f"{shown.subject} {shown.text}") == []


@pytest.mark.parametrize("name", names())
def test_a_page_fetches_nothing_and_leads_to_this_site_alone(name: str) -> None:
    tree = html.fromstring(example(name).page)

    assert {node.tag for node in tree.iter()} <= ALLOWED_TAGS
    assert {key for node in tree.iter() for key in node.attrib} <= {
        "lang",
        "dir",
        "charset",
        "href",
    }
    links = [node.get("href") for node in tree.iter("a")]
    assert links
    assert {urlsplit(link).netloc for link in links} == {"calcidiol.example"}
    assert not [link for link in links if urlsplit(link).query]


def test_what_people_write_stays_text_in_a_page() -> None:
    page = page_of("<b>", "One <script>alert(1)</script>\n\nhttps://x.example/?a=1&b=2")

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'href="https://x.example/?a=1&amp;b=2"' in page


@pytest.mark.django_db
def test_a_message_leaves_with_both_parts(client: Client) -> None:
    client.post("/account/signup/", ASKED)
    mailing.send_waiting(at=timezone.now() + timedelta(minutes=1))

    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    ((page, kind),) = sent.alternatives
    assert kind == "text/html"
    assert words_of(str(page)) == str(sent.body).split()
    assert User.objects.exists()


@pytest.mark.django_db
def test_the_messages_can_be_looked_at_on_a_developers_machine(client: Client) -> None:
    listed = client.get("/mails/").content.decode()

    assert all(name in listed for name in names())
    one = client.get("/mails/account/email/password_reset_key/")
    assert str(INVENTED["password_reset_url"]) in one.content.decode()
    assert client.get("/mails/account/email/base/").status_code == 404


def test_production_has_no_such_page() -> None:
    code = (
        "from django.urls import NoReverseMatch, reverse\n"
        "try:\n    print(reverse('mails'))\n"
        "except NoReverseMatch:\n    print('none')\n"
    )

    done = manage("shell", "--no-imports", "-c", code)

    assert done.stdout.strip().splitlines()[-1:] == ["none"], done.stderr
