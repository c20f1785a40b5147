"""What was answered about a likely slip is kept with the period, as with a result."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0037_what_a_review_does_not_settle")]

    operations = [
        migrations.AddField(
            model_name="supplementperiod",
            name="answers",
            field=models.JSONField(null=True),
        ),
    ]
