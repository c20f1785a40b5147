"""What to do about a result that reached a limit, in finished words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from labs.domain.alerts import (
    Contact,
    alert_sentences,
    corrected_sentences,
    is_laboratory_critical,
    laboratory_critical_sentences,
)
from labs.domain.limits import Alert
from labs.domain.targets import plain
from labs.presenters.positions import URGENCY_WORDS
from labs.presenters.words import (
    ShownValue,
    as_reported,
    dated,
    measurand_words,
    numbered,
    spoken_all,
    unit_words,
)
from labs.services.corrections import Correction
from labs.services.judging import Judged

if TYPE_CHECKING:
    from accounts.models import Clinic


@dataclass(frozen=True, slots=True)
class AlertWords:
    """One result that reached a limit, and what to do about it."""

    result_id: str
    value: ShownValue
    test: str
    day: str
    lines: list[str]
    facts: list[str]


def alert_words(
    judged: Judged, watching: Iterable["Clinic"], *, today: date
) -> AlertWords | None:
    """
    Return what a clinician's limit and the laboratory's own flag say; None for neither.

    Both voices are heard first, then each thing to do is said once.
    """
    row = judged.row
    target = judged.flag.alert_target
    if target is None and not is_laboratory_critical(row.laboratory_flag):
        return None
    contact = contact_for(target.clinic if target else "", watching)
    reached = alert_sentences(
        judged.flag,
        judged.measurement,
        contact,
        collected_on=row.collected_on,
        reported_on=row.reported_on,
        today=today,
    )
    critical = laboratory_critical_sentences(
        row.laboratory_flag,
        contact,
        collected_on=row.collected_on,
        reported_on=row.reported_on,
        today=today,
    )
    lines = (*critical[:1], *reached[:1], *reached[1:], *critical[1:])
    if not lines:
        return None
    return AlertWords(
        result_id=str(row.pk),
        value=as_reported(row),
        test=measurand_words(judged.measurand),
        day=dated(row.collected_on),
        lines=list(dict.fromkeys(spoken_all(lines))),
        facts=facts_of(judged),
    )


def facts_of(judged: Judged) -> list[str]:
    """Return which limit was reached and what the laboratory marked, for clinicians."""
    target, row = judged.flag.alert_target, judged.row
    found = []
    if is_laboratory_critical(row.laboratory_flag):
        flag = {"flag": row.laboratory_flag.strip()}
        found.append(_("Laboratory: critical (%(flag)s)") % flag)
    if target is not None and judged.flag.alert is not None:
        is_high = judged.flag.alert is Alert.HIGH
        limit = target.alert_high if is_high else target.alert_low
        values = {
            "limit": f"{numbered(plain(limit))} {unit_words(target.unit)}"
            if limit is not None
            else "",
            "author": target.set_by,
            "urgency": _(URGENCY_WORDS[target.urgency]) if target.urgency else "",
        }
        template = (
            _("Reaches the alert limit above, %(limit)s (%(author)s: %(urgency)s)")
            if is_high
            else _("Reaches the alert limit below, %(limit)s (%(author)s: %(urgency)s)")
        )
        found.append(template % values)
    return found


def correction_words(correction: Correction) -> AlertWords:
    """Return what a laboratory corrected, beside the result as it is now."""
    row = correction.result.row
    found = corrected_sentences(
        correction.before,
        correction.result.measurement,
        corrected_on=correction.corrected_on,
        on_the_list_of=correction.on_the_list_of,
    )
    return AlertWords(
        result_id=str(row.pk),
        value=as_reported(row),
        test=measurand_words(correction.result.measurand),
        day=dated(row.collected_on),
        lines=spoken_all(found),
        facts=[],
    )


def contact_for(clinic_name: str, watching: Iterable["Clinic"]) -> Contact:
    """Return how the clinic of a range is reached, else any clinic that watches."""
    clinics = list(watching)
    named = [each for each in clinics if each.name == clinic_name]
    chosen = next(iter([*named, *clinics]), None)
    if chosen is None:
        return Contact(is_watched=False)
    return Contact(phone=chosen.phone, out_of_hours=chosen.out_of_hours_line)
