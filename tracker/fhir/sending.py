"""
A transaction that creates results and supplements: all of it, or nothing.

What a page would ask about cannot be answered in FHIR: such a transaction is refused
with the questions, and nothing of it is kept. Nothing is read out of free text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries as people
from accounts.api.authentication import asked as own_request
from accounts.api.fields import DAY
from accounts.api.problems import NOTHING_HERE, ProblemRaised, refuse
from accounts.api.views import counts_once
from accounts.domain.problems import Fault, Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenScope
from accounts.domain.words import N_
from accounts.queries import PatientNotVisible
from labs import queries
from labs.api.parsing import MOST_BYTES, check_texts, parsed
from labs.domain.amount_questions import amount_questions
from labs.domain.period_questions import (
    DayRefused,
    check_start,
    questions_about_day,
)
from labs.domain.plausibility import latest_day
from labs.domain.schedules import Schedule, ScheduleKind, ScheduleRefused
from labs.domain.sentences import Sentence
from labs.domain.supplements import AmountUnit, Substance, VitaminKContent
from labs.formats.fhir import read_fhir
from labs.formats.fhir_json import Resource, Writable, fhir_text
from labs.formats.parsed import FileRefused, ParsedResult, Withdrawal
from labs.formats.strict_json import Json, JsonNumber
from labs.policies import can_record
from labs.presenters.reader_words import reader_words, why_refused
from labs.presenters.words import spoken
from labs.services import (
    answering,
    judging,
    recording,
    summarising,
    supplementing,
    withdrawing,
)
from labs.services.laboratories import laboratories_of
from labs.services.recording import Entry
from labs.services.supplementing import IngredientEntry, PeriodEntry
from tracker.fhir.asking import Asked, asked_of
from tracker.fhir.bundles import base
from tracker.fhir.views import (
    FhirView,
    MedicationStatements,
    Observations,
    is_of_ours,
)

if TYPE_CHECKING:
    from accounts.models import Patient

MOST_ENTRIES = 100
MOST_DECIMALS = 6
LONGEST_NAME = 120
LONGEST_VALUE = 40
WRITES = {
    "Observation": TokenScope.WRITE_RESULTS,
    "MedicationStatement": TokenScope.WRITE_SUPPLEMENTS,
}
PARTS = {"Observation": Scope.RESULTS, "MedicationStatement": Scope.SUPPLEMENTS}
CONDITION = ".request.ifNoneExist"
SUBSTANCES = "urn:calcidiol:substance"
Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the bundle something stands, for whoever has to mend it."""

    number: int

    def refuse(
        self, sentence: str, kind: Kind = Kind.INVALID, below: str = ""
    ) -> NoReturn:
        """Refuse the transaction because of this entry, or of what is below it."""
        where = f"Bundle.entry[{self.number}]{below}"
        refuse(kind, f"{where}: {sentence}", faults=(Fault(where, sentence),))

    def refuse_below(self, below: str, raised: ProblemRaised) -> NoReturn:
        """Refuse for what is wrong with a part, in the words that it was refused in."""
        problem = raised.problem
        words = " ".join(each.detail for each in problem.faults) or problem.detail
        self.refuse(words, problem.kind, below)

    def refuse_while_open(self, questions: Iterable[Sentence]) -> None:
        """Refuse with what a page would ask about this entry, if anything."""
        asked = " ".join(map(spoken, questions))
        if asked:
            words = _("This has to be answered first: %(questions)s")
            self.refuse(words % {"questions": asked}, Kind.QUESTIONS)


class Sending(FhirView):
    """Takes a Bundle of type transaction."""

    @counts_once
    def post(self, request: Request) -> Response:
        """Create every entry, or refuse the whole."""
        bundle = _bundle(own_request(request))
        with transaction.atomic():
            # All in one go, in whatever order they stand: two bundles never wait for
            # each other.
            summarising.lock(filter(None, map(_named, bundle)), by=self.viewer)
            entries: list[Writable] = [
                self._created(Place(number), entry)
                for number, entry in enumerate(bundle)
            ]
        return Response(
            {
                "resourceType": "Bundle",
                "type": "transaction-response",
                "entry": entries,
            }
        )

    def _created(self, place: Place, entry: Any) -> Resource:  # noqa: ANN401 - as sent
        if not isinstance(entry, dict):
            place.refuse(_("An entry is an object."))
        asked, resource = entry.get("request"), entry.get("resource")
        if not isinstance(asked, dict) or not isinstance(resource, dict):
            place.refuse(_("An entry has a resource and a request."))
        kind = asked.get("url")
        if asked.get("method") != "POST" or kind not in tuple(WRITES):
            place.refuse(
                _("POST of Observation and MedicationStatement is known here.")
            )
        if resource.get("resourceType") != kind:
            place.refuse(_("Resource and address are of two kinds."))
        self._check_key(place, WRITES[kind])
        patient = self._patient(place, resource, PARTS[kind])
        self.patient = self.patient or patient  # an answer that is kept is somebody's
        condition = asked.get("ifNoneExist")
        if condition is not None:
            known = self._known(place, kind, patient, condition)
            if known is not None:
                return _response(kind, known, "200 OK")
        create = self._result if kind == "Observation" else self._supplement
        return _response(kind, create(place, patient, resource), "201 Created")

    def _check_key(self, place: Place, wanted: TokenScope) -> None:
        token = self.viewer.token
        if token is not None and wanted not in token.scopes:
            place.refuse(
                _("This key lacks “%(scope)s”.") % {"scope": wanted.value}, Kind.SCOPE
            )

    def _patient(self, place: Place, resource: Element, part: Scope) -> "Patient":
        patient_id = _patient_named(resource)
        if patient_id is None:
            place.refuse(_("Say whose it is: subject.reference is Patient/<id>."))
        try:
            return people.patient_for(self.viewer, patient_id, at=self.at, scope=part)
        except PatientNotVisible as error:
            own_request(self.request).denied = error
            place.refuse(_(NOTHING_HERE), Kind.NOT_FOUND, ".resource.subject")

    def _known(
        self,
        place: Place,
        kind: str,
        patient: "Patient",
        condition: object,
    ) -> UUID | None:
        """Return the one that is here already; refuse where there are several."""
        if not isinstance(condition, str):
            place.refuse(_("Write a text in quotes here."), below=CONDITION)
        pairs = parse_qsl(condition, keep_blank_values=True)
        view = (Observations if kind == "Observation" else MedicationStatements)()
        view.request, view.patient = self.request, patient
        try:
            rows = view.asked_rows(_condition(place, pairs, view, patient))
        except ProblemRaised as raised:
            place.refuse_below(CONDITION, raised)
        found = list(rows[:2])
        if len(found) > 1:
            place.refuse(_("More than one is here already."), Kind.CHANGED)
        if not found:
            return None
        known: UUID = getattr(found[0], view.id_column)
        view.note_look(known)
        return known

    # Results --------------------------------------------------------------------------

    def _result(self, place: Place, patient: "Patient", resource: Element) -> UUID:
        read = _read(place, resource)
        if isinstance(read, Withdrawal):
            return self._taken_back(place, patient, read)
        entry = _entry(place, read)
        if entry.status in judging.WITHDRAWN and not entry.held_because:
            return self._taken_back(place, patient, _meant(entry))
        day = entry.collected_on
        if not can_record(self.viewer, patient, day, at=self.at):
            place.refuse(_("The patient shares results with you from a later date on."))
        rows = queries.results_of(patient, viewer=self.viewer, at=self.at).shown()
        asked = answering.ask(
            entry,
            judging.history_of(rows),
            today=latest_day(self.at),
            born_on=patient.born_on,
            aliases=laboratories_of(patient).aliases,
        )
        place.refuse_while_open(each.sentence for each in asked.questions)
        held = asked.date_in_doubt or entry.held_because
        row = recording.record(
            patient=patient,
            entry=replace(entry, held_because=held),
            source=judging.typed_by(self.viewer, patient),
            answers={},
            by=self.viewer,
            at=self.at,
        )
        return row.chain

    def _taken_back(self, place: Place, patient: "Patient", meant: Withdrawal) -> UUID:
        """Take back the one result that is meant; refuse where that is not certain."""
        if not can_record(self.viewer, patient, meant.collected_on, at=self.at):
            place.refuse(_("The patient shares results with you from a later date on."))
        held = summarising.lock([patient.pk], by=self.viewer)
        outcome = withdrawing.withdraw(
            meant, patient=patient, by=self.viewer, at=self.at
        )
        if outcome.result is None:
            place.refuse(reader_words(outcome.why))
        summarising.draw(held, at=self.at)
        return outcome.result.chain

    # Supplements ----------------------------------------------------------------------

    def _supplement(self, place: Place, patient: "Patient", resource: Element) -> UUID:
        entry = _period(place, resource, today=self.today)
        try:
            check_start(entry.starts_on, born_on=patient.born_on)
        except DayRefused as refused:
            place.refuse(spoken(refused.sentence))
        schedule = _taken_as(place, entry)
        slips = amount_questions(
            supplementing.product_in(entry), schedule, entry.servings
        )
        about_day = questions_about_day(entry.starts_on, today=latest_day(self.at))
        place.refuse_while_open([*(each.sentence for each in slips), *about_day])
        row = supplementing.start_period(
            patient=patient,
            entry=entry,
            by=self.viewer,
            at=self.at,
            entry_id=uuid4(),
        )
        return row.pk


def _named(entry: object) -> UUID | None:
    """Return whom an entry is about, as far as it says so."""
    resource = _at(entry, "resource")
    return _patient_named(resource) if isinstance(resource, dict) else None


def _patient_named(resource: Element) -> UUID | None:
    """Return the patient that a resource names by the address here."""
    named = str(_at(resource, "subject", "reference"))
    try:
        return UUID(named.removeprefix(f"{base()}/").removeprefix("Patient/"))
    except ValueError:
        return None


def _response(kind: str, resource_id: UUID, status: str) -> Resource:
    location = f"{base()}/{kind}/{resource_id}"
    return {"response": {"status": status, "location": location}}


def _bundle(request: Any) -> list[Json]:  # noqa: ANN401 - the site's own request
    """Return the entries of a transaction; refuse anything else."""
    kinds = {"application/fhir+json", "application/json"}
    if request.content_type not in kinds:
        refuse(Kind.MEDIA_TYPE, _("FHIR is written as application/fhir+json here."))
    if not is_of_ours(request.headers.get("Content-Type", "")):
        refuse(Kind.MEDIA_TYPE, _("FHIR R4 is spoken here: fhirVersion=4.0."))
    charset = request.content_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        refuse(Kind.MEDIA_TYPE, _("JSON is written in UTF-8 here."))
    data = request.body
    if len(data) > MOST_BYTES:
        refuse(
            Kind.TOO_LARGE,
            _("A body has %(most)s bytes at most.") % {"most": MOST_BYTES},
        )
    value = parsed(data)
    check_texts(value)
    is_bundle = isinstance(value, dict) and value.get("resourceType") == "Bundle"
    if not is_bundle or cast("Element", value).get("type") != "transaction":
        refuse(Kind.INVALID, _("A Bundle of type transaction is taken here."))
    entries = cast("Element", value).get("entry")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_ENTRIES:
        words = _("A transaction has 1 to %(most)s entries here.")
        refuse(Kind.INVALID, words % {"most": MOST_ENTRIES})
    return entries


def _condition(
    place: Place,
    pairs: list[tuple[str, str]],
    view: Observations | MedicationStatements,
    patient: "Patient",
) -> Asked:
    """Return the condition of a conditional create, which names the same patient."""
    parameters = QueryDict(mutable=True)
    for name, value in pairs:
        parameters.appendlist(name, value)
    asked = asked_of(parameters, {*view.all_known(), "_id"} - NARROWS_NOT, always=())
    named = {*asked.ids("patient", "Patient"), *asked.ids("subject", "Patient")}
    if named not in (set(), {patient.pk}):
        place.refuse(_("The condition names another patient."))
    if not set(parameters) - OF_THE_PATIENT:
        place.refuse(_("The condition is empty."))
    return asked


def _text(resource: Json) -> bytes:
    """Return one resource as JSON again, each number as it was written."""
    return fhir_text(_writable(resource)).encode(errors="replace")


def _writable(value: Json) -> Writable:
    if isinstance(value, JsonNumber):
        return Decimal(value.text)
    if isinstance(value, list):
        return [_writable(each) for each in value]
    if isinstance(value, dict):
        return {name: _writable(each) for name, each in value.items()}
    return value


def _read(place: Place, resource: Element) -> ParsedResult | Withdrawal:
    """Return the one result that a resource holds, or takes back without a value."""
    try:
        file = read_fhir(_text(cast("Json", resource)))
    except FileRefused as error:
        place.refuse(why_refused(error))
    taken_back = [each.withdraws for each in file.refused if each.withdraws]
    if len(taken_back) == len(file.refused) == 1 and not (
        file.results or file.companions
    ):
        return taken_back[0]
    for refused in file.refused:
        place.refuse(reader_words(refused.why))
    found = [*file.results, *file.companions]
    if len(found) != 1:
        place.refuse(_("There is not one result in this Observation."))
    return found[0]


def _meant(entry: Entry) -> Withdrawal:
    """Return what a result takes back that repeats its value."""
    return Withdrawal(
        entry.status,
        entry.measurand,
        entry.collected_on,
        entry.laboratory,
        entry.accession,
        entry.comment,
        entry.value,
        entry.unit,
    )


def _entry(place: Place, result: ParsedResult) -> Entry:
    """Return a result as it will be stored, held where its reader held it."""
    if result.unit is None:
        place.refuse(_("The unit is not known."))
    places = -int(result.value.as_tuple().exponent)
    if places > MOST_DECIMALS or len(result.value_text) > LONGEST_VALUE:
        place.refuse(_("The number has too many digits."))
    return Entry(
        measurand=result.measurand,
        value_text=result.value_text,
        value=result.value,
        comparator=result.comparator,
        unit_text=result.unit_text,
        unit=result.unit,
        collected_on=result.collected_on,
        reported_on=result.reported_on,
        laboratory=result.laboratory,
        method=result.method,
        specimen=result.specimen,
        interval_text=result.interval_text,
        interval_low=result.interval_low,
        interval_high=result.interval_high,
        laboratory_flag=result.laboratory_flag,
        status=result.result_status,
        held_because=result.hold,
        accession=result.accession,
        loinc=result.loinc,
        local_code=result.local_code,
        test_name=result.display,
        comment=result.comment,
        collected_time_text=result.collected_time_text,
    )


# How often: the code that FHIR has for it (frequency, period, unit of the period).
SCHEDULES = {
    (1, 1, "d"): ScheduleKind.DAILY,
    (1, 1, "wk"): ScheduleKind.WEEKLY,
    (1, 2, "wk"): ScheduleKind.FORTNIGHTLY,
    (1, 1, "mo"): ScheduleKind.MONTHLY,
}
SAY_HOW_OFTEN = N_(
    "Say how often by dosage.timing.repeat: frequency, period and periodUnit, or by "
    "asNeededBoolean. Directions in words are not read."
)


# What says how a search is told, and what every result of the patient meets.
NARROWS_NOT = frozenset({"_include", "_sort"})
OF_THE_PATIENT = frozenset({"patient", "subject"})


ENDED = ("completed", "stopped")
SAY_STATUS = N_(
    "MedicationStatement.status is “active” here, or “completed” or “stopped” with the "
    "last day, which has come, in effectivePeriod.end."
)


def _check_status(
    place: Place, resource: Element, ends_on: date | None, *, today: date
) -> None:
    """Refuse what is not, or not yet, or perhaps taken: a period says that it is."""
    status = resource.get("status")
    has_ended = ends_on is not None and ends_on <= today
    if status != "active" and not (status in ENDED and has_ended):
        place.refuse(_(SAY_STATUS))


def _period(place: Place, resource: Element, *, today: date) -> PeriodEntry:
    """Return a product and how it is taken, out of what is coded alone."""
    if changes := sorted(_names_in(resource) & CHANGES_THE_REST):
        words = _("This changes what the rest means, and is not known here: %(name)s.")
        place.refuse(words % {"name": changes[0]})
    period = resource.get("effectivePeriod")
    starts_on = _day(place, _at(period, "start"))
    ends_on = _day(place, _at(period, "end"))
    if ends_on is None and _at(period, "end") is not None:
        place.refuse(_("Write a day as YYYY-MM-DD."))
    if starts_on is None:
        place.refuse(_("Say since when by effectivePeriod.start."))
    if ends_on is not None and ends_on < starts_on:
        place.refuse(_("The last day cannot be before the first."))
    _check_status(place, resource, ends_on, today=today)
    schedule, count = _schedule(place, _first(resource.get("dosage")))
    name = _name(resource)
    if not name or len(name) > LONGEST_NAME:
        place.refuse(_("Name the product, in 120 signs at most."))
    return PeriodEntry(
        name=name,
        vitamin_k=VitaminKContent.UNKNOWN.value,
        ingredients=tuple(_ingredients(place, resource)),
        servings=_servings(place, _first(resource.get("dosage"))),
        schedule=schedule,
        schedule_count=count,
        starts_on=starts_on,
        ends_on=ends_on,
    )


# FHIR: who does not know these must not read the rest as if they were not there.
CHANGES_THE_REST = frozenset({"modifierExtension", "implicitRules"})


def _names_in(value: object) -> set[str]:
    """Return every name of an element, wherever it stands."""
    if isinstance(value, list):
        return {name for each in value for name in _names_in(each)}
    if not isinstance(value, dict):
        return set()
    return {*value, *(name for each in value.values() for name in _names_in(each))}


def _at(value: object, *names: str) -> object:
    """Return what stands below these names; None where nothing does."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None


def _day(place: Place, text: object) -> date | None:
    """Return a day; a moment and a month are no days."""
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text)) if DAY.fullmatch(str(text)) else None
    except ValueError:
        place.refuse(_("Write a day as YYYY-MM-DD."))


def _number(place: Place, value: object) -> Decimal | None:
    """Return a number above zero; None where there is none."""
    if value is None:
        return None
    text = value.text if isinstance(value, JsonNumber) else ""
    try:
        number = Decimal(text)
    except InvalidOperation:
        place.refuse(_("A number is wanted here."))
    if not 0 < number < LARGEST or -int(number.as_tuple().exponent) > FINEST:
        place.refuse(_("This number is out of bounds."))
    return number


LARGEST, FINEST = Decimal(100_000), 3


def _schedule(place: Place, dosage: object) -> tuple[ScheduleKind, int]:
    """Return how often it is taken, out of what is coded alone."""
    if _at(dosage, "asNeededBoolean") is True:
        return ScheduleKind.AS_NEEDED, 1
    often = _how_often(place, dosage)
    if often in SCHEDULES:
        return SCHEDULES[often], 1
    if often[1:] == (1, "d"):
        return ScheduleKind.TIMES_A_DAY, often[0]
    if often[0] == 1 and often[2] == "d":
        return ScheduleKind.EVERY_N_DAYS, often[1]
    return place.refuse(_(SAY_HOW_OFTEN))


def _taken_as(place: Place, entry: PeriodEntry) -> Schedule:
    """Return the schedule of an entry, once it can be."""
    try:
        return Schedule(entry.schedule, entry.schedule_count)
    except ScheduleRefused as refused:
        place.refuse(spoken(refused.sentence))


def _how_often(place: Place, dosage: object) -> tuple[int, int, str]:
    """Return frequency, period and the period's unit, in whole numbers."""
    repeat = _at(dosage, "timing", "repeat")
    frequency = _number(place, _at(repeat, "frequency"))
    period, unit = _number(place, _at(repeat, "period")), _at(repeat, "periodUnit")
    if frequency is None or period is None:
        place.refuse(_(SAY_HOW_OFTEN))
    whole = int(frequency), int(period)
    if (frequency, period) != (Decimal(whole[0]), Decimal(whole[1])):
        place.refuse(_(SAY_HOW_OFTEN))
    return (*whole, str(unit))


def _servings(place: Place, dosage: object) -> Decimal:
    """Return how many servings each time; one where nothing is said."""
    dose = _first(_at(dosage, "doseAndRate"))
    return _number(place, _at(dose, "doseQuantity", "value")) or Decimal(1)


def _name(resource: Element) -> str:
    """Return what the product is called."""
    texts = (
        _at(resource, "medicationCodeableConcept", "text"),
        _at(resource, "medicationReference", "display"),
        _at(_product(resource), "code", "text"),
    )
    return next((text.strip() for text in texts if isinstance(text, str)), "")


def _product(resource: Element) -> object:
    contained = resource.get("contained")
    each = contained if isinstance(contained, list) else []
    return next(
        (part for part in each if _at(part, "resourceType") == "Medication"), None
    )


def _ingredients(place: Place, resource: Element) -> Iterator[IngredientEntry]:
    """Yield the lines of the label, each substance by its code."""
    lines = _at(_product(resource), "ingredient")
    if not isinstance(lines, list | None):
        place.refuse(_("Code each ingredient in %(system)s.") % {"system": SUBSTANCES})
    for line in lines or []:
        codings = _at(line, "itemCodeableConcept", "coding")
        coding = next(
            (
                each
                for each in (codings if isinstance(codings, list) else [])
                if _at(each, "system") == SUBSTANCES
            ),
            None,
        )
        code, numerator = _at(coding, "code"), _at(line, "strength", "numerator")
        if code not in tuple(Substance):
            words = _("Code each ingredient in %(system)s.")
            place.refuse(words % {"system": SUBSTANCES})
        amount, unit = _number(place, _at(numerator, "value")), _at(numerator, "unit")
        if (amount is None) != (unit is None) or unit not in (None, *AmountUnit):
            place.refuse(_("An amount has a unit that is known here."))
        yield IngredientEntry(
            substance=Substance(str(code)),
            amount=amount,
            unit=AmountUnit(str(unit)) if unit else None,
            amount_text=f"{amount:f}" if amount is not None else "",
        )
