"""
What a visit report is written from, readable by who opened a share link.

The viewer's kind is asked first and once a statement, so that everybody else pays
nothing for these policies. There is none for writing.
"""

from django.db import migrations

RESULTS = ("labs_target",)
SUPPLEMENTS = (
    "labs_supplementproduct",
    "labs_supplementingredient",
    "labs_supplementperiod",
    "labs_supplementpause",
    "labs_intake",
)
HEALTH = ("labs_healthfact", "labs_healthconfirmation")
BY_LINK = "(SELECT current_setting('app.viewer_kind', true)) = 'share'"


def _policy(table: str, shared: str) -> str:
    return (
        f"CREATE POLICY read_by_link ON {table} FOR SELECT"
        f" USING ({BY_LINK} AND {shared});"
    )


def _shared(scope: str) -> str:
    return f"app.is_shared(patient_id, '{scope}')"


POLICIES = "\n".join(
    (
        _policy("labs_labresult", "app.is_shared(patient_id, 'results', collected_on)"),
        *(_policy(table, _shared("results")) for table in RESULTS),
        *(_policy(table, _shared("supplements")) for table in SUPPLEMENTS),
        *(_policy(table, _shared("health")) for table in HEALTH),
        _policy(
            "labs_acknowledgement",
            f"{_shared('record')}"
            f" AND (NOT tells_of_health OR {_shared('health')})"
            f" AND (NOT tells_of_supplements OR {_shared('supplements')})"
            f" AND (NOT tells_of_results OR {_shared('results')})",
        ),
    )
)
TABLES = ("labs_labresult", "labs_acknowledgement", *RESULTS, *SUPPLEMENTS, *HEALTH)
DROP = "\n".join(f"DROP POLICY read_by_link ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_share_links"),
        ("labs", "0007_label_facts"),
    ]

    operations = [migrations.RunSQL(POLICIES, DROP)]
