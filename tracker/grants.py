"""
The web role's rights on the tables of other people's apps.

Our own tables are granted in our own migrations, next to their policies. Each table
here has no row-level policy, for the reason that stands beside it;
docs/rls_exempt.md is rendered from this list.
"""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from accounts.links import REPLICA, has_replica
from tracker.database import WEB_ROLE

log = logging.getLogger(__name__)

EXEMPT_TABLES = {
    "accounts_user": "Sign-in looks a person up by e-mail before anybody is known.",
    "accounts_user_groups": "Groups of operators; no patient data.",
    "accounts_user_user_permissions": "Rights of operators; no patient data.",
    "account_emailaddress": "Sign-in looks an address up before anybody is known.",
    "account_emailconfirmation": "A one-time code is looked up by its secret.",
    "accounts_departure": "Who asked to leave, looked up while nobody is signed in "
    "yet; no patient data.",
    "accounts_outgoingmail": "Messages about accounts that wait for a mail server; no "
    "patient data, and gone once sent.",
    "accounts_failurecount": "Failures in a row under a hash, before anybody is known.",
    "accounts_auditseal": "The web role has no right on it; only functions write it.",
    "accounts_sealedevent": "The web role has no right on it; only functions write it.",
    "accounts_unsealedevent": "The web role has no right on it; a trigger fills it.",
    "mfa_authenticator": "The second step is asked before anybody is signed in; "
    "seeds are encrypted.",
    "usersessions_usersession": "Where somebody is signed in; no patient data.",
    "auth_group": "Groups of operators; no patient data.",
    "auth_group_permissions": "Groups of operators; no patient data.",
    "auth_permission": "Django's list of rights; no patient data.",
    "django_admin_log": "Nothing is written into it; operators only look.",
    "django_content_type": "Django's list of models; no patient data.",
    "django_migrations": "Which migrations ran; no patient data.",
    "django_session": "A session is looked up by its secret key; it holds ids only.",
    "shared_cache": "Counters of sign-in tries; no patient data is cached.",
    "procrastinate_jobs": "Jobs carry ids only.",
    "procrastinate_events": "What became of jobs; no patient data.",
    "procrastinate_periodic_defers": "When periodic jobs ran; no patient data.",
    "procrastinate_workers": "Which workers live; no patient data.",
}

WRITE_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
CLOSED_TABLES = {"accounts_auditseal", "accounts_sealedevent", "accounts_unsealedevent"}
READ_ONLY_TABLES = {
    "auth_permission",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
}


def grant_to_web_role(**_: Any) -> None:  # noqa: ANN401 - what the signal sends
    """Grant the web role what it needs on the exempt tables, and no more."""
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in sorted((EXEMPT_TABLES.keys() - CLOSED_TABLES) & present):
            rights = "SELECT" if table in READ_ONLY_TABLES else WRITE_RIGHTS
            statement = sql.SQL("GRANT {} ON {} TO {}").format(
                sql.SQL(rights), sql.Identifier(table), sql.Identifier(WEB_ROLE)
            )
            cursor.execute(statement)
        cursor.execute(
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(
                sql.Identifier(WEB_ROLE)
            )
        )


# What a key for programs must open, table by table: to read a row, and to write one.
# Tables that are not named are read by a key that opens everything, and written as
# their own policies say, which name the key's owner.
ANY: tuple[str, ...] = ()
NEVER = ("never",)  # no key has this word
_RESULTS, _WRITES_RESULTS = ("results:read",), ("results:write",)
_SUPPLEMENTS, _WRITES_SUPPLEMENTS = ("supplements:read",), ("supplements:write",)
_HEALTH, _WRITES_HEALTH = ("health:read",), ("health:write",)
_REVIEWS, _WRITES_REVIEWS = ("reviews:read",), ("reviews:write",)
# What a file holds are results: who reads or saves files opens those, too.
_IMPORTS = ("imports:read", *_RESULTS)
_WRITES_IMPORTS = ("imports:write", *_WRITES_RESULTS)
_EXPORTS, _WRITES_EXPORTS = ("exports:read",), ("exports:write",)
EVERYTHING = (*_RESULTS, *_SUPPLEMENTS, *_HEALTH)
_WORKLIST = (*_REVIEWS, *EVERYTHING)  # a row tells of all three
OPENED_BY_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accounts_apitoken": (NEVER, NEVER),
    "accounts_auditevent": (("sharing:read",), ANY),
    "accounts_caregrant": (ANY, NEVER),
    "accounts_claimcode": (NEVER, NEVER),
    "accounts_clinic": (ANY, NEVER),
    "accounts_consent": (ANY, ("sharing:end",)),  # a trigger lets it only narrow
    "accounts_invitation": (NEVER, NEVER),
    "accounts_membership": (ANY, NEVER),
    "accounts_patient": (ANY, NEVER),
    "accounts_patientnumber": (ANY, NEVER),
    "accounts_sharelink": (NEVER, NEVER),
    "accounts_storedanswer": (ANY, ANY),
    "labs_acknowledgement": (EVERYTHING, NEVER),
    "labs_healthconfirmation": (_HEALTH, _WRITES_HEALTH),
    "labs_healthfact": (_HEALTH, _WRITES_HEALTH),
    "labs_importbatch": (_IMPORTS, _WRITES_IMPORTS),
    "labs_importrow": (_IMPORTS, _WRITES_IMPORTS),
    "labs_importwords": (_IMPORTS, NEVER),
    "labs_intake": (_SUPPLEMENTS, _WRITES_SUPPLEMENTS),
    "labs_labresult": (_RESULTS, _WRITES_RESULTS),
    "labs_supplementingredient": (_SUPPLEMENTS, _WRITES_SUPPLEMENTS),
    "labs_supplementpause": (_SUPPLEMENTS, _WRITES_SUPPLEMENTS),
    "labs_supplementperiod": (_SUPPLEMENTS, _WRITES_SUPPLEMENTS),
    "labs_supplementproduct": (_SUPPLEMENTS, _WRITES_SUPPLEMENTS),
    "labs_target": (_RESULTS, ("ranges:write",)),
    "labs_cataloguelabel": (NEVER, NEVER),
    "labs_clinicnote": (_REVIEWS, _WRITES_REVIEWS),
    "labs_columnmapping": (_IMPORTS, _WRITES_IMPORTS),
    "labs_importfile": (_IMPORTS, _WRITES_IMPORTS),
    "labs_laboratoryknowledge": (_RESULTS, NEVER),
    "labs_patienttag": (_REVIEWS, _WRITES_REVIEWS),
    "labs_reportfile": (_RESULTS, _WRITES_RESULTS),
    "labs_resultcheck": (_RESULTS, NEVER),
    "labs_resultmove": (_RESULTS, _WRITES_RESULTS),
    "labs_retestplan": (_REVIEWS, _WRITES_REVIEWS),
    "labs_review": (_REVIEWS, _WRITES_REVIEWS),
    "labs_savedview": (NEVER, NEVER),
    "labs_targettemplate": (_REVIEWS, ("ranges:write",)),
    "labs_worklistcount": (_WORKLIST, NEVER),
    "labs_worklistrow": (_WORKLIST, NEVER),
    "tracker_exportrequest": (_EXPORTS, _WRITES_EXPORTS),
    "tracker_job": (_EXPORTS, _WRITES_EXPORTS),  # and by row: ROWS_OPENED_BY_KEYS
    "tracker_jobfile": (_EXPORTS, NEVER),
}
NOT_NAMED = (EVERYTHING, ANY)
# A clinic's file brings people along whom the clinic does not know yet. That a
# precaution was read is added, and never changed.
ADDED_BY_KEYS = {
    "labs_acknowledgement": _WRITES_HEALTH,
    "accounts_consent": _WRITES_IMPORTS,
    "accounts_patient": _WRITES_IMPORTS,
    "accounts_patientnumber": _WRITES_IMPORTS,
}
BOUND = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND NOT relispartition
  AND to_regprocedure('app.token_allows(text[])') IS NOT NULL
ORDER BY relname
"""


def _asks(wanted: tuple[str, ...]) -> sql.Composed:
    """Ask once a statement, not once a row; without a key it lets pass."""
    return sql.SQL("(SELECT app.token_allows({}))").format(sql.Literal(list(wanted)))


def _of_a_kind(imports: tuple[str, ...], others: tuple[str, ...]) -> sql.Composed:
    """Ask of a job what it does: reading files in, or handing files out."""
    return sql.SQL(
        "CASE WHEN kind IN ('look-at-file', 'save-file') THEN {} ELSE {} END"
    ).format(_asks(imports), _asks(others))


# Where it hangs on the row what a key must open.
ROWS_OPENED_BY_KEYS: dict[tuple[str, str], sql.Composed] = {
    ("tracker_job", "key_reads"): _of_a_kind(_IMPORTS, _EXPORTS),
    ("tracker_job", "key_adds"): _of_a_kind(_WRITES_IMPORTS, _WRITES_EXPORTS),
    ("tracker_job", "key_changes"): _of_a_kind(_WRITES_IMPORTS, _WRITES_EXPORTS),
    # A file is handed out to a key that opens every part of which it tells.
    ("tracker_jobfile", "key_reads"): sql.SQL(
        "{} AND (NOT tells_of_results OR {}) AND (NOT tells_of_supplements OR {})"
        " AND (NOT tells_of_health OR {})"
    ).format(_asks(_EXPORTS), _asks(_RESULTS), _asks(_SUPPLEMENTS), _asks(_HEALTH)),
    # Of a clinic's file, or the own record of the key's person.
    ("accounts_patient", "key_adds"): sql.SQL(
        "CASE WHEN user_id IS NULL THEN {} ELSE {} END"
    ).format(_asks(_WRITES_IMPORTS), _asks(("record:open",))),
    # No key lets a clinic in on somebody's behalf: it brings the clinic's own people.
    ("accounts_consent", "key_adds"): sql.SQL(
        "{} AND (app.token_id() IS NULL OR basis = 'clinic_record')"
    ).format(_asks(_WRITES_IMPORTS)),
}


def opened_by(table: str) -> tuple[str, ...]:
    """Return what a key must open to read a table."""
    return OPENED_BY_KEYS.get(table, NOT_NAMED)[0]


def bind_keys(**_: Any) -> None:  # noqa: ANN401 - what the signal sends
    """Bind keys for programs to what they open, by restrictive policies on tables."""
    with connection.cursor() as cursor:
        cursor.execute(BOUND)
        for (table,) in cursor.fetchall():
            reads, writes = OPENED_BY_KEYS.get(table, NOT_NAMED)
            for name, command, clause, wanted in (
                ("key_reads", "SELECT", "USING", reads),
                ("key_adds", "INSERT", "WITH CHECK", ADDED_BY_KEYS.get(table, writes)),
                ("key_changes", "UPDATE", "USING", writes),
                ("key_removes", "DELETE", "USING", writes),
            ):
                cursor.execute(_without(name, table))
                asks = ROWS_OPENED_BY_KEYS.get((table, name), _asks(wanted))
                if wanted:
                    cursor.execute(_policy(name, table, command, clause, asks))


def _without(name: str, table: str) -> sql.Composed:
    return sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(
        sql.Identifier(name), sql.Identifier(table)
    )


def _policy(
    name: str, table: str, command: str, clause: str, asks: sql.Composed
) -> sql.Composed:
    statement = "CREATE POLICY {} ON {} AS RESTRICTIVE FOR {} {} ({})"
    return sql.SQL(statement).format(
        sql.Identifier(name),
        sql.Identifier(table),
        sql.SQL(command),
        sql.SQL(clause),
        asks,
    )


POWERS = """
SELECT coalesce(bool_or(power.rolsuper), false),
  coalesce(bool_or(power.rolbypassrls), false),
  EXISTS (SELECT 1 FROM pg_class AS relation
          WHERE relation.relnamespace = 'public'::regnamespace
          AND pg_has_role(current_user, relation.relowner, 'MEMBER')),
  pg_is_in_recovery()
FROM pg_roles AS power WHERE pg_has_role(current_user, power.oid, 'MEMBER')
"""


def refuse_powerful_role() -> None:
    """
    Raise ImproperlyConfigured where row-level security would not bind this process.

    A superuser, a role with BYPASSRLS and a table's owner pass every policy, and so
    does a role that may step into one of them: all would work, and nothing would be
    protected. Web server and worker call this when they start.
    """
    if settings.VIEWER_ROLE:
        return  # tests connect as the owner and step into the web's role themselves
    _refuse_powers(connection, "DATABASE_URL")
    if has_replica():
        try:
            _refuse_powers(connections[REPLICA], "DATABASE_REPLICA_URL")
        except OperationalError:
            log.warning(
                "No replica answers at DATABASE_REPLICA_URL; the primary serves "
                "everything until one does."
            )


def _refuse_powers(link: BaseDatabaseWrapper, name: str) -> None:
    with link.cursor() as cursor:
        cursor.execute(POWERS)
        is_superuser, passes_policies, is_owner, follows = cursor.fetchone()
    link.close()
    if is_superuser or passes_policies or is_owner:
        message = (
            "This process would pass row-level security: its database role is a "
            f"superuser, has BYPASSRLS, or owns the tables. Give {name} the role "
            f"{WEB_ROLE}, and DATABASE_OWNER_URL to migrations alone."
        )
        raise ImproperlyConfigured(message)
    if link.alias == REPLICA and not follows:
        log.warning(
            "%s leads to a server that follows no other. Reads go there only while it "
            "shows what the primary wrote. Write a replica's address, or leave it "
            "empty.",
            name,
        )


def exempt_page() -> str:
    """Return docs/rls_exempt.md: the tables without a policy, each with its reason."""
    rows = [f"| `{table}` | {why} |" for table, why in sorted(EXEMPT_TABLES.items())]
    lines = [
        "# Tables without row-level security",
        "",
        "Every other table has policies. This page is rendered from EXEMPT_TABLES in",
        "`tracker/grants.py`; a test holds the two together.",
        "",
        "| Table | Why it needs no policy |",
        "|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"
