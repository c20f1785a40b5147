"""
What a record is joined into is asked by the functions that policies ask, and by nobody.

They run as the owner. The web role could ask it of any record whose id it knew, too.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0029_answers_are_read_as_they_were_shared")]

    operations = [
        migrations.RunSQL(
            "REVOKE ALL ON FUNCTION app.joined_into(uuid) FROM PUBLIC",
            "GRANT EXECUTE ON FUNCTION app.joined_into(uuid) TO PUBLIC",
        )
    ]
