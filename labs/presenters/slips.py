"""What looks like a slip of a label, with the answers to choose from."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.amount_questions import AmountQuestion, Slip
from labs.domain.supplements import AmountBasis, AmountUnit
from labs.presenters.words import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labs.domain.sentences import Sentence

Field = tuple[str, str, list[tuple[str, str]]]

AS_ENTERED, CHANGE, NOT_SURE = "as_printed", "change", "not_sure"
DAY = "day"
OF_TWO_UNITS = frozenset({Slip.UNITS_OR_MCG, Slip.MG_OR_MCG})
OF_TWO_BASES = frozenset({Slip.DROP_OR_ML, Slip.SERVING_OR_UNIT})
UNIT_WORDS = {
    AmountUnit.IU: gettext_noop("IU (international units)"),
    AmountUnit.UG: gettext_noop("mcg (µg, micrograms)"),
    AmountUnit.MG: "mg",
    AmountUnit.G: "g",
}
BASIS_WORDS = {
    AmountBasis.NOT_STATED: gettext_noop("The label does not say"),
    AmountBasis.PER_SERVING: gettext_noop("One serving"),
    AmountBasis.PER_DROP: gettext_noop("One drop"),
    AmountBasis.PER_ML: gettext_noop("One mL"),
}


def slip_fields(
    slips: "Iterable[AmountQuestion]", about_day: "Iterable[Sentence]" = ()
) -> list[Field]:
    """Return each question as a field of a form: its name, its words, its answers."""
    of_amounts = [
        (slip_name(each), spoken(each.sentence), _choices(each)) for each in slips
    ]
    of_day = [(DAY, spoken(each), _yes_or_no()) for each in about_day]
    return [*of_amounts, *of_day]


def slip_name(question: AmountQuestion) -> str:
    """Return under which name an answer is kept."""
    return f"{question.slip.value}-{question.substance.value}"


def _choices(question: AmountQuestion) -> list[tuple[str, str]]:
    entered = ""
    if question.slip in OF_TWO_UNITS:
        entered = UNIT_WORDS.get(question.unit or AmountUnit.ML, "")
    elif question.slip in OF_TWO_BASES:
        entered = BASIS_WORDS.get(question.basis, "")
    if not entered:
        return _yes_or_no()
    return [
        (AS_ENTERED, _("%(what)s, as entered") % {"what": _(entered)}),
        (CHANGE, _("Something else: go back to the form")),
        (NOT_SURE, _("Not sure, save it as entered")),
    ]


def _yes_or_no() -> list[tuple[str, str]]:
    return [
        (AS_ENTERED, _("Yes, it is as entered")),
        (CHANGE, _("No: go back to the form")),
        (NOT_SURE, _("Not sure, save it as entered")),
    ]
