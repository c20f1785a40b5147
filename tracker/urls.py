"""Addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from tracker.views import charts, home, patients, reports

patient_urls = [
    path("", patients.patient, name="patient"),
    path("chart.svg", charts.svg, name="chart_svg"),
    path("chart.pdf", charts.pdf, name="chart_pdf"),
    path("chart.png", charts.png, name="chart_png"),
    path("report.pdf", reports.pdf, name="report_pdf"),
    path("report.txt", reports.text, name="report_text"),
    path("anticoagulation.pdf", reports.anticoagulation, name="anticoagulation_pdf"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("patients/", patients.patients, name="patients"),
    path("patients/<uuid:patient_id>/", include(patient_urls)),
    path("", include("accounts.urls")),
    path("", include("labs.urls")),
    path("account/", include("allauth.urls")),
]

handler400 = "tracker.views.refusals.bad_request"
