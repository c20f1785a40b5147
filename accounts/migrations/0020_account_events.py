"""
Who has an account reads how it was signed in to, and what changed that opens it.

Such an event is about no patient's record: it names the account, and only the person
who signs in with it reads it, never through a key.
"""

import django.contrib.postgres.operations
from django.db import migrations, models

OWN_ACCOUNT = """
CREATE POLICY audit_read_own_account ON accounts_auditevent FOR SELECT USING (
  patient_id IS NULL
  AND object_label IN ('sign-in', 'password', 'address', 'second step',
                       'other browser', 'session over time', 'authenticator app',
                       'passkey', 'recovery codes')
  AND app.viewer_kind() = 'user'
  AND app.token_id() IS NULL
  AND object_id = app.viewer_id()::text);
"""
NO_ACCOUNT = "DROP POLICY audit_read_own_account ON accounts_auditevent;"


class Migration(migrations.Migration):
    atomic = False  # the index is built while the trail goes on being written
    dependencies = [("accounts", "0019_clear_what_is_over")]

    operations = [
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("patient_id", None)),
                fields=["object_id", "-at"],
                name="audit_of_an_account",
            ),
        ),
        migrations.RunSQL(OWN_ACCOUNT, NO_ACCOUNT),
    ]
