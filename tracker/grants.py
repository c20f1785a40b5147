"""
The web role's rights on the tables of other people's apps.

Our own tables are granted in our own migrations, next to their policies. Each table
here has no row-level policy, for the reason that stands beside it;
docs/rls_exempt.md is rendered from this list.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tracker.database import WEB_ROLE

EXEMPT_TABLES = {
    "accounts_user": "Sign-in looks a person up by e-mail before anybody is known.",
    "accounts_user_groups": "Groups of operators; no patient data.",
    "accounts_user_user_permissions": "Rights of operators; no patient data.",
    "account_emailaddress": "Sign-in looks an address up before anybody is known.",
    "account_emailconfirmation": "A one-time code is looked up by its secret.",
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
READ_ONLY_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


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


POWERS = """
SELECT coalesce(bool_or(power.rolsuper), false),
  coalesce(bool_or(power.rolbypassrls), false),
  EXISTS (SELECT 1 FROM pg_class AS relation
          WHERE relation.relnamespace = 'public'::regnamespace
          AND pg_has_role(current_user, relation.relowner, 'MEMBER'))
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
    with connection.cursor() as cursor:
        cursor.execute(POWERS)
        is_superuser, passes_policies, is_owner = cursor.fetchone()
    connection.close()
    if is_superuser or passes_policies or is_owner:
        message = (
            "This process would pass row-level security: its database role is a "
            "superuser, has BYPASSRLS, or owns the tables. Give DATABASE_URL the role "
            f"{WEB_ROLE}, and DATABASE_OWNER_URL to migrations alone."
        )
        raise ImproperlyConfigured(message)


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
