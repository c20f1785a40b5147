"""Seals the audit trail, and finds what was done to it since."""

import logging
from typing import NamedTuple

from django.db import connection, transaction

logger = logging.getLogger("accounts.audit")


class Seal(NamedTuple):
    """A link of the chain."""

    number: int
    events: int
    head: str


class Fault(NamedTuple):
    """Something that the chain shows; the number of the seal, where there is one."""

    number: int | None
    what: str


@transaction.atomic
def seal() -> Seal | None:
    """
    Seal what was written since, and log the head; None where nothing was.

    Keep the log elsewhere: a head in it shows a chain that was rewritten whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, events, head FROM app.seal_audit()")
        row = cursor.fetchone()
    if row is None:
        return None
    made = Seal(*row)
    logger.info("audit seal %s over %s events: %s", *made)
    return made


def faults(*, known_head: str = "") -> list[Fault]:
    """
    Return what is wrong with the trail; needs the owner's rights.

    A head out of the log that is not in the chain is a fault, too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, fault FROM app.audit_faults() ORDER BY 1, 2")
        found = [Fault(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT 1 FROM accounts_auditseal WHERE head = %s", [known_head])
        is_there = cursor.fetchone() is not None
    if known_head and not is_there:
        found.append(Fault(None, "the head out of the log is not in the chain"))
    return found
