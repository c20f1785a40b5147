"""
A listed row of a file says to which part of a record it belongs, and whose it is.

Rows that opened a record were listed without whose they are: where a result of the same
file, and one person's alone, has the row's day, test and number, it is that person's.
What was kept before and stays without a person was never looked for; it is not told.
"""

from django.db import migrations, models

SAFE_BECAUSE = (
    "Rows of files are listed for a month and few; whose they are is written into those "
    "that had nobody. The older version shows them as it did."
)
WHOSE = """
UPDATE labs_importrow AS line SET patient_id = found.patient_id
FROM (
  SELECT told.id, min(result.patient_id::text)::uuid AS patient_id
  FROM labs_importrow AS told
  JOIN labs_labresult AS result
    ON result.import_batch_id = told.batch_id
    AND result.collected_on::text = told.understood ->> 'collected_on'
    AND result.measurand = told.understood ->> 'measurand'
    AND result.value = (told.understood ->> 'value')::numeric
  WHERE told.patient_id IS NULL AND told.kind IN ('added', 'held')
  GROUP BY told.id HAVING count(DISTINCT result.patient_id) = 1) AS found
WHERE line.id = found.id;
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0040_what_a_newer_version_out_of_sight_replaces")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="part",
            field=models.CharField(
                blank=True,
                choices=[("results", "Results"), ("supplements", "Supplements")],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.RunSQL(WHOSE, migrations.RunSQL.noop),
    ]
