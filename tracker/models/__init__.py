"""The site's own tables: background work and the files it makes."""

from tracker.models.job import Job, JobFile, JobState

__all__ = ["Job", "JobFile", "JobState"]
