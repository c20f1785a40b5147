"""The accounts app: people, clinics, consent, audit."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and who may see whose data."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add our own system checks."""
        from accounts.services import checks, sign_in_trail  # noqa: PLC0415 - apps are ready

        checks.register_all()
        sign_in_trail.listen()
