"""Vitamin K and a blood thinner, through the pages, at every transition of both."""

import re
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Patient
from labs.models import HealthFact, SupplementPeriod
from tests.factories import owner_of
from tests.integration.labs.spoken_pages import Answer, flowing
from tests.integration.labs.test_supplements import address, confirmed, label

LISTS = "and you told us that you take warfarin. Vitamin K can make warfarin work less"
ALREADY = "Tell the clinic that checks your INR today, or as soon as it opens. Do not"
CHANGED = "The vitamin K in your products has changed. A change in vitamin K can change"
ENDED = (
    "You recorded that this product with vitamin K has ended. Warfarin may then work"
)
NAMED_CHANGED = "A product whose name points to vitamin K has changed. A change in"
NAMED_ENDED = "this product, whose name points to vitamin K, has ended. If it held"
URGENT = "Get urgent help for bleeding that does not stop, black stools"
UNKNOWN = "We do not know whether this product contains vitamin K. Look on the label"
OTHER = (
    "Check with the clinician who prescribes it before starting, stopping or changing"
)

LISTED = {
    "vitamin_k": "listed",
    "line-1-substance": "MK-7",
    "line-1-amount": "10 mcg",
}
BY_NAME = {"vitamin_k": "unknown", "name": "Sunny D3 + K2"}
HIDDEN = {
    "vitamin_k": "none",
    "line-1-substance": "other",
    "line-1-form": "phytomenadione",
}
NOT_KNOWN = {"vitamin_k": "unknown"}
WITH_VITAMIN_K = [LISTED, BY_NAME, HIDDEN]
KINDS = ["listed", "by name", "hidden"]
# What is said where the name alone gives it away claims nothing of the label.
TOLD = [
    (LISTED, CHANGED, ENDED),
    (BY_NAME, NAMED_CHANGED, NAMED_ENDED),
    (HIDDEN, CHANGED, ENDED),
]


class Story:
    """What Anna does, and what her record says after it."""

    def __init__(self, browser: Client, patient: Patient) -> None:
        self.browser, self.patient = browser, patient

    def record(self) -> str:
        """Return the record in words, to somebody who signs in for it."""
        self.browser.force_login(owner_of(self.patient))
        return flowing(self.browser.get(f"/patients/{self.patient.pk}/"))

    def health(self, answer: str, detail: str = "", ended: str = "") -> None:
        self._answer(
            answer_vitamin_k_antagonist=answer,
            detail_vitamin_k_antagonist=detail,
            ended_vitamin_k_antagonist=ended,
        )

    def other_thinner(self) -> None:
        self._answer(
            answer_direct_oral_anticoagulant="yes",
            detail_direct_oral_anticoagulant="apixaban",
        )

    def _answer(self, **form: str) -> None:
        page = self.browser.post(
            f"/patients/{self.patient.pk}/health/",
            {"entry_id": str(uuid4()), **form},
        )
        assert page.status_code == 302, flowing(page)

    def add(self, kind: dict[str, str], days_ago: int = 40) -> None:
        day = timezone.localdate() - timedelta(days=days_ago)
        self._done(
            self.browser.post(
                address(self.patient), confirmed(starts_on=str(day), **kind)
            )
        )

    def looked_at(self, kind: dict[str, str]) -> str:
        day = str(timezone.localdate())
        form = label(starts_on=day, **kind)
        return flowing(self.browser.post(address(self.patient), form))

    def does(self, page: str, **form: str) -> None:
        period = SupplementPeriod.objects.latest("starts_on")
        path = address(self.patient, f"{period.pk}/{page}/")
        shown = self.browser.get(path)
        assert shown.status_code == 200
        posted = {"entry_id": str(uuid4()), "confirmed": "yes", **form}
        self._done(self.browser.post(path, posted))

    def before(self, page: str) -> str:
        period = SupplementPeriod.objects.latest("starts_on")
        path = address(self.patient, f"{period.pk}/{page}/")
        return flowing(self.browser.get(path))

    def _done(self, answer: Answer) -> None:
        assert getattr(answer, "status_code", 0) == 302, flowing(answer)


@pytest.fixture
def story(annas: Client, anna: Patient) -> Story:
    return Story(annas, anna)


def today() -> str:
    return str(timezone.localdate())


# The product --------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "changed", "_ended"), TOLD, ids=KINDS)
def test_every_transition_of_a_product_is_told(
    story: Story, kind: dict[str, str], changed: str, _ended: str
) -> None:
    story.health("yes", "warfarin")

    before_saving = story.looked_at(kind)
    assert LISTS in before_saving
    assert URGENT in before_saving

    story.add(kind)
    taking = story.record()
    assert LISTS in taking
    assert ALREADY in taking

    assert LISTS in story.before("change")
    story.does("change", starts_on=today(), servings="2", schedule="daily")
    assert changed in story.record()

    assert LISTS in story.before("pause")
    story.does("pause", starts_on=today(), reason="")
    assert changed in story.record()


@pytest.mark.parametrize(("kind", "changed", "ended"), TOLD, ids=KINDS)
def test_a_pause_its_end_and_the_end_of_a_product_are_told_for_28_days(
    story: Story, kind: dict[str, str], changed: str, ended: str
) -> None:
    story.health("yes", "warfarin")
    story.add(kind)
    days = timedelta(days=1)
    story.does("pause", starts_on=str(timezone.localdate() - 3 * days), reason="")
    assert changed in story.record()
    story.does("resume", taken_again_on=today())
    assert changed in story.record()

    story.does("end", ends_on=today())
    with time_machine.travel(timezone.now() + 28 * days, tick=False):
        still = story.record()
    with time_machine.travel(timezone.now() + 29 * days, tick=False):
        later = story.record()

    assert ended in still
    assert URGENT in still
    assert ended not in later
    assert LISTS not in later


def test_a_switch_from_one_vitamin_k_product_to_another_is_a_change(
    story: Story,
) -> None:
    story.health("yes", "warfarin")
    story.add(LISTED)
    story.does("end", ends_on=str(timezone.localdate() - timedelta(days=1)))
    story.add(LISTED | {"name": "Other D3 + K2"}, days_ago=0)

    page = story.record()

    assert CHANGED in page
    assert ENDED not in page


def test_what_is_urgent_is_a_heading_of_its_own_in_the_order_of_the_page(
    story: Story,
) -> None:
    story.health("yes")
    story.add(LISTED)
    page = story.browser.get(f"/patients/{story.patient.pk}/").content.decode()

    levels = [int(each) for each in re.findall(r"<h([1-6])\b", page)]

    assert '<h2 class="small-heading">' in page
    assert levels[0] == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))


# The medicine -------------------------------------------------------------------------


def test_every_transition_of_the_medicine_is_told(story: Story) -> None:
    story.add(LISTED)
    assert "You have not answered the questions about medicines" in story.record()

    story.health("no")
    quiet = story.record()
    assert LISTS not in quiet
    assert URGENT not in quiet

    story.health("yes", "Marcumar")  # begun
    begun = story.record()
    assert "you told us that you take Marcumar" in begun
    assert "do not change your Marcumar on your own" in begun

    story.health("yes", "warfarin")  # changed for another of its kind
    assert LISTS in story.record()

    story.health("yes", "warfarin", ended=today())  # paused, or ended
    over = story.record()
    assert LISTS not in over
    assert URGENT in over

    story.health("yes", "warfarin")  # taken again
    assert LISTS in story.record()

    story.health("no")
    assert URGENT in story.record()
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        assert URGENT not in story.record()


def test_an_end_written_on_its_own_page_is_told(story: Story) -> None:
    story.add(LISTED)
    story.health("yes", "warfarin")
    fact = HealthFact.objects.get()

    story.browser.post(
        f"/patients/{story.patient.pk}/health/{fact.pk}/end/",
        {"entry_id": str(uuid4()), "ended_on": today()},
    )

    assert URGENT in story.record()
    assert LISTS not in story.record()


# What is not known --------------------------------------------------------------------


def test_vitamin_k_that_is_not_known_is_never_none(story: Story) -> None:
    story.health("yes", "warfarin")

    assert UNKNOWN in story.looked_at(NOT_KNOWN)
    story.add(NOT_KNOWN)
    for page in ("change", "pause", "end"):
        assert UNKNOWN in story.before(page)
    story.does("end", ends_on=today())
    with time_machine.travel(timezone.now() + timedelta(days=28), tick=False):
        assert UNKNOWN in story.record()


def test_a_label_without_vitamin_k_says_nothing_of_it(story: Story) -> None:
    story.health("yes", "warfarin")
    story.add({"vitamin_k": "none"})

    page = story.record()

    assert LISTS not in page
    assert UNKNOWN not in page
    assert "None of this" not in page


@pytest.mark.parametrize("kind", WITH_VITAMIN_K, ids=KINDS)
def test_another_blood_thinner_is_asked_about_in_its_own_words(
    story: Story, kind: dict[str, str]
) -> None:
    story.other_thinner()
    story.add(kind)

    page = story.record()

    assert "You told us that you take apixaban." in page
    assert OTHER in page
    assert LISTS not in page


@pytest.mark.parametrize(
    ("name", "is_hidden"),
    [
        ("Slow-K 600 mg", False),
        ("Kalium D3", False),
        ("Cumin seed oil", False),
        ("D3 & K", True),
        ("Vitamins A, D, E and K", True),
        ("MK7 plus", True),
        ("ADK 5000", True),
        ("VitaminK2 Drops", True),
        ("Adkins bar", False),
    ],
)
def test_false_friends_of_vitamin_k(
    story: Story, name: str, *, is_hidden: bool
) -> None:
    story.health("yes", "warfarin")
    story.add({"vitamin_k": "none", "name": name})

    assert (LISTS in story.record()) is is_hidden


@pytest.mark.parametrize(
    ("detail", "is_named"),
    [("Coumadin", True), ("COUMADÌN", True), ("cumin", False), ("Wafarin", False)],
)
def test_false_friends_of_warfarin_are_not_checked_as_another(
    story: Story, detail: str, *, is_named: bool
) -> None:
    story.health("yes", detail)

    page = flowing(story.browser.get(f"/patients/{story.patient.pk}/health/"))

    assert (f"We do not know '{detail}' as a medicine" not in page) is is_named
