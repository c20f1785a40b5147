"""The labs app: results, targets, flags, supplements, precautions."""

from django.apps import AppConfig


class LabsConfig(AppConfig):
    """What was measured, what was set, what is taken."""

    name = "labs"
    default_auto_field = "django.db.models.BigAutoField"
