"""What a supplier abroad has to say of the tax on services that its customer declares (特定課税仕入れ)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.enums import TaxCategory
from invoices.rules.case import Case
from invoices.rules.characters import printed_texts
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import REVERSE_CHARGE
from invoices.rules.spellings import plain
from suppliers.models import SupplierKind

_SAID = re.compile(
    r"特定課税仕入|リバース・?\s*チャージ|reverse[\s-]*charge|納税義務|納める義務|納税する(?:こと|義務)|申告納税",
    re.IGNORECASE,
)
"""Words that say who pays the tax."""


def reverse_charge(case: Case) -> Iterator[Finding]:
    """Of certain services from abroad the recipient pays the tax: the document adds none, and says so beforehand.

    They are digital services for businesses (事業者向け電気通信利用役務の提供), such as advertisements, and
    performances in Japan (特定役務の提供). What somebody sells nobody but the supplier knows, so it is asked.
    """
    if case.issuer.kind != SupplierKind.FOREIGN or case.is_credit_note or case.totals is None:
        return
    if any(rate.category == TaxCategory.TAXABLE for rate in case.totals.rates):
        yield Finding(
            "reverse-charge",
            Level.INFO if case.issuer.is_registered else Level.WARNING,
            _(
                "国外事業者の取引に消費税が付いています。広告の配信など事業者向けの電気通信利用役務の提供か、国内で行う"
                "芸能・スポーツの役務なら、消費税は受け手が納めるので、税区分を「不課税」にし、その旨を備考に書いてください。"
                "それ以外の国内の取引なら、このまま発行できます。"
            ),
            "lines",
            source=REVERSE_CHARGE,
        )
    elif not any(_SAID.search(plain(text.text)) for text in printed_texts(case)):
        yield Finding(
            "reverse-charge",
            Level.INFO,
            _(
                "広告の配信など事業者向けの電気通信利用役務の提供か、国内で行う芸能・スポーツの役務なら、「消費税は"
                "特定課税仕入れとして受け手に納税義務があります。」のように備考に書いてください。"
            ),
            "remarks",
            source=REVERSE_CHARGE,
        )
