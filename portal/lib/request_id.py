"""The id of the request or task in whose course something happens: in log lines and in events."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside of requests and tasks."""


def current_request_id() -> str:
    """The id in whose course this is called; "" outside of requests and tasks."""
    return request_id.get()


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True
