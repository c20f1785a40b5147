"""
People are found by any part of a name, accents aside, in whatever order it is typed.

The keys are our own: the embedded server has no pg_trgm. A name's parts are the ends of
each of its words, so that a part is the beginning of one of them, which an index finds.
Umlauts are found both ways in which people write them, "muller" and "mueller". Functions
of the database write the key and read what was typed, so that the two cannot differ.
"""

from django.db import migrations

# Letters that no accent can be taken from, and capitals that a database without a locale
# does not know; names and words come folded as far as Python folds them.
ALONE = ("øłđıðħŧ", "oldidht")
GREEK = ("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς", "αβγδεζηθικλμνξοπρστυφχψωσ")
CYRILLIC = (
    "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЂЈЉЊЋЏ",
    "абвгдежзиклмнопрстуфхцчшщъыьэюяєіђјљњћџ",
)
FROM, TO = (
    "".join(pair[side] for pair in (ALONE, GREEK, CYRILLIC)) for side in (0, 1)
)
# Accents, and the marks of Hebrew and Arabic that a name is written with or without.
MARKS = (
    r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    r"\u06d6-\u06ed'\u2018\u2019\u02bc\u0060\u00b4]"
)
BETWEEN = r"[\s.,;:()/_\x22\u201c\u201d\u2010-\u2015-]+"

FUNCTIONS = rf"""
CREATE FUNCTION app.folded(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(
    replace(replace(replace(replace(
      regexp_replace(lower(normalize(words, NFKD)), '{MARKS.replace("'", "''")}', '', 'g'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '{FROM}', '{TO}')
$$;

CREATE FUNCTION app.spelled_out(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT replace(replace(replace(replace(replace(lower(normalize(words, NFC)),
    'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ø', 'oe'), 'å', 'aa')
$$;

CREATE FUNCTION app.words_of(words text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT word
  FROM (SELECT CASE
      WHEN octet_length(words) = length(words) THEN lower(replace(words, '''', ''))
      ELSE app.folded(words) || ' ' || app.folded(app.spelled_out(words)) END
    ) AS folded (text),
    regexp_split_to_table(
      -- "al-sayed" is met by "sayed", and by "alsayed"
      CASE WHEN text LIKE '%-%' THEN text || ' ' || replace(text, '-', '') ELSE text END,
      '{BETWEEN}') AS word
  WHERE word <> ''
$$;

CREATE FUNCTION app.name_parts(name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(coalesce(array_agg(
    CASE WHEN start = 1 THEN '^' || word ELSE substr(word, start) END), '{{}}'))
  FROM app.words_of(name) AS word,
    generate_series(1, greatest(1, length(word) - 2)) AS start
$$;

CREATE FUNCTION app.name_asked(words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT string_agg(format('(%s)', ways), ' & ')::tsquery
  FROM regexp_split_to_table(normalize(words, NFC), '{BETWEEN}') AS typed,
    LATERAL (
      SELECT string_agg(DISTINCT
        CASE WHEN length(word) < 3 THEN format('''^%s'':*', escaped)
             ELSE format('''^%s'':* | ''%s'':*', escaped, escaped) END, ' | ') AS ways
      FROM app.words_of(typed) AS word,
        LATERAL (SELECT replace(word, '\', '\\') AS escaped) AS spelled
    ) AS either
  WHERE ways IS NOT NULL
$$;

CREATE FUNCTION app.may_mean(words text, name text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(app.name_parts(name) @@ app.name_asked(words), false)
$$;
GRANT EXECUTE ON FUNCTION app.folded(text), app.spelled_out(text), app.words_of(text),
  app.name_parts(text), app.name_asked(text), app.may_mean(text, text) TO calcidiol_web;
"""  # nosec B608
WITHOUT_FUNCTIONS = """
DROP FUNCTION app.may_mean(text, text), app.name_asked(text), app.name_parts(text),
  app.words_of(text), app.spelled_out(text), app.folded(text);
"""
PARTS = """
CREATE INDEX CONCURRENTLY worklist_by_parts ON labs_worklistrow USING gin (
  reasons, precautions, tags, app.name_parts(name_key))
"""
# As in 0031, with the parts of names. The function of that name stays for the programs
# that still run while this comes.
FIND = """
CREATE FUNCTION app.worklist_found(
  the_clinic uuid, a_reason smallint, a_tag text, a_precaution text,
  the_words text, the_number text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
BEGIN
  IF NOT app.works_in(the_clinic) THEN
    RETURN;
  END IF;
  RETURN QUERY
    WITH listed AS NOT MATERIALIZED (
      SELECT row.patient_id, row.name_key, row.number, row.clinic_id
      FROM public.labs_worklistrow AS row
      WHERE row.clinic_id = the_clinic
        AND row.visible_from <= now()
        AND (row.visible_until IS NULL OR row.visible_until > now())
        AND (a_reason IS NULL OR row.reasons @> ARRAY[a_reason])
        AND (a_tag = '' OR row.tags @> ARRAY[a_tag]::varchar[])
        AND (a_precaution = '' OR row.precautions @> ARRAY[a_precaution]::varchar[]))
    -- Apart, so that neither index's finds are looked at once more.
    SELECT listed.patient_id FROM listed WHERE the_words = ''
    UNION ALL
    SELECT listed.patient_id FROM listed
    WHERE the_words <> '' AND app.name_parts(listed.name_key) @@ app.name_asked(the_words)
    UNION ALL
    SELECT listed.patient_id FROM listed
    WHERE the_words <> '' AND listed.number <> ''
      AND upper(listed.number) LIKE upper(the_number) || '%'
    LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION app.worklist_found(
  uuid, smallint, text, text, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.worklist_found(
  uuid, smallint, text, text, text, text, integer) TO calcidiol_web;
"""
WITHOUT_FIND = """
DROP FUNCTION app.worklist_found(
  uuid, smallint, text, text, text, text, integer);
"""
MARKS = """
CREATE INDEX CONCURRENTLY worklist_by_marks ON labs_worklistrow USING gin (
  reasons, precautions, tags, to_tsvector('simple', name_key))
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("labs", "0033_what_is_here_is_found_by_patient")]

    operations = [
        migrations.RunSQL(FUNCTIONS, WITHOUT_FUNCTIONS),
        migrations.RunSQL(PARTS, "DROP INDEX CONCURRENTLY worklist_by_parts"),
        migrations.RunSQL(FIND, WITHOUT_FIND),
        migrations.RunSQL("DROP INDEX CONCURRENTLY worklist_by_marks", MARKS),
    ]
