"""What a clinic knows of laboratories, in finished words."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from labs.domain.laboratories import LaboratoryFactKind
from labs.domain.targets import plain
from labs.presenters.words import numbered, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labs.models import LaboratoryKnowledge


@dataclass(frozen=True, slots=True)
class KnownWords:
    """One thing that is known, who wrote it and when."""

    id: UUID
    laboratory: str
    detail: str
    source: str
    entered_by: str
    entered_on: str


@dataclass(frozen=True, slots=True)
class LaboratoryPage:
    """Everything that is known, by its kind."""

    aliases: list[KnownWords] = field(default_factory=list)
    imprecisions: list[KnownWords] = field(default_factory=list)
    totals: list[KnownWords] = field(default_factory=list)


def laboratory_page(rows: "Iterable[LaboratoryKnowledge]") -> LaboratoryPage:
    """Return what a clinic knows, in the order of the rows."""
    page = LaboratoryPage()
    for row in rows:
        match LaboratoryFactKind(row.kind):
            case LaboratoryFactKind.ALIAS:
                page.aliases.append(_words(row, _same_as(row)))
            case LaboratoryFactKind.IMPRECISION:
                page.imprecisions.append(_words(row, _imprecision(row)))
            case LaboratoryFactKind.D3_IS_TOTAL:
                page.totals.append(_words(row, ""))
    return page


def _same_as(row: "LaboratoryKnowledge") -> str:
    return _("the same as %(other)s") % {"other": row.other_name}


def _imprecision(row: "LaboratoryKnowledge") -> str:
    method = row.method or _("every method")
    number = numbered(plain(row.cva)) if row.cva is not None else ""
    return _("%(method)s: %(number)s%%") % {"method": method, "number": number}


def _words(row: "LaboratoryKnowledge", detail: str) -> KnownWords:
    return KnownWords(
        id=row.pk,
        laboratory=row.laboratory,
        detail=detail,
        source=row.source,
        entered_by=row.entered_by_name,
        entered_on=spelled(row.entered_at),
    )
