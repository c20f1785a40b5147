"""
The sheet for the clinic that checks the INR: vitamin K in what is taken, on one page.

It says what was recorded, in the words of the label, and what is not known.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.domain.scopes import Scope
from labs.domain.health import BLOOD_THINNERS
from labs.domain.intakes import SUBSTANCE_NAMES
from labs.domain.precautions import EARLIER_NOT_SHARED, NOT_SHARED
from labs.domain.quantities import Measurand
from labs.domain.sentences import Sentence
from labs.domain.supplements import (
    VITAMIN_K,
    AmountUnit,
    Period,
    Substance,
    VitaminKContent,
)
from labs.domain.vitamin_k import label_includes, vitamin_k_of
from labs.presenters.health import TopicWords, topic_words
from labs.presenters.supplements import PRINTED_FOR, intake_words
from labs.presenters.words import as_reported, dated, spoken
from labs.services.judging import Judged
from tracker.reports.values import Cell, Column, Line, Row, Section, Table, Tone
from tracker.services.report_material import Material
from tracker.services.report_results import EMPTY, printed_cell
from tracker.services.report_summary import precautions_in_words, told_once

if TYPE_CHECKING:
    from labs.models import SupplementIngredient, SupplementPeriod

MOST_INR_RESULTS = 12
# "IU" only as a label prints it.
LABEL_UNITS = {
    AmountUnit.IU: gettext_noop("IU"),
    AmountUnit.UG: gettext_noop("mcg"),
    AmountUnit.MG: gettext_noop("mg"),
    AmountUnit.G: gettext_noop("g"),
    AmountUnit.ML: gettext_noop("mL"),
}


def sheet_sections(material: Material) -> Iterator[Section]:
    """Yield the parts of the sheet."""
    yield _products(material, VitaminKContent.LISTED, _("Products with vitamin K"))
    yield _products(
        material,
        VitaminKContent.UNKNOWN,
        _("Products whose vitamin K is not known"),
    )
    yield _blood_thinners(material)
    yield from _precautions(material)
    yield _inr_results(material)


def _precautions(material: Material) -> Iterator[Section]:
    """Yield what the list of precautions says where vitamin K meets an antagonist."""
    found = precautions_in_words(material).urgent
    if found:
        yield Section(_("Vitamin K with a vitamin K antagonist"), told_once(found))


# Blood thinners -----------------------------------------------------------------------


def _blood_thinners(material: Material) -> Section:
    title = _("Blood thinners, as recorded")
    if not material.shares(Scope.HEALTH):
        return Section(title, (_(NOT_SHARED),))
    patient, today = material.record.patient, material.record.today
    words = [
        topic_words(each, patient, today=today)
        for each in material.topics
        if each.topic in BLOOD_THINNERS
    ]
    columns = (
        Column(_("Kind"), 60),
        Column(_("Answer"), 30),
        Column(_("Named as"), 36),
        Column(_("Who said so, and when"), 52),
    )
    return Section(title, table=Table(columns, tuple(map(_topic_cells, words))))


def _topic_cells(topic: TopicWords) -> Row:
    is_yes = bool(topic.detail) or topic.can_end
    said = (topic.asked, *topic.confirmed)
    return (
        (Line(topic.name),),
        (Line(topic.state, Tone.STRONG if is_yes else Tone.PLAIN),),
        (Line(topic.detail, Tone.STRONG),) if topic.detail else EMPTY,
        tuple(Line(words) for words in said if words) or EMPTY,
    )


# Products -----------------------------------------------------------------------------


def _products(material: Material, content: VitaminKContent, title: str) -> Section:
    record = material.record
    found = [
        (row, period)
        for row, period in zip(record.period_rows, record.periods, strict=True)
        if vitamin_k_of(period.product) is content
    ]
    if not found:
        return Section(title, (_("None is recorded."),))
    columns = (
        Column(_("Product"), 40),
        Column(_("Vitamin K, as on the label"), 48),
        Column(_("Recorded as"), 32),
        Column(_("From"), 24),
        Column(_("Until"), 24),
        Column(_("Pauses"), 16),
    )
    rows = tuple(_product_cells(row, period) for row, period in found)
    return Section(title, table=Table(columns, rows))


def _product_cells(row: "SupplementPeriod", period: Period) -> Row:
    return (
        (Line(row.product.name, Tone.STRONG),),
        _label_cell(row, period),
        (Line(intake_words(period, row.product.serving)),),
        (Line(dated(row.starts_on)),),
        (Line(dated(row.ends_on) if row.ends_on else _("no end recorded")),),
        _pauses_cell(period),
    )


def _label_cell(row: "SupplementPeriod", period: Period) -> Cell:
    """Return each form of vitamin K with its amount as printed."""
    printed_for = _(PRINTED_FOR.get(period.product.basis, "%(ingredient)s"))
    lines = [
        Line(printed_for % {"ingredient": _form_words(each)})
        for each in row.product.ingredients.all()
        if Substance(each.substance) in VITAMIN_K
    ]
    return tuple(lines) or (Line(spoken(label_includes(period.product))),)


def _form_words(ingredient: "SupplementIngredient") -> str:
    return _("%(form)s: %(amount)s") % {
        "form": _(SUBSTANCE_NAMES[Substance(ingredient.substance)]),
        "amount": _printed_amount(ingredient),
    }


def _printed_amount(ingredient: "SupplementIngredient") -> str:
    """Return the amount as it was copied from the label, never recalculated."""
    if ingredient.amount is None:
        return _("amount not stated")
    printed = ingredient.amount_text or f"{ingredient.amount.normalize():f}"
    unit = _(LABEL_UNITS[AmountUnit(ingredient.unit)])
    return printed if any(map(str.isalpha, printed)) else f"{printed} {unit}"


def _pauses_cell(period: Period) -> Cell:
    if not period.pauses:
        return (Line(_("none recorded"), Tone.MUTED),)
    return tuple(
        Line(
            _("%(first)s to %(last)s")
            % {
                "first": dated(pause.starts_on),
                "last": dated(pause.ends_on) if pause.ends_on else _("no end recorded"),
            }
        )
        for pause in period.pauses
    )


# INR ----------------------------------------------------------------------------------


def _inr_results(material: Material) -> Section:
    title = _("INR results recorded here")
    if not material.shares(Scope.RESULTS):
        return Section(title, (_(NOT_SHARED),))
    found = [
        each
        for each in material.record.results
        if each.measurand is Measurand.INR and not each.is_withdrawn
    ]
    earlier = tuple(_not_shared_words(material))
    if not found:
        none = _("None is recorded. The clinic may hold others.")
        return Section(title, (none, *earlier))
    columns = (
        Column(_("Sample taken"), 40),
        Column(_("INR, as reported"), 30, is_number=True),
        Column(_("Laboratory's own"), 40),
        Column(_("Laboratory"), 68),
    )
    shown = islice(found, MOST_INR_RESULTS)
    table = Table(columns, tuple(map(_inr_cells, shown)))
    remarks = (*_earlier_words(len(found)), *earlier)
    return Section(title, table=table, remarks=remarks)


def _not_shared_words(material: Material) -> Iterator[str]:
    """Say from which day on results are shared, where that is not all of them."""
    first = material.record.shared_from
    if first is not None and first != date.min:
        yield spoken(Sentence(EARLIER_NOT_SHARED, {"day": first}))


def _inr_cells(judged: Judged) -> Row:
    row = judged.row
    return (
        (Line(dated(row.collected_on)),),
        (Line(as_reported(row).number, Tone.STRONG),),
        printed_cell(row.interval_text, row.laboratory_flag),
        (Line(row.laboratory or _("not stated")),),
    )


def _earlier_words(total: int) -> Iterator[str]:
    hidden = total - MOST_INR_RESULTS
    if hidden > 0:
        words = ngettext(
            "%(n)s earlier result is not listed.",
            "%(n)s earlier results are not listed.",
            hidden,
        )
        yield words % {"n": hidden}
