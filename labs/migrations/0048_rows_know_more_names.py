"""
Let every row of the list be drawn anew: more names of vitamin K and medicines are known.

The page reads them when it is opened; rows that stand would wait for the next write.
"""

from importlib import import_module

from django.db import migrations

SAFE_BECAUSE = (
    "Of each row of the list one time is written, so that a task draws the row anew, as "
    "when what laboratories mean changes."
)

DRAWN_ANEW = import_module("labs.migrations.0020_worklists_know_laboratories").DRAWN_ANEW


class Migration(migrations.Migration):
    dependencies = [("labs", "0047_two_samples_of_one_day")]

    operations = [migrations.RunSQL(DRAWN_ANEW, DRAWN_ANEW)]
