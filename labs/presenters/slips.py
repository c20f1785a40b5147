"""What looks like a slip of a label, with the answers to choose from."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.amount_questions import (
    AmountQuestion,
    Slip,
    bases_meant,
    units_meant,
)
from labs.domain.intakes import SUBSTANCE_NAMES
from labs.domain.supplements import AmountBasis, AmountUnit, Substance
from labs.presenters.words import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    AmountBasis.PER_UNIT: gettext_noop("One piece (a tablet, a capsule, a spray)"),
    AmountBasis.PER_DROP: gettext_noop("One drop"),
    AmountBasis.PER_ML: gettext_noop("One mL"),
}
# What an answer may name instead of what was entered.
MEANT_WORDS: dict[str, str] = {
    **{unit.value: words for unit, words in UNIT_WORDS.items()},
    **{basis.value: words for basis, words in BASIS_WORDS.items()},
}
ASKED_ABOUT = {
    Slip.LARGE_UNIT_DAILY: gettext_noop("how often it is taken"),
    Slip.HIGH_DAILY: gettext_noop("how much is taken"),
    Slip.LOW: gettext_noop("how much is taken"),
    Slip.UNITS_OR_MCG: gettext_noop("the unit printed on the label"),
    Slip.MG_OR_MCG: gettext_noop("the unit printed on the label"),
    Slip.SERVING_OR_UNIT: gettext_noop("what the amount is printed for"),
    Slip.DROP_OR_ML: gettext_noop("what the amount is printed for"),
}
ASKED_ABOUT_DAY = gettext_noop("the first day")


def slip_fields(
    slips: "Iterable[AmountQuestion]", about_day: "Iterable[Sentence]" = ()
) -> list[Field]:
    """Return each question as a field of a form: its name, its words, its answers."""
    of_amounts = [
        (slip_name(each), spoken(each.sentence), _choices(each)) for each in slips
    ]
    of_day = [(DAY, spoken(each), _yes_or_no()) for each in about_day]
    return [*of_amounts, *of_day]


def table_fields(slips: "Iterable[AmountQuestion]") -> list[Field]:
    """Return the questions about a row of a table, which has no form to go back to."""
    return [
        (slip_name(each), spoken(each.sentence), _choices_of_row(each))
        for each in slips
    ]


def _choices_of_row(question: AmountQuestion) -> list[tuple[str, str]]:
    entered, _change, not_sure = _choices(question)
    meant = [
        (each.value, _("%(what)s was meant") % {"what": _(MEANT_WORDS[each.value])})
        for each in (*units_meant(question), *bases_meant(question))
    ]
    return [entered, *meant, (CHANGE, _("Leave this label out")), not_sure]


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


# What was answered --------------------------------------------------------------------


def answered_words(answers: "Mapping[str, str] | None") -> list[str]:
    """Return what looked like a slip when a period was entered, and what was said."""
    told = ((_asked_about(name), answer) for name, answer in (answers or {}).items())
    return [_answer_words(answer) % {"what": what} for what, answer in told if what]


def _answer_words(answer: str) -> str:
    if answer in MEANT_WORDS:
        words = _("Asked when it was entered: %(what)s. The answer was: %(unit)s.")
        return words.replace("%(unit)s", _(MEANT_WORDS[answer]))
    if answer == NOT_SURE:
        return _("Asked when it was entered: %(what)s. The answer was: not sure.")
    return _("Asked when it was entered: %(what)s. The answer was: as entered.")


def _asked_about(name: str) -> str:
    """Return what was asked about; empty for what is no slip."""
    slip, _dash, substance = name.partition("-")
    if slip == DAY:
        return _(ASKED_ABOUT_DAY)
    if slip not in ASKED_ABOUT:
        return ""
    what = _(ASKED_ABOUT[Slip(slip)])
    if not substance:
        return what
    names = {"substance": _(SUBSTANCE_NAMES[Substance(substance)]), "what": what}
    return _("%(substance)s, %(what)s") % names
