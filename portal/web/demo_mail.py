"""Only in the demo: the mails that were not really sent, so that the demo works without a mail server."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_LATEST = 50


@login_not_required
def mail(request: HttpRequest) -> HttpResponse:
    """The latest mails, newest first."""
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return render(request, "portal/demo_mail.html", {"mails": [_read(path) for path in files[:_LATEST]]})


def _read(path: Path) -> dict[str, str]:
    # Django's file backend closes every message with a line of dashes.
    raw = path.read_bytes().rsplit(b"\n" + b"-" * 79, 1)[0]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return {
        "recipient": str(message["To"]),
        "subject": str(message["Subject"]),
        "date": str(message["Date"]),
        "body": body.get_content() if body else "",
    }
