"""A clinic's templates of ranges: made, changed, retired, and chosen for a patient."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEvent, Clinic, Patient, User
from labs.domain.published_ranges import PUBLISHED_RANGES
from labs.domain.targets import TargetRefused
from labs.models import Target, TargetTemplate, WorklistRow
from labs.presenters.range_templates import ABOUT, limits_of
from tests.factories import a_clinic
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_setting_targets import address, confirmed, wish


def page_of(clinic: Clinic, page: str = "") -> str:
    return f"/clinics/{clinic.pk}/ranges/{page}"


def typed(**changes: str) -> dict[str, str]:
    return {
        "entry_id": str(uuid4()),
        "name": "Bone clinic",
        "low": "30",
        "high": "50",
        "unit": "ng/mL",
        "alert_low": "",
        "alert_high": "100",
        "urgency": "today",
        "source": "Consensus 2022, table 3",
    } | changes


def made(client: Client, clinic: Clinic, **changes: str) -> TargetTemplate:
    client.post(page_of(clinic, "new/"), typed(**changes))
    return TargetTemplate.objects.get(name=changes.get("name", "Bone clinic"))


def test_a_template_is_kept_with_its_source_and_sets_nothing(
    oseis: Client, clinic: Clinic
) -> None:
    answer = oseis.post(page_of(clinic, "new/"), typed(), follow=True)

    page = flowing(answer)
    assert "Bone clinic: 30 to 50 ng/mL" in page
    assert "Source: Consensus 2022, table 3" in page
    assert not Target.objects.exists()
    event = AuditEvent.objects.filter(object_label="range template").get()
    assert (event.action, event.actor_name) == ("created", "Dr Osei")


def test_no_published_statement_is_chosen_beforehand(
    oseis: Client, clinic: Clinic
) -> None:
    page = oseis.get(page_of(clinic, "new/")).content.decode()

    assert "checked" not in page
    assert all(each.source not in page for each in PUBLISHED_RANGES)
    listed = flowing(oseis.get(page_of(clinic)))
    assert all(each.source in listed for each in PUBLISHED_RANGES)
    assert {each.key for each in PUBLISHED_RANGES} == set(ABOUT)


def test_a_published_statement_is_copied_with_its_source(
    oseis: Client, clinic: Clinic
) -> None:
    page = oseis.get(page_of(clinic, "new/?from=cee-2022")).content.decode()

    assert "Nutrients 2022;14:1483" in page
    assert 'value="30"' in page
    assert not TargetTemplate.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": ""}, "Name the source of this range."),
        ({"name": " "}, "Give the template a name."),
        ({"low": "", "high": ""}, "Give the range a lower limit"),
        ({"low": "60"}, "must not be above the upper one"),
        ({"urgency": ""}, "Choose how soon to act on the alert limit"),
        ({"entry_id": "no"}, "Enter a valid UUID."),
    ],
)
def test_a_template_that_could_set_no_range_is_refused(
    oseis: Client, clinic: Clinic, changes: dict[str, str], sentence: str
) -> None:
    answer = oseis.post(page_of(clinic, "new/"), typed(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not TargetTemplate.objects.exists()


def test_two_templates_do_not_share_a_name_and_one_form_makes_one(
    oseis: Client, clinic: Clinic
) -> None:
    form = typed()
    oseis.post(page_of(clinic, "new/"), form)
    again = oseis.post(page_of(clinic, "new/"), form)

    other = oseis.post(page_of(clinic, "new/"), typed())

    assert again.status_code == 302
    assert other.status_code == 422
    assert "has this name" in other.content.decode()
    assert TargetTemplate.objects.count() == 1


def test_a_change_makes_the_next_version_and_a_late_one_is_refused(
    oseis: Client, clinic: Clinic
) -> None:
    first = made(oseis, clinic)
    change = page_of(clinic, f"{first.pk}/change/")

    oseis.post(change, typed(low="35"))
    late = oseis.post(change, typed(low="40"))

    first.refresh_from_db()
    now = TargetTemplate.objects.get(retired_at=None)
    assert (first.low, now.low) == (Decimal(30), Decimal(35))
    assert first.retired_by_name == "Dr Osei"
    assert late.status_code == 422
    assert "changed or retired by somebody else" in late.content.decode()


def test_a_retired_template_is_offered_no_longer(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    row = made(oseis, clinic)

    oseis.post(page_of(clinic, f"{row.pk}/retire/"))
    oseis.post(page_of(clinic, f"{row.pk}/retire/"))

    assert "Bone clinic" not in oseis.get(address(anna)).content.decode()
    assert "Offered no longer" in oseis.get(page_of(clinic)).content.decode()


def test_choosing_one_fills_the_limits_and_never_the_reason(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    row = made(oseis, clinic)
    plain = oseis.get(address(anna)).content.decode()

    filled = oseis.get(f"{address(anna)}?template={row.pk}").content.decode()

    assert 'value="30"' not in plain
    assert 'value="30"' in filled
    assert 'value="100"' in filled
    assert "Consensus 2022, table 3" in filled
    reason = filled[filled.index('name="reason"') :].split(">")[0]
    assert "value" not in reason
    assert not Target.objects.exists()


def test_a_range_from_a_template_keeps_its_source_and_filters_the_list(
    oseis: Client, annas: Client, anna: Patient, clinic: Clinic
) -> None:
    row = made(oseis, clinic)
    form = confirmed(template=str(row.pk), alert_high="100", urgency="today")

    oseis.post(address(anna), form)
    oseis.post(address(anna), form)  # sent twice

    target = Target.objects.get()
    assert (target.template_id, target.source) == (row.pk, "Consensus 2022, table 3")
    assert WorklistRow.objects.get().template_id == row.pk
    found = oseis.get(f"/worklist/?template={row.pk}").content.decode()
    none = oseis.get(f"/worklist/?template={uuid4()}").content.decode()
    assert "Anna Example" in found
    assert "Anna Example" not in none
    assert "in force for 1 patient" in oseis.get(page_of(clinic)).content.decode()
    assert (
        "Consensus 2022, table 3" in annas.get(f"/patients/{anna.pk}/").content.decode()
    )


def test_changed_limits_are_set_without_the_source_and_the_page_says_so(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    row = made(oseis, clinic)
    changes = {"template": str(row.pk), "low": "35"}

    review = oseis.post(address(anna), wish(**changes)).content.decode()
    oseis.post(address(anna), confirmed(**changes))

    target = Target.objects.get()
    assert "it is set without its source" in review
    assert (target.template_id, target.source) == (None, "")


def test_a_template_of_another_clinic_is_none(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    elsewhere = a_clinic("Elsewhere")
    row = TargetTemplate.objects.create(
        clinic=elsewhere,
        name="Theirs",
        low=30,
        high=50,
        unit="ng/mL",
        source="x",
        made_by_name="Dr Else",
        made_at=clinic.created_at,
    )

    oseis.post(address(anna), confirmed(template=str(row.pk)))

    assert Target.objects.get().template_id is None
    assert oseis.get(page_of(elsewhere)).status_code == 404
    assert oseis.post(page_of(elsewhere, f"{row.pk}/retire/")).status_code == 404


def test_every_published_statement_could_be_a_range(osei: User, clinic: Clinic) -> None:
    del osei
    for each in PUBLISHED_RANGES:
        row = TargetTemplate(
            clinic=clinic,
            name=each.body[:80],
            low=each.low,
            high=each.high,
            unit=each.unit.value,
            source=each.source[:300],
        )
        try:
            limits_of(row)
        except TargetRefused:
            pytest.fail(each.key)
        assert (row.name, row.source) == (each.body, each.source)
