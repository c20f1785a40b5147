"""Every kind of background work, by the name under which jobs know it."""

from tracker.services.export_jobs import ClinicExport
from tracker.services.import_jobs import LookAtFile, SaveFile
from tracker.services.jobs import Work
from tracker.services.report_batches import VisitReports

ALL: tuple[type[Work], ...] = (ClinicExport, LookAtFile, SaveFile, VisitReports)
WORKS: dict[str, type[Work]] = {work.kind: work for work in ALL}
