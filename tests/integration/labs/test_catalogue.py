"""A clinic's list of labels: versions, who edits, who picks."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.utils import timezone

from accounts.models import Clinic, Patient, User
from accounts.queries import viewer_for
from accounts.services import consent as consents
from labs.models import CatalogueLabel, Intake, SupplementPeriod, SupplementProduct
from tests.factories import a_clinic, a_clinician, a_consent, owner_of
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import Answer, flowing
from tests.integration.labs.test_supplements import address, confirmed, label


def list_of(clinic: Clinic, page: str = "") -> str:
    return f"/clinics/{clinic.pk}/labels/{page}"


def a_label(**changes: str) -> dict[str, str]:
    form = label(**({"name": "Harbour drops"} | changes))
    return {name: value for name, value in form.items() if name != "lot"}


@pytest.fixture
def listed(oseis: Client, clinic: Clinic) -> CatalogueLabel:
    """A label that Dr Osei put on the clinic's list."""
    assert oseis.post(list_of(clinic, "new/"), a_label()).status_code == 302
    return CatalogueLabel.objects.get()


def test_a_patient_of_the_clinic_picks_a_label_instead_of_typing_it(
    annas: Client, anna: Patient, listed: CatalogueLabel
) -> None:
    to_pick = annas.get(address(anna))
    form_page = annas.get(address(anna) + f"?label={listed.pk}").content.decode()

    assert "Harbour drops" in flowing(to_pick)
    assert "No product is recommended." in flowing(to_pick)
    assert 'value="Harbour drops"' in form_page
    assert f'name="copied_from" value="{listed.pk}"' in form_page
    annas.post(address(anna), confirmed(copied_from=str(listed.pk)))
    assert SupplementProduct.objects.get().copied_from == listed


def test_a_changed_label_changes_nothing_that_was_recorded_or_logged(
    annas: Client, oseis: Client, anna: Patient, clinic: Clinic, listed: CatalogueLabel
) -> None:
    today = str(timezone.localdate())
    annas.post(address(anna), confirmed(copied_from=str(listed.pk), starts_on=today))
    period = SupplementPeriod.objects.get()
    log = f"/patients/{anna.pk}/intakes/{period.pk}/"
    annas.post(log, {"entry_id": str(uuid4()), "outcome": "taken"})

    change = a_label(**{"line-0-amount": "2000"})
    oseis.post(list_of(clinic, f"{listed.pk}/change/"), change)

    newest = CatalogueLabel.objects.latest("version")
    assert (newest.version, newest.product_id) == (2, listed.product_id)
    assert period.product.ingredients.get().amount == 1000
    assert Intake.objects.get().ingredients[0]["amount"].startswith("1000")
    assert "2,000 international units" in flowing(annas.get(address(anna)))


def test_the_list_shows_the_newest_version_alone(
    oseis: Client, clinic: Clinic, listed: CatalogueLabel
) -> None:
    change = a_label(**{"line-0-amount": "2000"})
    oseis.post(list_of(clinic, f"{listed.pk}/change/"), change)

    page = flowing(oseis.get(list_of(clinic)))

    assert page.count("Harbour drops") > 0
    assert "2,000 international units" in page
    assert "1,000 international units" not in page
    assert "Version 2: Dr Osei" in page


def test_an_older_version_cannot_be_changed_or_taken_off(
    oseis: Client, clinic: Clinic, listed: CatalogueLabel
) -> None:
    oseis.post(list_of(clinic, f"{listed.pk}/change/"), a_label(name="Other"))

    late = oseis.post(list_of(clinic, f"{listed.pk}/change/"), a_label(name="Late"))
    off = oseis.post(list_of(clinic, f"{listed.pk}/withdraw/"))

    assert oseis.get(list_of(clinic, f"{listed.pk}/change/")).status_code == 404
    assert (late.status_code, off.status_code) == (409, 404)
    assert CatalogueLabel.objects.count() == 2


def test_a_label_taken_off_is_offered_no_more_and_stays_where_it_was_copied(
    annas: Client, oseis: Client, anna: Patient, clinic: Clinic, listed: CatalogueLabel
) -> None:
    annas.post(address(anna), confirmed(copied_from=str(listed.pk)))

    oseis.post(list_of(clinic, f"{listed.pk}/withdraw/"))

    assert "clinic's list of labels" not in flowing(annas.get(address(anna)))
    assert annas.get(address(anna) + f"?label={listed.pk}").status_code == 404
    assert SupplementProduct.objects.get().name == "Sunny D3"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"vitamin_k": ""}, "Choose what the label says of vitamin K."),
        (
            {"line-1-substance": "MK-7", "line-1-amount": "75 mcg"},
            "A line of this label is vitamin K.",
        ),
    ],
)
def test_a_label_that_cannot_be_is_refused(
    oseis: Client, clinic: Clinic, changes: dict[str, str], sentence: str
) -> None:
    answer = oseis.post(list_of(clinic, "new/"), a_label(**changes))

    assert answer.status_code == 422
    assert sentence in flowing(answer)
    assert not CatalogueLabel.objects.exists()


def test_a_slip_is_asked_about_before_it_is_on_the_list(
    oseis: Client, clinic: Clinic
) -> None:
    form = a_label(**{"line-0-amount": "50 mg", "line-0-unit": ""})

    asked = oseis.post(list_of(clinic, "new/"), form)

    assert "1 mg is 1,000 mcg." in flowing(asked)
    assert not CatalogueLabel.objects.exists()
    confirmed = form | {"confirmed": "yes"}
    name = "asked-mg_or_mcg-D3"
    unanswered = oseis.post(list_of(clinic, "new/"), confirmed)
    assert unanswered.status_code == 422
    back = oseis.post(list_of(clinic, "new/"), confirmed | {name: "change"})
    assert "Save as printed" not in flowing(back)
    assert not CatalogueLabel.objects.exists()

    oseis.post(list_of(clinic, "new/"), confirmed | {name: "as_printed"})

    assert CatalogueLabel.objects.get().answers == {"mg_or_mcg-D3": "as_printed"}
    assert "The answer was: as entered." in flowing(oseis.get(list_of(clinic)))


def test_the_same_form_counts_once_and_a_changed_one_is_not_lost_in_silence(
    oseis: Client, clinic: Clinic
) -> None:
    form = a_label()
    oseis.post(list_of(clinic, "new/"), form)
    assert oseis.post(list_of(clinic, "new/"), form).status_code == 302

    changed = oseis.post(list_of(clinic, "new/"), form | {"name": "Something else"})

    assert changed.status_code == 409
    assert "differs from it and was not saved. Here are both." in flowing(changed)
    assert both_in(changed) == [{"Harbour drops"}, {"Something else"}]
    assert CatalogueLabel.objects.count() == 1


def both_in(answer: Answer) -> list[set[str]]:
    """Return the names of the two labels, what is stored and what was sent."""
    names = {"Harbour drops", "Something else", "Other", "Late"}
    halves = flowing(answer).split("Here are both.")[1].split("not saved", 1)
    return [{name for name in names if name in half} for half in halves]


def anew_of(answer: Answer) -> dict[str, str]:
    """Return the values of the form that keeps what was sent now."""
    page = answer.content.decode()
    form = page[page.index("side-by-side") :]
    fields = re.findall(
        r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form
    )
    return {name: unescape(value) for name, value in fields if value != "False"}


def test_what_came_late_is_shown_beside_what_is_stored_and_can_follow_it(
    oseis: Client, clinic: Clinic, listed: CatalogueLabel
) -> None:
    place = list_of(clinic, f"{listed.pk}/change/")
    first = a_label(name="Other")
    assert oseis.post(place, first).status_code == 302
    assert oseis.post(place, first).status_code == 302  # the same form twice
    again = oseis.post(place, first | {"name": "Something else"})
    assert again.status_code == 409
    assert both_in(again) == [{"Other"}, {"Something else"}]

    late = oseis.post(place, a_label(name="Late"))

    assert late.status_code == 409
    assert "Another version came first" in flowing(late)
    assert both_in(late) == [{"Other"}, {"Late"}]
    assert "1,000 international units" in flowing(late)
    assert CatalogueLabel.objects.count() == 2
    newest = CatalogueLabel.objects.get(version=2)
    following = anew_of(late) | {"confirmed": "yes"}
    answer = oseis.post(list_of(clinic, f"{newest.pk}/change/"), following)
    assert answer.status_code == 302, flowing(answer)
    third = CatalogueLabel.objects.get(version=3)
    assert (third.name, third.product_id) == ("Late", listed.product_id)
    assert third.ingredients == newest.ingredients


def test_a_label_that_was_taken_off_meanwhile_says_so(
    oseis: Client, clinic: Clinic, listed: CatalogueLabel
) -> None:
    oseis.post(list_of(clinic, f"{listed.pk}/withdraw/"))

    late = oseis.post(list_of(clinic, f"{listed.pk}/change/"), a_label(name="Late"))

    assert late.status_code == 409
    assert "Taken off the list. What was copied from it stays." in flowing(late)


# Who ----------------------------------------------------------------------------------


def test_only_clinicians_of_the_clinic_look_after_its_list(
    annas: Client, signed_in: SignedIn, clinic: Clinic, listed: CatalogueLabel
) -> None:
    others = signed_in(a_clinician(a_clinic(), "Dr Elsewhere"))

    for browser in (annas, others):
        assert browser.get(list_of(clinic)).status_code == 404
        assert browser.post(list_of(clinic, "new/"), a_label()).status_code == 404
        withdraw = list_of(clinic, f"{listed.pk}/withdraw/")
        assert browser.post(withdraw).status_code == 404


def test_whoever_took_the_consent_back_is_offered_nothing(
    annas: Client, anna: Patient, clinic: Clinic, listed: CatalogueLabel
) -> None:
    del listed
    by = viewer_for(owner_of(anna))
    given = anna.consents.get(clinic=clinic)
    consents.revoke(consent=given, by=by, at=timezone.now())

    assert "Harbour drops" not in flowing(annas.get(address(anna)))


def test_another_clinic_of_the_patient_does_not_see_the_list(
    anna: Patient, signed_in: SignedIn, listed: CatalogueLabel
) -> None:
    other = a_clinic()
    a_consent(anna, other)
    browser = signed_in(a_clinician(other, "Dr Other"))

    assert "Harbour drops" not in flowing(browser.get(address(anna)))
    assert browser.get(address(anna) + f"?label={listed.pk}").status_code == 404


def test_a_version_is_never_changed(osei: User, listed: CatalogueLabel) -> None:
    del osei
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE labs_cataloguelabel SET name = 'x' WHERE id = %s", [listed.pk]
        )
