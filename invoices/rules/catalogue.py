"""All rules of the checks before the issue, by their codes. Programs use the codes, people read the meanings."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from invoices.rules.findings import Level


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        levels: How serious its findings are. More than one level when it depends on the issuer.
        meaning: What it finds, in one line.
    """

    levels: tuple[Level, ...]
    meaning: StrOrPromise


def _error(meaning: StrOrPromise) -> Rule:
    return Rule((Level.ERROR,), meaning)


def _warning(meaning: StrOrPromise) -> Rule:
    return Rule((Level.WARNING,), meaning)


def _info(meaning: StrOrPromise) -> Rule:
    return Rule((Level.INFO,), meaning)


CODES: Mapping[str, Rule] = {
    "unread": _error(_("入力した内容に、読み取れないものがある")),
    # What it is, to whom, and what it corrects
    "title-missing": _error(_("件名がない")),
    "department-missing": _error(_("発行先の課がない")),
    "trading-link-closed": _error(_("発行先の課に、いま発行できない")),
    "department-without-staff": _warning(_("発行先の課に、担当者がまだ登録されていない")),
    "correction-of-another-kind": _error(_("修正した書類の種類が、もとと違う")),
    "correction-for-another-city": _error(_("修正した請求書が、修正前と別の市あてである")),
    # Dates
    "issue-date-missing": _error(_("請求日がない")),
    "issue-date-far": _error(_("請求日が発行の日から1年以上離れている")),
    "issue-date-not-sending-day": _error(_("請求日が発行する日と違う(同じ日を求める市)")),
    "issue-date-in-future": _warning(_("請求日が発行の日より後である")),
    "issue-date-in-past": _warning(_("請求日が発行の日より1か月以上前である")),
    "issue-date-before-lines": Rule(
        (Level.ERROR, Level.WARNING),
        _("請求日が、市の認める日数を超えて、取引の日か明細の最後の日付より前である(前払を認める市では注意)"),
    ),
    "prepayment-not-offered": _error(_("市が認めていない理由の前払である")),
    "prepayment-of-past": _warning(_("前払なのに、取引がすべて請求日までに終わっている")),
    "prepayment-far": _error(_("前払の取引の始まりが、請求日から1年以上先である")),
    "transaction-date-missing": _error(_("取引年月日も取引期間もない")),
    "transaction-date-and-period": _error(_("取引年月日と取引期間の両方がある")),
    "line-date-outside-period": _warning(_("明細の日付が取引年月日と違うか、取引期間の外である")),
    "fiscal-year-closed": _warning(_("取引のあった年度の会計が閉鎖されている")),
    "closing-period": _info(_("前の年度の取引を、出納整理期間に請求している")),
    "claim-past-limitation": _warning(_("5年より前の取引があり、請求権が時効で消滅しているおそれがある")),
    "two-fiscal-years": _warning(_("明細か取引期間が2つの年度にわたっている")),
    "period-longer-than-year": _warning(_("取引期間が1年を超えている")),
    "past-cut-off": _warning(_("市の請求の締切を過ぎている")),
    "schedule-not-future": _error(_("発行予約の日時が過ぎている")),
    "schedule-far": _error(_("発行予約の日時が1年以上先である")),
    # Payment
    "bank-account-missing": _error(_("振込なのに、振込先口座も債権者番号もない")),
    "bank-account-closed": _error(_("振込先口座が使われていない")),
    "holder-differs": Rule((Level.WARNING, Level.INFO), _("口座名義が事業者名と異なる(個人事業者では情報)")),
    "holder-must-match": Rule(
        (Level.ERROR, Level.WARNING), _("請求者本人の口座を求める市で、口座名義が異なる(個人事業者では注意)")
    ),
    "proxy-letter": _warning(_("受任者が請求し、口座名義が事業者名と異なる")),
    # Issuer
    "representative-missing": _error(_("代表者職か代表者氏名がない")),
    "joint-venture-member-missing": _error(_("共同企業体に代表構成員がない")),
    "billing-source-closed": _error(_("請求元が使われていない")),
    "signer-not-allowed": _error(_("代表者だけが請求できる市に、受任者が請求している")),
    "seal-closed": _error(_("印影が使われていない")),
    "seal-missing": _error(_("代表者印を必ず求める市なのに、代表者印がない")),
    "delegate-seal-missing": _error(_("受任者の印影を求める市なのに、受任者の請求に印影がない")),
    "responsible-title-missing": _error(_("代表者印がないのに、発行責任者の役職がない")),
    "responsible-name-missing": _error(_("代表者印がないのに、発行責任者の氏名がない")),
    "responsible-phone-missing": _error(_("代表者印がないのに、発行責任者の直通電話(市が認めればメール)がない")),
    "responsible-email-missing": _error(_("メールアドレスも求める市で、発行責任者のものがない")),
    "contact-title-missing": _error(_("代表者印がないのに、担当者の役職がない")),
    "contact-name-missing": _error(_("代表者印がないのに、担当者の氏名がない")),
    "contact-phone-missing": _error(_("代表者印がないのに、担当者の直通電話(市が認めればメール)がない")),
    "contact-email-missing": _error(_("メールアドレスも求める市で、担当者のものがない")),
    # Registration
    "issuer-not-registered": _warning(_("登録番号がなく、適格請求書にならない(課税の取引があるとき)")),
    "issuer-not-registered-for-enterprise": _warning(_("登録番号がなく、消費税を納める会計の課あてである")),
    "tax-unit-line": _error(_("登録番号があるのに、端数処理が明細ごとである")),
    "registration-number-form": _error(_("登録番号の形が違う")),
    "registration-number-digit": Rule(
        (Level.ERROR, Level.WARNING), _("登録番号の検査数字が合わない(法人でなければ注意)")
    ),
    "before-qualified-invoices": _info(_("適格請求書の制度が始まる前の取引である")),
    "across-start-of-qualified-invoices": Rule(
        (Level.WARNING, Level.INFO), _("適格請求書の制度が始まる前の取引と後の取引がある(初日に登録していれば情報)")
    ),
    "before-registration": _warning(_("登録を受ける前の取引で、適格請求書にならない")),
    "supplies-before-registration": _error(_("登録を受ける前の取引と後の取引がある")),
    "after-registration": _warning(_("登録が終わった後の取引で、適格請求書にならない")),
    "supplies-after-registration": _error(_("登録が終わる前の取引と後の取引がある")),
    "registration-unchecked": _info(_("登録番号が取引日に有効かどうかは未確認である")),
    "registration-not-in-register": _error(_("登録番号が取引日に登録されていない")),
    "registration-on-some-days": _error(_("登録番号が取引日の一部にだけ登録されている")),
    "registration-of-another-name": _warning(_("登録番号が別の名称のものとして公表されている")),
    "claims-to-be-qualified": _error(_("適格請求書にならない書類に、適格請求書だと書いている")),
    "registration-number-in-text": Rule(
        (Level.ERROR, Level.WARNING), _("文中に登録番号がある(登録のある事業者では、別の番号のときの注意)")
    ),
    "reverse-charge": Rule(
        (Level.WARNING, Level.INFO),
        _("国外事業者の取引で、市が消費税を納める場合がある(登録番号がないときの課税は注意)"),
    ),
    # Lines
    "lines-missing": _error(_("明細がない")),
    "line-date-missing": _error(_("明細の日付がない")),
    "line-description-missing": _error(_("明細の品名がない")),
    "line-quantity-missing": _error(_("明細の数量がない")),
    "line-unit_price-missing": _error(_("明細の単価がない")),
    "line-rate-missing": _error(_("明細の税区分がない")),
    "line-rate-date": _error(_("税区分が、その日の取引には使えない")),
    "contract-date-missing": _error(_("終わった税率なのに、経過措置の契約日がない")),
    "contract-too-late": _error(_("終わった税率を、経過措置の指定日以後の契約に使っている")),
    "contract-too-early": _error(_("終わった税率を、その前の税率が続く古い契約に使っている")),
    "rate-by-contract": _warning(_("契約日による経過措置で、終わった税率を使っている")),
    "line-heading-empty": _error(_("見出しの行に言葉がない")),
    "line-reduction-missing": _error(_("前の取引を返還する行に、返品・値引・割戻の別がない")),
    "line-original-date-missing": _error(_("前の取引を返還する行に、元の取引日がない")),
    "line-original-date-without-refund": _error(_("マイナスでない行に、返還の種類か元の取引日がある")),
    "line-original-date-later": Rule(
        (Level.ERROR, Level.WARNING),
        _("元の取引日が返還の日付より後である(窓口のほかで発行した請求書の返還では注意)"),
    ),
    "slip-with-two-original-dates": _error(_("1つの伝票に元の取引日が2つある")),
    # Credit notes
    "credit-note-line-not-negative": _error(_("返還請求書の行がマイナスでない")),
    "credit-note-original-missing": _error(_("返還請求書に、もとの請求書がない")),
    "credit-note-original-of-another-supplier": _error(_("もとの請求書が別の事業者のものである")),
    "credit-note-original-other-city": _error(_("もとの請求書が別の市あてである")),
    "credit-note-original-withdrawn": _error(_("もとの請求書が取り消されたか、差し戻されている")),
    "credit-note-original-superseded": _error(_("もとの請求書が、受理された修正後の請求書に置き換えられている")),
    "credit-note-of-later-sale": _warning(_("元の取引日が、もとの請求書より後である")),
    "credit-note-rate-not-claimed": _warning(_("もとの請求書にない税率の返還である")),
    "credit-note-above-original": _warning(_("返還の額が、税率ごと、または合計で、もとの請求書の額を超えている")),
    "credit-note-below-ten-thousand": _info(_("返還の合計が税込1万円未満で、返還請求書の交付が義務でない")),
    # Amounts
    "total-not-positive": _error(_("請求金額が0円以下である")),
    "total-zero": _warning(_("差し引いた結果、請求金額が0円である")),
    "total-not-negative": _error(_("返還請求書の合計が0円以上である")),
    "rate-base-negative": _warning(_("ある税率の税抜金額がマイナスである")),
    "deduction-rate-missing": _error(_("控除の税区分がない")),
    "deduction-amount-missing": _error(_("控除額がない")),
    "deduction-not-positive": _error(_("控除額が0円以下である")),
    "deduction-rate-date": _error(_("控除の税区分が、元の取引日には使えない")),
    "deduction-description-missing": _error(_("前の取引を返還する控除に、内容がない")),
    "deduction-original-date-later": _error(_("控除の元の取引日が、今回の取引より後である")),
    "deduction-without-lines": _warning(_("控除の税区分の明細がない")),
    "carry-over-half": _error(_("前回請求額とご入金額の一方しかない")),
    "withholding-base-not-positive": _error(_("源泉徴収の対象額が0円以下である")),
    "withholding-base-not-negative": _error(_("返還請求書の源泉徴収の対象額がマイナスでない")),
    "withholding-base-above-total": _warning(_("源泉徴収の対象額が税込の合計を超えている")),
    "withholding-of-corporation": _warning(_("個人でない事業者の請求書で源泉徴収をしている")),
    "withholding-of-foreigner": _error(_("国外事業者の請求書で源泉徴収をしている")),
    "withholding-of-partial-refund": _warning(
        _(
            "源泉徴収のある返還で、もとの請求書の対象額がわからないか、合わない。"
            "源泉徴収のある請求書の返還に、対象額がない"
        )
    ),
    "amount-too-large": _error(_("金額が12桁を超えている")),
    # Files, earlier invoices, characters
    "attachments-not-accepted": _error(_("添付ファイルを受け取らない市に添付している")),
    "office-file-not-accepted": _error(_("WordやExcelを受け取らない市に添付している")),
    "attachment-too-large": _error(_("添付ファイルが、市の認める大きさを超えている")),
    "attachments-too-large-together": _error(_("添付ファイルの合計が大きすぎる")),
    "possible-duplicate": _warning(_("同じ課・取引日・金額の請求書を発行済みか、発行予約中である")),
    "bulk-limit-reached": _error(_("市が1か月に認める件数を発行済みである")),
    "unprintable-character": _error(_("印字できない文字がある")),
}
