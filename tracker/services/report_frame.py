"""What every page of a report carries: whose, for whom, when, by which version."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import (
    get_language,
    get_language_bidi,
    gettext_noop,
    ngettext,
)
from django.utils.translation import gettext as _

from labs.domain.sentences import N_
from labs.presenters.people import person_words
from tracker.reports.values import Frame, Person
from tracker.services.release import PRODUCT, VERSION
from tracker.services.report_material import Material

SHORT_ID = 8
# Rules 10, number 20: the foot of every page, word for word.
PURPOSE = N_(
    "Shows recorded results and supplements and compares results with ranges set by "
    "the named clinician. It does not diagnose or recommend treatment, and nobody "
    "monitors it. It does not replace the laboratory's report."
)

# Rules 10, number 20: the head of what somebody reads by a share link, word for word.
SHARED = N_(
    "Read-only summary for %(recipient)s, shared by %(name)s, born %(born)s, until "
    "%(until)s. Shows only what %(name)s chose to share, as recorded on %(recorded)s. "
    "Entries marked 'typed by patient' were not sent by a laboratory."
)


LETTERS_MISSING = gettext_noop(
    "This file cannot print all letters of this record: what is missing stands as "
    "\N{REPLACEMENT CHARACTER}. Read such a name in the record itself."
)


def frame_of(material: Material, *, title: str, audience: str) -> Frame:
    """Return the frame of a report."""
    return Frame(
        language=get_language() or settings.LANGUAGE_CODE,
        direction="rtl" if get_language_bidi() else "ltr",
        title=title,
        audience=audience,
        person=_person(material),
        purpose=_(PURPOSE),
        made=_made(material),
        made_at=material.at,
        version=f"{PRODUCT} {VERSION}",
        page=_("page %(page)s of %(pages)s"),
        content=_("content %(mark)s"),
        letters_missing=_(LETTERS_MISSING),
    )


def _person(material: Material) -> Person:
    record = material.record
    words = person_words(record.patient, today=record.today)
    years = ngettext("%(n)s year", "%(n)s years", words.age or 0)
    return Person(
        name=words.name or _("Name not recorded"),
        born=_("born %(day)s") % {"day": words.born_on},
        number=_number(material),
        more="" if words.age is None else years % {"n": words.age},
    )


def _number(material: Material) -> str:
    """Return the clinic's number, else the beginning of the record's own."""
    if material.number:
        return _("No. %(number)s") % {"number": material.number}
    own = str(material.record.patient.pk)[:SHORT_ID]
    return _("Record %(number)s") % {"number": own}


def _made(material: Material) -> str:
    return moment_words(material.at)


def moment_words(at: datetime) -> str:
    """Return a moment in words, with its zone."""
    moment = localtime(at)
    return f"{date_format(moment, 'DATETIME_FORMAT')} {moment.tzname()}"
