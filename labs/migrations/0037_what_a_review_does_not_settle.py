"""
A held result stays a reason of the worklist when it was reviewed, until it is settled.

The material of a row holds it, too, after somebody has seen it.
"""

from importlib import import_module

from django.db import migrations

SAFE_BECAUSE = (
    "The function returns the columns that it did; of each row of the list one time is "
    "written, so that a task draws the row anew, as when what laboratories mean changes."
)

_MATERIAL = import_module("labs.migrations.0020_worklists_know_laboratories").MATERIAL
_BEGINS = "CREATE OR REPLACE FUNCTION app.worklist_results("
_ENDS = "ORDER BY chosen.patient_id, chosen.place DESC, chosen.id\n$$;\n"
BEFORE = _MATERIAL[_MATERIAL.index(_BEGINS) : _MATERIAL.index(_ENDS) + len(_ENDS)]
_UNSEEN = """    OR ((chosen.is_news
         OR (chosen.held_because <> ''
             AND chosen.measurand IN ('total', 'D3', 'D2', 'unspecified')))
        AND seen.id IS NULL)
"""
_SETTLED = """    OR (chosen.is_news AND seen.id IS NULL)
    OR chosen.measurand = 'unspecified'
    OR (chosen.held_because <> ''
        AND (chosen.is_news OR chosen.measurand IN ('total', 'D3', 'D2')))
"""
AFTER = BEFORE.replace(_UNSEEN, _SETTLED)
DRAWN_ANEW = "UPDATE labs_worklistrow SET changes_at = pg_catalog.now();"


class Migration(migrations.Migration):
    dependencies = [("labs", "0036_rows_say_how_they_are_understood")]

    operations = [
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(DRAWN_ANEW, DRAWN_ANEW),
    ]
