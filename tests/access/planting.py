"""
Puts the same marked words into every text of every table, found by introspection.

What is planted would become an element if a page wrote it unescaped, a formula if a
chart read it as one, and is searched for wherever it must not be.
"""

import contextlib

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from psycopg import sql

WORD = "kanarie"
PAYLOAD = f'"><b {WORD}>$\\frac{{1$'
# Words of the product's own, never of a person's: others in their place are no state.
CODES = {
    "accounts_accessrequest": {"email", "code_hash"},
    "accounts_auditevent": {"actor_kind", "object_label", "object_id"},
    "accounts_claimcode": {"code_hash"},
    "accounts_clinic": {"preferred_unit"},
    "accounts_consent": {"clinician_name"},  # of nobody, where nobody is named
    "accounts_invitation": {"email", "code_hash"},
    "accounts_patient": {"hemisphere", "preferred_unit"},
    "accounts_sharelink": {"code_hash", "pin_hash"},
    "accounts_user": {"password", "email"},
    "labs_acknowledgement": {"precaution", "subject", "catalogue_version"},
    "labs_healthfact": {"topic", "answer"},
    "labs_importbatch": {"sha256"},
    "labs_intake": {"outcome", "undone_by_name"},
    "labs_labresult": {
        "measurand",
        "comparator",
        "unit",
        "collected_time_text",
        "status",
        "loinc",
        "held_because",
    },
    "labs_laboratoryknowledge": {"laboratory_folded", "method_folded", "source"},
    "labs_notedevent": {"kind", "withdrawn_by_name"},
    "labs_recordedplan": {"ended_by_name"},
    "labs_reportfile": {
        "media_type",
        "sha256",
        "withdrawn_by_name",
        "withdrawn_because",
    },
    "labs_supplementproduct": {"vitamin_k", "dosage_form", "basis", "barcode"},
    "labs_supplementingredient": {"substance", "unit", "form"},
    "labs_supplementperiod": {"schedule"},
    "labs_target": {"urgency", "unit"},
    "labs_targettemplate": {"urgency", "unit"},
    "tracker_job": {"kind", "owner_kind", "state"},
    "tracker_jobfile": {"key", "content_type", "name"},  # named by the product
}
NO_ROWS_OF_OURS = {"accounts_auditseal", "accounts_failurecount"}


def planted_columns() -> dict[str, dict[str, int]]:
    """Return each table's texts that a person could have written, with their length."""
    found: dict[str, dict[str, int]] = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if model._meta.app_label not in {"accounts", "labs", "tracker"}:
            continue
        if table in NO_ROWS_OF_OURS:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            if not is_text or field.choices or field.column in CODES.get(table, set()):
                continue
            found.setdefault(table, {})[str(field.column)] = field.max_length or 300
    return found


def plant() -> None:
    """
    Write the words as the owner, past the triggers that keep rows as they are.

    A text whose own rule refuses them is a code, too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is left pending
    for table, columns in planted_columns().items():
        _switch(table, "DISABLE")
        for column, length in columns.items():
            with contextlib.suppress(IntegrityError), transaction.atomic():
                _write(table, column, length)
        _switch(table, "ENABLE")


def _switch(table: str, how: str) -> None:
    statement = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(table), sql.SQL(how)))


def _write(table: str, column: str, length: int) -> None:
    # Four letters of the row's own id keep apart what must be unique.
    statement = sql.SQL(
        "UPDATE {} AS row SET {} = left(%s || left(md5(row.ctid::text), 4), %s)"
    )
    named = statement.format(sql.Identifier(table), sql.Identifier(column))
    with connection.cursor() as cursor:
        cursor.execute(named, [PAYLOAD, length])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
