"""How loud a line of the log is."""

import logging


class AsWarning(logging.Filter):
    """Makes a warning of each record: what a visitor sends is no fault of the portal, and nobody is to be woken."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
