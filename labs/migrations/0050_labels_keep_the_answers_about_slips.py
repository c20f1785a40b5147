"""What was answered about a likely slip is kept with a label, as with a period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0049_questions_keep_no_names")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="answers",
            field=models.JSONField(null=True),
        )
        for model in ("supplementproduct", "cataloguelabel")
    ]
