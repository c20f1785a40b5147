"""What is taken, for programs: products, periods, pauses and changed amounts."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID, uuid4

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import (
    GUARDED,
    IF_MATCH,
    ONCE,
    Read,
    choosing,
    documented,
    page_of,
    sparse,
)
from accounts.api.fields import (
    Day,
    DecimalText,
    Sent,
    Text,
    Whole,
    Word,
    asked_for,
    kept,
    refuse_faults,
    taken,
)
from accounts.api.paging import Key, Order, page
from accounts.api.problems import refuse
from accounts.api.versions import answer_with, check_saw, etag_of
from accounts.api.views import SupplementsView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.words import N_
from labs import queries
from labs.api.shapes import check, values_of
from labs.domain.amount_questions import Slip, amount_questions
from labs.domain.pauses import PauseRefused
from labs.domain.period_questions import (
    questions_about_day,
    questions_about_vitamin_k,
)
from labs.domain.plausibility import latest_day
from labs.domain.schedules import Schedule, ScheduleKind
from labs.domain.sentences import Sentence
from labs.domain.supplements import (
    AmountBasis,
    AmountUnit,
    DosageForm,
    Product,
    Substance,
    VitaminKContent,
)
from labs.forms.labels import MOST_INGREDIENTS, IngredientFormSet
from labs.forms.pauses import ChangeForm, PauseForm, RefusableForm, ResumeForm
from labs.forms.supplements import EndForm, PeriodForm
from labs.presenters.precautions import precaution_words
from labs.presenters.programs import digits
from labs.presenters.slips import AS_ENTERED, NOT_SURE
from labs.presenters.words import spoken
from labs.services import cautioning, judging, pausing, supplementing

if TYPE_CHECKING:
    from decimal import Decimal

    from labs.models import SupplementPeriod, SupplementProduct

TAG = "Supplements"
QUESTIONS = N_("Something looks like a slip. See “questions”.")
CREATED = 201


class IngredientOut(Read):
    """One line of a label; the amount is null where none is printed."""

    substance = serializers.ChoiceField(choices=values_of(Substance))
    amount = serializers.CharField(allow_null=True)
    unit = serializers.ChoiceField(choices=values_of(AmountUnit), allow_null=True)
    as_printed = serializers.CharField(allow_blank=True)
    form = serializers.CharField(allow_blank=True)


class ProductOut(Read):
    """A product as its label prints it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    serving = serializers.CharField(allow_blank=True)
    dosage_form = serializers.ChoiceField(choices=values_of(DosageForm))
    basis = serializers.ChoiceField(choices=values_of(AmountBasis))
    units_per_serving = serializers.CharField()
    package_servings = serializers.IntegerField(allow_null=True)
    mark = serializers.CharField(allow_blank=True)
    lot = serializers.CharField(allow_blank=True)
    barcode = serializers.CharField(allow_blank=True)
    vitamin_k = serializers.ChoiceField(choices=values_of(VitaminKContent))
    ingredients = IngredientOut(many=True)


class PauseOut(Read):
    """Days on which it was not taken, both ends included."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class PeriodOut(Read):
    """From when until when a product is taken, by which schedule."""

    id = serializers.UUIDField()
    patient_id = serializers.UUIDField()
    product = ProductOut()
    servings = serializers.CharField()
    schedule = serializers.ChoiceField(choices=values_of(ScheduleKind))
    schedule_count = serializers.IntegerField()
    weekdays = serializers.ListField(child=serializers.IntegerField())
    in_words = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    pauses = PauseOut(many=True)
    reason = serializers.CharField(allow_blank=True)
    advised_by = serializers.CharField(allow_blank=True)
    answers = serializers.DictField(
        child=serializers.CharField(),
        help_text="What looked like a slip when it was entered, and what was answered.",
    )
    entered_by = serializers.CharField()
    entered_at = serializers.DateTimeField()


PERIOD_PARAMETERS = choosing(PeriodOut)


class ToldPeriodOut(PeriodOut):
    """A period, with the precautions that touch its product."""

    precautions = serializers.ListField(child=serializers.CharField())
    not_checked = serializers.ListField(child=serializers.CharField())


class IngredientIn(Sent):
    """One line of a label."""

    substance = Word(choices=values_of(Substance))
    amount = DecimalText(required=False)
    unit = Word(choices=values_of(AmountUnit), required=False)
    form = Text(required=False, allow_blank=True, max_length=60)


DAY, VITAMIN_K = "first_day", "vitamin_k"
ANSWERS = {
    AS_ENTERED: N_("It is as printed on the label"),
    NOT_SURE: N_("Not sure, save it as entered"),
}
SlipAnswersIn = type(
    "SlipAnswersIn",
    (Sent,),
    {
        "__doc__": "Your answers to what looked like a slip.",
        **{
            name: Word(choices=list(ANSWERS), required=False)
            for name in (*values_of(Slip), DAY, VITAMIN_K)
        },
    },
)


class ScheduleIn(Sent):
    """How a product is taken."""

    servings = DecimalText()
    schedule = Word(choices=values_of(ScheduleKind))
    schedule_count = Whole(required=False, min_value=1, max_value=366)
    weekdays = serializers.ListField(
        child=Whole(min_value=0, max_value=6), required=False, max_length=7
    )
    starts_on = Day()
    advised_by = Text(required=False, allow_blank=True, max_length=120)
    reason = Text(required=False, allow_blank=True, max_length=200)
    answers = SlipAnswersIn(required=False)


class PeriodIn(ScheduleIn):
    """A product with its label, and how it is taken."""

    name = Text(max_length=120)
    vitamin_k = Word(choices=values_of(VitaminKContent))
    serving = Text(required=False, allow_blank=True, max_length=60)
    dosage_form = Word(choices=values_of(DosageForm), required=False)
    basis = Word(choices=values_of(AmountBasis), required=False)
    units_per_serving = DecimalText(required=False)
    package_servings = Whole(required=False, min_value=1, max_value=10_000)
    mark = Text(required=False, allow_blank=True, max_length=60)
    lot = Text(required=False, allow_blank=True, max_length=40)
    barcode = Text(required=False, allow_blank=True, max_length=24)
    ends_on = Day(required=False)
    ingredients = serializers.ListField(
        child=IngredientIn(), min_length=1, max_length=MOST_INGREDIENTS
    )


class EndIn(Sent):
    """The last day of a period."""

    ends_on = Day()


class PauseIn(Sent):
    """The first day without the product."""

    starts_on = Day()
    reason = Text(required=False, allow_blank=True, max_length=200)


class ResumeIn(Sent):
    """The first day with the product again."""

    taken_again_on = Day()


class PeriodsView(SupplementsView):
    """An address of periods."""

    def period(self, period_id: UUID) -> "SupplementPeriod":
        """Return a period of this patient; 404 where there is none."""
        rows = queries.periods_of(self.patient, viewer=self.viewer, at=self.at)
        row = rows.filter(pk=period_id).first()
        if row is None:
            raise Http404
        return row

    def seen_and_sent(
        self, request: Request, shape: type[Sent], period_id: UUID
    ) -> "tuple[SupplementPeriod, dict[str, Any]]":
        """Return a period that the program has seen as it is, and what it sent."""
        row = self.period(period_id)
        sent = taken(shape, request.data)
        check_saw(request, etag_of_period(row), period_json(row))
        return row, sent

    def answer(self, period_id: UUID, *, status: int = 200) -> Response:
        """Answer with a period as it is stored, and what to be careful about."""
        row = self.period(period_id)
        product = judging.product_of(row.product)
        told = {**period_json(row), **self._precautions(product)}
        place = reverse("api_period", args=[row.patient_id, row.pk])
        return answer_with(told, etag_of_period(row), place=place, status=status)

    def check_answered(
        self,
        product: Product,
        schedule: Schedule,
        servings: "Decimal",
        sent: Mapping[str, Any],
    ) -> None:
        """Refuse with the questions of the page, while one of them is open."""
        about_day = questions_about_day(sent["starts_on"], today=latest_day(self.at))
        asked = [
            *(
                _question(VITAMIN_K, each)
                for each in questions_about_vitamin_k(product)
            ),
            *(
                _question(each.slip.value, each.sentence)
                for each in amount_questions(product, schedule, servings)
            ),
            *(_question(DAY, each) for each in about_day),
        ]
        answers = sent.get("answers", {})
        if any(each["question"] not in answers for each in asked):
            refuse(Kind.QUESTIONS, _(QUESTIONS), questions=asked)

    def _precautions(self, product: Product) -> dict[str, list[str]]:
        shared = cautioning.shared_with(
            self.viewer, self.patient, at=self.at, today=self.today
        )
        report = cautioning.report_for(
            shared, today=self.today, born_on=self.patient.born_on
        )
        words = precaution_words(report, for_patient=self.for_patient, about=product)
        lines = [line for match in words.matched for line in match.lines]
        return {
            "precautions": list(dict.fromkeys(lines)),
            "not_checked": words.not_checked,
        }


def period_json(row: "SupplementPeriod") -> dict[str, Any]:
    """Return a period as programs read it."""
    period = judging.period_of(row)
    return {
        "id": row.pk,
        "patient_id": row.patient_id,
        "product": product_json(row.product),
        "servings": digits(row.servings),
        "schedule": row.schedule,
        "schedule_count": row.schedule_count,
        "weekdays": row.weekdays,
        "in_words": spoken(period.schedule.described()),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "pauses": [
            {
                "starts_on": each.starts_on,
                "ends_on": each.ends_on,
                "reason": each.reason,
            }
            for each in row.pauses.all()
        ],
        "reason": row.reason,
        "advised_by": row.advised_by,
        "answers": row.answers or {},
        "entered_by": row.entered_by_name,
        "entered_at": row.entered_at,
    }


def product_json(row: "SupplementProduct") -> dict[str, Any]:
    """Return a product as programs read it."""
    return {
        "id": row.pk,
        "name": row.name,
        "serving": row.serving,
        "dosage_form": row.dosage_form,
        "basis": row.basis,
        "units_per_serving": digits(row.units_per_serving),
        "package_servings": row.package_servings,
        "mark": row.mark,
        "lot": row.lot,
        "barcode": row.barcode,
        "vitamin_k": row.vitamin_k,
        "ingredients": [
            {
                "substance": each.substance,
                "amount": digits(each.amount),
                "unit": each.unit or None,
                "as_printed": each.amount_text,
                "form": each.form,
            }
            for each in row.ingredients.all()
        ],
    }


def etag_of_period(row: "SupplementPeriod") -> str:
    """Return the mark of a period: its end and its pauses are what changes."""
    pauses = [(each.pk, each.starts_on, each.ends_on) for each in row.pauses.all()]
    return etag_of(row.pk, row.ends_on, pauses)


ORDER = Order((Key("starts_on", date, is_descending=True), Key("id", UUID)))


class Periods(PeriodsView):
    """What a patient takes and took."""

    @documented(
        operation="periods_list",
        tag=TAG,
        asks=PERIOD_PARAMETERS,
        answers={200: page_of(sparse(PeriodOut))},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List the periods, those that began last first."""
        del patient_id
        asked = asked_for(PERIOD_PARAMETERS, request.query_params)
        rows = queries.periods_of(self.patient, viewer=self.viewer, at=self.at)
        found, following = page(rows, ORDER, asked, request)
        self.note("supplement period")
        items = [period_json(row) for row in found]
        return Response({"items": kept(items, asked.get("fields")), "next": following})

    @documented(
        operation="periods_create",
        tag=TAG,
        request=PeriodIn,
        example={
            "name": "Sunny D3",
            "basis": "per_serving",
            "vitamin_k": "none",
            "servings": "1",
            "schedule": "daily",
            "starts_on": "2026-01-05",
            "ingredients": [{"substance": "D3", "amount": "1000", "unit": "[iU]"}],
        },
        answers={201: ToldPeriodOut},
        kinds=(Kind.NOT_FOUND, Kind.QUESTIONS),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Record a product with its label and how it is taken."""
        del patient_id
        sent = taken(PeriodIn, request.data)
        form = PeriodForm(_as_typed(sent), born_on=self.patient.born_on)
        lines = _lines(sent)
        check(form)
        if not form.check_against(lines):
            check(form)
        ingredients = lines.ingredients()
        product = form.product(ingredients)
        self.check_answered(
            product, form.planned(), form.cleaned_data["servings"], sent
        )
        row = supplementing.start_period(
            patient=self.patient,
            entry=form.entry(ingredients),
            answers=sent.get("answers"),
            by=self.viewer,
            at=self.at,
            entry_id=form.cleaned_data["entry_id"],
        )
        return self.answer(row.pk, status=CREATED)


def _as_typed(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent as somebody would type it into the form."""
    plain = {name: sent[name] for name in sent.keys() - {"ingredients", "answers"}}
    typed = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in plain.items()
    }
    for name in typed.keys() & {"dosage_form", "basis"}:
        typed[name] = "" if typed[name] == "not_stated" else typed[name]
    return {"entry_id": str(uuid4()), **typed}


def _lines(sent: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the set of forms
    """Return the lines of the label in their form; refuse those it refuses."""
    data: dict[str, Any] = {
        "line-TOTAL_FORMS": str(len(sent["ingredients"])),
        "line-INITIAL_FORMS": "0",
    }
    for place, line in enumerate(sent["ingredients"]):
        for name, value in line.items():
            data[f"line-{place}-{name}"] = value
    lines = IngredientFormSet(data, prefix="line")
    if not lines.is_valid():
        refuse_faults(
            {
                "ingredients": [
                    {name: list(said) for name, said in each.errors.items()}
                    for each in lines.forms
                ]
            }
        )
    return lines


def _question(name: str, sentence: Sentence) -> dict[str, Any]:
    choices = [{"answer": each, "words": _(words)} for each, words in ANSWERS.items()]
    return {"question": name, "sentence": spoken(sentence), "choices": choices}


class Period(PeriodsView):
    """One period."""

    @documented(operation="periods_read", tag=TAG, answers={200: ToldPeriodOut})
    def get(self, request: Request, patient_id: UUID, period_id: UUID) -> Response:
        """Return a period, with the precautions that touch its product."""
        del request, patient_id
        answer = self.answer(period_id)
        self.note("supplement period", object_id=period_id)
        return answer


class Ending(PeriodsView):
    """The end of a period."""

    @documented(
        operation="periods_end",
        tag=TAG,
        request=EndIn,
        example={"ends_on": "2026-11-01"},
        answers={200: ToldPeriodOut},
        kinds=(Kind.NOT_FOUND, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, period_id: UUID) -> Response:
        """Write the last day of a period."""
        del patient_id
        row, sent = self.seen_and_sent(request, EndIn, period_id)
        form = EndForm({"ends_on": sent["ends_on"]}, starts_on=row.starts_on)
        check(form)
        supplementing.end_period(
            period=row, ends_on=sent["ends_on"], by=self.viewer, at=self.at
        )
        return self.answer(period_id)


class Pauses(PeriodsView):
    """The pauses of a period."""

    @documented(
        operation="periods_pause",
        tag=TAG,
        request=PauseIn,
        example={"starts_on": "2026-11-01"},
        answers={201: ToldPeriodOut},
        kinds=(Kind.NOT_FOUND, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, period_id: UUID) -> Response:
        """Write that a product is not taken from a day on; its period goes on."""
        del patient_id
        row, sent = self.seen_and_sent(request, PauseIn, period_id)
        form = PauseForm(_as_typed(sent))
        check(form)
        _saved(
            form,
            lambda: pausing.pause(
                period=row,
                starts_on=sent["starts_on"],
                reason=form.cleaned_data["reason"],
                by=self.viewer,
                at=self.at,
                entry_id=form.cleaned_data["entry_id"],
            ),
        )
        return self.answer(period_id, status=CREATED)


class Resumption(PeriodsView):
    """The end of a pause."""

    @documented(
        operation="periods_resume",
        tag=TAG,
        request=ResumeIn,
        example={"taken_again_on": "2026-11-08"},
        answers={200: ToldPeriodOut},
        kinds=(Kind.NOT_FOUND, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, period_id: UUID) -> Response:
        """Write the first day on which a product was taken again."""
        del patient_id
        row, sent = self.seen_and_sent(request, ResumeIn, period_id)
        form = ResumeForm(_as_typed(sent))
        check(form)
        _saved(
            form,
            lambda: pausing.resume(
                period=row,
                taken_again_on=sent["taken_again_on"],
                by=self.viewer,
                at=self.at,
            ),
        )
        return self.answer(period_id)


class Change(PeriodsView):
    """A changed amount of the same product."""

    @documented(
        operation="periods_change",
        tag=TAG,
        request=ScheduleIn,
        example={"servings": "2", "schedule": "daily", "starts_on": "2026-11-01"},
        answers={201: ToldPeriodOut},
        kinds=(Kind.NOT_FOUND, Kind.QUESTIONS, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, period_id: UUID) -> Response:
        """End the period on the day before, and begin one of the same product."""
        del patient_id
        row, sent = self.seen_and_sent(request, ScheduleIn, period_id)
        form = ChangeForm(_as_typed(sent))
        check(form)
        product = judging.product_of(row.product)
        self.check_answered(
            product, form.planned(), form.cleaned_data["servings"], sent
        )
        entry_id = form.cleaned_data["entry_id"]
        _saved(
            form,
            lambda: pausing.change_amount(
                period=row,
                change=form.change(),
                answers=sent.get("answers"),
                by=self.viewer,
                at=self.at,
                entry_id=entry_id,
            ),
        )
        return self.answer(entry_id, status=CREATED)


def _saved(form: RefusableForm, save: Callable[[], object]) -> None:
    try:
        save()
    except PauseRefused as error:
        form.refuse(error)
        _refuse(form)


def _refuse(form: RefusableForm) -> NoReturn:
    check(form)
    raise Http404


class Products(SupplementsView):
    """The products of a patient."""

    @documented(
        operation="products_list", tag=TAG, answers={200: ProductOut(many=True)}
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List the products that are or were taken, by name."""
        del request, patient_id
        rows = queries.products_of(self.patient, viewer=self.viewer, at=self.at)
        self.note("supplement period")
        return Response([product_json(row) for row in rows])
