"""A web process leaves what it has loaded out of the search for garbage."""

import os
import subprocess
import sys

from django.conf import settings

TOLD = """
import gc, sys, tracker.wsgi
print(gc.get_freeze_count(), gc.get_threshold()[0])
print("tracker.views.charts" in sys.modules)
"""
WHAT_DJANGO_ALONE_LOADS = 100_000


def test_a_web_process_looks_for_garbage_among_young_objects_alone() -> None:
    """What the process has loaded is never looked through, pages' code included."""
    told = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-W", "ignore", "-c", TOLD],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()

    left_out, young, pages = told
    assert int(left_out) > WHAT_DJANGO_ALONE_LOADS
    assert int(young) > 10_000
    assert pages == "True"
