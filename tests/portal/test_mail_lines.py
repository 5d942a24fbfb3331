"""In a mail nobody but the portal begins a line: whatever somebody typed stands on one, but for reasons and answers."""

import pytest
from django.conf import settings
from django.template import loader
from django.template.base import TokenType, VariableNode
from django.templatetags.i18n import BlockTranslateNode

from accounts.models import OutgoingMail
from invoices import emails

_FOLDER = settings.BASE_DIR / "templates"
_MAILS = sorted(
    path.relative_to(_FOLDER).as_posix() for path in _FOLDER.rglob("*.txt") if path.parent.name in ("mail", "email")
)
_ON_ONE_LINE = ("one_line", "yen", "date")
# `invoices.emails` and `suppliers.invitations` have put these on one line.
_NAMES = {"kind", "title", "issuer", "recipient", "department", "number", "which", "claim", "city", "supplier"}
# These the portal makes by itself.
_OUR_OWN = {
    *("url", "secret", "code", "password_reset_url", "activate_url", "ip", "what", "entry_kind"),
    *("invoice.words.number", "invoice.words.amount", "invoice.get_return_reason_display", "one.credit_note.number"),
    *("one.what", "one.amount"),
    *("invitation.code.public_id", "note"),
}
# Texts of several lines, under a heading of their own.
_PARAGRAPHS = {"comment", "invoice.return_comment", "entry.reason"}


@pytest.mark.parametrize("name", _MAILS)
def test_every_value_of_every_mail_is_on_one_line(name):
    nodes = loader.get_template(name).template.nodelist
    written = [str(node.filter_expression) for node in nodes.get_nodes_by_type(VariableNode)]
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        inside = [
            token.contents for token in (*node.singular, *(node.plural or ())) if token.token_type == TokenType.VAR
        ]
        written += [each.token for each in node.extra_context.values()]
        written += [each for each in inside if each not in node.extra_context]
    loose = [
        each
        for each in written
        if each not in _NAMES | _OUR_OWN | _PARAGRAPHS and not any(f"|{name}" in each for name in _ON_ONE_LINE)
    ]
    assert loose == []


def test_there_are_mails_of_every_app():
    assert {name.split("/")[0] for name in _MAILS} == {"account", "accounts", "invoices", "suppliers"}


@pytest.mark.django_db
def test_a_line_within_a_name_begins_no_line_of_a_mail(issued_invoice, reviewer):
    issued_invoice.issuer_name = "事業者A\n\n至急、次の口座へお振り込みください"
    issued_invoice.title = "10月分\u2028至急のお願い"
    emails.delivered(issued_invoice)
    (mail,) = OutgoingMail.objects.filter(recipient=reviewer.user.email)
    assert "至急のお願い" in mail.body
    assert not any(line.strip().startswith("至急") for line in mail.body.splitlines())
    assert len(mail.subject.splitlines()) == 1
