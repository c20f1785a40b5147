"""Files of labels and lists of medicines: sent, looked at, then taken over."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from labs.domain.period_questions import questions_about_vitamin_k
from labs.domain.sentences import Sentence
from labs.formats.label_table import ParsedLabel
from labs.forms.labels import IngredientFormSet, LabelForm
from labs.services.supplementing import LabelEntry, product_in

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
