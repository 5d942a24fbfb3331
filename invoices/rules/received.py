"""Findings for the department that has received an invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from invoices.enums import Prepayment
from invoices.models import Invoice, content_of
from invoices.rules.checks import check
from invoices.rules.findings import Level

WORDS: Mapping[str, StrOrPromise] = {
    "registration-not-in-register": _("登録番号が、取引日に国税庁の公表サイトに登録されていません。"),
    "registration-on-some-days": _("登録番号は、取引日の一部にだけ登録されています。請求者に確かめてください。"),
    "supplies-before-registration": _("請求者が登録を受ける前の取引と、受けた後の取引が混ざっています。"),
    "supplies-after-registration": _("請求者の登録が終わる前の取引と、終わった後の取引が混ざっています。"),
    "across-start-of-qualified-invoices": _("適格請求書の制度が始まる前の取引と、始まった後の取引が混ざっています。"),
    "claims-to-be-qualified": _("適格請求書にならない書類に、適格請求書であると書かれています。"),
    "registration-number-in-text": _("文中に、請求者の登録番号として印字されていない登録番号があります。"),
    "rate-by-contract": _("契約日による経過措置で、終わった税率を使っています。契約の日を確かめてください。"),
    "issue-date-before-lines": _("%(date)sが取引の日より前ですが、前払とはされていません。"),
    "prepayment-not-offered": _("市が認めていない理由の%(ahead)sです。"),
    "prepayment-of-past": _("%(ahead)sとありますが、取引はすべて請求日までに終わっています。"),
    "registration-of-another-name": _("登録番号は、別の名称のものとして公表されています。請求者に確かめてください。"),
    "registration-unchecked": _(
        "登録番号が取引日に有効かどうかは、まだ確かめていません。国税庁の公表サイトで確かめられます。"
    ),
    "registration-number-digit": _("登録番号の検査数字が合いません。請求者に確かめてください。"),
    "issuer-not-registered": _("登録番号がないため、適格請求書ではありません。"),
    "issuer-not-registered-for-enterprise": _(
        "登録番号がないため、適格請求書ではありません。"
        "消費税を納める会計の課あてなので、仕入税額控除は経過措置による一部だけになります。"
    ),
    "possible-duplicate": _(
        "同じ課・取引日・金額の%(name)s%(number)s(%(date)s%(issued)s)もあります。二重でないか確かめてください。"
    ),
    "fiscal-year-closed": _("取引のあった年度の会計は、すでに閉鎖されています。支払える予算を確かめてください。"),
    "closing-period": _("前の年度の取引です。出納整理期間のうちに支払ってください。"),
    "past-cut-off": _("市の請求の締切を過ぎて届きました。"),
    "two-fiscal-years": _(
        "2つの会計年度にわたっています。履行を確かめた日(賃借料・光熱水費・電信電話料は使った期間か支払期限)の"
        "年度の予算から支払えるか確かめてください。"
    ),
    "claim-past-limitation": _(
        "5年より前の取引があります。請求権が時効で消滅していないか、支払う前に確かめてください。"
    ),
    "reverse-charge": _(
        "国外事業者の%(name)sです。広告の配信など事業者向けの電気通信利用役務の提供なら、消費税は請求に含まれず、"
        "市に納税義務があることがあります(特定課税仕入れ)。内容と税区分を確かめてください。"
    ),
    "line-date-outside-period": _("明細の日付が、%(day)sと違うか、%(period)sの外です。"),
    "holder-differs": _("口座名義が事業者名と異なります。本人の口座かどうかを確かめてください。"),
    "holder-must-match": _("口座名義が請求者と異なります。この市は、請求者の名義の口座を求めています。"),
    "proxy-letter": _("受任者が請求し、口座名義も事業者名と異なります。委任状があるかどうかを確かめてください。"),
    "withholding-base-above-total": _("源泉徴収の対象額が、税込の合計を超えています。"),
    "withholding-of-corporation": _("個人でない事業者の%(name)sに源泉徴収があります。要るかを確かめてください。"),
    "withholding-of-foreigner": _("国外事業者の%(name)sです。源泉徴収の税率と租税条約の届出を確かめてください。"),
    "withholding-of-partial-refund": _("源泉徴収のある報酬の一部の返還です。源泉徴収の額を確かめてください。"),
    "rate-base-negative": _("税抜金額がマイナスの税率があります。"),
    "credit-note-above-original": _("返還の額が、税率ごと、または合計で、もとの請求書の額を超えています。"),
    "credit-note-of-later-sale": _("元の取引日が、もとの請求書の取引より後です。"),
    "credit-note-rate-not-claimed": _("もとの請求書にない税率の返還があります。"),
    "credit-note-original-withdrawn": _("もとの請求書は、取り消されたか、差し戻されています。"),
}
"""What the department reads of the findings that matter to the city that pays, by their code, with what such a
document calls its days and what the finding names. Its own message is for the supplier, as are the other findings."""
OF_INTEREST = frozenset(WORDS)


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding, in words for the department."""

    code: str
    level: Level
    text: str
    source: str


def remarks(invoice: Invoice) -> Sequence[Remark]:
    """The findings of today that matter to the recipient of an issued invoice, the most serious first.

    The checks run again, because the register may have answered since the issue, or a second invoice may have arrived.
    The same finding on several lines becomes one remark with the numbers of the lines.
    """
    lines: dict[Remark, list[int]] = {}
    words = invoice.words
    called = {"name": words.name, "date": words.issue_date, "day": words.transaction_date, "period": words.period}
    called["ahead"] = Prepayment(invoice.prepayment).payment
    for finding in check(invoice, content_of(invoice)):
        if finding.code in OF_INTEREST:
            text = str(WORDS[finding.code]) % (called | dict(finding.named))
            remark = Remark(finding.code, finding.level, text, finding.source)
            lines.setdefault(remark, []).extend([] if finding.line is None else [finding.line + 1])
    return [
        replace(
            remark,
            text=gettext("%(lines)s行目:%(text)s") % {"text": remark.text, "lines": "、".join(map(str, numbers))},
        )
        if numbers
        else remark
        for remark, numbers in lines.items()
    ]
