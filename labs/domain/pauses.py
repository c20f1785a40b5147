"""
When a period can be paused, taken up again, or changed.

A pause keeps its period; a changed amount or schedule is a period of its own, because
what was recorded of the days before stays as it was.
"""

from datetime import date

from labs.domain.schedules import Pause
from labs.domain.sentences import N_, Refused
from labs.domain.supplements import Period

PAUSE_OUTSIDE_PERIOD = N_("Choose a day on which this product was recorded as taken.")
PAUSED_ALREADY = N_("This product is recorded as paused from then on already.")
NOT_PAUSED = N_("This product is not recorded as paused.")
RESUMED_TOO_EARLY = N_(
    "The pause began on %(starts_on)s. The first day again comes after that."
)
CHANGED_TOO_EARLY = N_(
    "This product is recorded from %(starts_on)s. The change comes after that day."
)
CHANGED_WHILE_PAUSED = N_(
    "This product is recorded as paused then. Write first when it was taken again."
)


class PauseRefused(Refused):
    """A pause, or a change, that the record does not allow on that day."""


def open_pause(period: Period) -> Pause | None:
    """Return the pause that has no last day yet."""
    return next((each for each in period.pauses if each.ends_on is None), None)


def check_can_pause(period: Period, starts_on: date) -> None:
    """Refuse a day outside the period, or before a pause that is there already."""
    if not period.is_in_force(starts_on):
        raise PauseRefused.because(PAUSE_OUTSIDE_PERIOD)
    is_before_another = any(
        each.ends_on is None or each.ends_on >= starts_on for each in period.pauses
    )
    if is_before_another:
        raise PauseRefused.because(PAUSED_ALREADY)


def check_can_resume(period: Period, taken_again_on: date) -> None:
    """Refuse where nothing is paused, or the pause would have no day."""
    pause = open_pause(period)
    if pause is None:
        raise PauseRefused.because(NOT_PAUSED)
    if taken_again_on <= pause.starts_on:
        raise PauseRefused.because(RESUMED_TOO_EARLY, starts_on=pause.starts_on)


def check_can_change(period: Period, starts_on: date) -> None:
    """Refuse a change outside the period's days, or during a pause."""
    if starts_on <= period.starts_on:
        raise PauseRefused.because(CHANGED_TOO_EARLY, starts_on=period.starts_on)
    if not period.is_in_force(starts_on):
        raise PauseRefused.because(PAUSE_OUTSIDE_PERIOD)
    if period.is_paused(starts_on) or open_pause(period) is not None:
        raise PauseRefused.because(CHANGED_WHILE_PAUSED)
