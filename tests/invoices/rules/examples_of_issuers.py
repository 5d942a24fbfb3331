"""Examples of the rules about kinds of issuers, and of those that a city sets for seals, people, holders and days."""

from datetime import date

from accounts.models import PersonContact, SealRule
from invoices.enums import WithholdingKind
from invoices.rules import Level
from suppliers.models import RegisterStatus, SealKind, SupplierKind
from tests.invoices.rules.examples import Example
from tests.invoices.rules.scene import Scene, back, day

UNKNOWN_DIGIT = "T1234567890123"
SIGNER = {"signer_title": "支店長", "signer_name": "柏木 一"}
STRANGER = "ﾔﾏﾀﾞ ﾀﾛｳ"
NOT_SEALED = {"seal_rule": SealRule.NOT_ASKED}
EMAIL = "keiri@mihon.example"


def venture(scene: Scene, **columns: object) -> Scene:
    """A joint venture that may issue qualified invoices."""
    usual = {"member_name": "事業者A", "members_all_registered": True, "notice_filed_on": date(2023, 10, 1)}
    return scene.company(**{"kind": SupplierKind.JOINT_VENTURE} | usual | columns)


def sole(scene: Scene, **columns: object) -> Scene:
    return scene.company(kind=SupplierKind.SOLE_PROPRIETOR, **columns)


def reached_by(scene: Scene, phone: str, email: str, contact: PersonContact) -> Scene:
    """Both persons, in a city that asks for them."""
    people = {f"{who}_{part}": value for who in PEOPLE for part, value in (("phone", phone), ("email", email))}
    return scene.city(person_contact=contact).head(**people)


PEOPLE = ("responsible", "contact")

ISSUERS = [
    Example("joint-venture-member-missing", "", lambda s: venture(s, member_name=" "), venture),
    Example(
        "before-registration",
        "",
        lambda s: venture(s, notice_filed_on=day(1)),
        lambda s: venture(s, notice_filed_on=day(0)),
        level=Level.WARNING,
    ),
    Example(
        "supplies-before-registration",
        "",
        lambda s: venture(s, notice_filed_on=day(0)).line(**back()),
        lambda s: venture(s, notice_filed_on=day(-30)).line(**back()),
    ),
    *(
        Example(
            "registration-number-digit",
            "",
            lambda s, kind=kind: venture(s, kind=kind, registration_number=UNKNOWN_DIGIT),
            lambda s, kind=kind: venture(s, kind=kind, registration_number=UNKNOWN_DIGIT).register(
                RegisterStatus.REGISTERED
            ),
            level=Level.WARNING,
        )
        for kind in SupplierKind
        if kind != SupplierKind.CORPORATION
    ),
    Example(
        "registration-of-another-name",
        "",
        lambda s: venture(s, member_name="株式会社見本建設").register(RegisterStatus.REGISTERED, "株式会社柏木商店"),
        lambda s: venture(s, member_name="株式会社見本建設").register(RegisterStatus.REGISTERED, "(株)見本建設"),
        level=Level.WARNING,
    ),
    Example(
        "registration-of-another-name",
        "",
        lambda s: s.company(kind=SupplierKind.ASSOCIATION).register(RegisterStatus.REGISTERED, "本町町内会"),
        lambda s: s.company(kind=SupplierKind.FOREIGN).register(RegisterStatus.REGISTERED, "SAMPLE MAPS"),
        level=Level.WARNING,
    ),
]

CITY = [
    Example(
        "delegate-seal-missing",
        "seal",
        lambda s: s.city(delegate_needs_seal=True, **NOT_SEALED).branch(**SIGNER),
        lambda s: s.city(delegate_needs_seal=True, **NOT_SEALED).branch(**SIGNER).seal(SealKind.COMPANY),
        policy="delegate_needs_seal",
    ),
    Example(
        "delegate-seal-missing",
        "seal",
        lambda s: s.city(delegate_needs_seal=True).branch(**SIGNER),
        lambda s: s.city(delegate_needs_seal=True).branch(),
        policy="delegate_needs_seal",
    ),
    # One finding says it where the representative's seal is missing as well.
    Example(
        "seal-missing",
        "seal",
        lambda s: s.city(seal_rule=SealRule.REQUIRED, delegate_needs_seal=True).branch(**SIGNER),
        lambda s: (
            s.city(seal_rule=SealRule.REQUIRED, delegate_needs_seal=True).branch(**SIGNER).seal(SealKind.REPRESENTATIVE)
        ),
        policy="seal_rule",
    ),
    *(
        Example(
            f"{who}-phone-missing",
            f"{who}_phone",
            lambda s: reached_by(s, "", EMAIL, PersonContact.PHONE),
            lambda s: reached_by(s, "0994-00-0002", "", PersonContact.PHONE),
            also=(f"{other}-phone-missing",),
            policy="person_contact",
        )
        for who, other in (PEOPLE, PEOPLE[::-1])
    ),
    *(
        Example(
            f"{who}-phone-missing",
            f"{who}_phone",
            lambda s: reached_by(s, "", " ", PersonContact.EITHER),
            lambda s, phone=phone, email=email: reached_by(s, phone, email, PersonContact.EITHER),
            also=(f"{other}-phone-missing",),
            policy="person_contact",
        )
        for (who, other), phone, email in ((PEOPLE, "", EMAIL), (PEOPLE[::-1], "0994-00-0002", ""))
    ),
    *(
        Example(
            f"{who}-email-missing",
            f"{who}_email",
            lambda s: reached_by(s, "0994-00-0002", "", PersonContact.BOTH),
            lambda s: reached_by(s, "0994-00-0002", EMAIL, PersonContact.BOTH),
            also=(f"{other}-email-missing",),
            policy="person_contact",
        )
        for who, other in (PEOPLE, PEOPLE[::-1])
    ),
    Example(
        "contact-name-missing",
        "contact_name",
        lambda s: sole(s).head(contact_name=""),
        lambda s: (
            sole(s).city(asks_sole_trader_contact=False).head(contact_name="", contact_title="", contact_phone="")
        ),
        policy="seal_rule",
    ),
    Example(
        "contact-name-missing",
        "contact_name",
        lambda s: s.city(asks_sole_trader_contact=False).head(contact_name=""),
        lambda s: sole(s).city(asks_sole_trader_contact=False).head(contact_name=""),
        policy="seal_rule",
    ),
    Example(
        "responsible-name-missing",
        "responsible_name",
        lambda s: sole(s).city(asks_sole_trader_contact=False).head(responsible_name=""),
        lambda s: sole(s).city(asks_sole_trader_contact=False),
        policy="seal_rule",
    ),
    *(
        Example(
            "holder-must-match",
            "bank_account",
            lambda s, begin=begin: begin(s.city(holder_must_match=True).master(s.account, holder=STRANGER)),
            lambda s, begin=begin: begin(s.city(holder_must_match=True)),
            level=level,
            policy="holder_must_match",
        )
        for begin, level in (
            (lambda s: s, Level.ERROR),
            (lambda s: s.branch(**SIGNER), Level.ERROR),
            (venture, Level.ERROR),
            # The reading of the person's own name is not known.
            (sole, Level.WARNING),
        )
    ),
    *(
        Example(
            "issue-date-not-sending-day",
            "issue_date",
            lambda s, ahead=ahead: s.city(issue_date_is_sending_day=True, issue_date_tolerance_days=1).dated(
                day(-1), day(ahead)
            ),
            lambda s: s.city(issue_date_is_sending_day=True).dated(day(-1), day(0)),
            policy="issue_date_is_sending_day",
        )
        for ahead in (-1, 1)
    ),
    Example(
        "issue-date-not-sending-day",
        "issue_date",
        lambda s: s.city(issue_date_is_sending_day=True).going_out(day(7)),
        lambda s: s.city(issue_date_is_sending_day=True).head(issue_date=day(7)).going_out(day(7)),
        policy="issue_date_is_sending_day",
    ),
]


def fee(scene: Scene, base: int) -> Scene:
    """Of a judicial scrivener."""
    return sole(scene).head(withholding_base=base, withholding_kind=WithholdingKind.SCRIVENER)


def abroad(scene: Scene, **columns: object) -> Scene:
    return scene.company(kind=SupplierKind.FOREIGN, **columns)


WITHHOLDING = [
    *(
        Example(
            "withholding-of-corporation",
            "withholding_base",
            lambda s, kind=kind: venture(s, kind=kind).head(withholding_base=1),
            lambda s: sole(s).head(withholding_base=1),
            level=Level.WARNING,
        )
        for kind in (SupplierKind.ASSOCIATION, SupplierKind.JOINT_VENTURE)
    ),
    Example(
        "withholding-of-foreigner",
        "withholding_base",
        lambda s: s.company(kind=SupplierKind.FOREIGN).head(withholding_base=1),
        lambda s: s.company(kind=SupplierKind.FOREIGN),
    ),
    Example(
        "reverse-charge",
        "lines",
        lambda s: abroad(s, registration_number=""),
        lambda s: s.company(registration_number="T7123456789012"),
        level=Level.WARNING,
        also=("issuer-not-registered",),
    ),
    Example(
        "reverse-charge",
        "lines",
        abroad,
        lambda s: s.company(kind=SupplierKind.ASSOCIATION),
        level=Level.INFO,
    ),
    Example(
        "reverse-charge",
        "remarks",
        lambda s: abroad(s).only_line(rate="outside"),
        lambda s: abroad(s).only_line(rate="outside").head(remarks="消費税は受け手に納税義務があります。"),
        level=Level.INFO,
    ),
    Example(
        "withholding-of-partial-refund",
        "withholding_base",
        lambda s: fee(s, -1).credit_note(),
        lambda s: sole(s).head(withholding_base=-1).credit_note(),
        level=Level.WARNING,
    ),
]

EXAMPLES = [*ISSUERS, *CITY, *WITHHOLDING]
