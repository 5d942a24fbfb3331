"""Pre-issue checks: one list of findings, used by the editor, the confirm page and the issue itself."""

from invoices.rules.checks import check
from invoices.rules.findings import Finding, Level, errors

__all__ = ["Finding", "Level", "check", "errors"]
