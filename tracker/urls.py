"""Addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from tracker.views import charts, home, patients

patient_urls = [
    path("", patients.patient, name="patient"),
    path("chart.svg", charts.svg, name="chart_svg"),
    path("chart.pdf", charts.pdf, name="chart_pdf"),
    path("chart.png", charts.png, name="chart_png"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("patients/", patients.patients, name="patients"),
    path("patients/<uuid:patient_id>/", include(patient_urls)),
    path("", include("accounts.urls")),
    path("", include("labs.urls")),
    path("account/", include("allauth.urls")),
]
