"""A message that waits to be sent; it goes once a mail server has taken it."""

import uuid

from django.db import models


class OutgoingMail(models.Model):
    """Written with what it tells of: what is rolled back sends nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.EmailField(max_length=254)
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    page = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField()
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["try_after"])]

    def __str__(self) -> str:
        return str(self.pk)
