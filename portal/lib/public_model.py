"""Abstract bases of models."""

from django.db import models

from portal.lib.ids import uuid7


class PublicModel(models.Model):
    """A row that a URL may name: its key is a UUIDv7, which tells nothing and sorts by creation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
