"""The id of the request or task that is running now. It is written into log lines and events."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside of requests and tasks."""


def current_request_id() -> str:
    """The id of the request or task that runs now; "" outside of both."""
    return request_id.get()


class RequestIdFilter(logging.Filter):
    """Adds the id to each log record as `request_id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True
