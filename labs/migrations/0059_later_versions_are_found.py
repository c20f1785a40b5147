"""Whether a result was replaced is found among the few that replaced another."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("labs", "0058_words_that_quote_a_file")]

    operations = [
        AddIndexConcurrently(
            model_name="labresult",
            index=models.Index(
                fields=["chain", "version"],
                condition=models.Q(version__gt=1),
                name="later_versions",
            ),
        ),
    ]
