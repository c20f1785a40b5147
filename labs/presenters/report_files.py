"""A laboratory's report and the checks against it, in finished words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.domain.viewers import Viewer
from accounts.services.commas import parted
from labs.policies import can_withdraw_file
from labs.presenters.words import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Patient
    from labs.models import ReportFile, ResultCheck

ROLE_WORDS = {
    "original": gettext_noop("Original report"),
    "supplement": gettext_noop("Supplement"),
    "correction": gettext_noop("Corrected report"),
}


@dataclass(frozen=True, slots=True)
class FileWords:
    """A file beside a result; withdrawn ones can be read about, not opened."""

    id: UUID
    name: str
    role: str
    size: str
    entered_by: str
    entered_on: str
    withdrawn: str
    can_withdraw: bool


def file_words(
    files: "Iterable[ReportFile]", patient: "Patient", *, viewer: Viewer
) -> list[FileWords]:
    """Return the files in their order."""
    return [
        FileWords(
            id=file.pk,
            name=file.name,
            role=_(ROLE_WORDS[file.role]),
            size=_size(file),
            entered_by=file.entered_by_name,
            entered_on=spelled(file.entered_at),
            withdrawn=_withdrawn(file),
            can_withdraw=can_withdraw_file(viewer, patient, file),
        )
        for file in files
    ]


def _size(file: "ReportFile") -> str:
    size = str(filesizeformat(file.size))
    if file.media_type != "application/pdf":
        return size
    pages = ngettext("%(n)s page", "%(n)s pages", file.pages) % {"n": file.pages}
    return parted((pages, size))


def _withdrawn(file: "ReportFile") -> str:
    if file.withdrawn_at is None:
        return ""
    return _("Removed by %(who)s, %(day)s: %(reason)s") % {
        "who": file.withdrawn_by_name,
        "day": spelled(file.withdrawn_at),
        "reason": file.withdrawn_because,
    }


@dataclass(frozen=True, slots=True)
class ChecksWords:
    """Who held a result against the report, and whether the reader did."""

    lines: list[str]
    is_mine: bool


def checks_words(checks: "Iterable[ResultCheck]", *, viewer: Viewer) -> ChecksWords:
    """Return the checks of one version in their order."""
    found = list(checks)
    sentence = _("Checked against the report by %(who)s, %(day)s.")
    return ChecksWords(
        [
            sentence % {"who": each.checked_by_name, "day": spelled(each.checked_at)}
            for each in found
        ],
        any(each.checked_by_id == viewer.id_or_none for each in found),
    )
