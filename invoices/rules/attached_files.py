"""Checks of the files that are attached to the invoice."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.enums import OFFICE_FILES
from invoices.models.attachment import MB, TOGETHER_MAX_MB
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level


def attachments(case: Case) -> Iterator[Finding]:
    """The city accepts attachments of these kinds, and the files are not too large."""
    files = case.content.attachments
    if files and not case.policy.allows_attachments:
        yield Finding(
            "attachments-not-accepted",
            Level.ERROR,
            _("この市は添付ファイルを受け取りません。添付ファイルを外してください。"),
            "attachments",
            source=case.policy_source("allows_attachments"),
        )
        return
    if not case.policy.allows_office_files:
        yield from _office_files(case)
    limit = case.policy.attachment_max_mb
    for file in files:
        if file.size > limit * MB:
            yield Finding(
                "attachment-too-large",
                Level.ERROR,
                _("「%(name)s」が%(limit)dMBを超えています。小さくするか、分けて添付してください。")
                % {"name": file.name, "limit": limit},
                "attachments",
                source=case.policy_source("attachment_max_mb"),
            )
    if sum(file.size for file in files) > TOGETHER_MAX_MB * MB:
        yield Finding(
            "attachments-too-large-together",
            Level.ERROR,
            _("添付ファイルの合計が%(limit)dMBを超えています。どれかを外すか、小さくしてください。")
            % {"limit": TOGETHER_MAX_MB},
            "attachments",
        )


def _office_files(case: Case) -> Iterator[Finding]:
    for file in case.content.attachments:
        if file.content_type in OFFICE_FILES:
            yield Finding(
                "office-file-not-accepted",
                Level.ERROR,
                _("この市はWordとExcelのファイルを受け取りません。「%(name)s」をPDFにして、添付し直してください。")
                % {"name": file.name},
                "attachments",
                source=case.policy_source("allows_office_files"),
            )
