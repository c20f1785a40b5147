"""Addresses of results, supplements and ranges; all of them under one patient."""

from django.urls import include, path

from labs.views import result_page, results, supplements, targets

result_urls = [
    path("new/", results.add, name="result_add"),
    path("new/other/", results.add_other, name="result_add_other"),
    path("echo/", results.echo, name="result_echo"),
    path("<uuid:result_id>/", result_page.read, name="result"),
    path("<uuid:result_id>/correct/", results.correct, name="result_correct"),
    path("<uuid:result_id>/void/", results.void, name="result_void"),
]
supplement_urls = [
    path("new/", supplements.add, name="supplement_add"),
    path("<uuid:period_id>/end/", supplements.end, name="supplement_end"),
]
target_urls = [path("new/", targets.add, name="target_add")]

urlpatterns = [
    path("patients/<uuid:patient_id>/results/", include(result_urls)),
    path("patients/<uuid:patient_id>/supplements/", include(supplement_urls)),
    path("patients/<uuid:patient_id>/targets/", include(target_urls)),
]
