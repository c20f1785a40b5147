"""The tracker app: the site."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class TrackerConfig(AppConfig):
    """Puts accounts and labs together."""

    name = "tracker"

    def ready(self) -> None:
        """Compile translations; give the web role its rights after each migration."""
        from accounts.services import replicas  # noqa: PLC0415 - as above
        from tracker.grants import bind_keys, grant_to_web_role  # noqa: PLC0415 - apps are ready
        from tracker.services import catalogues, measuring  # noqa: PLC0415 - as above

        catalogues.compile_stale()
        replicas.tell(measuring.replica_read)

        # Django sends the signal once an app that has models; one is enough.
        post_migrate.connect(
            grant_to_web_role,
            sender=apps.get_app_config("labs"),
            dispatch_uid="grant_to_web_role",
        )
        post_migrate.connect(
            bind_keys, sender=apps.get_app_config("labs"), dispatch_uid="bind_keys"
        )
