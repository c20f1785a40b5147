"""
The shapes of what programs send and get; the values come from presenters.

Each field that is sent has the limits of the form that checks it.
"""

from enum import StrEnum

from django import forms
from rest_framework import serializers

from accounts.api.documenting import PageParameters, Read
from accounts.api.fields import (
    Day,
    DecimalText,
    Names,
    Sent,
    Text,
    Truth,
    Whole,
    Word,
    check_form,
)
from labs.domain.flags import Basis, Reason
from labs.domain.limits import Alert, Position
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.plausibility import QuestionKind
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from labs.forms.results import SPECIMEN_CHOICES, STATUS_CHOICES


def values_of(words: type[StrEnum]) -> list[str]:
    return [each.value for each in words]


# Fields of a form that a program knows by another name.
NAMES = {"sign": "comparator", "day": "on_day"}


def check(form: forms.Form) -> None:
    """Refuse what the page's own form would refuse, in its words."""
    check_form(form, NAMES)


COMPARATORS = values_of(Comparator)
MEASURANDS = values_of(Measurand)
UNITS = values_of(Unit)
STATUSES = values_of(ResultStatus)
TYPED_STATUSES = [str(value) for value, _words in STATUS_CHOICES]
SPECIMENS = [str(value) for value, _words in SPECIMEN_CHOICES]
ANSWERS = ["nmol/L", "ng/mL", "as_printed", "same", "different", "hold"]


# Results ------------------------------------------------------------------------------


class ConvertedOut(Read):
    """The value in the other unit, as a laboratory would print it."""

    number = serializers.CharField()
    comparator = serializers.ChoiceField(choices=COMPARATORS, allow_null=True)
    unit = serializers.ChoiceField(choices=UNITS)


class ValueOut(Read):
    """The value as reported, its number, and the same in the other unit."""

    as_reported = serializers.CharField()
    number = serializers.CharField()
    comparator = serializers.ChoiceField(choices=COMPARATORS, allow_null=True)
    unit = serializers.ChoiceField(choices=UNITS)
    unit_as_reported = serializers.CharField()
    converted = ConvertedOut(allow_null=True)


class PrintedIntervalOut(Read):
    """The laboratory's own interval."""

    as_printed = serializers.CharField(allow_blank=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)


class RangeOut(Read):
    """A range that a clinician set."""

    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    unit = serializers.ChoiceField(choices=UNITS)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    set_by = serializers.CharField()
    set_at = serializers.DateTimeField()


class FlagOut(Read):
    """Where a value stands, by which range, and what must be said beside it."""

    position = serializers.ChoiceField(choices=values_of(Position))
    words = serializers.CharField()
    basis = serializers.ChoiceField(choices=values_of(Basis))
    reason = serializers.ChoiceField(choices=values_of(Reason), allow_blank=True)
    range = RangeOut(allow_null=True)
    alert = serializers.ChoiceField(choices=values_of(Alert), allow_null=True)
    sentences = serializers.ListField(child=serializers.CharField())
    alert_sentences = serializers.ListField(child=serializers.CharField())
    beside = serializers.ListField(child=serializers.CharField())
    compares_numbers = serializers.CharField(allow_blank=True)


class VersionOut(Read):
    """One version of a result, as it was written down."""

    id = serializers.UUIDField()
    version_id = serializers.UUIDField()
    version = serializers.IntegerField()
    patient_id = serializers.UUIDField()
    measurand = serializers.ChoiceField(choices=MEASURANDS)
    test = serializers.CharField()
    collected_on = serializers.DateField()
    reported_on = serializers.DateField(allow_null=True)
    value = ValueOut()
    interval = PrintedIntervalOut()
    laboratory = serializers.CharField(allow_blank=True)
    method = serializers.CharField(allow_blank=True)
    specimen = serializers.CharField(allow_blank=True)
    accession_number = serializers.CharField(allow_blank=True)
    laboratory_flag = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=STATUSES)
    held_because = serializers.CharField(allow_blank=True)
    loinc = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    source = serializers.CharField()  # type: ignore[assignment]
    entered_by = serializers.CharField()
    entered_at = serializers.DateTimeField()
    version_reason = serializers.CharField(allow_blank=True)
    answers = serializers.DictField(
        child=serializers.CharField(),
        help_text="What was asked when it was entered, and what was answered; the "
        "same words as are sent.",
    )


class ResultOut(VersionOut):
    """A result as it holds now, with where it stands."""

    flag = FlagOut()


class CheckOut(Read):
    """Who held this version against the laboratory's report, and when."""

    checked_by = serializers.CharField()
    checked_at = serializers.DateTimeField()


class BeforeOut(Read):
    """The result of the same test before, and why the two may not be joined."""

    version_id = serializers.UUIDField()
    collected_on = serializers.DateField()
    boundary = serializers.ListField(child=serializers.CharField())
    not_stated = serializers.ListField(child=serializers.CharField())


class ToldResultOut(ResultOut):
    """A result with what its page says of it: checks, comparison, the one before."""

    checks = CheckOut(many=True)
    compared_in = serializers.CharField(
        allow_blank=True,
        help_text="Said where the report has another unit than the range.",
    )
    total_confirmed = serializers.CharField(
        allow_blank=True, help_text="Why a D3-coded result is compared like a total."
    )
    before = BeforeOut(allow_null=True)
    change = serializers.ListField(
        child=serializers.CharField(),
        help_text="What is said of the change since the result before, or why nothing "
        "is; to be shown as a whole.",
    )
    change_not_checked = serializers.BooleanField(
        help_text="Whether a part that changes are judged with is not shared with you."
    )


class ResultParameters(PageParameters):
    """Which results."""

    measurand = Word(choices=MEASURANDS, required=False)
    since = Day(required=False, help_text="The first day of collection.")
    until = Day(required=False, help_text="The last day of collection.")
    fields = Names(  # type: ignore[assignment]
        known=ResultOut().fields,
        required=False,
        help_text="Names of fields with commas between them; all where nothing is "
        "said. Leaving out “flag” saves the most; “id” is always there.",
    )


AnswersIn = type(
    "AnswersIn",
    (Sent,),
    {
        "__doc__": "Your answers to the questions that were asked, by question.",
        **{kind.value: Word(choices=ANSWERS, required=False) for kind in QuestionKind},
    },
)


class ResultIn(Sent):
    """A result as it stands on the report."""

    measurand = Word(choices=MEASURANDS)
    value = DecimalText(help_text="As printed, with its comparator: 28, 30.10, <4.")
    unit = Word(choices=UNITS)
    comparator = Word(choices=COMPARATORS, required=False)
    collected_on = Day()
    laboratory = Text(required=False, allow_blank=True, max_length=120)
    method = Text(required=False, allow_blank=True, max_length=120)
    specimen = Word(choices=SPECIMENS, required=False)
    accession_number = Text(required=False, allow_blank=True, max_length=60)
    interval_text = Text(required=False, allow_blank=True, max_length=200)
    laboratory_flag = Text(required=False, allow_blank=True, max_length=40)
    status = Word(choices=TYPED_STATUSES, required=False)
    note = Text(required=False, allow_blank=True, max_length=2000)
    answers = AnswersIn(required=False)


RESULT_EXAMPLE = {
    "measurand": "total",
    "value": "28.0",
    "unit": "ng/mL",
    "collected_on": "2026-01-12",
    "laboratory": "Harbour Laboratory",
    "method": "LC-MS/MS",
    "specimen": "serum",
}


class CorrectionIn(ResultIn):
    """
    The corrected result as a whole, and why.

    `confirms` says that the report settles why it was kept for review. Only a
    clinician's program says so; without it a correction ends no hold.
    """

    reason = Text(max_length=300)
    confirms = Truth(default=False)


class WithdrawalIn(Sent):
    """Why a result was entered in error."""

    reason = Text(max_length=300)


MOST_AT_ONCE = 100


class BatchIn(Sent):
    """Many results; each is taken or refused by itself."""

    items = serializers.ListField(
        child=ResultIn(), min_length=1, max_length=MOST_AT_ONCE
    )


class ChoiceOut(Read):
    """One answer to choose."""

    answer = serializers.CharField()
    words = serializers.CharField()


class QuestionOut(Read):
    """What has to be answered first."""

    question = serializers.ChoiceField(choices=values_of(QuestionKind))
    sentence = serializers.CharField()
    choices = ChoiceOut(many=True)


class OutcomeOut(Read):
    """What became of one item: the result, or the problem with it."""

    index = serializers.IntegerField()
    status = Whole()
    result = ResultOut(allow_null=True)
    problem = serializers.DictField(allow_null=True)


class BatchOut(Read):
    """What became of each item, in their order."""

    items = OutcomeOut(many=True)
