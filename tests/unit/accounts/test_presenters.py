"""Every look has words, whoever looked and however."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.conf import settings

from accounts import presenters
from accounts.domain.audit import Action, Channel
from accounts.models import AuditEvent

CAROL = UUID("00000000-0000-4000-8000-000000000001")


def an_event(**changes: object) -> AuditEvent:
    values = {
        "at": datetime(2026, 3, 12, 14, 3, tzinfo=UTC),
        "actor_id": CAROL,
        "actor_name": "Dr Carol Cole",
        "action": "read",
        "object_label": "chart",
        "channel": "pdf",
    }
    return AuditEvent(**{**values, **changes})


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("channel", list(Channel))
def test_every_action_and_channel_is_told_in_words(
    action: Action, channel: Channel
) -> None:
    event = an_event(action=action.value, channel=channel.value)

    look = presenters.look(event, own_id=None)

    assert look.who == "Dr Carol Cole"
    assert action.value not in {look.what, look.how}
    assert look.moment == "12 March 2026, 14:03 UTC"


def test_the_patients_own_looks_are_yours() -> None:
    assert presenters.look(an_event(), own_id=CAROL).who == "You"


def test_somebody_who_was_not_signed_in_is_said_to_be_so() -> None:
    event = an_event(actor_id=None, actor_name="")

    look = presenters.look(event, own_id=None)

    assert look.who == "Somebody who was not signed in"


# Things of a clinic or of the installation: no trail of a patient has them.
NO_PATIENTS = {
    *("catalogue label", "clinic figures", "laboratory", "operator", "range template"),
    *("recipients", "operators' lists"),
}
LABEL = re.compile(r"""(?:object_label=|\bself\.note\(\s*)"([^"]+)\"""")


def test_every_thing_on_a_patients_trail_has_words_of_its_own() -> None:
    found = {
        label
        for app in ("accounts", "labs", "tracker")
        for file in (settings.BASE_DIR / app).rglob("*.py")
        for label in LABEL.findall(file.read_text())
    }

    assert len(found) > 30
    assert found - presenters.OBJECTS.keys() == NO_PATIENTS
