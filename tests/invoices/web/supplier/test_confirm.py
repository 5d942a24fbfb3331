"""The confirm page: what is issued is what was shown, now or at a reserved time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invoices.enums import Status
from invoices.lifecycle import attachments, scheduling
from invoices.models import Document, Invoice, ScheduledIssue
from portal.lib.calendar import JST, today_jst
from suppliers.models import BankAccount, Supplier
from tests import factories
from tests.pages import Page, Visitor
from tests.small_files import pdf

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def confirm(at_supplier, draft) -> Page:
    page = at_supplier.read("invoices:confirm", draft.pk)
    assert page.status == 200
    return page


def issue_form(at_supplier: Visitor, page: Page, draft: Invoice) -> dict[str, str]:
    return page.forms[at_supplier.address("invoices:issue", draft.pk)]


def on(days: int, at: str = "09:30") -> dict[str, str]:
    return {"schedule-day": (today_jst() + timedelta(days=days)).isoformat(), "schedule-time": at}


class TestIssuing:
    def test_the_page_shows_what_it_will_be(self, at_supplier, confirm, draft):
        for shown in ("見本市 子育て支援課", "10月分 消耗品", "1,620円", "162円", "1,782円"):
            assert shown in confirm.text
        assert confirm.buttons == ["発行する", "発行を予約する"]
        assert confirm.links["入力に戻る"] == at_supplier.address("invoices:edit", draft.pk)
        (sheet,) = confirm.images
        picture = at_supplier.client.get(sheet)
        assert (picture["Content-Type"], picture.content[:8]) == ("image/png", PNG)
        assert "private" in picture["Cache-Control"]
        pdf = at_supplier.client.get(confirm.links["見本のPDFを開く"])
        assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")

    def test_what_only_speaks_against_this_month_leaves_the_reservation_of_another(
        self, at_supplier, policy, issued_invoice, new_draft
    ):
        policy.bulk_limit_per_month = 1
        policy.save()
        draft = new_draft(title="10月分 印刷")
        page = at_supplier.read("invoices:confirm", draft.pk)
        assert "いまは発行できません" in page.text
        assert "1か月に発行できるのは1件までです" in page.text
        assert page.buttons == ["発行を予約する"]
        form = page.forms[at_supplier.address("invoices:schedule", draft.pk)]
        at_supplier.send("invoices:schedule", draft.pk, data=form | on(40))
        draft.refresh_from_db()
        assert draft.status == Status.SCHEDULED

    def test_a_picture_is_of_one_content_and_one_page(self, at_supplier, confirm, draft, supplier):
        (sheet,) = confirm.images
        assert at_supplier.client.get(sheet.replace("/1.png", "/2.png")).status_code == 404
        assert at_supplier.client.get(sheet.replace("/1.png", "/0.png")).status_code == 404
        Supplier.objects.update(name="改名商店")
        assert at_supplier.client.get(sheet).status_code == 204, "a page that was overtaken gets nothing"

    def test_the_button_issues_and_shows_the_number(self, at_supplier, confirm, draft):
        page = at_supplier.send("invoices:issue", draft.pk, data=issue_form(at_supplier, confirm, draft))
        draft.refresh_from_db()
        assert draft.status == Status.SENT
        assert page.url == at_supplier.address("invoices:issued", draft.pk)
        assert draft.number in page.text
        assert "子育て支援課に送りました。" in page.text
        assert page.links["この請求書を見る"] == at_supplier.address("invoices:detail", draft.pk)

    def test_pressed_twice_it_issues_once(self, at_supplier, confirm, draft):
        form = issue_form(at_supplier, confirm, draft)
        at_supplier.send("invoices:issue", draft.pk, data=form)
        page = at_supplier.send("invoices:issue", draft.pk, data=form)
        assert page.url == at_supplier.address("invoices:detail", draft.pk)
        assert "すでに発行され" in page.text
        assert Document.objects.count() == 1

    def test_warnings_are_shown_and_do_not_hinder(self, at_supplier, draft):
        Supplier.objects.update(registration_number="")
        page = at_supplier.read("invoices:confirm", draft.pk)
        assert "適格請求書ではなく区分記載請求書として発行されます。" in page.text
        at_supplier.send("invoices:issue", draft.pk, data=issue_form(at_supplier, page, draft))
        draft.refresh_from_db()
        assert draft.status == Status.SENT

    def test_a_name_that_changed_after_the_look_is_shown_before_it_is_issued(self, at_supplier, confirm, draft):
        Supplier.objects.update(name="改名商店")
        page = at_supplier.send("invoices:issue", draft.pk, data=issue_form(at_supplier, confirm, draft))
        assert page.url == at_supplier.address("invoices:confirm", draft.pk)
        assert "もう一度確かめてから発行してください。" in page.text
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT
        at_supplier.send("invoices:issue", draft.pk, data=issue_form(at_supplier, page, draft))
        draft.refresh_from_db()
        assert (draft.status, draft.issuer_name) == (Status.SENT, "改名商店")

    def test_a_draft_that_a_colleague_changed_after_the_look_is_shown_again(
        self, at_supplier, colleague, confirm, draft
    ):
        other = Visitor(colleague)
        editor = other.read("invoices:edit", draft.pk)
        typed = editor.forms[other.address("invoices:edit", draft.pk)] | {"title": "別の件名", "do": "save"}
        other.send("invoices:edit", draft.pk, data=typed)
        page = at_supplier.send("invoices:issue", draft.pk, data=issue_form(at_supplier, confirm, draft))
        assert page.url == at_supplier.address("invoices:confirm", draft.pk)
        assert "別の件名" in page.text
        assert not Invoice.objects.filter(number__isnull=False).exists()

    @pytest.mark.parametrize("lost", ["version", "seen"])
    def test_a_form_without_what_was_seen_issues_nothing(self, at_supplier, confirm, draft, lost):
        form = issue_form(at_supplier, confirm, draft) | {lost: ""}
        assert at_supplier.send("invoices:issue", draft.pk, data=form).url.endswith("/confirm/")
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT

    def test_a_fault_that_appeared_after_the_look_leads_to_its_field(self, at_supplier, confirm, draft, trading_link):
        trading_link.active = False
        trading_link.save()
        page = at_supplier.send("invoices:issue", draft.pk, data=issue_form(at_supplier, confirm, draft))
        assert page.url == at_supplier.address("invoices:edit", draft.pk)
        assert "発行前の確認で直すところが見つかりました。" in page.text
        assert "id_department" in page.errors

    def test_a_document_that_cannot_be_made_is_told_and_the_page_stands(self, at_supplier, draft):
        BankAccount.objects.update(number="12😀4567")  # no font has it, and no check looks at an account's number
        page = at_supplier.read("invoices:confirm", draft.pk)
        assert page.status == 200
        assert "いま見本を表示できません。" in page.text
        assert page.images == []
        assert "1,782円" in page.text

    def test_what_is_issued_is_not_confirmed_again(self, at_supplier, unopened_invoice):
        page = at_supplier.read("invoices:confirm", unopened_invoice.pk)
        assert page.url == at_supplier.address("invoices:detail", unopened_invoice.pk)
        answer = at_supplier.ask("invoices:draft_pdf", unopened_invoice.pk)
        assert answer["Location"] == at_supplier.address("invoices:pdf", unopened_invoice.pk)


class TestReservingATime:
    def send(self, at_supplier: Visitor, page: Page, draft: Invoice, **when: str) -> Page:
        form = page.forms[at_supplier.address("invoices:schedule", draft.pk)]
        return at_supplier.send("invoices:schedule", draft.pk, data=form | when)

    def test_from_the_confirm_page_leads_to_the_page_of_the_reservation(self, at_supplier, confirm, draft):
        page = self.send(at_supplier, confirm, draft, **on(2))
        day = today_jst() + timedelta(days=2)
        assert page.url == at_supplier.address("invoices:scheduled", draft.pk)
        assert "発行を予約しました。" in page.text
        assert f"{day.year}年{day.month}月{day.day}日 09:30 に発行されます。" in page.text
        assert page.buttons == ["この日時に変える", "予約を取りやめて下書きに戻す"]
        assert at_supplier.client.get(page.images[0]).status_code == 200
        draft.refresh_from_db()
        assert draft.status == Status.SCHEDULED
        assert draft.scheduled_for.astimezone(JST).strftime("%H:%M") == "09:30"
        assert draft.number is None

    def test_in_the_past_is_refused(self, at_supplier, confirm, draft):
        page = self.send(at_supplier, confirm, draft, **on(0, "00:00"))
        assert page.errors["id_schedule-day"] == "発行予約の日時は、いまより後にしてください。"
        assert on(0, "00:00").items() <= page.fields.items()
        assert "発行する" in page.buttons
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT

    @pytest.mark.parametrize(
        ("when", "field"),
        [
            ({"schedule-day": "あさって", "schedule-time": "09:30"}, "id_schedule-day"),
            ({"schedule-day": "", "schedule-time": "09:30"}, "id_schedule-day"),
            ({"schedule-day": "2099-04-01", "schedule-time": "25時"}, "id_schedule-time"),
            ({"schedule-day": "2099-04-01", "schedule-time": ""}, "id_schedule-time"),
        ],
    )
    def test_that_is_none_stays_as_it_was_typed_with_its_error(self, at_supplier, confirm, draft, when, field):
        page = self.send(at_supplier, confirm, draft, **when)
        assert (page.status, set(page.errors)) == (200, {field})
        assert when.items() <= page.fields.items()
        assert "発行する" in page.buttons
        assert not ScheduledIssue.objects.exists()

    def test_shows_its_files_and_its_sample(self, at_supplier, supplier_owner, draft):
        attachments.add(draft_id=draft.pk, actor=supplier_owner, name="納品書.pdf", data=pdf("a note"))
        at = timezone.now() + timedelta(days=1)
        scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
        page = at_supplier.read("invoices:scheduled", draft.pk)
        assert at_supplier.client.get(page.links["納品書.pdf"]).content == pdf("a note")
        assert at_supplier.client.get(page.links["見本のPDFを開く"])["Content-Type"] == "application/pdf"

    def test_is_moved(self, at_supplier, scheduled_invoice):
        page = at_supplier.read("invoices:detail", scheduled_invoice.pk)
        moved = self.send(at_supplier, page, scheduled_invoice, **on(9, "17:00"))
        assert "17:00 に発行されます。" in moved.text
        scheduled_invoice.refresh_from_db()
        assert scheduled_invoice.scheduled_for.astimezone(JST).date() == today_jst() + timedelta(days=9)
        assert ScheduledIssue.objects.get().next_attempt_at == scheduled_invoice.scheduled_for

    def test_moved_to_the_past_stays_where_it_was(self, at_supplier, scheduled_invoice):
        before = scheduled_invoice.scheduled_for
        page = at_supplier.read("invoices:scheduled", scheduled_invoice.pk)
        after = self.send(at_supplier, page, scheduled_invoice, **on(-1))
        assert after.errors["id_schedule-day"] == "発行予約の日時は、いまより後にしてください。"
        assert on(-1).items() <= after.fields.items()
        assert "予約を取りやめて下書きに戻す" in after.buttons
        scheduled_invoice.refresh_from_db()
        assert scheduled_invoice.scheduled_for == before

    def test_moved_to_no_time_shows_the_error_on_the_page_of_the_reservation(self, at_supplier, scheduled_invoice):
        page = at_supplier.read("invoices:scheduled", scheduled_invoice.pk)
        after = self.send(at_supplier, page, scheduled_invoice, **{"schedule-time": "25時"})
        assert "id_schedule-time" in after.errors
        assert after.fields["schedule-time"] == "25時"
        assert "予約を取りやめて下書きに戻す" in after.buttons

    def test_is_withdrawn_and_the_draft_can_be_written_again(self, at_supplier, scheduled_invoice):
        page = at_supplier.send("invoices:unschedule", scheduled_invoice.pk)
        assert page.url == at_supplier.address("invoices:edit", scheduled_invoice.pk)
        assert "予約を取りやめ、下書きに戻しました。" in page.text
        scheduled_invoice.refresh_from_db()
        assert (scheduled_invoice.status, scheduled_invoice.scheduled_for) == (Status.DRAFT, None)

    def test_that_has_come_can_no_longer_be_withdrawn(self, at_supplier, scheduled_invoice):
        scheduling.issue_due(factories.let_its_time_come(scheduled_invoice))
        page = at_supplier.send("invoices:unschedule", scheduled_invoice.pk)
        assert page.url == at_supplier.address("invoices:detail", scheduled_invoice.pk)
        assert "すでに発行され、送信中です。" in page.text

    def test_is_not_edited_before_it_is_withdrawn(self, at_supplier, scheduled_invoice):
        page = at_supplier.read("invoices:edit", scheduled_invoice.pk)
        assert page.url == at_supplier.address("invoices:scheduled", scheduled_invoice.pk)

    def test_of_a_draft_that_changed_after_the_look_is_asked_again(self, at_supplier, confirm, draft):
        Supplier.objects.update(name="改名商店")
        page = self.send(at_supplier, confirm, draft, **on(2))
        assert page.url == at_supplier.address("invoices:confirm", draft.pk)
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT

    def test_at_which_it_could_not_be_issued_is_told_in_the_editor(self, at_supplier, scheduled_invoice, trading_link):
        trading_link.active = False
        trading_link.save()
        scheduling.issue_due(factories.let_its_time_come(scheduled_invoice))
        page = at_supplier.read("invoices:edit", scheduled_invoice.pk)
        scheduled_invoice.refresh_from_db()
        assert scheduled_invoice.status == Status.DRAFT
        at = scheduled_invoice.scheduled_for.astimezone(JST)
        assert f"予約した {at.year}年{at.month}月{at.day}日 {at:%H:%M} に発行できませんでした" in page.text
        assert "この課にはいま発行できません。" in page.text

    def test_the_page_of_a_reservation_shows_its_history(self, at_supplier, scheduled_invoice):
        page = at_supplier.read("invoices:scheduled", scheduled_invoice.pk)
        assert "発行予約" in page.text
        assert "事業者A　宮園 花子".replace("　", " ") in page.text
        assert timezone.now() < scheduled_invoice.scheduled_for
