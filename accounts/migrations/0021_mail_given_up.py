"""What no mail server took for days stays, emptied, so that people are told of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_account_events")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="given_up_at",
            field=models.DateTimeField(null=True),
        )
    ]
