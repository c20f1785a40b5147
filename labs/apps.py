"""The labs app: results, targets, flags, supplements, precautions."""

from django.apps import AppConfig


class LabsConfig(AppConfig):
    """What was measured, what was set, what is taken."""

    name = "labs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the worklist beside consent, which the app below writes."""
        from accounts.services import record_changes  # noqa: PLC0415 - apps are ready
        from labs.services import summarising  # noqa: PLC0415 - apps are ready

        record_changes.hold_with(summarising.hold)
        record_changes.listen(summarising.refresh)
