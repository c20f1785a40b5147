"""
Who joins a record with a code locks both records before anything is written.

A clinician who joins the same two at that moment locks first, and writes the joining
afterwards; the code wrote it first and locked afterwards, and each waited for the other.
Who waited finds them joined, and takes over nothing.
"""

from importlib import import_module

from django.db import migrations

_POLICIES = import_module("accounts.migrations.0011_record_joins").POLICIES
_START = _POLICIES.index("CREATE OR REPLACE FUNCTION app.claim_record(")
BEFORE = _POLICIES[_START : _POLICIES.index("$$;", _START) + 3]
_OLD = """  ELSE
    -- Who has a record already reads the two as one.
"""
_NEW = """  ELSE
    PERFORM 1 FROM public.accounts_patient AS patient
      WHERE patient.id IN (mine.id, code.patient_id)
      ORDER BY patient.id FOR NO KEY UPDATE;
    -- Who has a record already reads the two as one.
"""
if BEFORE.count(_OLD) != 1:
    raise ValueError(_OLD)
AFTER = BEFORE.replace(_OLD, _NEW)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0030_joins_are_asked_by_functions_alone")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
