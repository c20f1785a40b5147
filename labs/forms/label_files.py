"""Files of labels and lists of medicines: sent, looked at, then taken over."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from labs.domain.amount_questions import (
    AmountQuestion,
    amount_questions,
    units_meant,
)
from labs.domain.period_questions import questions_about_vitamin_k
from labs.domain.sentences import Sentence
from labs.domain.supplements import AmountUnit
from labs.formats.label_table import ParsedLabel
from labs.forms.labels import IngredientFormSet, LabelForm
from labs.forms.results import AnswersForm
from labs.presenters.slips import slip_name, table_fields
from labs.services.supplementing import IngredientEntry, LabelEntry, product_in

MAX_BYTES = 512 * 1024


class TableForm(forms.Form):
    """A file, or the text of one that was looked at already."""

    file = forms.FileField(label=_("File"), required=False)
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for a file that is not too large to be looked at."""
        cleaned = super().clean() or self.cleaned_data
        sent = cleaned.get("file")
        if not sent and not cleaned.get("text"):
            raise ValidationError(_("Choose a file."))
        if sent and sent.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 0.5 MB. Split it."))
        return cleaned

    def data_sent(self) -> bytes:
        """Return the bytes of the file, or of the text that stands for it."""
        sent = self.cleaned_data.get("file")
        if sent:
            content: bytes = sent.read()
            return content
        text: str = self.cleaned_data["text"]
        return text.encode()


def checked(
    parsed: ParsedLabel,
) -> tuple[LabelEntry | None, list[Sentence], list[str]]:
    """Return a label with what is to be said of it; or None with what is wrong."""
    form = LabelForm(parsed.values)
    lines = IngredientFormSet(_posted(parsed), prefix="line")
    is_valid = all([form.is_valid(), lines.is_valid()]) and form.check_against(lines)
    if not is_valid:
        return None, [], _wrong(form, lines)
    label = form.label_entry(lines.ingredients())
    return label, [*questions_about_vitamin_k(product_in(label))], []


def asked_about(
    label: LabelEntry, posted: Mapping[str, str] | None, *, prefix: str
) -> tuple[AnswersForm, LabelEntry]:
    """
    Return what looks like a slip as a form, and the label as the answers leave it.

    Another unit that was meant may be a slip of its own: it is asked about, too.
    """
    slips = amount_questions(product_in(label))
    form = AnswersForm(posted, questions=table_fields(slips), prefix=prefix)
    while posted is not None and form.is_valid():
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
    """Return the label with the units that somebody said were meant."""
    for slip in slips:
        meant = {each.value: each for each in units_meant(slip)}
        if unit := meant.get(answers[slip_name(slip)]):
            lines = (_in_unit(each, slip, unit) for each in label.ingredients)
            label = replace(label, ingredients=tuple(lines))
    return label


def _in_unit(
    line: IngredientEntry, slip: AmountQuestion, unit: AmountUnit
) -> IngredientEntry:
    if line.substance is not slip.substance or line.unit is not slip.unit:
        return line
    number = re.match(r"[\d.,'\s]*", line.amount_text)
    printed = number[0].strip() if number else ""
    text = f"{printed} {'mcg' if unit is AmountUnit.UG else unit.value}".strip()
    return replace(line, unit=unit, amount_text=text)


def _posted(parsed: ParsedLabel) -> MultiValueDict[str, str]:
    posted = {
        "line-TOTAL_FORMS": str(len(parsed.lines)),
        "line-INITIAL_FORMS": "0",
    }
    for place, line in enumerate(parsed.lines):
        posted |= {f"line-{place}-{name}": value for name, value in line.items()}
    return MultiValueDict({name: [value] for name, value in posted.items()})


def _wrong(form: LabelForm, lines: Any) -> list[str]:  # noqa: ANN401 - a formset
    found = [
        f"{form[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]
    found += map(str, lines.non_form_errors())
    for place, line in enumerate(lines, start=1):
        for name, errors in line.errors.items():
            where = _("line %(number)s of the label") % {"number": place}
            found += [
                f"{where}, {line.fields[name].label}: {error}" for error in errors
            ]
    return found
