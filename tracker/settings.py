"""Settings of the site; everything that differs between places comes from the environment."""

SECRET_KEY = "replaced-in-the-next-commit"  # noqa: S105
INSTALLED_APPS: list[str] = []
USE_TZ = True
