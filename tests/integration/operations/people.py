"""
People for a stack, made through the product's services as the database's owner.

Run as a command with the stack's variables, how many of them and how many results each;
prints who they are and their keys.
"""

import json
import os
import sys
from datetime import date
from typing import Any

import django


def make(count: int, results: int = 0) -> list[dict[str, Any]]:
    """Make patients with a record, four words to sign in with, and a program's key."""
    from tests.access.characters import FOUR_WORDS  # noqa: PLC0415 - Django is ready
    from tests.factories import a_patient, a_result, an_entry, owner_of  # noqa: PLC0415 - Django is ready
    from tests.integration.api.conftest import a_key  # noqa: PLC0415 - Django is ready

    made = []
    for number in range(count):
        patient = a_patient(f"Anna Example{number}")
        owner = owner_of(patient)
        for day in range(1, results + 1):
            a_result(patient, an_entry(collected_on=date(2026, 1, day)))
        made.append(
            {
                "id": str(patient.pk),
                "email": owner.email,
                "password": FOUR_WORDS,
                "key": a_key(owner),
            }
        )
    return made


if __name__ == "__main__":
    os.environ["DATABASE_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    django.setup()
    sys.stdout.write("\n" + json.dumps(make(*map(int, sys.argv[1:]))) + "\n")
