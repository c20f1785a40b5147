"""A result beside the one before it, for its page and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labs.domain.health import HealthProfile
from labs.presenters.results import BeforeWords, before_words, change_words
from labs.services import comparing
from labs.services.fractions import without_parts

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.services.cautioning import Shared
    from labs.services.judging import Judged


@dataclass(frozen=True, slots=True)
class Compared:
    """The result before, what is said of the change, and what was not looked at."""

    before: BeforeWords | None
    change: Sequence[str]
    not_checked: bool


def beside_the_one_before(
    patient: "Patient", result: "Judged", shared: "Shared"
) -> Compared:
    """Return how a result stands beside the one before, or why it is not compared."""
    everything = shared.results or ()
    background = comparing.Background(
        born_on=patient.born_on,
        periods=shared.periods or (),
        profile=shared.health or HealthProfile(),
        laboratories=shared.laboratories,
    )
    aliases = shared.laboratories.aliases
    change = comparing.change_to(result, without_parts(everything, aliases), background)
    return Compared(
        before=before_words(result, everything, shared.laboratories),
        change=change_words(change),
        not_checked=shared.periods is None or shared.health is None,
    )
