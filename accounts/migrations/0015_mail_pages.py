"""Messages have a second part, the same words as a page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; those that wait already go without."""

    dependencies = [
        ("accounts", "0014_requests_and_named_clinicians"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="page",
            field=models.TextField(blank=True, default=""),
        ),
    ]
