"""Charts and reports for programs: the very files of the pages, and the numbers."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import BINARY, Read, documented
from accounts.api.fields import Parameters, asked_for
from accounts.api.rendering import renderer
from accounts.api.views import PatientView, ResultsView, SupplementsView
from accounts.domain.audit import Action
from accounts.services import replicas
from labs.domain.limits import Position
from tracker.charts.values import TrendPoint
from tracker.presenters import Asked, chart_file, in_sight_since, view_from
from tracker.reports.plain_text import report_text
from tracker.reports.values import Paper, Report
from tracker.reports.visit_report import report_pdf
from tracker.services import (
    chart_records,
    charting,
    dashboards,
    measuring,
    reporting,
)
from tracker.services.chart_views import Window
from tracker.services.dashboards import Record, Unjudged
from tracker.services.report_choices import Audience, ReportChoice

UNITS = {"ng/mL": "ng", "nmol/L": "nmol"}


SVG = renderer("image/svg+xml", "svg")
PNG = renderer("image/png", "png")
PDF = renderer("application/pdf", "pdf")
TEXT = renderer("text/plain", "txt")
CSV = renderer("text/csv", "csv")
ZIP = renderer("application/zip", "zip")


class ChartParameters(Parameters):
    """Which chart."""

    unit = serializers.ChoiceField(
        choices=list(UNITS), required=False, help_text="The record's own if not said."
    )
    range = serializers.ChoiceField(
        choices=[each.value for each in Window], required=False
    )


class ReportParameters(ChartParameters):
    """Which report."""

    paper = serializers.ChoiceField(
        choices=[each.value for each in Paper], required=False
    )
    part = serializers.ChoiceField(choices=["summary"], required=False)


class PointOut(Read):
    """One result as it is drawn."""

    result_id = serializers.UUIDField()
    collected_on = serializers.DateField()
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    comparator = serializers.CharField(allow_null=True)
    position = serializers.ChoiceField(choices=[each.value for each in Position])
    detail = serializers.CharField()
    is_preliminary = serializers.BooleanField()
    segment = serializers.IntegerField(
        help_text="Points of one segment may be joined by a line; others never."
    )


class StepOut(Read):
    """The range in force in a span of days."""

    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class BoundaryOut(Read):
    """A day across which results may not be joined, and why."""

    on = serializers.DateField()
    words = serializers.CharField()


class ChartOut(Read):
    """The numbers of the trend chart."""

    unit = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    points = PointOut(many=True)
    ranges = StepOut(many=True)
    boundaries = BoundaryOut(many=True)
    description = serializers.CharField(allow_blank=True)
    notes = serializers.ListField(child=serializers.CharField())


class ChartView(ResultsView):
    """An address of the chart."""

    described: ClassVar[bool] = False

    def read(self, wanted: Asked) -> Unjudged:
        """Note that the chart is taken, and only then read what it is made from."""
        noted = self.note("chart", action=Action.EXPORTED, object_id=self.patient.pk)
        # Segments are numbered through the whole series, and programs are told that.
        since = None if self.described else in_sight_since(wanted, today=self.today)
        return replicas.read(
            lambda: chart_records.unjudged_of(
                self.patient,
                viewer=self.viewer,
                at=self.at,
                today=self.today,
                since=since,
            ),
            viewer=self.viewer,
            noted=noted,
        )


def _record(view: PatientView) -> Record:
    return dashboards.record_of(
        view.patient, viewer=view.viewer, at=view.at, today=view.today
    )


def _asked(asked: dict[str, Any]) -> Asked:
    unit = UNITS.get(asked.get("unit", ""), "")
    return Asked(unit=unit, window=asked.get("range", ""), rows="all")


def file_answer(content: bytes, media: str, name: str) -> HttpResponse:
    """Return a file whose name says what it is, not whose."""
    answer = HttpResponse(content, content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class ChartNumbers(ChartView):
    """The numbers of the chart."""

    described = True

    @documented(
        operation="chart_numbers",
        tag="Charts",
        asks=ChartParameters,
        answers={200: ChartOut},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Return what the chart draws, as numbers."""
        del patient_id
        wanted = _asked(asked_for(ChartParameters, request.query_params))
        record = self.read(wanted).judged()
        chart = charting.trend(
            record, view_from(record, wanted), identified=True, made_at=self.at
        )
        return Response(
            {
                "unit": chart.unit,
                "starts_on": chart.starts_on,
                "ends_on": chart.ends_on,
                "points": [_point(each) for each in chart.points],
                "ranges": [
                    {
                        "low": each.low,
                        "high": each.high,
                        "starts_on": each.starts_on,
                        "ends_on": each.ends_on,
                    }
                    for each in chart.targets
                ],
                "boundaries": [asdict(each) for each in chart.boundaries],
                "description": chart.description,
                "notes": chart.notes,
            }
        )


def _point(point: TrendPoint) -> dict[str, Any]:
    names = (
        "result_id",
        "collected_on",
        "value",
        "label",
        "comparator",
        "position",
        "detail",
        "segment",
    )
    told = {name: getattr(point, name) for name in names}
    return {**told, "is_preliminary": point.hollow}


def _chart_file(kind: type[BaseRenderer], name: str) -> type[ChartView]:
    """Return the address of the chart as one kind of file."""
    media = str(kind.media_type)

    class ChartFile(ChartView):
        renderer_classes = [kind]

        @documented(
            operation=f"chart_{name}",
            tag="Charts",
            asks=ChartParameters,
            answers={(200, media): BINARY},
        )
        def get(self, request: Request, patient_id: UUID) -> HttpResponse:
            """Return the trend chart as a file."""
            del patient_id
            wanted = _asked(asked_for(ChartParameters, request.query_params))
            content = chart_file(self.read(wanted), wanted, kind=name, at=self.at)
            called = f"vitamin-d-trend-{self.today.isoformat()}.{name}"
            return file_answer(content, media, called)

    return ChartFile


ChartSvg = _chart_file(SVG, "svg")
ChartPng = _chart_file(PNG, "png")
ChartPdf = _chart_file(PDF, "pdf")


# Reports ------------------------------------------------------------------------------


def _choice(record: Record, asked: dict[str, Any]) -> ReportChoice:
    return ReportChoice(
        view=view_from(record, _asked(asked)),
        audience=Audience.PATIENT if record.is_own else Audience.CLINICIAN,
        is_summary=asked.get("part") == "summary",
    )


def _report(
    view: PatientView, asked: dict[str, Any], write: Callable[..., Report]
) -> tuple[Record, Report]:
    """Note that it is taken, and only then read what is written."""

    def written() -> tuple[Record, Report]:
        record = _record(view)
        return record, write(record, _choice(record, asked), at=view.at)

    noted = view.note("report", action=Action.EXPORTED, object_id=view.patient.pk)
    return replicas.read(written, viewer=view.viewer, noted=noted)


def _paper(asked: dict[str, Any]) -> Paper:
    return Paper(asked["paper"]) if "paper" in asked else Paper.A4


class ReportPdf(PatientView):
    """The visit report as PDF."""

    renderer_classes = [PDF]

    @documented(
        operation="report_pdf",
        is_scoped=False,
        tag="Reports",
        asks=ReportParameters,
        answers={(200, "application/pdf"): BINARY},
    )
    def get(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Return the visit report; a part that is not shared says so in it."""
        del patient_id
        asked = asked_for(ReportParameters, request.query_params)
        record, report = _report(self, asked, reporting.visit_report)
        with measuring.rendering("report"):
            content = report_pdf(report, paper=_paper(asked))
        called = f"visit-report-{record.today.isoformat()}.pdf"
        return file_answer(content, "application/pdf", called)


class ReportText(PatientView):
    """The visit report as plain text."""

    renderer_classes = [TEXT]

    @documented(
        operation="report_text",
        is_scoped=False,
        tag="Reports",
        asks=ReportParameters,
        answers={(200, "text/plain"): str},
    )
    def get(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Return the visit report as plain text, to be copied."""
        del patient_id
        asked = asked_for(ReportParameters, request.query_params)
        _, report = _report(self, asked, reporting.visit_report)
        return HttpResponse(
            report_text(report), content_type="text/plain; charset=utf-8"
        )


class AnticoagulationPdf(SupplementsView):
    """The sheet for the clinic that checks the INR."""

    renderer_classes = [PDF]

    @documented(
        operation="anticoagulation_pdf",
        tag="Reports",
        asks=ReportParameters,
        answers={(200, "application/pdf"): BINARY},
    )
    def get(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Return each product with vitamin K, on one page."""
        del patient_id
        asked = asked_for(ReportParameters, request.query_params)
        record, sheet = _report(self, asked, reporting.anticoagulation_sheet)
        with measuring.rendering("report"):
            content = report_pdf(sheet, paper=_paper(asked))
        called = f"vitamin-k-sheet-{record.today.isoformat()}.pdf"
        return file_answer(content, "application/pdf", called)
