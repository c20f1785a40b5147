"""
The site's settings, with the environment of a test run.

Tests connect as the database's owner, who makes the throw-away database, and look
at data with the web role's eyes.
"""

import os
import tempfile
from pathlib import Path

from tracker.database import WEB_ROLE

os.environ.pop("DATABASE_URL", None)
os.environ["DATABASE_ROLE"] = "owner"
os.environ["CALCIDIOL_VIEWER_ROLE"] = WEB_ROLE
os.environ["CALCIDIOL_VAR"] = tempfile.mkdtemp(prefix="calcidiol-test-var-")
(Path(os.environ["CALCIDIOL_VAR"]) / "static").mkdir()
os.environ["STATIC_MANIFEST"] = "0"
os.environ["SECRET_KEY"] = "tests-only " + "0123456789abcdef" * 4

from tracker.settings import *  # noqa: E402, F403, TID251 - after the environment

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A request's limits last as long as its transaction, which is here the whole test's.
DATABASE_LIMITS = dict.fromkeys(DATABASE_LIMITS, "10min")  # noqa: F405
