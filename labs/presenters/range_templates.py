"""A clinic's templates of ranges, and what is published, in finished words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.published_ranges import PUBLISHED_RANGES, PublishedRange
from labs.domain.targets import Target, Urgency, plain, range_in_words
from labs.domain.units import Unit
from labs.presenters.positions import URGENCY_WORDS, alert_words_of
from labs.presenters.words import spelled, spoken

if TYPE_CHECKING:
    from labs.models import TargetTemplate

# Of whom each speaks, as its source says.
ABOUT = {
    "iom-2011": gettext_noop("General population of North America: from 20 ng/mL."),
    "sacn-2016": gettext_noop(
        "Population of the United Kingdom, all year: from 25 nmol/L. The report says "
        "that this is no value for a diagnosis."
    ),
    "ros-2018": gettext_noop("Bone health in adults: above 50 nmol/L."),
    "anz-2012": gettext_noop(
        "Adults at the end of winter: from 50 nmol/L; 10 to 20 nmol/L higher at the "
        "end of summer."
    ),
    "cee-2022": gettext_noop("Risk groups under treatment: 30 to 50 ng/mL."),
}
ANY_DAY = date(2000, 1, 1)
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TemplateWords:
    """A template in words."""

    id: UUID
    name: str
    range: str
    alerts: list[str]
    urgency: str
    source: str
    made: str
    retired: str
    in_force: int


@dataclass(frozen=True, slots=True)
class PublishedWords:
    """A published statement in words."""

    key: str
    body: str
    about: str
    source: str


def template_words(row: "TargetTemplate", *, in_force: int = 0) -> TemplateWords:
    """Return a template in words, and for how many patients it holds now."""
    target = limits_of(row)
    return TemplateWords(
        id=row.pk,
        name=row.name,
        range=spoken(range_in_words(target)),
        alerts=alert_words_of(target),
        urgency=_(URGENCY_WORDS[target.urgency]) if target.urgency else "",
        source=row.source,
        made=_("%(author)s, %(day)s")
        % {"author": row.made_by_name, "day": spelled(row.made_at)},
        retired=_("%(author)s, %(day)s")
        % {"author": row.retired_by_name, "day": spelled(row.retired_at)}
        if row.retired_at
        else "",
        in_force=in_force,
    )


def limits_of(row: "TargetTemplate") -> Target:
    """Return the limits of a template as the rules look at them."""
    return Target(
        low=plain(row.low) if row.low is not None else None,
        high=plain(row.high) if row.high is not None else None,
        unit=Unit(row.unit),
        starts_on=ANY_DAY,
        ends_on=None,
        set_by=row.name,
        set_at=ANY_TIME,
        alert_low=row.alert_low,
        alert_high=row.alert_high,
        urgency=Urgency(row.urgency) if row.urgency else None,
    )


def published_words() -> list[PublishedWords]:
    """Return what can be copied from."""
    return [
        PublishedWords(each.key, each.body, _(ABOUT[each.key]), each.source)
        for each in PUBLISHED_RANGES
    ]


def typed_template(row: "TargetTemplate") -> dict[str, Any]:
    """Return a template as a form is filled with it."""
    return {"name": row.name, "source": row.source, **typed_limits(row)}


def typed_limits(row: "TargetTemplate") -> dict[str, Any]:
    """Return the limits alone as a form is filled with them."""
    limits = {
        name: _typed(getattr(row, name))
        for name in ("low", "high", "alert_low", "alert_high")
    }
    return {**limits, "unit": row.unit, "urgency": row.urgency}


def typed_published(published: PublishedRange) -> dict[str, Any]:
    """Return a published statement as a form is filled with it."""
    return {
        "name": published.body,
        "source": published.source,
        "low": _typed(published.low),
        "high": _typed(published.high),
        "unit": published.unit.value,
    }


def _typed(limit: Decimal | None) -> str:
    return "" if limit is None else f"{plain(limit):f}"
