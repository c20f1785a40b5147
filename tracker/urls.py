"""Addresses of the site."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from tracker.admin import site as operators_site
from tracker.views import (
    batches,
    charts,
    clinic_overview,
    example,
    exports,
    home,
    imports,
    installing,
    jobs,
    joining,
    mails,
    moving,
    patients,
    policy_reports,
    reports,
    shared,
    styleguide,
    trail,
)
from tracker.views.messages import choose, recipients
from tracker.views.ranges_together import ranges_together, set_together, take_back
from tracker.views.worklist import (
    note,
    panel,
    retest,
    review,
    save_view,
    tag,
    undo,
    worklist,
)

patient_urls = [
    path("", patients.patient, name="patient"),
    path("export/", exports.page, name="export"),
    path("export/results.csv", exports.results_table, name="export_results"),
    path("export/record.fhir.json", exports.fhir_bundle, name="export_fhir"),
    path("export/record.json", exports.everything_as_json, name="export_json"),
    path("export/record.zip", exports.everything, name="export_archive"),
    path("import/", imports.record, name="import_record"),
    path("messages/", choose, name="messages_choose"),
    path("chart.svg", charts.svg, name="chart_svg"),
    path("chart.pdf", charts.pdf, name="chart_pdf"),
    path("chart.png", charts.png, name="chart_png"),
    path("report/", reports.choose, name="report"),
    path("looks.csv", trail.table, name="looks_csv"),
    path("report.pdf", reports.pdf, name="report_pdf"),
    path("report.txt", reports.text, name="report_text"),
    path("anticoagulation.pdf", reports.anticoagulation, name="anticoagulation_pdf"),
    path("results/<uuid:result_id>/move/", moving.move, name="result_move"),
    path("join/", joining.join, name="record_join"),
    path("joins/<uuid:join_id>/undo/", joining.part, name="record_part"),
    path("moves/<uuid:move_id>/undo/", moving.undo, name="result_move_undo"),
]

import_urls = [
    path("template.csv", imports.template, name="import_template"),
    path("<uuid:batch_id>/", imports.batch, name="import_batch"),
    path("<uuid:batch_id>/answer/", imports.answer, name="import_answer"),
    path("<uuid:batch_id>/save/", imports.save, name="import_save"),
    path("<uuid:batch_id>/keep/", imports.keep, name="import_keep"),
    path("<uuid:batch_id>/undo/", imports.undo, name="import_undo"),
    path("<uuid:batch_id>/discard/", imports.discard, name="import_discard"),
    path("<uuid:batch_id>/refused.csv", imports.refused, name="import_refused"),
]
job_urls = [
    path("", jobs.page, name="jobs"),
    path("<uuid:job_id>/", jobs.job, name="job"),
    path("<uuid:job_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("<uuid:job_id>/file/", jobs.file, name="job_file"),
]
worklist_urls = [
    path("", worklist, name="worklist"),
    path("review/", review, name="worklist_review"),
    path("undo/", undo, name="worklist_undo"),
    path("views/", save_view, name="worklist_view"),
    path("messages/", recipients, name="worklist_messages"),
    path("ranges/", ranges_together, name="ranges_together"),
    path("ranges/<uuid:together_id>/", set_together, name="ranges_set_together"),
    path("ranges/<uuid:together_id>/undo/", take_back, name="ranges_take_back"),
    path("<uuid:patient_id>/", panel, name="worklist_panel"),
    path("<uuid:patient_id>/note/", note, name="worklist_note"),
    path("<uuid:patient_id>/retest/", retest, name="worklist_retest"),
    path("<uuid:patient_id>/tag/", tag, name="worklist_tag"),
]

install_urls = [
    path("manifest.webmanifest", installing.manifest, name="app_manifest"),
    path("service-worker.js", installing.worker, name="service_worker"),
    path("offline/", installing.offline, name="offline"),
    path("icons/<slug:icon_name>.png", installing.icon, name="app_icon"),
]

# For those who build the site, on their own machine alone.
development_urls = [
    path("mails/", mails.mails, name="mails"),
    path("mails/<path:mail_name>/", mails.mail, name="mail"),
]

overview_urls = [
    path("", clinic_overview.page, name="clinic_overview"),
    path("overview.csv", clinic_overview.table, name="clinic_overview_csv"),
    path("overview.pdf", clinic_overview.pdf, name="clinic_overview_pdf"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include(install_urls)),
    path("example/", example.page, name="example"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("worklist/", include(worklist_urls)),
    path("patients/", patients.patients, name="patients"),
    path("patients/<uuid:patient_id>/", include(patient_urls)),
    path("reports/", batches.page, name="report_batch"),
    path("jobs/", include(job_urls)),
    path("shared/report/", shared.report, name="share_report"),
    path("shared/report.pdf", shared.pdf, name="share_report_pdf"),
    path("clinics/<uuid:clinic_id>/export/", exports.clinic, name="export_clinic"),
    path(
        "clinics/<uuid:clinic_id>/export/<uuid:asked_id>/",
        exports.answer,
        name="export_request",
    ),
    path("clinics/<uuid:clinic_id>/overview/", include(overview_urls)),
    path("imports/", include(import_urls)),
    path("clinics/<uuid:clinic_id>/imports/", imports.clinic, name="import_clinic"),
    path("policy-reports/", policy_reports.take, name="policy_reports"),
    path("operators/", operators_site.urls),
    path("", include("accounts.urls")),
    path("", include("labs.urls")),
    path("account/", include("allauth.urls")),
    path("api/v1/", include("tracker.api.urls")),
    path("fhir/", include("tracker.fhir.urls")),
]

if settings.IS_LOCAL:
    urlpatterns += development_urls

handler400 = "tracker.views.refusals.bad_request"
handler403 = "tracker.views.refusals.forbidden"
handler404 = "tracker.views.refusals.not_found"
handler500 = "tracker.views.refusals.failed"
