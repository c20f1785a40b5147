"""Addresses of results, ranges, supplements and health facts for programs."""

from django.urls import path

from labs.api import (
    health,
    intakes,
    report_files,
    results,
    supplements,
    tags,
    targets,
)

result_urls = [
    path("results", results.Results.as_view(), name="api_results"),
    path("results/batch", results.ResultBatch.as_view(), name="api_result_batch"),
    path("results/<uuid:result_id>", results.Result.as_view(), name="api_result"),
    path(
        "results/<uuid:result_id>/versions",
        results.Versions.as_view(),
        name="api_result_versions",
    ),
    path(
        "results/<uuid:result_id>/corrections",
        results.Corrections.as_view(),
        name="api_result_corrections",
    ),
    path(
        "results/<uuid:result_id>/withdrawal",
        results.Withdrawal.as_view(),
        name="api_result_withdrawal",
    ),
    path(
        "results/<uuid:result_id>/files",
        report_files.ResultFiles.as_view(),
        name="api_result_files",
    ),
    path(
        "files/<uuid:file_id>",
        report_files.OneReportFile.as_view(),
        name="api_report_file",
    ),
    path(
        "files/<uuid:file_id>/removal",
        report_files.ReportFileRemoval.as_view(),
        name="api_report_file_removal",
    ),
]

other_urls = [
    path("ranges", targets.Targets.as_view(), name="api_targets"),
    path(
        "ranges/<uuid:target_id>/undoing",
        targets.TargetUndoing.as_view(),
        name="api_target_undoing",
    ),
    path("health", health.Topics.as_view(), name="api_health"),
    path(
        "health/<uuid:fact_id>/confirmation",
        health.Confirmation.as_view(),
        name="api_health_confirmation",
    ),
    path("tags", tags.Tags.as_view(), name="api_tags"),
    path("tags/removal", tags.TagRemoval.as_view(), name="api_tag_removal"),
    path("precautions", health.Precautions.as_view(), name="api_precautions"),
    path(
        "precautions/acknowledgements",
        health.Acknowledgements.as_view(),
        name="api_acknowledgements",
    ),
]

supplement_urls = [
    path("products", supplements.Products.as_view(), name="api_products"),
    path("periods", supplements.Periods.as_view(), name="api_periods"),
    path("periods/<uuid:period_id>", supplements.Period.as_view(), name="api_period"),
    path(
        "periods/<uuid:period_id>/ending",
        supplements.Ending.as_view(),
        name="api_period_ending",
    ),
    path(
        "periods/<uuid:period_id>/pauses",
        supplements.Pauses.as_view(),
        name="api_period_pauses",
    ),
    path(
        "periods/<uuid:period_id>/resumption",
        supplements.Resumption.as_view(),
        name="api_period_resumption",
    ),
    path(
        "periods/<uuid:period_id>/change",
        supplements.Change.as_view(),
        name="api_period_change",
    ),
    path("intakes", intakes.Intakes.as_view(), name="api_intakes"),
    path(
        "intakes/<uuid:intake_id>/undoing",
        intakes.Undoing.as_view(),
        name="api_intake_undoing",
    ),
]

urlpatterns = [*result_urls, *other_urls, *supplement_urls]
