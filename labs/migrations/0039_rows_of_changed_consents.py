"""Rows of the worklist that a changed consent left as they were are drawn anew, once."""

from django.db import migrations

SAFE_BECAUSE = (
    "Of each row of the list one time is written, so that a task draws the row anew, as "
    "when what laboratories mean changes."
)
DRAWN_ANEW = "UPDATE labs_worklistrow SET changes_at = pg_catalog.now();"


class Migration(migrations.Migration):
    dependencies = [("labs", "0038_periods_keep_the_answers_about_slips")]

    operations = [migrations.RunSQL(DRAWN_ANEW, migrations.RunSQL.noop)]
