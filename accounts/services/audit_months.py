"""Makes the months of the audit trail ahead: each event stands in its own."""

import logging

from django.db import connection

logger = logging.getLogger("accounts.audit")


def make_months_ahead() -> int:
    """
    Make the months that are missing up to half a year ahead; return how many.

    The database does it: nobody's own rights make tables. Events of a month that nobody
    made are kept in the part of everything else, as safe as the others, and told of.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT made, beyond FROM app.make_audit_months()")
        made, beyond = cursor.fetchone()
    if beyond:
        logger.warning(
            "%s audit events stand outside the months that were made", beyond
        )
    return int(made)
