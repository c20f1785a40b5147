from labs.models.acknowledgement import Acknowledgement
from labs.models.health_profile import HealthConfirmation, HealthFact
from labs.models.import_batch import ImportBatch, ImportRow
from labs.models.intake import Intake
from labs.models.plan import RecordedPlan
from labs.models.result import LabResult, ResultSource
from labs.models.supplement import (
    SupplementIngredient,
    SupplementPause,
    SupplementPeriod,
    SupplementProduct,
)
from labs.models.target import Target

__all__ = [
    "Acknowledgement",
    "HealthConfirmation",
    "HealthFact",
    "ImportBatch",
    "ImportRow",
    "Intake",
    "LabResult",
    "RecordedPlan",
    "ResultSource",
    "SupplementIngredient",
    "SupplementPause",
    "SupplementPeriod",
    "SupplementProduct",
    "Target",
]
