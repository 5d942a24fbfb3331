"""What somebody typed and could not send."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from portal.lib.public_model import PublicModel


class KeptForm(PublicModel):
    """The fields of a form that could not be taken, until their writer sends them again. Files are not kept.

    Attributes:
        address: The path to which they were sent.
        fields: As a browser sends them (application/x-www-form-urlencoded), without what is secret.
        refused: The form was read, and the step was not possible any more.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=300)
    fields = models.TextField()
    has_files = models.BooleanField(default=False)
    refused = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)

    class Meta:
        verbose_name = _("書きかけの内容")
        verbose_name_plural = _("書きかけの内容")

    def __str__(self) -> str:
        return f"{self.address} {self.created_at}"
