"""Checks of rates that have ended and still apply to what was contracted before a certain day (経過措置)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.models import TaxRate
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.lines import days_of_rate
from invoices.rules.sources import OLD_RATES
from portal.lib.calendar import to_wareki


def contracts(case: Case) -> Iterator[Finding]:
    """A rate that has ended before the day of a line stands on a contract from before its 指定日."""
    for rate, lines in _lasting(case).items():
        assert rate.contracted_before is not None
        said = {
            "rate": rate.label,
            "before": to_wareki(rate.contracted_before),
            "lines": _("、").join(map(str, lines)),
        }
        contracted = case.invoice.contracted_on
        if contracted is None:
            message = _(
                "%(lines)s行目の%(rate)sは終わった税率で、使えるのは%(before)sより前に契約したリースなどの経過措置だけです。"
                "経過措置なら契約日を入力し、そうでなければ税区分を直してください。"
            )
            yield Finding("contract-date-missing", Level.ERROR, message % said, "contracted_on", source=OLD_RATES)
        elif contracted >= rate.contracted_before:
            message = _(
                "%(lines)s行目の%(rate)sを使えるのは、%(before)sより前の契約だけです。契約日か税区分を直してください。"
            )
            yield Finding("contract-too-late", Level.ERROR, message % said, "contracted_on", source=OLD_RATES)
        elif (earlier := _earlier(rate)) and earlier.contracted_before and contracted < earlier.contracted_before:
            said |= {"earlier": earlier.label, "from": to_wareki(earlier.contracted_before)}
            message = _(
                "%(lines)s行目の%(rate)sを使えるのは、%(from)s以後の契約です。それより前の契約のままなら%(earlier)sです。"
                "その後に契約を変えたときは、変えた日を契約日に入力してください。"
            )
            yield Finding("contract-too-early", Level.ERROR, message % said, "contracted_on", source=OLD_RATES)
        else:
            message = _(
                "%(lines)s行目の%(rate)sは、%(before)sより前の契約による経過措置の税率です。"
                "契約の内容が経過措置の対象で、その後に変わっていないか確かめてください。"
            )
            yield Finding("rate-by-contract", Level.WARNING, message % said, "contracted_on", source=OLD_RATES)


def _earlier(rate: TaxRate) -> TaxRate | None:
    """The rate before this one, which lasts for contracts that are older still."""
    older = TaxRate.objects.filter(contracted_before__lt=rate.contracted_before)
    return older.order_by("contracted_before").last()


def _lasting(case: Case) -> dict[TaxRate, list[int]]:
    """The ended rates that may last by contract, with the numbers of their lines, from 1."""
    lasting: dict[TaxRate, list[int]] = {}
    for number, line in enumerate(case.content.lines, start=1):
        rate, days = line.rate, days_of_rate(case.invoice, line)
        if rate is None or any(rate.holds_on(day) for day in days):
            continue
        if any(rate.may_last_on(day) for day in days):
            lasting.setdefault(rate, []).append(number)
    return lasting
