from labs.models.acknowledgement import Acknowledgement
from labs.models.catalogue import CatalogueLabel
from labs.models.health_profile import HealthConfirmation, HealthFact
from labs.models.import_batch import (
    BatchState,
    ColumnMapping,
    ImportBatch,
    ImportFile,
    ImportRow,
    ImportWords,
    RowKind,
    RowPart,
)
from labs.models.intake import Intake
from labs.models.laboratory import LaboratoryKnowledge
from labs.models.noted_event import NotedEvent
from labs.models.notice import (
    NoticeRecipient,
    ReminderChoice,
    ReminderSent,
    UrgentNotice,
)
from labs.models.plan import RecordedPlan
from labs.models.report_file import FileRole, ReportFile, ResultCheck
from labs.models.result import VALUE_BY, LabResult, ResultSource
from labs.models.result_move import ResultMove
from labs.models.retest import RetestPlan
from labs.models.review import ClinicNote, Review
from labs.models.supplement import (
    SupplementIngredient,
    SupplementPause,
    SupplementPeriod,
    SupplementProduct,
)
from labs.models.target import Target, TargetTemplate
from labs.models.visit_question import VisitQuestion
from labs.models.worklist import PatientTag, SavedView, WorklistCount, WorklistRow

__all__ = [
    "VALUE_BY",
    "Acknowledgement",
    "BatchState",
    "CatalogueLabel",
    "ClinicNote",
    "ColumnMapping",
    "FileRole",
    "HealthConfirmation",
    "HealthFact",
    "ImportBatch",
    "ImportFile",
    "ImportRow",
    "ImportWords",
    "Intake",
    "LabResult",
    "LaboratoryKnowledge",
    "NotedEvent",
    "NoticeRecipient",
    "PatientTag",
    "RecordedPlan",
    "ReminderChoice",
    "ReminderSent",
    "ReportFile",
    "ResultCheck",
    "ResultMove",
    "ResultSource",
    "RetestPlan",
    "Review",
    "RowKind",
    "RowPart",
    "SavedView",
    "SupplementIngredient",
    "SupplementPause",
    "SupplementPeriod",
    "SupplementProduct",
    "Target",
    "TargetTemplate",
    "UrgentNotice",
    "VisitQuestion",
    "WorklistCount",
    "WorklistRow",
]
