"""A clinician's recorded plan, as it was written."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from labs.presenters.words import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labs.models import RecordedPlan


@dataclass(frozen=True, slots=True)
class PlanWords:
    """A plan with who recorded it; the text is the clinician's own."""

    plan_id: str
    text: str
    recorded: str
    clinic: str
    ended: str


def plan_words(rows: "Iterable[RecordedPlan]") -> list[PlanWords]:
    """Return recorded plans in their order, each verbatim."""
    return [
        PlanWords(
            plan_id=str(row.pk),
            text=row.text,
            recorded=_("Recorded by %(who)s on %(day)s")
            % {"who": row.recorded_by_name, "day": spelled(row.recorded_at)},
            clinic=row.clinic_name,
            ended=_("No longer holds, by %(who)s on %(day)s")
            % {"who": row.ended_by_name, "day": spelled(row.ended_at)}
            if row.ended_at
            else "",
        )
        for row in rows
    ]
