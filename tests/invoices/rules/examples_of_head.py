"""Examples of the rules about recipient, payment, issuer, files and earlier invoices."""

from accounts.models import Department, SealRule, Signer
from invoices.enums import DOCX, XLSX, InvoiceKind, PaymentMethod, Status, TaxUnit
from invoices.rules import Level
from suppliers.models import RegisterStatus, SealKind, SupplierKind
from tests.factories import DepartmentFactory, TradingLinkFactory, staff_of
from tests.invoices.rules.examples import Example
from tests.invoices.rules.scene import EMOJI, Scene, day

MB = 1024 * 1024
UNKNOWN_DIGIT = "T1234567890123"
SIGNER = {"signer_title": "支店長", "signer_name": "柏木 一"}


def staffed(department: Department) -> Department:
    staff_of(department.municipality, department)
    return department


def to_another_city(scene: Scene) -> None:
    department = staffed(DepartmentFactory())
    TradingLinkFactory(supplier=scene.supplier, department=department)
    scene.replacing(scene.row(status=Status.RETURNED)).head(department_id=department.pk)


def to_another_department(scene: Scene) -> None:
    department = staffed(DepartmentFactory(municipality=scene.department.municipality))
    TradingLinkFactory(supplier=scene.supplier, department=department)
    scene.replacing(scene.row(status=Status.RETURNED)).head(department_id=department.pk)


def with_department_closed(scene: Scene) -> None:
    department = scene.department
    scene.set(department=department).master(department, closed=True)


def to_nobody(scene: Scene) -> None:
    scene.department.staff.update(active=False)


def unregistered(scene: Scene, **columns: object) -> Scene:
    return scene.company(registration_number="", **columns)


RECIPIENT = [
    Example("unread", "issue_date", lambda s: s.head(unread={"issue_date": "きのう"}), lambda s: s.head()),
    Example("unread", "quantity", lambda s: s.line(unread={"quantity": "六十"}), lambda s: s.line(), line=1),
    Example(
        "unread",
        "amount",
        lambda s: s.deduction(5, unread={"amount": "百円"}),
        lambda s: s.deduction(5),
        deduction=1,
    ),
    Example("title-missing", "title", lambda s: s.head(title=" 　"), lambda s: s.head(title="あ")),
    Example("department-missing", "department", lambda s: s.head(department_id=None), lambda s: s),
    Example("trading-link-closed", "department", with_department_closed, lambda s: s),
    Example("department-without-staff", "department", to_nobody, lambda s: s, level=Level.WARNING),
    Example("correction-for-another-city", "department", to_another_city, to_another_department),
    Example(
        "correction-of-another-kind",
        "kind",
        lambda s: s.replacing(s.row(status=Status.RETURNED, kind=InvoiceKind.CREDIT_NOTE)),
        lambda s: s.replacing(s.row(status=Status.RETURNED)),
    ),
    Example(
        "correction-of-another-kind",
        "kind",
        lambda s: s.credit_note().replacing(s.row(status=Status.RETURNED)),
        lambda s: s.credit_note().replacing(s.row(status=Status.RETURNED, kind=InvoiceKind.CREDIT_NOTE)),
    ),
]

PAYMENT = [
    Example(
        "bank-account-missing",
        "bank_account",
        lambda s: s.head(bank_account_id=None),
        lambda s: s.head(bank_account_id=None, creditor_number="0012345"),
    ),
    *(
        Example(
            "bank-account-missing",
            "bank_account",
            lambda s: s.head(bank_account_id=None, creditor_number=" "),
            lambda s, method=method: s.head(bank_account_id=None, payment_method=method),
        )
        for method in PaymentMethod
        if method != PaymentMethod.TRANSFER
    ),
    Example(
        "bank-account-closed",
        "bank_account",
        lambda s: s.set(bank_account=s.account).master(s.account, active=False),
        lambda s: (
            s.set(bank_account=s.account)
            .head(payment_method=PaymentMethod.DIRECT_DEBIT)
            .master(s.account, active=False)
        ),
    ),
    Example(
        "holder-differs",
        "bank_account",
        lambda s: s.master(s.account, holder="ﾔﾏﾀﾞ ﾀﾛｳ"),
        lambda s: s.master(s.account, holder="ｶ)ﾐﾔｿﾞﾉｼﾖｳｼﾞ"),
        level=Level.WARNING,
    ),
    Example(
        "holder-differs",
        "bank_account",
        lambda s: s.master(s.account, holder="ﾔﾏﾀﾞ ﾀﾛｳ").branch(),
        lambda s: s.master(s.account, holder="ﾔﾏﾀﾞ ﾀﾛｳ").head(payment_method=PaymentMethod.OTHER),
        level=Level.WARNING,
    ),
    Example(
        "holder-differs",
        "bank_account",
        lambda s: s.master(s.account, holder="ﾔﾏﾀﾞ ﾀﾛｳ").company(kind=SupplierKind.SOLE_PROPRIETOR),
        lambda s: s.company(kind=SupplierKind.SOLE_PROPRIETOR),
        level=Level.INFO,
    ),
    Example(
        "proxy-letter",
        "bank_account",
        lambda s: s.master(s.account, holder="ﾔﾏﾀﾞ ﾀﾛｳ").branch(**SIGNER),
        lambda s: s.branch(**SIGNER),
        level=Level.WARNING,
        policy="signer",
    ),
]

ISSUER = [
    *(
        Example(
            "representative-missing",
            "",
            lambda s, column=column: s.company(**{column: " "}),
            lambda s, column=column: s.company(**{column: "あ"}),
        )
        for column in ("representative_title", "representative_name")
    ),
    Example("billing-source-closed", "billing_source", lambda s: s.branch(active=False), lambda s: s.branch()),
    Example(
        "signer-not-allowed",
        "billing_source",
        lambda s: s.city(signer=Signer.REPRESENTATIVE).branch(**SIGNER),
        lambda s: s.city(signer=Signer.REPRESENTATIVE).branch(),
        policy="signer",
    ),
    Example(
        "signer-not-allowed",
        "billing_source",
        lambda s: s.city(signer=Signer.REPRESENTATIVE).branch(**SIGNER),
        lambda s: s.city(signer=Signer.DELEGATE).branch(**SIGNER),
        policy="signer",
    ),
    Example(
        "seal-closed",
        "seal",
        lambda s: s.seal(SealKind.REPRESENTATIVE, active=False),
        lambda s: s.seal(SealKind.REPRESENTATIVE),
    ),
    Example(
        "seal-missing",
        "seal",
        lambda s: s.city(seal_rule=SealRule.REQUIRED),
        lambda s: s.city(seal_rule=SealRule.REQUIRED).seal(SealKind.REPRESENTATIVE),
        policy="seal_rule",
    ),
    Example(
        "seal-missing",
        "seal",
        lambda s: s.city(seal_rule=SealRule.REQUIRED).seal(SealKind.COMPANY),
        lambda s: s.city(seal_rule=SealRule.NOT_ASKED).seal(SealKind.COMPANY),
        policy="seal_rule",
    ),
    *(
        Example(
            f"{who}-{part}-missing",
            f"{who}_{part}",
            lambda s, column=f"{who}_{part}": s.head(**{column: " "}).seal(SealKind.COMPANY),
            kept,
            policy="person_contact" if part == "phone" else "seal_rule",
        )
        for who in ("responsible", "contact")
        for part in ("title", "name", "phone")
        for kept in (
            lambda s, column=f"{who}_{part}": s.head(**{column: "役職なし"}),
            lambda s, column=f"{who}_{part}": s.head(**{column: ""}).seal(SealKind.REPRESENTATIVE),
            lambda s, column=f"{who}_{part}": s.head(**{column: ""}).city(seal_rule=SealRule.NOT_ASKED),
        )
    ),
]

REGISTRATION = [
    Example(
        "issuer-not-registered", "", unregistered, lambda s: s.company(kind=SupplierKind.CORPORATION), Level.WARNING
    ),
    Example(
        "issuer-not-registered-for-enterprise",
        "department",
        lambda s: unregistered(s).master(s.department, taxable_enterprise=True),
        lambda s: s.master(s.department, taxable_enterprise=True),
        level=Level.WARNING,
        also=("issuer-not-registered",),
    ),
    Example("tax-unit-line", "tax_unit", lambda s: s.head(tax_unit=TaxUnit.LINE), lambda s: s),
    *(
        Example(
            "registration-number-form", "", lambda s, number=number: s.company(registration_number=number), lambda s: s
        )
        for number in ("T71234567890", "7123456789012")
    ),
    Example("registration-number-digit", "", lambda s: s.company(registration_number=UNKNOWN_DIGIT), lambda s: s),
    Example(
        "registration-number-digit",
        "",
        lambda s: s.company(registration_number=UNKNOWN_DIGIT, kind=SupplierKind.SOLE_PROPRIETOR),
        lambda s: s.company(registration_number=UNKNOWN_DIGIT, kind=SupplierKind.SOLE_PROPRIETOR).register(
            RegisterStatus.REGISTERED
        ),
        level=Level.WARNING,
    ),
    Example(
        "registration-unchecked", "", lambda s: s.register(RegisterStatus.UNCHECKED), lambda s: s, level=Level.INFO
    ),
    Example(
        "registration-unchecked",
        "",
        lambda s: s.company(registration_number="T9234567890123"),
        lambda s: s.company(registration_number="T9234567890123").register(RegisterStatus.REGISTERED),
        level=Level.INFO,
    ),
    Example("registration-not-in-register", "", lambda s: s.register(RegisterStatus.NOT_REGISTERED), lambda s: s),
    Example(
        "registration-of-another-name",
        "",
        lambda s: s.register(RegisterStatus.REGISTERED, "株式会社柏木商店"),
        lambda s: s.register(RegisterStatus.REGISTERED, "株式会社事業者A"),
        level=Level.WARNING,
    ),
    Example(
        "registration-of-another-name",
        "",
        lambda s: s.register(RegisterStatus.REGISTERED, "柏木 一"),
        lambda s: s.register(RegisterStatus.REGISTERED, "柏木 一").company(kind=SupplierKind.SOLE_PROPRIETOR),
        level=Level.WARNING,
    ),
]

FILES = [
    Example(
        "attachments-not-accepted",
        "attachments",
        lambda s: s.city(allows_attachments=False).file(1),
        lambda s: s.city(allows_attachments=False),
        policy="allows_attachments",
    ),
    Example(
        "office-file-not-accepted",
        "attachments",
        lambda s: s.city(allows_office_files=False).file(1, content_type=XLSX),
        lambda s: s.city(allows_office_files=False).file(1),
        policy="allows_office_files",
    ),
    Example(
        "office-file-not-accepted",
        "attachments",
        lambda s: s.city(allows_office_files=False).file(1, content_type=DOCX),
        lambda s: s.file(1, content_type=DOCX),
        policy="allows_office_files",
    ),
    Example(
        "attachment-too-large",
        "attachments",
        lambda s: s.city(attachment_max_mb=2).file(2 * MB + 1),
        lambda s: s.city(attachment_max_mb=2).file(2 * MB),
        policy="attachment_max_mb",
    ),
    Example(
        "attachments-too-large-together",
        "attachments",
        lambda s: [s.file(10 * MB) for _n in range(5)] and s.file(1),
        lambda s: [s.file(10 * MB) for _n in range(5)],
    ),
    Example(
        "unprintable-character", "attachments", lambda s: s.file(1, name=EMOJI), lambda s: s.file(1, name="納品書.pdf")
    ),
]

EARLIER = [
    Example("possible-duplicate", "", lambda s: s.issued(), lambda s: s, level=Level.WARNING),
    Example(
        "possible-duplicate",
        "",
        lambda s: s.row(status=Status.SCHEDULED, total=1782, issue_date=day(0), transaction_date=day(0)),
        lambda s: s.row(status=Status.DRAFT, total=1782, issue_date=day(0), transaction_date=day(0)),
        level=Level.WARNING,
    ),
    Example(
        "bulk-limit-reached",
        "department",
        lambda s: s.city(bulk_limit_per_month=1).row(status=Status.CANCELLED),
        lambda s: s.city(bulk_limit_per_month=2).row(status=Status.CANCELLED),
        policy="bulk_limit_per_month",
    ),
]

EXAMPLES = [*RECIPIENT, *PAYMENT, *ISSUER, *REGISTRATION, *FILES, *EARLIER]
