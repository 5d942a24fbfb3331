"""The checks before an invoice is issued. Editor, confirm page and the issue itself use one list of findings."""

from invoices.rules.catalogue import CODES, Rule
from invoices.rules.checks import check
from invoices.rules.days import register_days, transaction_day
from invoices.rules.findings import Finding, FindingAction, Level, errors, infos, lasting_errors, warnings
from invoices.rules.received import Remark, remarks
from invoices.rules.reserved_time import check_schedule

__all__ = [
    "CODES",
    "Finding",
    "FindingAction",
    "Level",
    "Remark",
    "Rule",
    "check",
    "check_schedule",
    "errors",
    "infos",
    "lasting_errors",
    "register_days",
    "remarks",
    "transaction_day",
    "warnings",
]
