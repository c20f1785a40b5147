"""Addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from tracker.views import batches, charts, home, jobs, patients, reports, shared

patient_urls = [
    path("", patients.patient, name="patient"),
    path("chart.svg", charts.svg, name="chart_svg"),
    path("chart.pdf", charts.pdf, name="chart_pdf"),
    path("chart.png", charts.png, name="chart_png"),
    path("report/", reports.choose, name="report"),
    path("report.pdf", reports.pdf, name="report_pdf"),
    path("report.txt", reports.text, name="report_text"),
    path("anticoagulation.pdf", reports.anticoagulation, name="anticoagulation_pdf"),
]

job_urls = [
    path("", jobs.page, name="jobs"),
    path("<uuid:job_id>/", jobs.job, name="job"),
    path("<uuid:job_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("<uuid:job_id>/file/", jobs.file, name="job_file"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("patients/", patients.patients, name="patients"),
    path("patients/<uuid:patient_id>/", include(patient_urls)),
    path("reports/", batches.page, name="report_batch"),
    path("jobs/", include(job_urls)),
    path("shared/report/", shared.report, name="share_report"),
    path("shared/report.pdf", shared.pdf, name="share_report_pdf"),
    path("", include("accounts.urls")),
    path("", include("labs.urls")),
    path("account/", include("allauth.urls")),
]

handler400 = "tracker.views.refusals.bad_request"
