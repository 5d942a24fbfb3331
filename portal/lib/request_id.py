"""The id of the request or task that is running now. It is written into log lines, events and the access record."""

import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The portal's own; empty outside of requests and tasks."""
client_request_id: ContextVar[str] = ContextVar("client_request_id", default="")
"""What the sender of the request called it, cleaned; empty when it said nothing. It proves nothing."""

CLIENT_ID_MAX = 64
_UNWANTED = re.compile(r"[^A-Za-z0-9._:-]")


def cleaned_client_id(given: str) -> str:
    """What a sender calls its request, as far as it can stand in a line of a log: 64 letters, digits and `._:-`."""
    return _UNWANTED.sub("", given[: CLIENT_ID_MAX * 4])[:CLIENT_ID_MAX]


def current_request_id() -> str:
    """The id of the request or task that runs now; "" outside of both."""
    return request_id.get()


class RequestIdFilter(logging.Filter):
    """Adds the ids to each log record as `request_id` and `client_request_id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        record.client_request_id = client_request_id.get()
        return True
