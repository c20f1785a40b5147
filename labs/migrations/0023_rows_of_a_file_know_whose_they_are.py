"""A listed row of a file knows whose record it is of, so that a look is on the trail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0022_files_follow_a_move")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="patient_id",
            field=models.UUIDField(null=True),
        ),
    ]
