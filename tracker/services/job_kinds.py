"""Every kind of background work, by the name under which jobs know it."""

from tracker.services.jobs import Work

ALL: tuple[type[Work], ...] = ()
WORKS: dict[str, type[Work]] = {work.kind: work for work in ALL}
