"""The checks themselves. They read only the database, because they run inside the transaction that issues."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from accounts.models import policy_of
from invoices.documents.fonts import unprintable
from invoices.documents.snapshot import totals_of
from invoices.enums import PaymentMethod
from invoices.models import Content, Invoice, InvoiceLine
from invoices.rules.findings import Finding, Level
from portal.lib.calendar import today_jst
from portal.lib.japan import check_digit_ok, registration_number_form_ok
from suppliers.models import SupplierKind, TradingLink

AMOUNT_MAX = 999_999_999_999
"""The largest amount that the document's columns show."""

_QUALIFIED = "消費税法57条の4①"
_PRINTED = ("title", "remarks", "own_reference")


def check(invoice: Invoice, content: Content) -> list[Finding]:
    """Everything that speaks against issuing this draft, errors before warnings.

    Args:
        invoice: A draft, saved or not.
    """
    lines = content.lines
    found = [
        *_head(invoice),
        *_recipient(invoice),
        *_dates(invoice),
        *_payment(invoice),
        *_issuer(invoice),
        *_lines(lines),
        *_amounts(invoice, content),
        *_characters(invoice, lines),
    ]
    return sorted(found, key=lambda finding: finding.level != Level.ERROR)


def _head(invoice: Invoice) -> Iterator[Finding]:
    if not invoice.title.strip():
        yield Finding("title-missing", Level.ERROR, _("件名を入力してください。"), "title")


def _recipient(invoice: Invoice) -> Iterator[Finding]:
    if invoice.department is None:
        yield Finding(
            "department-missing", Level.ERROR, _("発行先の課を選択してください。"), "department", source=_QUALIFIED
        )
        return
    if invoice.replaces is not None and invoice.replaces.municipality_id != invoice.department.municipality_id:
        yield Finding(
            "correction-for-another-city",
            Level.ERROR,
            _("修正した請求書は、もとの請求書と同じ市に発行してください。別の市へは、新しい請求書を作成します。"),
            "department",
        )
    linked = TradingLink.objects.open().filter(supplier=invoice.issuer, department=invoice.department)
    if not linked.exists():
        yield Finding(
            "trading-link-closed",
            Level.ERROR,
            _("この課にはいま発行できません。別の課を選ぶか、市にお問い合わせください。"),
            "department",
        )


def _dates(invoice: Invoice) -> Iterator[Finding]:
    if invoice.issue_date is None:
        yield Finding("issue-date-missing", Level.ERROR, _("請求日を入力してください。"), "issue_date")
    elif abs((invoice.issue_date - today_jst()).days) > 366:
        yield Finding(
            "issue-date-far",
            Level.ERROR,
            _("請求日が今日から1年以上離れています。日付を確かめてください。"),
            "issue_date",
        )
    period = (invoice.period_from, invoice.period_to)
    if invoice.transaction_date is None and None in period:
        field = "transaction_date" if period == (None, None) else "period_to" if period[0] else "period_from"
        yield Finding(
            "transaction-date-missing",
            Level.ERROR,
            _("取引年月日か、取引期間の初日と末日を入力してください。"),
            field,
            source=_QUALIFIED,
        )
    elif invoice.transaction_date is not None and period != (None, None):
        yield Finding(
            "transaction-date-and-period",
            Level.ERROR,
            _("取引年月日と取引期間は、どちらか一方だけを入力してください。"),
            "transaction_date",
        )


def _payment(invoice: Invoice) -> Iterator[Finding]:
    if invoice.payment_method != PaymentMethod.TRANSFER:
        return
    if invoice.bank_account is None:
        yield Finding(
            "bank-account-missing",
            Level.ERROR,
            _("振込先口座を選択してください。"),
            "bank_account",
            source="市の会計規則",
        )
    elif not invoice.bank_account.active:
        yield Finding(
            "bank-account-closed",
            Level.ERROR,
            _("この口座は使われていません。別の口座を選択してください。"),
            "bank_account",
        )


def _issuer(invoice: Invoice) -> Iterator[Finding]:
    supplier = invoice.issuer
    if not (supplier.representative_title and supplier.representative_name):
        yield Finding(
            "representative-missing",
            Level.ERROR,
            _("会社情報で、代表者職と代表者氏名を登録してください。"),
            source="市の会計規則",
        )
    for who, field, label in (
        (
            (invoice.responsible_title, invoice.responsible_name, invoice.responsible_phone),
            "responsible",
            _("発行責任者"),
        ),
        ((invoice.contact_title, invoice.contact_name, invoice.contact_phone), "contact", _("担当者")),
    ):
        for value, part, part_label in zip(
            who, ("title", "name", "phone"), (_("役職"), _("氏名"), _("直通電話")), strict=True
        ):
            if not value.strip():
                yield Finding(
                    f"{field}-{part}-missing",
                    Level.ERROR,
                    _("代表者印がないため、%(who)sの%(part)sを入力してください。") % {"who": label, "part": part_label},
                    f"{field}_{part}",
                    source="市の会計規則",
                )
    number = supplier.registration_number
    if not number:
        yield Finding(
            "issuer-not-registered",
            Level.WARNING,
            _("登録番号がないため、適格請求書ではなく区分記載請求書として発行されます。"),
            source="消費税法57条の5",
        )
    elif not registration_number_form_ok(number):
        yield Finding(
            "registration-number-form",
            Level.ERROR,
            _("登録番号はTと13桁の数字です。会社情報で直してください。"),
            source=_QUALIFIED,
        )
    elif not check_digit_ok(number):
        sole = supplier.kind == SupplierKind.SOLE_PROPRIETOR
        yield Finding(
            "registration-number-digit",
            Level.WARNING if sole else Level.ERROR,
            _("登録番号の検査数字が合いません。会社情報で番号を確かめてください。"),
            source=_QUALIFIED,
        )


def _lines(lines: Sequence[InvoiceLine]) -> Iterator[Finding]:
    if not lines:
        yield Finding("lines-missing", Level.ERROR, _("明細を1行以上入力してください。"), "lines", source=_QUALIFIED)
    for index, line in enumerate(lines):
        for field, missing, message in (
            ("date", line.date is None, _("日付を入力してください。")),
            ("description", not line.description.strip(), _("品名を入力してください。")),
            ("quantity", line.quantity is None, _("数量を入力してください。")),
            ("unit_price", line.unit_price is None, _("単価を入力してください。")),
            ("rate", line.rate is None, _("税区分を選択してください。")),
        ):
            if missing:
                yield Finding(f"line-{field}-missing", Level.ERROR, message, field, index, _QUALIFIED)
        if line.rate and line.date and not _rate_valid(line):
            yield Finding(
                "line-rate-date",
                Level.ERROR,
                _("%(rate)sは%(date)sの取引には使えません。税区分か日付を直してください。")
                % {"rate": line.rate.label, "date": line.date.isoformat()},
                "rate",
                index,
                "消費税法29条",
            )
        yield from _original_date(index, line)
        if line.quantity is not None and line.quantity < 0 and line.original_date is None:
            yield Finding(
                "line-original-date-missing",
                Level.ERROR,
                _("返品の行です。元の取引日を入力してください。"),
                "original_date",
                index,
                "消費税法57条の4③",
            )


def _original_date(index: int, line: InvoiceLine) -> Iterator[Finding]:
    """An original date says "return" on the document, so it stands on returns alone, and before them."""
    if line.original_date is None:
        return
    if line.quantity is not None and line.quantity >= 0:
        yield Finding(
            "line-original-date-without-return",
            Level.ERROR,
            _("元の取引日は返品の行だけに入力します。返品なら数量をマイナスに、そうでなければ日付を消してください。"),
            "original_date",
            index,
            "消費税法57条の4③",
        )
    elif line.date is not None and line.original_date > line.date:
        yield Finding(
            "line-original-date-later",
            Level.ERROR,
            _("元の取引日が返品の日付より後です。日付を確かめてください。"),
            "original_date",
            index,
            "消費税法57条の4③",
        )


def _rate_valid(line: InvoiceLine) -> bool:
    """A return is taxed as its original transaction was."""
    assert line.rate is not None
    is_return = line.quantity is not None and line.quantity < 0
    day = line.original_date if is_return and line.original_date else line.date
    assert day is not None
    start, end = line.rate.valid_from, line.rate.valid_to
    return (start is None or start <= day) and (end is None or day <= end)


def _amounts(invoice: Invoice, content: Content) -> Iterator[Finding]:
    lines = content.lines
    if not lines or any(line.rate is None for line in lines):
        return
    total = totals_of(invoice, content).total
    if total <= 0:
        yield Finding(
            "total-not-positive",
            Level.ERROR,
            _("請求金額が0円以下です。請求する金額になるように明細を直してください。"),
            "lines",
        )
    if total > AMOUNT_MAX or any(abs(line.amount) > AMOUNT_MAX for line in lines):
        yield Finding(
            "amount-too-large",
            Level.ERROR,
            _("金額が12桁を超えています。請求書を分けてください。"),
            "lines",
        )


def _characters(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Iterator[Finding]:
    """What no font has would be an empty box on the document, so it is found before there is one."""
    for field in (*_PRINTED, *(f"{who}_{part}" for who in ("responsible", "contact") for part in ("title", "name"))):
        yield from _unprintable(getattr(invoice, field), field)
    for index, line in enumerate(lines):
        for field in ("description", "unit"):
            yield from _unprintable(getattr(line, field), field, index)
    if invoice.department is not None:
        city = invoice.department.municipality
        yield from _unprintable(
            f"{city.name}{policy_of(city).addressee_in_full}{invoice.department.name}", "department"
        )
    if invoice.bank_account is not None:
        account = invoice.bank_account
        yield from _unprintable(f"{account.bank_name}{account.branch_name}{account.holder}", "bank_account")
    supplier = invoice.issuer
    for text in (
        supplier.name,
        supplier.representative_title,
        supplier.representative_name,
        supplier.address,
        supplier.building,
    ):
        yield from _unprintable(text, "")


def _unprintable(text: str, field: str, line: int | None = None) -> Iterator[Finding]:
    characters = unprintable(text)
    if not characters:
        return
    message = _("印字できない文字「%(characters)s」があります。別の文字にしてください。") % {
        "characters": "".join(sorted(characters))
    }
    if not field:
        message += _("(会社情報で直せます)")
    yield Finding("unprintable-character", Level.ERROR, message, field, line)
