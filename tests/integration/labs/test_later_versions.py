"""Whether a result was replaced is looked up among the few that replaced another."""

from itertools import count

import psycopg
from django.db import connection

from accounts.models import Patient
from labs.models import LabResult


def test_a_kept_plan_asks_for_newer_versions_in_their_own_index(
    anna: Patient,
) -> None:
    """A plan that is kept for any values knows those words alone that stand in it."""
    rows = LabResult.objects.filter(patient=anna).latest_versions()
    asked, values = rows.values_list("pk").query.sql_with_params()
    numbers = count(1)
    kept = "".join(
        part + (f"${next(numbers)}" if place < len(values) else "")
        for place, part in enumerate(asked.split("%s"))
    )
    handed_in = ", ".join(["%s"] * len(values))

    with connection.cursor():
        opened = connection.connection
        opened.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        opened.execute("SET LOCAL enable_seqscan = off")
        opened.execute(f"PREPARE kept AS {kept}".encode())
        plan = psycopg.ClientCursor(opened).execute(
            f"EXPLAIN EXECUTE kept({handed_in})".encode(), values
        )
        told = "\n".join(line for (line,) in plan)

    # Which index finds the patient's own rows depends on what the table holds just now.
    asked_for_newer = [
        line for line in told.splitlines() if "labs_labresult u0" in line
    ]
    assert asked_for_newer, told
    assert "later_versions" in told, told
    assert not any("a_chain_has_each_version_once" in line for line in asked_for_newer)
