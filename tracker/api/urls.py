"""Addresses for programs, first version."""

from django.urls import include, path

from labs.api import range_templates, ranges_together
from tracker.api import description, exports, files, imports, jobs, moving, worklist

file_urls = [
    path("reviews", worklist.Reviews.as_view(), name="api_reviews"),
    path("notes", worklist.Notes.as_view(), name="api_notes"),
    path("retests", worklist.Retests.as_view(), name="api_retests"),
    path(
        "retests/<uuid:retest_id>/ending",
        worklist.RetestEnding.as_view(),
        name="api_retest_ending",
    ),
    path("imports", imports.RecordImports.as_view(), name="api_record_imports"),
    path(
        "export/results.csv",
        exports.ExportedResults.as_view(),
        name="api_export_results",
    ),
    path(
        "export/record.fhir.json",
        exports.ExportedFhir.as_view(),
        name="api_export_fhir",
    ),
    path("export/record.json", exports.ExportedJson.as_view(), name="api_export_json"),
    path(
        "export/record.zip",
        exports.ExportedArchive.as_view(),
        name="api_export_archive",
    ),
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

import_urls = [
    path("<uuid:batch_id>", imports.Import.as_view(), name="api_import"),
    path("<uuid:batch_id>/rows", imports.ImportRows.as_view(), name="api_import_rows"),
    path(
        "<uuid:batch_id>/refused.csv",
        imports.ImportRefusedRows.as_view(),
        name="api_import_refused",
    ),
    path(
        "<uuid:batch_id>/answers",
        imports.ImportAnswers.as_view(),
        name="api_import_answers",
    ),
    path(
        "<uuid:batch_id>/saving",
        imports.ImportSaving.as_view(),
        name="api_import_saving",
    ),
    path(
        "<uuid:batch_id>/undoing",
        imports.ImportUndoing.as_view(),
        name="api_import_undoing",
    ),
    path(
        "<uuid:batch_id>/discarding",
        imports.ImportDiscarding.as_view(),
        name="api_import_discarding",
    ),
]

job_urls = [
    path("jobs", jobs.Jobs.as_view(), name="api_jobs"),
    path("jobs/<uuid:job_id>", jobs.OneJob.as_view(), name="api_job"),
    path(
        "jobs/<uuid:job_id>/cancellation",
        jobs.JobCancellation.as_view(),
        name="api_job_cancellation",
    ),
    path("jobs/<uuid:job_id>/file", jobs.JobFile.as_view(), name="api_job_file"),
]

clinic_urls = [
    path("worklist", worklist.WorklistRows.as_view(), name="api_worklist"),
    path("reviews", worklist.Reviewing.as_view(), name="api_reviewing"),
    path(
        "reviews/<uuid:entry_id>/undoing",
        worklist.ReviewUndoing.as_view(),
        name="api_review_undoing",
    ),
    path("ranges", ranges_together.Together.as_view(), name="api_ranges_together"),
    path(
        "ranges/looking",
        ranges_together.TogetherLook.as_view(),
        name="api_ranges_looking",
    ),
    path(
        "ranges/<uuid:together_id>",
        ranges_together.SetTogether.as_view(),
        name="api_ranges_set_together",
    ),
    path(
        "ranges/<uuid:together_id>/undoing",
        ranges_together.TogetherUndoing.as_view(),
        name="api_ranges_undoing",
    ),
    path(
        "range-templates",
        range_templates.Templates.as_view(),
        name="api_range_templates",
    ),
    path(
        "range-templates/<uuid:template_id>",
        range_templates.OneTemplate.as_view(),
        name="api_range_template",
    ),
    path(
        "range-templates/<uuid:template_id>/change",
        range_templates.TemplateChange.as_view(),
        name="api_range_template_change",
    ),
    path(
        "range-templates/<uuid:template_id>/retirement",
        range_templates.TemplateRetirement.as_view(),
        name="api_range_template_retirement",
    ),
    path("exports", jobs.ClinicExports.as_view(), name="api_clinic_exports"),
    path("reports", jobs.ClinicReports.as_view(), name="api_clinic_reports"),
    path("imports", imports.ClinicImports.as_view(), name="api_clinic_imports"),
]

move_urls = [
    path(
        "results/<uuid:result_id>/moves",
        moving.Moves.as_view(),
        name="api_result_moves",
    ),
    path(
        "moves/<uuid:move_id>/undoing",
        moving.MoveUndoing.as_view(),
        name="api_move_undoing",
    ),
]

urlpatterns = [
    path("", description.Index.as_view(), name="api_index"),
    path("schema", description.Schema.as_view(), name="api_schema"),
    path("docs", description.Docs.as_view(), name="api_docs"),
    path("", include("accounts.api.urls")),
    path("patients/<uuid:patient_id>/", include("labs.api.urls")),
    path("patients/<uuid:patient_id>/", include(file_urls)),
    path("patients/<uuid:patient_id>/", include(move_urls)),
    path("imports/", include(import_urls)),
    path("", include(job_urls)),
    path("clinics/<uuid:clinic_id>/", include(clinic_urls)),
]
