"""
Let every row of the list be drawn anew: what is urgent by the range of the sample's day.

And what was reviewed and holds no longer. Rows that stand would wait for the next write.
"""

from importlib import import_module

from django.db import migrations

SAFE_BECAUSE = (
    "Of each row of the list one time is written, so that a task draws the row anew, as "
    "when what laboratories mean changes."
)

DRAWN_ANEW = import_module("labs.migrations.0020_worklists_know_laboratories").DRAWN_ANEW


class Migration(migrations.Migration):
    dependencies = [("labs", "0054_notices_and_moves_follow_what_is_shared")]

    operations = [migrations.RunSQL(DRAWN_ANEW, DRAWN_ANEW)]
