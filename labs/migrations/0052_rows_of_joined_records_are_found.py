"""What few rows are read in another's row is found without reading the clinic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("labs", "0051_joined_records_have_one_row")]

    operations = [
        AddIndexConcurrently(
            model_name="worklistrow",
            index=models.Index(
                fields=["clinic", "patient"],
                condition=models.Q(under__isnull=False),
                name="worklist_under_another",
            ),
        ),
    ]
