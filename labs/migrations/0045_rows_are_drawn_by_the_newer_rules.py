"""
Let every row of the list be drawn anew.

Which rows are reviewed by themselves, and what a low eGFR alone tells, are decided when
a row is drawn: those that stand would wait for the next write about their patient.
"""

from importlib import import_module

from django.db import migrations

SAFE_BECAUSE = (
    "Of each row of the list one time is written, so that a task draws the row anew, as "
    "when what laboratories mean changes."
)

DRAWN_ANEW = import_module("labs.migrations.0020_worklists_know_laboratories").DRAWN_ANEW


class Migration(migrations.Migration):
    dependencies = [("labs", "0044_cancelled_results_do_not_stand")]

    operations = [migrations.RunSQL(DRAWN_ANEW, DRAWN_ANEW)]
