"""Reading and searching FHIR R4, one class a kind of resource."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries as people
from accounts.api.authentication import asked as own_request
from accounts.api.paging import Key, Order, behind
from accounts.api.problems import ProblemRaised, refuse
from accounts.api.views import ProgramView
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import READS, TokenScope
from accounts.policies import can_share, check_can_share
from accounts.services.programs import FHIR_TYPE
from labs import queries
from labs.domain.measurands import allowed_units, loinc_for
from labs.domain.quantities import Measurand
from labs.formats import fhir_writing
from labs.formats.fhir_json import Resource, fhir_text
from labs.formats.fhir_writing import CATEGORIES, LOINC
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.spelling import quoted
from labs.services import judging
from labs.services.laboratories import laboratories_of
from tracker.fhir import facts
from tracker.fhir.asking import (
    ALONE,
    Asked,
    asked_of,
    codes_asked,
    day_filters,
    is_lenient,
    moment_filters,
    refuse_parameter,
)
from tracker.fhir.bundles import (
    base,
    etag,
    left_out,
    not_minded,
    placed,
    searchset,
)
from tracker.reports.plain_text import report_text
from tracker.services import dashboards, reporting
from tracker.services.charting import View, Window
from tracker.services.reporting import Audience, ReportChoice

if TYPE_CHECKING:
    from accounts.models import Patient

VERSIONS = frozenset({"4.0", "4.0.1"})
FORM = "application/x-www-form-urlencoded"
FORMATS = {"json", "application/json", FHIR_TYPE, "application/fhir json"}


class FhirRenderer(BaseRenderer):
    """FHIR as JSON, its numbers with the decimals that they have."""

    media_type = FHIR_TYPE
    format = "fhir"
    charset = None

    def render(
        self,
        data: Any,  # noqa: ANN401 - a resource
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes."""
        del accepted_media_type, renderer_context
        return fhir_text(data).encode()


class PlainRenderer(FhirRenderer):
    """The same for whoever asks for plain JSON."""

    media_type = "application/json"
    format = "json"


def is_of_ours(media_type: str) -> bool:
    """
    Say whether a media type means the version of FHIR that is spoken here, or none.

    >>> is_of_ours("application/fhir+json; fhirVersion=4.0"), is_of_ours("*/*")
    (True, True)
    >>> is_of_ours("application/fhir+json; fhirVersion=5.0")
    False
    """
    _name, parameters = parse_header_parameters(media_type)
    return parameters.get("fhirversion", "4.0") in VERSIONS


class FhirNegotiation(DefaultContentNegotiation):
    """Minds which version of FHIR is asked for, too."""

    def get_accept_list(self, request: Request) -> list[str]:
        """Return what is accepted, without what is of another version."""
        every: list[str] = super().get_accept_list(request)
        return [each for each in every if is_of_ours(each)]


@extend_schema(exclude=True)
class FhirView(ProgramView):
    """What every address of FHIR has in common."""

    renderer_classes = [FhirRenderer, PlainRenderer]
    content_negotiation_class = FhirNegotiation
    kept_as = FhirRenderer

    def perform_content_negotiation(
        self,
        request: Request,
        force: bool = False,  # noqa: FBT001, FBT002 - the framework's own
    ) -> Any:  # noqa: ANN401
        """Let `_format` choose before the header does."""
        wanted = request.query_params.get("_format")
        if wanted is None:
            return super().perform_content_negotiation(request, force=force)
        if wanted not in FORMATS:
            raise exceptions.NotAcceptable
        return FhirRenderer(), FHIR_TYPE


class KindView(FhirView):
    """One kind of resource: read by id, searched below one patient."""

    kind: ClassVar[str]
    part: ClassVar[Scope]
    owner: ClassVar[str]  # the way from a patient to the id of such a resource
    id_column: ClassVar[str] = "pk"
    knows: ClassVar[frozenset[str]] = frozenset()
    order: ClassVar[Order]
    sorts: ClassVar[Mapping[str, Key]] = {}  # by FHIR's word, each from the least on
    patient: "Patient"

    def wanted(self, method: str) -> TokenScope | None:
        """Return what a key has to open; a search by a form reads, too."""
        del method
        return self.reads

    def get(self, request: Request, resource_id: UUID | None = None) -> Response:
        """Read one resource, or search."""
        if resource_id is None:
            return self._search(request.query_params)
        asked_of(request.query_params, (), always=ALONE)
        self.patient = self._owner_of(resource_id)
        self.check_may_read()
        found = list(self.rows().filter(**{self.id_column: resource_id})[:1])
        if not found:
            raise Http404
        (resource,) = self.told(found)
        self.note_look(resource_id)
        return one_resource(resource)

    def post(self, request: Request) -> Response:
        """Search by a form, so that what is asked for stands in no address."""
        parameters = request.query_params.copy()
        for name, values in _form(own_request(request)).lists():
            for each in values:
                parameters.appendlist(name, each)
        return self._search(parameters)

    def all_known(self) -> frozenset[str]:
        known = self.knows | {"patient", "subject"}
        return known | {"_sort"} if self.sorts else known

    def _owner_of(self, resource_id: UUID) -> "Patient":
        visible = people.patients_visible_to(
            viewer=self.viewer, at=self.at, scope=self.part
        )
        patient = visible.filter(**{self.owner: resource_id}).first()
        if patient is None:
            raise Http404
        return patient

    def _search(self, parameters: QueryDict) -> Response:
        """Search, as it is asked; who is lenient is told what was not minded."""
        lenient = is_lenient(self.request.headers.get("Prefer", ""))
        asked = asked_of(parameters, self.all_known(), is_lenient=lenient)
        rows, order = self.found(asked), self.order_asked(asked)
        if asked.is_only_counted:
            bundle = self._counted(rows, asked)
        else:
            bundle = self._page_told(rows, order, asked)
        self.note_search()
        return Response(bundle, headers=LENIENTLY if lenient else {})

    def _counted(self, rows: "QuerySet[Any]", asked: Asked) -> Resource:
        return searchset(
            [],
            outcomes=_not_minded(asked),
            address=address_of(self.request, asked.parameters),
            total=rows.count(),
        )

    def _page_told(self, rows: "QuerySet[Any]", order: Order, asked: Asked) -> Resource:
        found, following = self.page(rows, order, asked)
        return searchset(
            self.told(found),
            included=self.included(asked, found),
            outcomes=_not_minded(asked),
            address=address_of(self.request, asked.parameters),
            following=following,
            total=rows.count() if asked.wants_total else None,
        )

    def found(self, asked: Asked) -> "QuerySet[Any]":
        """Return what a search asks for, of the patient that it names."""
        self.patient = self._patient_asked(asked)
        self.check_may_read()
        return self.asked_rows(asked)

    def order_asked(self, asked: Asked) -> Order:
        """
        Return the order that a search asks for; what it leaves open is as without.

        It ends by what is unique, so that each page goes on where one ended.
        """
        first: dict[str, Key] = {}
        for word in asked.words("_sort"):
            key = self._sort_key(word.removeprefix("-"))
            if key.name in first:
                refuse_parameter("_sort", _("This stands twice in the address."))
            first[key.name] = replace(key, is_descending=word.startswith("-"))
        rest = [key for key in self.order.keys if key.name not in first]
        return replace(self.order, keys=(*first.values(), *rest))

    def _sort_key(self, word: str) -> Key:
        if word not in self.sorts:
            words = _("This can be sorted by: %(names)s.")
            refuse_parameter("_sort", words % {"names": ", ".join(self.sorts)})
        return self.sorts[word]

    def _patient_asked(self, asked: Asked) -> "Patient":
        ids = {*asked.ids("patient", "Patient"), *asked.ids("subject", "Patient")}
        if len(ids) != 1:
            refuse_parameter("patient", _("Name one patient: patient=Patient/<id>."))
        return people.patient_for(self.viewer, ids.pop(), at=self.at, scope=self.part)

    def asked_rows(self, asked: Asked) -> "QuerySet[Any]":
        """Return the patient's rows that a search asks for."""
        rows = self.narrowed(self.rows(), asked)
        ids = asked.ids("_id")
        return rows.filter(**{f"{self.id_column}__in": ids}) if ids else rows

    def page(
        self, rows: "QuerySet[Any]", order: Order, asked: Asked
    ) -> tuple[list[Any], str | None]:
        """Return the rows of one page, and the address of the next."""
        cursor, count = asked.one("_cursor"), asked.count
        if cursor:
            rows = _behind(rows, order, cursor)
        found = list(rows.order_by(*order.columns())[: count + 1])
        if len(found) <= count:
            return found, None
        last = order.cursor(found[count - 1])
        following = address_of(self.request, asked.parameters, _cursor=last)
        return found[:count], following

    def note_search(self) -> None:
        """Write who searched into the trail."""
        self.note_look("")

    def note_look(self, object_id: object) -> None:
        """Write who looked into the trail."""
        label = LABELS[self.kind]
        self.note(label, patient_id=self.patient.pk, object_id=object_id)

    def check_may_read(self) -> None:
        """Refuse who may see the patient and not this; by default nobody."""

    def rows(self) -> "QuerySet[Any]":
        """Return all rows of the patient that the viewer may see."""
        raise NotImplementedError

    def narrowed(self, rows: "QuerySet[Any]", asked: Asked) -> "QuerySet[Any]":
        """Return the rows that a search asks for."""
        del asked
        return rows

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return rows as resources."""
        raise NotImplementedError

    def included(self, asked: Asked, rows: Sequence[Any]) -> list[Resource]:
        """Return what a search wants beside its matches."""
        del asked, rows
        return []


def _behind(rows: "QuerySet[Any]", order: Order, cursor: str) -> "QuerySet[Any]":
    """Return the rows behind a cursor."""
    with refused_as_cursor():
        return behind(rows, order, cursor)


@contextmanager
def refused_as_cursor() -> Iterator[None]:
    """Refuse a cursor under the name that it has here."""
    try:
        yield
    except ProblemRaised as raised:
        refuse_parameter("_cursor", raised.problem.faults[0].detail)


LENIENTLY = {"Preference-Applied": "handling=lenient"}
MOST_NAMED = 10


def _not_minded(asked: Asked) -> list[Resource]:
    """Return a remark on the parameters that a lenient search left out."""
    if not asked.ignored:
        return []
    names = (quoted(each, QUOTED_LENGTH) for each in asked.ignored[:MOST_NAMED])
    words = _("These parameters are not known here and were not minded: %(names)s.")
    return [not_minded(words % {"names": ", ".join(names)})]


LABELS = {
    "Patient": "patient",
    "Observation": "result",
    "Provenance": "result",
    "Goal": "target",
    "MedicationStatement": "supplement period",
    "Consent": "consent",
    "AuditEvent": "looks",
    "DiagnosticReport": "report",
}


def one_resource(resource: Resource) -> Response:
    """Return a resource, with its version and when that was made where it has one."""
    meta = resource.get("meta")
    told = meta if isinstance(meta, dict) else {}
    headers = {}
    if version := told.get("versionId"):
        headers["ETag"] = etag(str(version))
    if changed := told.get("lastUpdated"):
        moment = datetime.fromisoformat(str(changed)).astimezone(UTC)
        headers["Last-Modified"] = format_datetime(moment, usegmt=True)
    return Response(placed(resource), headers=headers)


def address_of(request: Request, parameters: QueryDict, **more: str) -> str:
    """Return the address of a search as it was understood, with other parameters."""
    asked = [
        (name, value)
        for name in parameters
        for value in parameters.getlist(name)
        if name not in more
    ]
    query = urlencode([*asked, *more.items()])
    path = request.path.removeprefix("/fhir").removesuffix("/_search")
    return f"{base()}{path}?{query}" if query else f"{base()}{path}"


def _form(request: Any) -> QueryDict:  # noqa: ANN401 - the site's own request
    """Return the parameters that a form holds; refuse any other body."""
    charset = request.content_params.get("charset", "utf-8").lower()
    if request.content_type != FORM or charset not in {"utf-8", "utf8"}:
        words = _("A search is sent as %(type)s in UTF-8 here.")
        refuse(Kind.MEDIA_TYPE, words % {"type": FORM})
    return QueryDict(request.body, encoding="utf-8")


# Results ------------------------------------------------------------------------------


class Observations(KindView):
    """Results of the laboratory."""

    kind = "Observation"
    part = Scope.RESULTS
    reads = READS[Scope.RESULTS]
    owner = "results__chain"
    id_column = "chain"
    knows = frozenset(
        {
            *("code", "category", "date", "status", "identifier"),
            *("_lastUpdated", "_include"),
        }
    )
    order = Order(
        (
            Key("collected_on", date, is_descending=True),
            Key("entered_at", datetime, is_descending=True),
            Key("id", UUID),
        )
    )
    sorts = {
        "date": Key("collected_on", date),
        "_lastUpdated": Key("entered_at", datetime),
    }

    def rows(self) -> "QuerySet[Any]":
        """Return the results that hold now."""
        return queries.results_of(self.patient, viewer=self.viewer, at=self.at)

    def narrowed(self, rows: "QuerySet[Any]", asked: Asked) -> "QuerySet[Any]":
        """Narrow by code, category, number, day, status and when it was entered."""
        rows = rows.filter(
            day_filters(asked, "date", "collected_on"),
            moment_filters(asked, "_lastUpdated", "entered_at"),
        )
        codes = codes_asked(asked, "code", LOINC)
        if codes is not None:
            rows = rows.filter(_coded(codes))
        numbers = codes_asked(asked, "identifier", OF_NO_SYSTEM)
        if numbers is not None:
            rows = rows.filter(accession__in=numbers)
        categories = codes_asked(asked, "category", CATEGORIES)
        if categories is not None and "laboratory" not in categories:
            return rows.none()
        statuses = asked.words("status")
        if statuses:
            also = ["not-stated"] if "unknown" in statuses else []
            rows = rows.filter(status__in=[*statuses, *also])
        return rows

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return results, each with the range that judges it."""
        targets = [
            judging.target_of(row)
            for row in queries.targets_of(self.patient, viewer=self.viewer, at=self.at)
        ]
        found = judging.judged(
            rows,
            targets,
            today=self.today,
            born_on=self.patient.born_on,
            laboratories=laboratories_of(self.patient),
        )
        checks = queries.checks_of_record(self.patient)
        return [
            fhir_writing.observation(
                facts.result_facts(each, checks.get(each.row.pk, ()))
            )
            for each in found
        ]

    def included(self, asked: Asked, rows: Sequence[Any]) -> list[Resource]:
        """Return the patient, where that is asked."""
        wanted = asked.words("_include")
        for each in wanted:
            if each not in {"Observation:patient", "Observation:subject"}:
                refuse_parameter("_include", _("Observation:patient is known here."))
        if not wanted or not rows:
            return []
        return [fhir_writing.patient(facts.person_facts(self.patient))]


OF_NO_SYSTEM = ""  # the number of a sample leaves without one


def _coded(codes: Sequence[str]) -> Q:
    """Return the condition of results that leave with one of these codes."""
    found = Q(loinc__in=codes)
    for measurand in Measurand:
        for unit in allowed_units(measurand):
            if loinc_for(measurand, unit) in codes:
                plain = Q(loinc="", held_because="")
                found |= plain & Q(measurand=measurand.value, unit=unit.value)
    return found


class Provenances(KindView):
    """Who brought which version of a result in, when, and why."""

    kind = "Provenance"
    part = Scope.RESULTS
    reads = READS[Scope.RESULTS]
    owner = "results__pk"
    knows = frozenset({"target"})
    order = Order((Key("entered_at", datetime, is_descending=True), Key("id", UUID)))
    sorts = {"recorded": Key("entered_at", datetime)}

    def rows(self) -> "QuerySet[Any]":
        """Return every version of every result."""
        return queries.every_version_of(self.patient, viewer=self.viewer, at=self.at)

    def narrowed(self, rows: "QuerySet[Any]", asked: Asked) -> "QuerySet[Any]":
        """Narrow to one result."""
        targets = asked.ids("target", "Observation")
        return rows.filter(chain__in=targets) if targets else rows

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return who entered each version."""
        checks = queries.checks_of_record(self.patient)
        return [
            fhir_writing.provenance(
                facts.version_facts(row, checks=checks.get(row.pk, ())),
                id_=str(row.pk),
            )
            for row in rows
        ]


class Goals(KindView):
    """Ranges that clinicians set."""

    kind = "Goal"
    part = Scope.RESULTS
    reads = READS[Scope.RESULTS]
    owner = "targets__pk"
    order = Order((Key("starts_on", date), Key("number", int)))
    sorts = {"start-date": Key("starts_on", date)}

    def rows(self) -> "QuerySet[Any]":
        """Return every range of the patient."""
        return queries.targets_of(self.patient, viewer=self.viewer, at=self.at)

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return ranges; which one is in force is seen beside all of them."""
        wanted = {row.pk for row in rows}
        every = facts.target_facts(list(self.rows()), today=self.today)
        return [fhir_writing.goal(each) for each in every if UUID(each.id) in wanted]


# What is taken ------------------------------------------------------------------------


class MedicationStatements(KindView):
    """Supplements with their labels and days."""

    kind = "MedicationStatement"
    part = Scope.SUPPLEMENTS
    reads = READS[Scope.SUPPLEMENTS]
    owner = "periods__pk"
    knows = frozenset({"effective", "_lastUpdated"})
    order = Order((Key("starts_on", date, is_descending=True), Key("id", UUID)))
    sorts = {
        "effective": Key("starts_on", date),
        "_lastUpdated": Key("entered_at", datetime),
    }

    def rows(self) -> "QuerySet[Any]":
        """Return every period of the patient."""
        return queries.periods_of(self.patient, viewer=self.viewer, at=self.at)

    def narrowed(self, rows: "QuerySet[Any]", asked: Asked) -> "QuerySet[Any]":
        """Narrow by the first day, and by when it was entered."""
        return rows.filter(
            day_filters(asked, "effective", "starts_on"),
            moment_filters(asked, "_lastUpdated", "entered_at"),
        )

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return periods with their products."""
        return [
            fhir_writing.medication_statement(
                facts.supplement_facts(row, today=self.today)
            )
            for row in rows
        ]


# What the patient alone reads ---------------------------------------------------------


class OwnersKind(KindView):
    """Resources that only the patient reads."""

    part = Scope.RECORD
    reads = TokenScope.READ_SHARING

    def check_may_read(self) -> None:
        """Refuse everybody but the patient."""
        check_can_share(self.viewer, self.patient)


class Consents(OwnersKind):
    """Who may see the record."""

    kind = "Consent"
    owner = "consents__pk"
    order = Order((Key("starts_at", datetime, is_descending=True), Key("id", UUID)))
    sorts = {"date": Key("starts_at", datetime)}

    def rows(self) -> "QuerySet[Any]":
        """Return every consent of the patient."""
        return people.consents_of(self.patient)

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return consents, in force and past."""
        return [
            fhir_writing.consent(facts.consent_facts(row, at=self.at)) for row in rows
        ]


class AuditEvents(OwnersKind):
    """Who did what with the record."""

    kind = "AuditEvent"
    owner = "pk"
    knows = frozenset({"date"})
    order = Order((Key("at", datetime, is_descending=True), Key("id", UUID)))
    sorts = {"date": Key("at", datetime)}

    def _owner_of(self, resource_id: UUID) -> "Patient":
        own = people.own_patient(self.viewer)
        if own is None or not people.looks_at(own).filter(pk=resource_id).exists():
            raise Http404
        return own

    def rows(self) -> "QuerySet[Any]":
        """Return the whole trail of the patient."""
        return people.looks_at(self.patient)

    def narrowed(self, rows: "QuerySet[Any]", asked: Asked) -> "QuerySet[Any]":
        """Narrow by the moment."""
        return rows.filter(moment_filters(asked, "date", "at"))

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return the events."""
        return [facts.audit_event(row) for row in rows]


# Patients -----------------------------------------------------------------------------


class Patients(KindView):
    """The people whose records the viewer may see."""

    kind = "Patient"
    part = Scope.RECORD
    owner = "pk"
    knows = frozenset({"identifier", "birthdate"})
    order = Order((Key("name", str), Key("id", UUID)), is_private=True)
    sorts = {
        "name": Key("name", str),
        "birthdate": Key("born_on", date, may_be_empty=True),
    }

    def all_known(self) -> frozenset[str]:
        return self.knows | {"_sort"}

    def _patient_asked(self, asked: Asked) -> "Patient":
        raise NotImplementedError

    def found(self, asked: Asked) -> "QuerySet[Any]":
        """Return everybody who is asked for, and whom the viewer may see."""
        rows = self.narrowed(self._visible(), asked)
        ids = asked.ids("_id")
        return rows.filter(pk__in=ids) if ids else rows

    def note_search(self) -> None:
        """Write that a list of people was looked at."""
        self.note("patient list")

    def _visible(self) -> "QuerySet[Any]":
        visible = people.patients_visible_to(viewer=self.viewer, at=self.at)
        return visible.prefetch_related("numbers")

    def rows(self) -> "QuerySet[Any]":
        """Return the patient alone."""
        return self._visible().filter(pk=self.patient.pk)

    def narrowed(self, rows: "QuerySet[Any]", asked: Asked) -> "QuerySet[Any]":
        """Narrow by the number that a clinic knows, and by the birth date."""
        rows = rows.filter(day_filters(asked, "birthdate", "born_on"))
        number = asked.one("identifier")
        if not number:
            return rows
        system, bar, value = number.rpartition("|")
        rows = rows.filter(numbers__number=value)
        if not bar:
            return rows
        try:
            clinic = UUID(system.removeprefix("urn:uuid:"))
        except ValueError:
            return rows.none()
        return rows.filter(numbers__number=value, numbers__clinic_id=clinic)

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return people."""
        return [fhir_writing.patient(facts.person_facts(row)) for row in rows]


class DiagnosticReports(KindView):
    """The visit report as it is now; its id is the patient's."""

    kind = "DiagnosticReport"
    part = Scope.RESULTS
    reads = READS[Scope.RESULTS]
    owner = "pk"
    order = Order((Key("id", UUID),))

    def rows(self) -> "QuerySet[Any]":
        """Return the patient, of whom there is one report."""
        visible = people.patients_visible_to(
            viewer=self.viewer, at=self.at, scope=self.part
        )
        return visible.filter(pk=self.patient.pk)

    def told(self, rows: Sequence[Any]) -> list[Resource]:
        """Return the report; a part that is not shared says so in it."""
        if not rows:
            return []
        record = dashboards.record_of(
            self.patient, viewer=self.viewer, at=self.at, today=self.today
        )
        choice = ReportChoice(
            view=View(record.preferred_unit, Window.FIVE_YEARS),
            audience=Audience.PATIENT if record.is_own else Audience.CLINICIAN,
            is_summary=False,
        )
        report = reporting.visit_report(record, choice, at=self.at)
        chains = [each.row.chain for each in record.series]
        told = facts.report_facts(self.patient, report_text(report), chains, at=self.at)
        return [fhir_writing.diagnostic_report(told)]


# Everything ---------------------------------------------------------------------------

PARTS: tuple[tuple[type[KindView], Scope], ...] = (
    (Observations, Scope.RESULTS),
    (Provenances, Scope.RESULTS),
    (Goals, Scope.RESULTS),
    (MedicationStatements, Scope.SUPPLEMENTS),
)


class Everything(FhirView):
    """All of one patient's record that the viewer may see."""

    def get(self, request: Request, patient_id: UUID) -> Response:
        """Return it as one bundle, with a remark for each part that is not in it."""
        asked_of(request.query_params, (), always=ALONE)
        patient = people.patient_for(self.viewer, patient_id, at=self.at)
        scopes = people.scopes_for(self.viewer, patient, at=self.at)
        found = [fhir_writing.patient(facts.person_facts(patient))]
        remarks = [
            left_out(_("Not shared with you: %(part)s.") % {"part": scope.value})
            for scope in (Scope.RESULTS, Scope.SUPPLEMENTS)
            if scope not in scopes
        ]
        for kind, scope in PARTS:
            if scope in scopes:
                found += self._all(kind, patient)
        token = self.viewer.token
        reads_sharing = token is None or TokenScope.READ_SHARING in token.scopes
        if reads_sharing and can_share(self.viewer, patient):
            found += self._all(Consents, patient)
        self.note("patient", patient_id=patient.pk, object_id=patient.pk)
        address = address_of(request, request.query_params)
        return Response(searchset(found, outcomes=remarks, address=address))

    def _all(self, kind: type[KindView], patient: "Patient") -> list[Resource]:
        view = kind()
        view.request, view.patient = self.request, patient
        rows = list(view.rows().order_by(*view.order.columns()))
        return view.told(rows)
