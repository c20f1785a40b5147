"""Addresses of results, supplements, health facts and ranges of one patient."""

from django.urls import include, path

from labs.views import (
    catalogue,
    confirming,
    entering,
    events,
    glossary,
    health,
    intakes,
    label_files,
    laboratories,
    matrix,
    medicine_lists,
    pauses,
    plans,
    precautions,
    range_templates,
    report_files,
    result_page,
    results,
    starting,
    supplements,
    targets,
    visit_questions,
)

result_urls = [
    path("new/", entering.add, name="result_add"),
    path("matrix/", matrix.page, name="matrix"),
    path("echo/", results.echo, name="result_echo"),
    path("<uuid:result_id>/", result_page.read, name="result"),
    path("<uuid:result_id>/correct/", results.correct, name="result_correct"),
    path("<uuid:result_id>/confirm/", confirming.confirm, name="result_confirm"),
    path("<uuid:result_id>/void/", results.void, name="result_void"),
    path("<uuid:result_id>/report/", report_files.add, name="report_file_add"),
    path("<uuid:result_id>/checked/", report_files.check, name="result_check"),
    path("<uuid:result_id>/undo/", results.undo, name="result_undo"),
]
report_file_urls = [
    path("<uuid:file_id>/", report_files.download, name="report_file"),
    path(
        "<uuid:file_id>/withdraw/", report_files.withdraw, name="report_file_withdraw"
    ),
]
supplement_urls = [
    path("new/", supplements.add, name="supplement_add"),
    path("labels/", label_files.for_patient, name="label_file"),
    path("<uuid:period_id>/end/", supplements.end, name="supplement_end"),
    path("<uuid:period_id>/pause/", pauses.pause, name="supplement_pause"),
    path("<uuid:period_id>/resume/", pauses.resume, name="supplement_resume"),
    path("<uuid:period_id>/change/", pauses.change, name="supplement_change"),
]
medicine_urls = [path("list/", medicine_lists.add, name="medicine_list")]
plan_urls = [
    path("new/", plans.add, name="plan_add"),
    path("<uuid:plan_id>/end/", plans.end, name="plan_end"),
]
intake_urls = [
    path("", intakes.page, name="intakes"),
    path("<uuid:period_id>/", intakes.log, name="intake_log"),
    path("<uuid:period_id>/week/", intakes.log_week, name="intake_week"),
    path("<uuid:intake_id>/undo/", intakes.undo, name="intake_undo"),
]
health_urls = [
    path("", health.questions, name="health"),
    path("<uuid:fact_id>/end/", health.end, name="health_end"),
    path("<uuid:fact_id>/confirm/", health.confirm, name="health_confirm"),
]
start_urls = [
    path("health/", starting.health, name="start_health"),
    path("result/", starting.result, name="start_result"),
]
precaution_urls = [
    path("acknowledge/", precautions.acknowledge, name="precaution_acknowledge"),
]
event_urls = [
    path("", events.page, name="events"),
    path("<uuid:event_id>/end/", events.end, name="event_end"),
    path("<uuid:event_id>/withdraw/", events.withdraw, name="event_withdraw"),
]
question_urls = [
    path("", visit_questions.page, name="visit_questions"),
    path("<uuid:question_id>/", visit_questions.change, name="visit_question_change"),
    path(
        "<uuid:question_id>/remove/",
        visit_questions.remove,
        name="visit_question_remove",
    ),
]
target_urls = [
    path("", targets.history, name="target_history"),
    path("new/", targets.add, name="target_add"),
    path("<uuid:target_id>/undo/", targets.take_back, name="target_take_back"),
]

laboratory_urls = [
    path("", laboratories.page, name="laboratories"),
    path("names/new/", laboratories.add_alias, name="laboratory_alias"),
    path(
        "imprecision/new/", laboratories.add_imprecision, name="laboratory_imprecision"
    ),
    path("totals/new/", laboratories.confirm_total, name="laboratory_total"),
    path("<uuid:knowledge_id>/end/", laboratories.end, name="laboratory_end"),
]

catalogue_urls = [
    path("", catalogue.page, name="catalogue"),
    path("new/", catalogue.add, name="catalogue_add"),
    path("file/", label_files.for_clinic, name="catalogue_file"),
    path("<uuid:label_id>/change/", catalogue.change, name="catalogue_change"),
    path("<uuid:label_id>/withdraw/", catalogue.withdraw, name="catalogue_withdraw"),
]

range_template_urls = [
    path("", range_templates.page, name="range_templates"),
    path("new/", range_templates.add, name="range_template_add"),
    path(
        "<uuid:template_id>/change/",
        range_templates.change,
        name="range_template_change",
    ),
    path(
        "<uuid:template_id>/retire/",
        range_templates.retire,
        name="range_template_retire",
    ),
]

urlpatterns = [
    path("glossary/", glossary.page, name="glossary"),
    path("clinics/<uuid:clinic_id>/laboratories/", include(laboratory_urls)),
    path("clinics/<uuid:clinic_id>/labels/", include(catalogue_urls)),
    path("clinics/<uuid:clinic_id>/ranges/", include(range_template_urls)),
    path("patients/<uuid:patient_id>/results/", include(result_urls)),
    path("patients/<uuid:patient_id>/report-files/", include(report_file_urls)),
    path("patients/<uuid:patient_id>/supplements/", include(supplement_urls)),
    path("patients/<uuid:patient_id>/medicines/", include(medicine_urls)),
    path("patients/<uuid:patient_id>/plans/", include(plan_urls)),
    path("patients/<uuid:patient_id>/intakes/", include(intake_urls)),
    path("patients/<uuid:patient_id>/health/", include(health_urls)),
    path("patients/<uuid:patient_id>/start/", include(start_urls)),
    path("patients/<uuid:patient_id>/precautions/", include(precaution_urls)),
    path("patients/<uuid:patient_id>/targets/", include(target_urls)),
    path("patients/<uuid:patient_id>/notes/", include(event_urls)),
    path("patients/<uuid:patient_id>/questions/", include(question_urls)),
]
