from labs.models.acknowledgement import Acknowledgement
from labs.models.health_profile import HealthConfirmation, HealthFact
from labs.models.import_batch import ImportBatch, ImportRow
from labs.models.result import LabResult, ResultSource
from labs.models.supplement import (
    SupplementIngredient,
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
    "LabResult",
    "ResultSource",
    "SupplementIngredient",
    "SupplementPeriod",
    "SupplementProduct",
    "Target",
]
