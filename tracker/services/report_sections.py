"""The rest of a report: ranges, supplements, what was left out, words and sources."""

from collections.abc import Iterator
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.domain.scopes import Scope
from accounts.services.commas import parted
from labs.domain.precautions import CATALOGUE_VERSION, NOT_SHARED
from labs.domain.units import GUIDELINE_FACTOR, NMOL_PER_NG_D2, NMOL_PER_NG_TOTAL
from labs.presenters.events import event_words
from labs.presenters.positions import TargetWords
from labs.presenters.supplements import PeriodWords
from labs.presenters.words import dated, numbered
from tracker.reports.values import (
    Cell,
    Column,
    Line,
    Listing,
    Row,
    Section,
    Table,
    Tone,
)
from tracker.services.report_choices import PART_WORDS, Part
from tracker.services.report_log import log_section, plan_section
from tracker.services.report_material import Material
from tracker.services.report_results import EMPTY, result_sections
from tracker.services.report_summary import (
    periods_in_words,
    precautions_in_words,
    targets_in_words,
)

LINES_FOR_QUESTIONS, FEWEST_LINES = 6, 2
LEFT_OUT = gettext_noop("What is left out, and why")


def sections_of(material: Material) -> tuple[Section, ...]:
    """Return everything that follows the summary; nothing where that is all."""
    return () if material.choice.is_summary else tuple(_sections(material))


def left_out_listing(material: Material) -> tuple[Listing, ...]:
    """Return what is left out, for the foot of a summary that stands alone."""
    if not material.choice.is_summary:
        return ()
    return (Listing(_(LEFT_OUT), remarks=tuple(_left_out(material))),)


def _sections(material: Material) -> Iterator[Section]:
    yield from result_sections(material)
    parts = material.choice.parts
    if material.shares(Scope.RESULTS) and Part.RANGES in parts:
        yield _ranges(material)
    if Part.SUPPLEMENTS in parts:
        yield _supplements(material)
        yield from plan_section(material)
        if material.shows_results:
            yield log_section(material)
    if Part.NOTES in parts:
        yield _notes(material)
    if material.is_for_patient and Part.QUESTIONS in parts:
        yield _questions(material)
    yield Section(_(LEFT_OUT), tuple(_left_out(material)))
    if material.is_for_patient and Part.WORDS in parts:
        yield Section(_("What the words mean"), terms=_terms())
    yield Section(_("Sources and intended use"), tuple(_sources(material)))


# Ranges -------------------------------------------------------------------------------


def _ranges(material: Material) -> Section:
    title = _("Ranges that clinicians set")
    found = targets_in_words(material)
    if not found:
        return Section(title, (_("No clinician has set a range here."),))
    columns = (
        Column(_("Range"), 32),
        Column(_("In force"), 38),
        Column(_("Set by"), 36),
        Column(_("Alert limits"), 30),
        Column(_("Reason"), 48),
    )
    return Section(title, table=Table(columns, tuple(map(_range_cells, found))))


def _range_cells(target: TargetWords) -> Row:
    muted = Tone.MUTED
    now = (Line(_("in force now")),) if target.is_in_force else ()
    reason = target.reason
    return (
        (Line(target.range, Tone.STRONG), *now),
        (Line(target.days),),
        (Line(target.author), Line(f"{target.set_on} · {target.clinic}", muted)),
        _alerts_cell(target),
        (Line(f"“{reason}”"),) if reason else EMPTY,
    )


def _alerts_cell(target: TargetWords) -> Cell:
    limits = (*map(capfirst, target.alerts), target.urgency)
    return tuple(Line(words) for words in limits if words) or EMPTY


# Notes and questions ------------------------------------------------------------------


def _notes(material: Material) -> Section:
    title = _("Dated notes")
    if not material.shares(Scope.HEALTH):
        return Section(title, (_(NOT_SHARED),))
    rows = material.record.events
    if not rows:
        return Section(title, (_("Nothing is noted."),))
    words = [event_words(row, for_patient=material.is_for_patient) for row in rows]
    columns = (Column(_("Day"), 50), Column(_("Note"), 90), Column(_("By"), 40))
    cells = tuple(
        ((Line(each.days),), (Line(each.name),), (Line(each.who, Tone.MUTED),))
        for each in words
    )
    remark = _("As it was noted. Nothing is calculated from it.")
    return Section(title, table=Table(columns, cells), remarks=(remark,))


def _questions(material: Material) -> Section:
    """Return the patient's own list, and lines for what comes to mind in between."""
    asked = tuple(
        f"{number}. {words}" for number, words in enumerate(material.questions, start=1)
    )
    lines = max(LINES_FOR_QUESTIONS - len(asked), FEWEST_LINES)
    return Section(_("Questions for my visit"), asked, lines_to_write_on=lines)


# Supplements --------------------------------------------------------------------------


def _supplements(material: Material) -> Section:
    title = _("Supplements, now and before")
    if not material.shares(Scope.SUPPLEMENTS):
        return Section(title, (_(NOT_SHARED),))
    found = periods_in_words(material)
    if not found:
        return Section(title, (_("Nothing is recorded."),))
    columns = (
        Column(_("Product, as on the label"), 64),
        Column(_("Recorded as"), 40),
        Column(_("From, until"), 36),
        Column(_("Recorded by"), 38),
    )
    remark = _(
        "What was recorded, not what was taken. Amounts as stated on the label; what "
        "is in food, and what nobody wrote down, is not here."
    )
    table = Table(columns, tuple(map(_period_cells, found)))
    return Section(title, table=table, remarks=(remark,))


def _period_cells(period: PeriodWords) -> Row:
    muted = Tone.MUTED
    until = _("until %(day)s") % {"day": period.ends_on} if period.ends_on else ""
    advised = _("Advised by %(who)s.") % {"who": period.advised_by}
    return (
        (
            Line(period.product, Tone.STRONG),
            *map(Line, period.ingredients),
            *(Line(words, muted) for words in period.package),
            Line(period.vitamin_k, muted),
        ),
        (Line(period.intake), *([Line(period.reason, muted)] if period.reason else [])),
        (Line(period.starts_on), Line(until or _("no end recorded"), muted)),
        (
            Line(period.entered_by),
            *([Line(advised, muted)] if period.advised_by else []),
        ),
    )


# What is left out ---------------------------------------------------------------------


def _left_out(material: Material) -> Iterator[str]:
    """Yield all that a reader might miss without knowing that it was there."""
    record = material.record
    if material.choice.is_summary:
        yield _("This copy is the summary alone, without the tables.")
    yield from _not_asked_for(material)
    yield from _not_shared(material)
    start = record.shared_from
    if start is not None and start != date.min:
        words = _("Results before %(day)s are not shared with you.")
        yield words % {"day": dated(start)}
    if material.count_outside:
        words = ngettext(
            "%(n)s result lies outside the time that this report was asked for.",
            "%(n)s results lie outside the time that this report was asked for.",
            material.count_outside,
        )
        yield words % {"n": material.count_outside}
    withdrawn = sum(each.is_withdrawn for each in material.listed)
    if withdrawn:
        words = ngettext(
            "%(n)s result was withdrawn: it stands in the table, struck through, and "
            "is neither drawn nor compared.",
            "%(n)s results were withdrawn: they stand in the table, struck through, "
            "and are neither drawn nor compared.",
            withdrawn,
        )
        yield words % {"n": withdrawn}
    yield _(
        "The answers about health are not listed; the precautions that they led to are."
    )


def _not_asked_for(material: Material) -> Iterator[str]:
    """Yield the parts that this copy was made without."""
    if material.choice.left_out and not material.choice.is_summary:
        parts = parted(_(PART_WORDS[part]) for part in material.choice.left_out)
        yield _("This copy was asked for without: %(parts)s.") % {"parts": parts}


NAMES_OF_PARTS = {
    Scope.RESULTS: gettext_noop("Results"),
    Scope.SUPPLEMENTS: gettext_noop("Supplements"),
    Scope.HEALTH: gettext_noop("Health facts"),
}


def _not_shared(material: Material) -> Iterator[str]:
    for scope, name in NAMES_OF_PARTS.items():
        if not material.shares(scope):
            yield f"{_(name)}: {_(NOT_SHARED)}"


# Words and sources --------------------------------------------------------------------


def _terms() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("25-hydroxyvitamin D"),
            _("The form of vitamin D that laboratories measure in blood."),
        ),
        (
            _("Range"),
            _(
                "Limits that the named clinician set for this person. Where nobody set "
                "one, there is none."
            ),
        ),
        (
            _("Below, within, above"),
            _(
                "Where the number stands against the range of the day the sample was "
                "taken. It says nothing more."
            ),
        ),
        (
            _("Cannot tell"),
            _(
                "The laboratory reported only a limit, such as 'less than 20', or one "
                "part, so the number cannot be placed."
            ),
        ),
        (
            _("Not compared"),
            _("A result that may still change, needs review, or is another test."),
        ),
        (
            _("Converted"),
            _(
                "Shown in the other unit, rounded as laboratories print it. What was "
                "reported stands beside it."
            ),
        ),
        (
            _("Laboratory's own"),
            _("The interval and the mark that the laboratory printed with the value."),
        ),
    )


def _sources(material: Material) -> Iterator[str]:
    yield _(
        "Units: 1 ng/mL is %(total)s nmol/L of 25-hydroxyvitamin D (total and D3) and "
        "%(d2)s nmol/L of its D2 part. Against a range in the other unit, a value is "
        "outside only if it is so by this factor, rounded as laboratories print it, "
        "and by the factor %(guideline)s that guidelines use."
    ) % {
        "total": numbered(NMOL_PER_NG_TOTAL),
        "d2": numbered(NMOL_PER_NG_D2),
        "guideline": numbered(GUIDELINE_FACTOR),
    }
    matched = precautions_in_words(material).matched
    listed = _("Precautions: list %(version)s.") % {"version": CATALOGUE_VERSION}
    if matched and not material.is_for_patient:
        parts = (part for each in matched for part in each.source.split("; "))
        sources = "; ".join(dict.fromkeys(parts))
        words = _("Sources of those that matched: %(sources)s.") % {"sources": sources}
        listed = f"{listed} {words}"
    yield listed
    yield _(
        "A position against a range compares two numbers. Where a precaution matches, "
        "it says whom to ask; where none does, that means only that none of an "
        "incomplete list matched what was entered. Nobody watches this record through "
        "this report, and it alerts no emergency service."
    )
