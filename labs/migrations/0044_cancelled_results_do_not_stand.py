"""
What a laboratory cancels does not stand any longer.

A cancellation was kept as a result of its own, beside the preliminary result that it
cancels. It is the next version of that one now: of the same sample, or where no number
tells so, of the same value. Where there is none, it stands by itself.
"""

from importlib import import_module

from django.db import migrations

_ADDED_AND_CORRECTED = import_module(
    "labs.migrations.0030_one_number_of_the_sample"
).AFTER
BEFORE_ADDING = _ADDED_AND_CORRECTED[
    : _ADDED_AND_CORRECTED.index(
        "CREATE OR REPLACE FUNCTION app.add_imported_corrections"
    )
]
BEFORE_CORRECTING = import_module(
    "labs.migrations.0043_flags_reach_what_is_here"
)._correcting()
IS_WHAT_IS_CANCELLED = """      AND (keyed.status <> 'cancelled'
           OR (keyed.accession <> '' AND known.accession = keyed.accession)
           OR (known.comparator = keyed.comparator AND known.unit = keyed.unit
               AND known.value = keyed.value))
"""


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    """Return a text with its parts replaced; one that is not found raises."""
    for found, put in pairs:
        if text.count(found) != 1:
            raise ValueError(found)
        text = text.replace(found, put)
    return text


ADDING = _replaced(
    BEFORE_ADDING,
    (
        "('corrected', 'amended', 'entered-in-error')",
        "('corrected', 'amended', 'entered-in-error', 'cancelled')",
    ),
)
CORRECTING = _replaced(
    BEFORE_CORRECTING,
    (
        "CASE WHEN before.chain IS NULL THEN",
        "CASE WHEN keyed.status = 'cancelled' THEN 'Cancelled by the laboratory'\n"
        "         WHEN before.chain IS NULL THEN",
    ),
    (
        "      AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later",
        f"{IS_WHAT_IS_CANCELLED}"
        "      AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later",  # nosec B608
    ),
    (
        "WHERE NOT (keyed.status = 'entered-in-error'\n"
        "             AND coalesce(before.status, '') = 'entered-in-error')",
        "WHERE NOT (keyed.status IN ('entered-in-error', 'cancelled')\n"
        "             AND coalesce(before.status, '')\n"
        "               IN ('entered-in-error', 'cancelled'))",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("labs", "0043_flags_reach_what_is_here")]

    operations = [
        migrations.RunSQL(ADDING, BEFORE_ADDING),
        migrations.RunSQL(CORRECTING, BEFORE_CORRECTING),
    ]
