"""
What a process that serves for hours does once, when it has loaded all it needs.

Python looks for rings of garbage each time 700 young objects more are there, and now
and then through every object that the process has. A page makes thousands of objects
that are gone with it, and what was loaded never goes: that search took a third of the
chart of a long record, and finds next to nothing.
"""

import gc
from importlib import import_module

from django.conf import settings

# Young objects that are looked through at once. More hold garbage for longer, a few
# megabytes of it; fewer look through a page's own objects while it is being made.
YOUNG_OBJECTS = 50_000


def settle() -> None:
    """Load every page's code, and leave all that was loaded out of the search."""
    import_module(settings.ROOT_URLCONF)  # else the first request would load it
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
