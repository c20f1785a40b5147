"""The trail of who did what with a record, as a table to take along."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.presenters import Look
from labs.formats.csv_template import guarded


def trail_csv(looks: Iterable[Look]) -> bytes:
    """
    Return the lines as CSV, in UTF-8 with the mark that spreadsheets look for.

    No cell is run as a formula: names are other people's words.
    """
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([_("When"), _("Who"), _("What"), _("How"), _("From where")])
    for look in looks:
        cells = (look.moment, look.who, look.what, look.how, look.where)
        table.writerow([guarded(cell) for cell in cells])
    return written.getvalue().encode("utf-8-sig")
