"""The way in for web servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
application = get_wsgi_application()

from tracker.grants import refuse_powerful_role  # noqa: E402 - after Django is ready
from tracker.services import settling, tracing  # noqa: E402 - after Django is ready

refuse_powerful_role()
tracing.start(os.environ)
settling.settle()
