"""A person with an e-mail address."""

import hashlib
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from portal.lib.columns import MailAddressColumn
from portal.lib.frozen import Frozen
from portal.lib.histories import KeptChanges
from portal.lib.mail_addresses import normalise_mail_address
from portal.lib.public_model import PublicModel


class UserManager(BaseUserManager["User"]):
    """Creates and finds users. Addresses are stored in small letters."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password the user cannot sign in until they set one by a reset."""
        user = self.model(email=normalise_mail_address(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an operator, who may use the admin site."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this e-mail address, in large or small letters."""
        return self.get(email__iexact=normalise_mail_address(username or ""))


class User(PublicModel, AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. What they may do depends on their memberships, not on this row.

    Attributes:
        is_staff: May use the operator's admin site. It does not mean staff of a city.
        browsers_known_since: A browser that signed in after this is known (accounts.known_browsers); None before the
            first sign-in that was noted.
    """

    email = MailAddressColumn(_("メールアドレス"), unique=True)
    name = models.CharField(_("氏名"), max_length=60, blank=True)
    kana = models.CharField(_("氏名(かな)"), max_length=80, blank=True)
    is_staff = models.BooleanField(_("運用者"), default=False)
    is_active = models.BooleanField(_("有効"), default=True)
    created_at = models.DateTimeField(_("登録日時"), db_default=Now(), editable=False)
    browsers_known_since = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    history = KeptChanges(excluded_fields=["password", "last_login", "browsers_known_since"])

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_in_small_letters"),
            models.CheckConstraint(
                condition=Q(is_superuser=False) | Q(is_staff=True),
                name="all_rights_for_operators_alone",
                violation_error_message=_("すべての権限は、運用者だけに付けられます。「運用者」も選んでください。"),
            ),
            Frozen(
                name="staff_becomes_no_operator",
                operations=["UPDATE"],
                only=["is_staff"],
                when="NOT {row}.is_staff"
                " AND EXISTS (SELECT 1 FROM accounts_staffmembership WHERE user_id = {row}.id AND active)",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Bring the address into the form in which sign-in searches for it."""
        super().clean()
        self.email = normalise_mail_address(self.email)

    def get_session_auth_hash(self) -> str:
        """What each of their sessions bears. Another password or another address ends all of them."""
        return self._with_address(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under earlier keys of the installation."""
        yield from map(self._with_address, super().get_session_auth_fallback_hash())

    def _with_address(self, of_password: str) -> str:
        return hashlib.sha256(f"{of_password} {self.email}".encode()).hexdigest()

    def is_unchanged_since(self, auth_hash: str) -> bool:
        """Whether password and address are those of which this was the hash, and the account is not closed."""
        return self.is_active and constant_time_compare(auth_hash, self.get_session_auth_hash())

    def get_full_name(self) -> str:
        """The name, or the e-mail address when there is no name."""
        return str(self)


def no_operator(table: str) -> list[Frozen]:
    """Triggers for a table of memberships: whoever runs the installation works for no organisation.

    A membership from before this rule can still be switched off. On PostgreSQL the person's row is held meanwhile, so
    that nobody becomes an operator in the moment in which they get a membership.

    Args:
        table: A short name for it, with which the names of the triggers begin.
    """
    person = "1 FROM accounts_user WHERE id = {row}.user_id"
    is_operator = "(SELECT is_staff FROM accounts_user WHERE id = {row}.user_id)"
    return [
        Frozen(
            name=f"{table}_is_no_operator",
            operations=["INSERT"],
            when=f"{{row}}.active AND {is_operator}",
            holds=person,
        ),
        Frozen(
            name=f"{table}_stays_no_operator",
            operations=["UPDATE"],
            only=["active"],
            when=f"NOT {{row}}.active AND {is_operator}",
            holds=person,
        ),
    ]
