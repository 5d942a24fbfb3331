"""The base class of nearly all tables."""

from django.db import models

from portal.lib.ids import uuid7


class PublicModel(models.Model):
    """A row whose id may appear in a URL. The id is a UUIDv7, so rows sort by the time they were made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
