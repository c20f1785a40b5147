"""What looks like a slip of a label, asked on the page that would save it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.services.requests import ViewedRequest
from labs.domain.amount_questions import (
    AmountQuestion,
    amount_questions,
    bases_meant,
    units_meant,
)
from labs.domain.sentences import Sentence
from labs.domain.supplements import AmountBasis, AmountUnit
from labs.forms.results import AnswersForm
from labs.presenters.slips import AS_ENTERED, slip_fields, slip_name, table_fields
from labs.services.supplementing import IngredientEntry, LabelEntry, product_in


def asked_about_slips(
    request: ViewedRequest,
    slips: Iterable[AmountQuestion],
    about_day: Iterable[Sentence],
) -> AnswersForm:
    """Return what looks like a slip as a form; unanswered until it was shown."""
    was_shown = "confirmed" in request.POST
    return AnswersForm(
        request.POST if was_shown else None,
        questions=slip_fields(slips, about_day),
        prefix="asked",
    )


def asked_about(
    label: LabelEntry, posted: Mapping[str, str] | None, *, prefix: str
) -> tuple[AnswersForm, LabelEntry]:
    """
    Return what looks like a slip as a form, and the label as the answers leave it.

    Another unit that was meant may be a slip of its own: it is asked about, too.
    """
    slips = amount_questions(product_in(label))
    form = AnswersForm(posted, questions=table_fields(slips), prefix=prefix)
    while posted is not None and form.is_valid() and _bases_agree(form, slips):
        answers = form.cleaned_data
        label = _as_meant(label, slips, answers)
        known = {slip_name(each) for each in slips}
        found = amount_questions(product_in(label))
        further = [each for each in found if slip_name(each) not in known]
        if not further:
            break
        slips = (*slips, *further)
        form = AnswersForm(posted, questions=table_fields(slips), prefix=prefix)
    return form, label


def _as_meant(
    label: LabelEntry, slips: Iterable[AmountQuestion], answers: Mapping[str, str]
) -> LabelEntry:
    """Return the label with the units and the basis that somebody said were meant."""
    for slip in slips:
        basis = _basis_named(slip, answers)
        if basis is not None and label.basis is slip.basis:
            label = replace(label, basis=basis)
        meant = {each.value: each for each in units_meant(slip)}
        if unit := meant.get(answers[slip_name(slip)]):
            lines = (_in_unit(each, slip, unit) for each in label.ingredients)
            label = replace(label, ingredients=tuple(lines))
    return label


def _basis_named(
    slip: AmountQuestion, answers: Mapping[str, str]
) -> AmountBasis | None:
    """Return what an answer says that the amount is printed for, if it says so."""
    meant = {each.value: each for each in bases_meant(slip)}
    return meant.get(answers[slip_name(slip)])


def _bases_agree(form: AnswersForm, slips: Iterable[AmountQuestion]) -> bool:
    """Refuse answers that differ: all amounts of a label are printed for one thing."""
    said: dict[str, AmountBasis] = {}
    for slip in slips:
        is_as_entered = form.cleaned_data[slip_name(slip)] == AS_ENTERED
        basis = slip.basis if is_as_entered else _basis_named(slip, form.cleaned_data)
        if basis is not None and bases_meant(slip):
            said[slip_name(slip)] = basis
    if len(set(said.values())) <= 1:
        return True
    message = _("Your answers differ in what the amounts are printed for. Choose one.")
    form.add_error(list(said)[-1], message)
    return False


def _in_unit(
    line: IngredientEntry, slip: AmountQuestion, unit: AmountUnit
) -> IngredientEntry:
    if line.substance is not slip.substance or line.unit is not slip.unit:
        return line
    number = re.match(r"[\d.,'\s]*", line.amount_text)
    printed = number[0].strip() if number else ""
    text = f"{printed} {'mcg' if unit is AmountUnit.UG else unit.value}".strip()
    return replace(line, unit=unit, amount_text=text)
