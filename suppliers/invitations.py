"""Invitations of a city to a supplier: sending, sending again, revoking and accepting them.

Every change of an invitation first locks its row and then its code. So when people accept, resend and revoke the same
invitation at the same time, one step is done after the other.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts import codes, mail
from accounts.acting import ActingFor, NotAllowed
from accounts.models import Department, InviteCode, Municipality, User
from accounts.models.code import InvitePurpose
from accounts.municipalities.departments import in_kana_order
from portal.lib.ids import uuid7
from portal.lib.text import typed_on_one_line
from suppliers import trading
from suppliers.models import Invitation, MemberRole, Supplier, SupplierMember, TradingLink
from suppliers.registration import Registration

DEPARTMENTS_MAX = 500


class InvitationClosed(NotAllowed):
    """The invitation was accepted, sent again or revoked, or it expired, after the page was shown."""


class AlreadyInvited(NotAllowed):
    """A supplier of this name or address is invited already, or sends to departments of the city already.

    Attributes:
        invitation: The one that was sent before; None when there is a supplier instead.
        supplier: The supplier that is registered.
        departments: Where the supplier may send to.
    """

    def __init__(
        self,
        message: StrOrPromise,
        *,
        invitation: Invitation | None = None,
        supplier: Supplier | None = None,
        departments: Sequence[Department] = (),
    ) -> None:
        super().__init__(message)
        self.invitation = invitation
        self.supplier = supplier
        self.departments = departments


def invite(
    actor: ActingFor,
    *,
    supplier_name: str,
    email: str,
    departments: Collection[UUID],
    invitation_id: UUID | None = None,
    another: bool = False,
) -> tuple[Invitation, str]:
    """Invite a supplier to send invoices to some departments of the actor's city, and mail the code.

    Args:
        departments: Ids of active departments of the city, 1 to DEPARTMENTS_MAX.
        invitation_id: The id for the invitation, from the form. So a form that is sent twice invites only once.
        another: Invite although this name or address is known already, because it is another supplier, or because it
            shall send to further departments.

    Returns:
        The invitation and the 仮パスワード, which is shown only once.

    Raises:
        NotAllowed: the actor is not an administrator of a city, a department does not belong to the city, or the form
            was sent twice.
        AlreadyInvited: the name or the address is known already.
    """
    _require_admin(actor)
    invitation_id = invitation_id or uuid7()
    with transaction.atomic():
        # Of two who invite the same supplier at once, the second waits here and is told.
        Municipality.objects.select_for_update(no_key=True).get(pk=actor.id)
        chosen = list(Department.objects.active().filter(municipality_id=actor.id, pk__in=list(departments)))
        if not chosen or len(chosen) != len(set(departments)) or len(chosen) > DEPARTMENTS_MAX:
            raise NotAllowed(gettext_lazy("発行先の課を一覧から選び直してください。"))
        if not another:
            _require_unknown(actor, supplier_name, email, but=invitation_id)
        code, secret = codes.create(InvitePurpose.SUPPLIER)
        invitation, created = Invitation.objects.get_or_create(
            pk=invitation_id,
            defaults={
                "municipality_id": actor.id,
                "supplier_name": supplier_name,
                "email": email,
                "code": code,
                "created_by": actor.user,
            },
        )
        if not created:
            raise NotAllowed(gettext_lazy("この招待はすでに送信済みです。"))
        invitation.departments.set(chosen)
        _send(invitation, secret)
    return invitation, secret


def resend(actor: ActingFor, *, invitation_id: UUID, code_id: UUID, email: str | None = None) -> tuple[Invitation, str]:
    """Give an invitation that nobody has accepted a new code and mail it. The old code becomes invalid.

    Args:
        code_id: The id of the code that the page showed. So a form that is sent twice makes only one new code.
        email: The corrected address; None when the address is right.

    Returns:
        The invitation and the new 仮パスワード, which is shown only once.

    Raises:
        NotAllowed: the actor is not an administrator of the city.
        InvitationClosed: it was accepted, revoked or sent again already.
    """
    _require_admin(actor)
    with transaction.atomic():
        invitation = _locked(actor, invitation_id)
        if invitation.code_id != code_id:
            raise InvitationClosed(gettext_lazy("この招待はすでに再送されています。"))
        # An expired code can be revoked; a used or revoked one cannot.
        if not codes.revoke(invitation.code):
            raise InvitationClosed(gettext_lazy("この招待は登録済みか、取り消されています。再送できません。"))
        invitation.code, secret = codes.create(InvitePurpose.SUPPLIER)
        invitation.sent_at = Now()
        invitation.email = email or invitation.email
        invitation.save(update_fields=["code", "sent_at", "email"])
        invitation.refresh_from_db()
        _send(invitation, secret)
    return invitation, secret


def revoke(actor: ActingFor, *, invitation_id: UUID) -> Invitation:
    """Revoke an invitation that nobody has accepted.

    Raises:
        NotAllowed: the actor is not an administrator of the city.
        InvitationClosed: it was accepted or revoked already.
    """
    _require_admin(actor)
    with transaction.atomic():
        invitation = _locked(actor, invitation_id)
        if not codes.revoke(invitation.code):
            raise InvitationClosed(gettext_lazy("この招待は登録済みか、すでに取り消されています。"))
    return invitation


def accept(
    *, code: InviteCode, user: User, registration: Registration | None = None, supplier_id: UUID | None = None
) -> Supplier:
    """Accept an invitation, either for a new supplier, whose owner the user becomes, or for one that the user owns.

    One transaction does everything and marks the code as used. When two people accept at the same time, one succeeds.

    Args:
        code: The code that this user's session has shown.
        registration: The data of a new supplier; None for an existing one.
        supplier_id: The id of an existing supplier; None for a new one.

    Raises:
        InvitationClosed: the code can no longer be used.
        NotAllowed: the user does not own the supplier, or no department of the invitation exists any more.
        ValueError: both or none of `registration` and `supplier_id` are given.
    """
    if (registration is None) == (supplier_id is None):
        raise ValueError("an invitation is accepted either for a new supplier or for an existing one")
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(of=("self",)).filter(code=code).first()
        if invitation is None or not codes.consume(code, user):
            raise InvitationClosed(
                gettext_lazy(
                    "この招待は使用済みか、取り消されたか、有効期限が切れています。市の担当者にお問い合わせください。"
                )
            )
        supplier = _register(registration, user) if registration else _owned(user, supplier_id)
        trading.link(supplier, _at_work(invitation.departments.all()))
        invitation.supplier = supplier
        invitation.accepted_at = Now()
        invitation.save(update_fields=["supplier", "accepted_at"])
    return supplier


def _require_admin(actor: ActingFor) -> None:
    if not actor.is_municipality_admin:
        raise NotAllowed(gettext_lazy("招待は市の管理者だけが行えます。"))


def _locked(actor: ActingFor, invitation_id: UUID) -> Invitation:
    return Invitation.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=invitation_id)


def _send(invitation: Invitation, secret: str) -> None:
    code = invitation.code
    path = reverse("invitation_code", args=[code.public_id])
    # Browsers do not send what follows #, so the secret is in no log of a server.
    names = {
        "city": typed_on_one_line(invitation.municipality.name),
        "supplier": typed_on_one_line(invitation.supplier_name),
    }
    context = {"invitation": invitation, "secret": secret, "url": f"{settings.PORTAL_URL}{path}#{secret}"} | names
    invitation.mail = mail.queue(
        recipient=invitation.email,
        subject=_("【請求書窓口】%(city)sから%(supplier)s様への招待") % names,
        body=render_to_string("suppliers/mail/invitation.txt", context),
    )
    invitation.save(update_fields=["mail"])


def _require_unknown(actor: ActingFor, supplier_name: str, email: str, *, but: UUID) -> None:
    """Refuse a name or an address that was invited before, or that belongs to a supplier of the city.

    Args:
        but: The id of the invitation itself, when its form is sent a second time.
    """
    invited = Invitation.objects.visible_to(actor).standing().exclude(pk=but)
    earlier = invited.filter(Q(email__iexact=email) | Q(supplier_name=supplier_name)).order_by("-sent_at").first()
    if earlier is not None:
        raise AlreadyInvited(gettext_lazy("この名前かアドレスの事業者は、すでに招待しています。"), invitation=earlier)
    theirs = SupplierMember.objects.filter(active=True, user__email__iexact=email).values("supplier")
    links = TradingLink.objects.filter(active=True, department__municipality=actor.id)
    known = links.filter(Q(supplier__name=supplier_name) | Q(supplier__in=theirs)).select_related("supplier").first()
    if known is not None:
        departments = Department.objects.filter(trading_links__in=links.filter(supplier=known.supplier))
        raise AlreadyInvited(
            gettext_lazy("この名前かアドレスの事業者は、すでに登録しています。"),
            supplier=known.supplier,
            departments=in_kana_order(departments),
        )


def _register(registration: Registration, user: User) -> Supplier:
    person = registration.person
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_staff:
        raise NotAllowed(
            gettext_lazy("運用者は事業者の社員になれません。運用者ではない利用者でログインして、招待を受けてください。")
        )
    user.name, user.kana = person.name, person.kana
    user.save(update_fields=["name", "kana"])
    supplier = Supplier.objects.create(**asdict(registration.company))
    SupplierMember.objects.create(
        user=user, supplier=supplier, role=MemberRole.OWNER, section=person.section, phone=person.phone
    )
    return supplier


def _owned(user: User, supplier_id: UUID | None) -> Supplier:
    supplier = Supplier.objects.owned_by(user).filter(pk=supplier_id).first() if supplier_id else None
    if supplier is None:
        raise NotAllowed(gettext_lazy("この事業者の管理者だけが招待を受けられます。"))
    return supplier


def _at_work(departments: Iterable[Department]) -> list[Department]:
    """Those of the departments that exist today, or the ones that took over from them since the invitation."""
    current = [today for department in departments if (today := department.today()) is not None]
    if not current:
        raise NotAllowed(
            gettext_lazy("招待された課は、すべて廃止されました。市の担当者に、いまの課への招待を依頼してください。")
        )
    return current
