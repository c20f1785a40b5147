"""Addresses for programs, first version."""

from django.urls import include, path

from tracker.api import description, files

file_urls = [
    path("chart", files.ChartNumbers.as_view(), name="api_chart"),
    path("chart.svg", files.ChartSvg.as_view(), name="api_chart_svg"),
    path("chart.png", files.ChartPng.as_view(), name="api_chart_png"),
    path("chart.pdf", files.ChartPdf.as_view(), name="api_chart_pdf"),
    path("report.pdf", files.ReportPdf.as_view(), name="api_report_pdf"),
    path("report.txt", files.ReportText.as_view(), name="api_report_text"),
    path(
        "anticoagulation.pdf",
        files.AnticoagulationPdf.as_view(),
        name="api_anticoagulation_pdf",
    ),
]

urlpatterns = [
    path("schema", description.Schema.as_view(), name="api_schema"),
    path("docs", description.Docs.as_view(), name="api_docs"),
    path("", include("accounts.api.urls")),
    path("patients/<uuid:patient_id>/", include("labs.api.urls")),
    path("patients/<uuid:patient_id>/", include(file_urls)),
]
