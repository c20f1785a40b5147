"""
Two samples of one day are two results, and which of them a correction means is asked.

Of two equal results that differ in the number of the sample alone, the second was left
out as the same row. A correction that names no sample replaced the newest of several in
silence; it is kept for review now, beside those that it may mean, which stay as they
are. What was withdrawn is not corrected where something that stands may be meant.
"""

from importlib import import_module

from django.db import migrations

_CANCELLED = import_module("labs.migrations.0044_cancelled_results_do_not_stand")
BEFORE_ADDING = _CANCELLED.ADDING
BEFORE_CORRECTING = _CANCELLED.CORRECTING

# Rows without a number have the key that they had before.
_KEY_OF_ADDED = """      laboratory_flag, comment) || again)::uuid"""
_KEY_OF_CORRECTED = """        interval_text, laboratory_flag, comment) || again)::uuid"""
_FOUND = BEFORE_CORRECTING[
    BEFORE_CORRECTING.index("    SELECT known.chain, known.version, known.status\n") :
]
_FOUND = _FOUND[: _FOUND.index("    LIMIT 1) AS before ON true")]
_CONDITIONS = _FOUND[_FOUND.index("    FROM public.labs_labresult") :]
_CONDITIONS = _CONDITIONS[: _CONDITIONS.index("    ORDER BY")]
STANDS = "known.status NOT IN ('entered-in-error', 'cancelled')"
OF_THE_SAMPLE = "known.accession <> '' AND known.accession = keyed.accession"
OF_THE_VALUE = (
    "known.comparator = keyed.comparator AND known.unit = keyed.unit"
    " AND known.value = keyed.value"
)
# labs.services.importing.WHICH_SAMPLE, word for word
DOUBT = (
    "It changes a result of this day without saying which, and several are here: "
)
DOUBT_ENDS = ". Look at the report."
FOUND = f"""    SELECT CASE WHEN NOT best.is_unclear THEN best.chain END AS chain,
      CASE WHEN NOT best.is_unclear THEN best.version END AS version,
      CASE WHEN NOT best.is_unclear THEN best.status END AS status,
      CASE WHEN best.is_unclear
           THEN pg_catalog.left('{DOUBT}' || best.names, 275) || '{DOUBT_ENDS}'
      END AS doubt
    FROM (
      SELECT possible.*,
        pg_catalog.count(*) OVER alike > 1 AND possible.stands
          AND NOT possible.completes AS is_unclear,
        pg_catalog.string_agg(possible.name, '; ') OVER alike AS names
      FROM (
        SELECT known.id, known.chain, known.version, known.status, known.entered_at,
          known.value_text || ' ' || known.unit_text
            || CASE WHEN known.accession = '' THEN ''
                    ELSE ' (' || known.accession || ')' END AS name,
          {STANDS} AS stands,
          {OF_THE_SAMPLE} AS is_sample,
          {OF_THE_VALUE} AS is_value,
          coalesce(known.chain = keyed.completes, false) AS completes
{_CONDITIONS.replace("    FROM", "        FROM").rstrip()}
      ) AS possible
      WINDOW alike AS (PARTITION BY possible.is_sample, possible.completes,
                       possible.stands, possible.is_value)
    ) AS best
    ORDER BY best.is_sample DESC, best.completes DESC,
      (keyed.status IN ('entered-in-error', 'cancelled') AND best.is_value) DESC,
      best.stands DESC, best.is_value DESC, best.version DESC, best.entered_at DESC,
      best.id
"""  # nosec B608


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    """Return a text with its parts replaced; one that is not found raises."""
    for found, put in pairs:
        if text.count(found) != 1:
            raise ValueError(found)
        text = text.replace(found, put)
    return text


def _with_sample(key: str) -> str:
    """Return the key of a row with the number of its sample, where it has one."""
    return key.replace("comment)", "comment, nullif(accession, ''))")


ADDING = _replaced(BEFORE_ADDING, (_KEY_OF_ADDED, _with_sample(_KEY_OF_ADDED)))
CORRECTING = _replaced(
    BEFORE_CORRECTING,
    (_KEY_OF_CORRECTED, _with_sample(_KEY_OF_CORRECTED)),
    (_FOUND, FOUND),
    (
        "         WHEN before.chain IS NULL THEN 'Sent as corrected",
        "         WHEN before.chain IS NULL AND keyed.status = 'final' THEN ''\n"
        "         WHEN before.chain IS NULL THEN 'Sent as corrected",
    ),
    (
        "    keyed.held_because,\n",
        "    coalesce(nullif(keyed.held_because, ''), before.doubt, ''),\n",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("labs", "0046_rows_of_a_file_are_told_by_part_and_day")]

    operations = [
        migrations.RunSQL(ADDING, BEFORE_ADDING),
        migrations.RunSQL(CORRECTING, BEFORE_CORRECTING),
    ]
