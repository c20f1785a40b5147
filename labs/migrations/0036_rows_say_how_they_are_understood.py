"""A listed row of a file says as what it was understood, beside what the file says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0035_people_in_sight_of_a_viewer")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="understood",
            field=models.JSONField(null=True),
        ),
    ]
