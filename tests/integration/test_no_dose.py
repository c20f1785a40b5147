"""
No dose, proven: nothing that the product says names an amount that nobody recorded.

Records are generated (results, ranges, labels, schedules, logs, health facts, plans),
stored by the services, and read back as every page, chart, report, plain text and
e-mail of the patient and of a clinician. Every amount in them must be one of the label,
of the log or its arithmetic, in somebody's own words, or in a cited sentence; and no
sentence may break the rules of language.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.domain.roles import Role
from accounts.models import Clinic, Patient, User
from accounts.queries import viewer_for
from accounts.services import members, share_links
from labs.domain.health import HealthTopic
from labs.domain.intakes import Outcome
from labs.domain.language import violations
from labs.domain.logbook import LogRefused
from labs.domain.schedules import ScheduleKind
from labs.domain.supplements import AmountBasis, AmountUnit, DosageForm, Substance
from labs.models import (
    CatalogueLabel,
    HealthFact,
    LabResult,
    RecordedPlan,
    SupplementPeriod,
)
from labs.services import cataloguing, logbook, planning, supplementing
from labs.services.supplementing import IngredientEntry, LabelEntry, PeriodEntry
from tests.access.test_matrix import Address, addresses
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.accounts.mails import delivered
from tests.integration.api.conftest import Program, a_key
from tests.integration.labs.spoken_pages import words_of
from tests.pdf_reading import sentences_of, squeezed
from tests.pdf_reading import text_of as text_of_pdf
from tests.unit.tracker.reports.examples import report as a_short_report
from tracker.reports.visit_report import report_pdf

WINDOWS = (28, 90)  # what the page of the log adds up, and the days before a sample
IU_PER_UG = Decimal(40)
PARENTS = frozenset({"D3", "D2"})

# A number with a unit of amount; "28 ng/mL" and "2.4 mg/dL" are concentrations.
AMOUNT = re.compile(
    r"(?<![\w.,/-])(\d[\d,]*(?:\.\d+)?)\s*"
    r"(international\s*units?|units?\s*\(IU\)|IU|I\.E\.|mcg|micrograms?|µg|μg|ug|mg|mL|g)"
    r"(?![\w/])(?!\s*/)"
)
UNITS = {"mcg": "ug", "µg": "ug", "μg": "ug", "ug": "ug", "mg": "mg", "g": "g"}

# Sentences that carry an amount of a published source or a definition, word for word.
UPPER_LEVEL = (
    "Published upper level for adults is 4,000 international units (100 mcg) per day "
    "(IOM 2011, EFSA 2023)."
)
CITED = (UPPER_LEVEL, "1 mg is 1,000 mcg.")

# Generated records --------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of a generated label."""

    substance: Substance
    amount: Decimal
    unit: AmountUnit


@dataclass(frozen=True)
class Taking:
    """A generated product and how it is taken."""

    lines: tuple[Line, ...]
    basis: AmountBasis
    units: int
    servings: int
    schedule: ScheduleKind
    days_ago: int
    logged: tuple[bool, ...]
    vitamin_k: str


@dataclass(frozen=True)
class Recipe:
    """A generated record."""

    results: tuple[tuple[str, str, int], ...]
    low: int
    takings: tuple[Taking, ...]
    topics: tuple[HealthTopic, ...]
    detail: str
    plan: str
    born_on: date
    extra: Mapping[str, str] = field(default_factory=dict)


IN_UNITS = st.sampled_from([317, 733, 1213, 4129, 6451, 52103])
IN_MCG = st.sampled_from([Decimal("7.3"), Decimal(31), Decimal(177), Decimal(1307)])
IN_MG = st.sampled_from([Decimal("1.7"), Decimal(211), Decimal(509)])


def line_of(substance: Substance) -> st.SearchStrategy[Line]:
    if substance in {Substance.CALCIUM, Substance.MAGNESIUM}:
        return IN_MG.map(lambda amount: Line(substance, amount, AmountUnit.MG))
    in_mcg = IN_MCG.map(lambda amount: Line(substance, amount, AmountUnit.UG))
    if substance.value not in PARENTS:
        return in_mcg
    in_units = IN_UNITS.map(lambda n: Line(substance, Decimal(n), AmountUnit.IU))
    return in_units | in_mcg


SUBSTANCES = st.sampled_from(
    [
        *(Substance.D3, Substance.D2, Substance.MK7, Substance.K1, Substance.BIOTIN),
        *(Substance.CALCIFEDIOL, Substance.CALCITRIOL, Substance.CALCIUM),
        Substance.MAGNESIUM,
    ]
)
TAKINGS = st.builds(
    Taking,
    lines=st.lists(SUBSTANCES, min_size=1, max_size=3, unique=True).flatmap(
        lambda found: st.tuples(*map(line_of, found))
    ),
    basis=st.sampled_from(list(AmountBasis)),
    units=st.sampled_from([1, 3]),
    servings=st.sampled_from([1, 2]),
    schedule=st.sampled_from(
        [
            *(ScheduleKind.DAILY, ScheduleKind.WEEKLY, ScheduleKind.AS_NEEDED),
            *(ScheduleKind.SINGLE, ScheduleKind.FORTNIGHTLY),
        ]
    ),
    days_ago=st.integers(0, 120),
    logged=st.lists(st.booleans(), max_size=30).map(tuple),
    vitamin_k=st.sampled_from(["unknown", "listed"]),
)
RECIPES = st.builds(
    Recipe,
    results=st.lists(
        st.tuples(
            st.sampled_from(["4", "<4", "19.9", "28", "71", "155", ">160"]),
            st.sampled_from(["ng/mL", "nmol/L"]),
            st.integers(0, 500),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda each: each[2],
    ).map(tuple),
    low=st.integers(10, 40),
    takings=st.lists(TAKINGS, min_size=1, max_size=3).map(tuple),
    topics=st.lists(st.sampled_from(list(HealthTopic)), max_size=5, unique=True).map(
        tuple
    ),
    detail=st.sampled_from(["", "warfarin 4.7 mg", "Marcumar", "Xyzzymab 90 mg"]),
    plan=st.sampled_from(
        ["", "Take 2347 IU of D3 daily, then stop.", "Continue as before."]
    ),
    born_on=st.sampled_from([date(1950, 4, 1), date(1990, 8, 8)]),
)


@dataclass(frozen=True)
class Stage:
    """A stored record, and who reads it."""

    patient: Patient
    clinic: Clinic
    clinician: User
    recipe: Recipe

    @property
    def readers(self) -> tuple[User, User]:
        return owner_of(self.patient), self.clinician


def stored(recipe: Recipe) -> Stage:
    patient = a_patient("Anna Example", born_on=recipe.born_on)
    clinic = a_clinic("Harbour Clinic")
    clinician = a_clinician(clinic, "Dr Osei")
    a_consent(patient, clinic)
    today = timezone.localdate()
    a_target(
        patient,
        clinician,
        low=str(recipe.low),
        high="90",
        alert_high="100",
        urgency="today",
    )
    for value, unit, days_ago in recipe.results:
        day = today - timedelta(days=days_ago)
        a_result(patient, an_entry(value, unit, collected_on=day))
    for place, taking in enumerate(recipe.takings):
        _take(patient, taking, place, today)
    _list_label(recipe.takings[0], clinic, clinician)
    for topic in recipe.topics:
        a_health_fact(patient, topic, detail=recipe.detail)
    if recipe.plan:
        planning.record_plan(
            patient=patient,
            clinic=clinic,
            text=recipe.plan,
            by=viewer_for(clinician),
            at=timezone.now(),
            entry_id=uuid4(),
        )
    return Stage(patient, clinic, clinician, recipe)


def _list_label(taking: Taking, clinic: Clinic, clinician: User) -> None:
    cataloguing.add_label(
        clinic=clinic,
        label=LabelEntry(**_label(taking, "Product of the list")),
        by=viewer_for(clinician),
        at=timezone.now(),
        entry_id=uuid4(),
    )


def _label(taking: Taking, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "vitamin_k": taking.vitamin_k,
        "ingredients": tuple(
            IngredientEntry(
                substance=line.substance,
                amount=line.amount,
                unit=line.unit,
                amount_text=f"{line.amount:f}",
            )
            for line in taking.lines
        ),
        "dosage_form": DosageForm.CAPSULE,
        "basis": taking.basis,
        "units_per_serving": Decimal(taking.units),
    }


def _take(patient: Patient, taking: Taking, place: int, today: date) -> None:
    by, at = viewer_for(owner_of(patient)), timezone.now()
    period = supplementing.start_period(
        patient=patient,
        entry=PeriodEntry(
            **_label(taking, f"Product {'ABC'[place]}"),
            servings=Decimal(taking.servings),
            schedule=taking.schedule,
            starts_on=today - timedelta(days=taking.days_ago),
        ),
        by=by,
        at=at,
        entry_id=uuid4(),
    )
    for back, is_taken in enumerate(taking.logged):
        outcome = Outcome.TAKEN if is_taken else Outcome.SKIPPED
        day = today - timedelta(days=back)
        entry = logbook.LogEntry(by=by, at=at, entry_id=uuid4())
        try:
            logbook.log(
                period=period, outcome=outcome, day=day, today=today, entry=entry
            )
        except LogRefused:
            return


# What may be said ---------------------------------------------------------------------


@dataclass(frozen=True)
class Allowed:
    """The amounts of a record, by unit: those of labels exactly, averages rounded."""

    exact: frozenset[tuple[str, Decimal]]
    averages: frozenset[tuple[str, Decimal]]

    def holds(self, number: Decimal, unit: str, text: str) -> bool:
        if (unit, number) in self.exact:
            return True
        places = Decimal(1).scaleb(-len(text.partition(".")[2]))
        return any(
            each.quantize(places, ROUND_HALF_UP) == number
            for measured_in, each in self.averages
            if measured_in == unit
        )


def allowed(recipe: Recipe, today: date) -> Allowed:
    """Add the log up anew, by another way than the product does."""
    exact: set[tuple[str, Decimal]] = set()
    averages: set[tuple[str, Decimal]] = set()
    for taking in recipe.takings:
        both = taking.units * taking.servings
        exact |= {("mL", Decimal(taking.units)), ("mL", Decimal(both))}
        for line in taking.lines:
            for times in (1, taking.units, taking.servings, both):
                exact |= set(_both(line.substance, line.amount * times, line.unit))
    samples = [today - timedelta(days=days_ago) for _v, _u, days_ago in recipe.results]
    spans = [(today, days) for days in WINDOWS]
    spans += [(day - timedelta(days=1), 90) for day in samples]
    for last, days in spans:
        for substance, total in _sums(recipe, today, last, days):
            unit = _unit_of(substance)
            exact |= set(_both(substance, total, unit))
            averages |= set(_both(substance, total / days, unit))
    return Allowed(frozenset(exact), frozenset(averages))


def _unit_of(substance: Substance) -> AmountUnit:
    if substance.value in PARENTS:
        return AmountUnit.IU
    is_mineral = substance in {Substance.CALCIUM, Substance.MAGNESIUM}
    return AmountUnit.MG if is_mineral else AmountUnit.UG


def _sums(
    recipe: Recipe, today: date, last: date, days: int
) -> Iterator[tuple[Substance, Decimal]]:
    totals: dict[Substance, Decimal] = {}
    for taking in recipe.takings:
        count = _taken(taking, today, last, days)
        is_counted = taking.basis.value in {"per_unit", "per_drop", "per_ml"}
        times = count * taking.servings * (taking.units if is_counted else 1)
        for line in taking.lines:
            amount = line.amount
            if line.substance.value in PARENTS and line.unit is AmountUnit.UG:
                amount *= IU_PER_UG
            totals[line.substance] = totals.get(line.substance, Decimal(0)) + (
                amount * times
            )
    parents = [total for each, total in totals.items() if each.value in PARENTS]
    yield Substance.D3, sum(parents, Decimal(0))
    yield from totals.items()


def _taken(taking: Taking, today: date, last: date, days: int) -> int:
    """Count what was logged as taken between the first and the last day."""
    first = last - timedelta(days=days - 1)
    starts_on = today - timedelta(days=taking.days_ago)
    found = [
        (today - timedelta(days=back), is_taken)
        for back, is_taken in enumerate(taking.logged)
        if today - timedelta(days=back) >= starts_on
    ]
    return sum(is_taken and first <= day <= last for day, is_taken in found)


def _both(
    substance: Substance, amount: Decimal, unit: AmountUnit
) -> Iterator[tuple[str, Decimal]]:
    """Yield an amount, and the same in the other unit for vitamin D2 and D3."""
    yield unit.value, amount
    if substance.value in PARENTS and unit is AmountUnit.IU:
        yield AmountUnit.UG.value, amount / IU_PER_UG
    if substance.value in PARENTS and unit is AmountUnit.UG:
        yield AmountUnit.IU.value, amount * IU_PER_UG


def doses_not_recorded(words: str, known: Allowed, spoken: tuple[str, ...]) -> set[str]:
    """Return each amount in a text that nobody recorded and no source is cited for."""
    flowing = " ".join(words.split())
    for each in (*CITED, *spoken):
        flowing = flowing.replace(each, " ")
    found = set()
    for match in AMOUNT.finditer(flowing):
        text = match[1].replace(",", "")
        unit = UNITS.get(match[2], "mL" if match[2] == "mL" else "[iU]")
        if not known.holds(Decimal(text), unit, text):
            found.add(flowing[max(0, match.start() - 60) : match.end() + 30])
    return found


# A PDF gives its words back without spaces: "vitamin D31,213 international units".
IN_PDF = re.compile(r"([\d.,]*\d)(internationalunits|IU|mcg|mg|\u00b5g)(?!/)")


def doses_in_pdf(words: str, known: Allowed, spoken: tuple[str, ...]) -> set[str]:
    """Return the same of words without spaces, where a number may follow a digit."""
    for each in (*CITED, *spoken):
        words = words.replace(squeezed(each), " ")
    return {
        words[max(0, match.start() - 60) : match.end() + 30]
        for match in IN_PDF.finditer(words)
        if not _ends_in_a_known(match[1], UNITS.get(match[2], "[iU]"), known)
    }


def _ends_in_a_known(run: str, unit: str, known: Allowed) -> bool:
    """Whether the digits end in an amount that is known, whatever stands before it."""
    ends = (run[place:].replace(",", "") for place in range(len(run)))
    return any(
        known.holds(Decimal(end), unit, end)
        for end in ends
        if re.fullmatch(r"\d+(\.\d+)?", end)
    )


# Everything that is said --------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """Words that somebody reads, and where; those of a PDF come without spaces."""

    where: str
    words: str
    is_squeezed: bool = False


def texts_of(stage: Stage) -> Iterator[Said]:
    """Yield every address that answers either reader, with the words of its answer."""
    for reader in stage.readers:
        client = Client()
        client.force_login(reader)
        for address, path in paths_of(stage):
            answer = client.get(path)
            if answer.status_code == 200:
                where = f"{reader.name}: {address.name}"
                is_pdf = answer.headers["Content-Type"] == "application/pdf"
                for words in spoken_in(answer):  # type: ignore[arg-type]
                    yield Said(where, words, is_squeezed=is_pdf)
        for words in asked_before_saving(client, stage):
            yield Said(f"{reader.name}: before saving", words)
        yield from told_to_a_program(reader, stage)
    yield from told_by_a_link(stage)
    for message in delivered():
        yield Said("e-mail", f"{message.subject}\n\n{message.body}")


def told_to_a_program(reader: User, stage: Stage) -> Iterator[Said]:
    """Yield what a program reads with a key that opens everything."""
    program = Program(a_key(reader))
    for address, path in paths_of(stage):
        if not path.startswith(("/api/", "/fhir/")):
            continue
        of_whom = "" if address.takes else f"?patient={stage.patient.pk}"
        answer = program.get(path + of_whom)
        if answer.status_code == 200:
            where = f"{reader.name}, by a key: {address.name}"
            is_pdf = answer.headers["Content-Type"] == "application/pdf"
            for words in spoken_in(answer):  # type: ignore[arg-type]
                yield Said(where, words, is_squeezed=is_pdf)


def told_by_a_link(stage: Stage) -> Iterator[Said]:
    """Yield what a doctor outside reads, to whom the patient gave a link."""
    secrets = share_links.make(
        link_id=uuid4(),
        patient=stage.patient,
        recipient="Dr Weber",
        results=True,
        supplements=True,
        health=True,
        results_from=None,
        expires_at=timezone.now() + timedelta(days=1),
        most_openings=1,
        by=viewer_for(owner_of(stage.patient)),
        at=timezone.now(),
    )
    client = Client()
    client.post(reverse("share_open"), {"code": secrets.code, "pin": secrets.pin})
    for name in ("share_report", "share_report_pdf"):
        answer = client.get(reverse(name))
        assert answer.status_code == 200
        is_pdf = answer.headers["Content-Type"] == "application/pdf"
        for words in spoken_in(answer):  # type: ignore[arg-type]
            yield Said(f"Dr Weber: {name}", words, is_squeezed=is_pdf)


# The example is of made-up amounts, the same for everybody, and says so.
OF_NOBODY = {"example"}


def paths_of(stage: Stage) -> Iterator[tuple[Address, str]]:
    """Yield each address of the site, for each thing of the record it can name."""
    patient = stage.patient
    things: dict[str, list[object]] = {
        "patient_id": [patient.pk],
        "clinic_id": [stage.clinic.pk],
        "result_id": _keys(LabResult, patient),
        "period_id": _keys(SupplementPeriod, patient),
        "fact_id": _keys(HealthFact, patient),
        "plan_id": _keys(RecordedPlan, patient),
        "label_id": list(CatalogueLabel.objects.values_list("pk", flat=True)),
    }
    for address in addresses():
        if address.name in OF_NOBODY:
            continue
        *others, last = address.takes or ("",)
        if not set(address.takes) <= things.keys():
            continue
        fixed = {name: things[name][0] for name in others}
        for thing in things[last] if last else [None]:
            own = {last: thing} if last else {}
            yield address, reverse(address.name, kwargs={**fixed, **own})


def _keys(model: type, patient: Patient) -> list[object]:
    rows = model.objects.filter(patient=patient)  # type: ignore[attr-defined]
    return list(rows.values_list("pk", flat=True))


# Before the words of a PDF that are looked at as sentences; amounts are read squeezed.
SENTENCES = "sentences of a PDF: "


def spoken_in(answer: HttpResponse) -> Iterator[str]:
    """Yield the words of a page and of the pictures in it, of a PDF, text or JSON."""
    kind = answer.headers["Content-Type"].partition(";")[0]
    if kind == "application/pdf":
        # A chart alone is drawn like its picture in the page, whose words are read.
        if b"Typst" in answer.content:
            yield text_of_pdf(answer.content)
            yield SENTENCES + sentences_of(answer.content)
    elif kind == "text/html":
        yield words_of(answer)
        page = answer.content.decode()
        yield from map(_drawn, re.findall(r"(?s)<svg\b.*?</svg>", page))
    elif kind == "image/svg+xml":
        yield _drawn(answer.content.decode())
    elif kind == "application/json" or kind.endswith("+json"):
        # Two fields side by side are no amount: a mark stands between them.
        yield "\n\n;\n\n".join(_strings(json.loads(answer.content)))
    elif kind.startswith("text/"):
        yield answer.content.decode()


def _drawn(svg: str) -> str:
    return unescape(
        re.sub(r"<[^>]+>", "\n\n", re.sub(r"(?s)<style.*?</style>", "", svg))
    )


def _strings(value: object) -> Iterator[str]:
    """Yield every string of a JSON answer, and each quantity as number and unit."""
    match value:
        case str():
            yield value
        case dict() if "contentType" in value:
            return  # a file inside, which is read by itself
        case dict():
            if "value" in value and ("unit" in value or "code" in value):
                yield f"{value['value']} {value.get('unit') or value.get('code')}"
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)
        case _:
            return


def asked_before_saving(client: Client, stage: Stage, mark: str = ".") -> Iterator[str]:
    """Yield what is asked of a label, and of a changed amount, before it is kept."""
    for taking in stage.recipe.takings:
        form = {
            "entry_id": str(uuid4()),
            "name": "Product D",
            "vitamin_k": "listed",
            "dosage_form": "drops",
            "basis": "" if taking.basis.value == "not_stated" else taking.basis.value,
            "units_per_serving": str(taking.units),
            "servings": str(taking.servings),
            "schedule": "daily",
            "starts_on": "2026-01-05",
            "line-TOTAL_FORMS": "3",
            "line-INITIAL_FORMS": "0",
        }
        for place, line in enumerate(taking.lines):
            form |= {
                f"line-{place}-substance": line.substance.value,
                f"line-{place}-amount": f"{line.amount:f}".replace(".", mark),
                f"line-{place}-unit": line.unit.value,
            }
        answer = client.post(reverse("supplement_add", args=[stage.patient.pk]), form)
        assert answer.status_code == 200, words_of(answer)
        yield words_of(answer)


MUST_BE_READ = {
    *("patient", "result", "intakes", "health", "supplement_add", "supplement_change"),
    *("report_pdf", "report_text", "anticoagulation_pdf", "chart_svg", "patients"),
    *("plan_add", "sharing", "looks", "target_add", "supplement_end"),
    *("catalogue", "catalogue_change", "share_report", "share_report_pdf"),
    *("api_results", "api_precautions", "api_periods", "api_intakes", "api_health"),
    *("api_report_pdf", "api_report_text", "api_chart", "api_export_json"),
    *(
        "api_worklist",
        "api_targets",
        "fhir_Observation",
        "fhir_Goal",
        "fhir_everything",
    ),
    *("fhir_MedicationStatement",),
}


@pytest.mark.django_db
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a record takes seconds: none is shrunk
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(recipe=RECIPES)
def test_nothing_that_is_said_names_an_amount_nobody_recorded(recipe: Recipe) -> None:
    with transaction.atomic():
        mail.outbox.clear()
        stage = stored(recipe)
        _invite(stage)
        known = allowed(recipe, timezone.localdate())
        own_words = tuple(each for each in (recipe.plan, recipe.detail) if each)
        wrong, read = {}, set()
        for said in texts_of(stage):
            read.add(said.where.partition(": ")[2])
            if found := breaches_in(said, known, own_words):
                wrong[said.where] = found
        transaction.set_rollback(True)

    assert wrong == {}
    assert read >= MUST_BE_READ
    assert delivered()


def _invite(stage: Stage) -> None:
    """Send an e-mail of the product's own, as if the request had ended."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        members.invite(
            clinic=stage.clinic,
            email="new@example.org",
            role=Role.CLINICIAN,
            by=viewer_for(stage.clinician),
            at=timezone.now(),
        )


def breaches_in(said: Said, known: Allowed, own_words: tuple[str, ...]) -> set[str]:
    """Return the amounts nobody recorded, and the sentences that must not be said."""
    if said.words.startswith(SENTENCES):
        return set(violations(_without(own_words, said.words[len(SENTENCES) :])))
    if said.is_squeezed:
        return doses_in_pdf(said.words, known, own_words)
    words = _without(own_words, said.words)
    return doses_not_recorded(words, known, own_words) | set(violations(words))


def _without(own_words: tuple[str, ...], words: str) -> str:
    for each in own_words:
        words = words.replace(each, "(somebody's own words)")
    return words


def test_sentences_of_a_pdf_are_looked_at_as_such() -> None:
    def found(words: str) -> set[str]:
        made = report_pdf(a_short_report(remark=words))
        said = Said("a PDF", SENTENCES + sentences_of(made), is_squeezed=True)
        return breaches_in(said, Allowed(frozenset(), frozenset()), ("Xyzzy.",))

    assert found("This compares numbers. It is not a diagnosis.") == set()
    assert found("Take 2,000 IU daily.")
    assert found("Your level will rise in summer.")


# The net itself -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "is_caught"),
    [
        ("vitamin D3, 1,213 international units (30.325 mcg)", False),
        ("You logged 2,000 international units.", True),
        ("that is about 50 mcg per day", True),
        ("28 ng/mL, 2.4 mg/dL", False),
        ("Taken: 5 mg", True),
        ("1 mg is 1,000 mcg.", False),
        ("6,065 international units", False),
    ],
)
def test_the_net_catches_what_nobody_recorded(words: str, *, is_caught: bool) -> None:
    today = date(2026, 3, 31)
    taking = Taking(
        lines=(Line(Substance.D3, Decimal(1213), AmountUnit.IU),),
        basis=AmountBasis.PER_SERVING,
        units=1,
        servings=1,
        schedule=ScheduleKind.DAILY,
        days_ago=10,
        logged=(True,) * 5,
        vitamin_k="unknown",
    )
    recipe = Recipe((), 10, (taking,), (), "", "", date(1970, 1, 1))

    assert bool(doses_not_recorded(words, allowed(recipe, today), ())) is is_caught
