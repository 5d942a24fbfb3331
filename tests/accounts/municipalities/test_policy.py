"""A city's policy: changed by its administrators, told by its history, and never at the cost of what is issued."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acting import NotAllowed
from accounts.models import Department, MunicipalityPolicy, PersonContact, SealRule, StaffRole, policy_of
from accounts.municipalities import policy_editions as policies
from accounts.prepayment import REASONS
from invoices.documents import schema, snapshot
from invoices.lifecycle import issuing
from invoices.models import content_of
from tests import factories
from tests.pages import Page, Visitor
from tests.racing import losers, race, winners

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(municipality_admin) -> Visitor:
    return Visitor(municipality_admin)


@pytest.fixture
def second_admin(municipality) -> Visitor:
    person = factories.staff_of(municipality, role=StaffRole.ADMIN, email="second-admin@city.example", name="西 一郎")
    return Visitor(person)


def form_on(page: Page) -> dict[str, Any]:
    """What the page's form would send."""
    return page.forms[""] | {"prepayments": [reason for reason, _label in REASONS if reason in page.ticked]}


def save(visitor: Visitor, **changes: Any) -> Page:
    """Read the page, change some fields, send it."""
    return visitor.send("accounts:policy", data=form_on(visitor.read("accounts:policy")) | changes)


def without(form: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name not in names}


def stored(municipality) -> MunicipalityPolicy:
    municipality.refresh_from_db()
    return MunicipalityPolicy.objects.get(municipality=municipality)


class TestThePage:
    def test_shows_the_usual_policy_of_a_city_that_has_not_changed_anything(self, admin):
        page = admin.read("accounts:policy")
        assert form_on(page) == {
            "version": "0",
            "addressee": "",
            "address_line": "head",
            "signer": "delegate",
            "seal_rule": "named_persons",
            "person_contact": "phone",
            "asks_sole_trader_contact": "on",
            "allows_attachments": "on",
            "allows_office_files": "on",
            "attachment_max_mb": "10",
            "accepts_return_requests": "on",
            "cut_off_day": "",
            "issue_date_tolerance_days": "0",
            "prepayments": ["rent", "subscription", "commission", "works", "attendance", "fare", "travel", "grant"],
            "payment_days": "30",
            "construction_payment_days": "40",
            "bulk_limit_per_month": "",
            "retention_years": "10",
        }
        assert "まだ変更はありません。" in page.text

    def test_has_its_groups_in_order(self, admin):
        text = admin.read("accounts:policy").text
        places = [text.index(f" {title} ") for title, _names in policies.GROUPS]
        assert places == sorted(places)

    def test_asks_for_everything_that_the_policy_has(self):
        columns = {field.name for field in MunicipalityPolicy._meta.concrete_fields}
        assert set(policies.FIELDS) == columns - {"id", "municipality"}

    def test_saves_what_was_changed(self, admin, municipality):
        page = save(
            admin,
            addressee="見本市長 有馬 千尋",
            seal_rule="required",
            cut_off_day="１０",
            payment_days="２５",
            bulk_limit_per_month="1,000",
        )
        assert page.url == admin.address("accounts:policy")
        assert "取扱いを保存しました" in page.text
        policy = stored(municipality)
        assert (policy.addressee, policy.seal_rule) == ("見本市長 有馬 千尋", SealRule.REQUIRED)
        assert (policy.cut_off_day, policy.payment_days, policy.bulk_limit_per_month) == (10, 25, 1000)

    def test_saves_a_box_that_is_no_longer_ticked_and_a_limit_that_is_gone(self, admin, municipality, policy):
        policy.cut_off_day = 10
        policy.save()
        form = form_on(admin.read("accounts:policy")) | {"cut_off_day": ""}
        admin.send("accounts:policy", data=without(form, "allows_attachments", "accepts_return_requests"))
        policy = stored(municipality)
        assert (policy.allows_attachments, policy.accepts_return_requests, policy.cut_off_day) == (False, False, None)

    def test_saves_nothing_when_nothing_was_changed(self, admin, policy):
        page = save(admin)
        assert "変更はありませんでした。" in page.text
        assert policy.history.count() == 1

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("payment_days", "31", "支払までの日数は1から30までの整数で入力してください"),
            ("payment_days", "0", "支払までの日数は1から30までの整数で入力してください"),
            ("payment_days", "２９．５", "支払までの日数は1から30までの整数で入力してください"),
            ("payment_days", "三十", "支払までの日数は1から30までの整数で入力してください"),
            ("payment_days", "", "支払までの日数を入力してください"),
            ("construction_payment_days", "41", "工事代金の支払までの日数は1から40までの整数で入力してください"),
            ("attachment_max_mb", "21", "添付1件の大きさの上限(MB)は1から20までの整数で入力してください"),
            ("cut_off_day", "32", "請求の締切(翌月の日)は1から31までの整数で入力してください"),
            ("issue_date_tolerance_days", "-1", "請求日が最後の取引日より前でもよい日数は0から31までの整数で入力"),
            ("bulk_limit_per_month", "0", "1事業者が1か月に発行できる件数は1から1,000,000までの整数で入力"),
            ("retention_years", "9", "保存年数は10から50までの整数で入力してください"),
            ("seal_rule", "anything", "印影の扱いを一覧から選び直してください"),
            ("prepayments", ["rent", "anything"], "前払を認める理由を一覧から選び直してください"),
            ("addressee", "長" * 61, "宛名は60文字以内で入力してください"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_all_that_was_typed(self, field, typed, message, admin, municipality, policy):
        page = save(admin, **{"retention_years": "12", "addressee": "見本市長 代理"} | {field: typed})
        assert message in page.errors[f"id_{field}"]
        sent = form_on(page)
        if field not in ("seal_rule", "prepayments"):
            assert sent[field] == typed
        if field != "retention_years":
            assert sent["retention_years"] == "12"
        if field != "addressee":
            assert sent["addressee"] == "見本市長 代理"
        assert stored(municipality).history.count() == 1

    def test_refuses_a_form_without_its_version(self, admin, policy):
        form = without(form_on(admin.read("accounts:policy")), "version") | {"payment_days": "20"}
        admin.send("accounts:policy", data=form)
        assert policy.history.count() == 1

    @pytest.mark.parametrize("name", ["reviewer", "accountant", "other_department_staff"])
    def test_is_closed_to_the_citys_other_staff(self, name, request, policy):
        visitor = Visitor(request.getfixturevalue(name))
        for route in ("accounts:policy", "accounts:taxable_departments"):
            assert visitor.ask(route).status_code == 403
            assert visitor.send(route, data={"payment_days": "20"}).status == 403
        assert "取扱い" not in visitor.read("city_home").text
        assert policy.history.count() == 1

    @pytest.mark.parametrize("name", ["supplier_owner", "other_city_staff", "operator"])
    def test_does_not_exist_for_anybody_else(self, name, request, municipality, client_of):
        client = client_of(request.getfixturevalue(name))
        for route in ("accounts:policy", "accounts:taxable_departments"):
            assert client.get(reverse(route, args=[municipality.pk])).status_code == 404

    def test_is_found_from_the_citys_home(self, admin):
        links = admin.read("city_home").links
        assert links["請求書の取扱い"] == admin.address("accounts:policy")
        assert links["課税事業の会計の課"] == admin.address("accounts:taxable_departments")

    def test_of_a_city_says_nothing_of_another(self, admin, other_municipality):
        other = factories.MunicipalityPolicyFactory(municipality=other_municipality, addressee="隣市長 隣 太郎")
        page = save(admin, payment_days="20")
        assert "隣 太郎" not in page.text
        other.refresh_from_db()
        assert other.payment_days == 30


class TestTheHistory:
    def rows(self, page: Page) -> str:
        return page.text.split("変更の履歴 日時 変更した人 内容 ")[1]

    def test_tells_who_changed_what_from_what_to_what_newest_first(self, admin, second_admin):
        save(admin, payment_days="25", seal_rule="required", cut_off_day="10")
        form = form_on(second_admin.read("accounts:policy")) | {"addressee": "見本市長職務代理者"}
        page = second_admin.send("accounts:policy", data=without(form, "allows_attachments"))
        newer, older = self.rows(page).split("西 一郎 ")[1].split("有馬 幸 ")
        assert "宛名：空欄(見本市長) → 見本市長職務代理者" in newer
        assert "添付ファイルを受ける：受ける → 受けない" in newer
        assert "支払" not in newer
        assert "印影の扱い：代表者印がないときは、発行責任者と担当者を求める → 代表者印を必ず求める" in older
        assert "支払までの日数：30日 → 25日" in older
        assert "請求の締切(翌月の日)：なし → 翌月10日" in older

    def test_tells_which_demands_came_and_went(self, admin, municipality):
        demands = dict.fromkeys(("delegate_needs_seal", "holder_must_match", "issue_date_is_sending_day"), "on")
        form = form_on(admin.read("accounts:policy")) | {"person_contact": "either"} | demands
        page = admin.send("accounts:policy", data=without(form, "asks_sole_trader_contact"))
        for told in (
            "受任者の請求には印影を求める：求めない → 求める",
            "発行責任者と担当者の連絡先：直通電話を求める → 直通電話か、メールアドレスのどちらかを求める",
            "個人事業者にも担当者を求める：求める → 求めない",
            "口座名義が請求者と同じことを求める：求めない → 求める",
            "請求日を発行する日と同じにするよう求める：求めない → 求める",
        ):
            assert told in self.rows(page)
        policy = stored(municipality)
        assert (policy.person_contact, policy.asks_sole_trader_contact) == (PersonContact.EITHER, False)
        assert policy.delegate_needs_seal and policy.holder_must_match and policy.issue_date_is_sending_day

    def test_begins_with_what_was_set_up(self, admin, policy):
        assert self.rows(admin.read("accounts:policy")).endswith("システム はじめの設定")

    def test_names_the_operator_who_changed_it_elsewhere(self, admin, policy, operator, client_of):
        url = reverse("admin:accounts_municipalitypolicy_change", args=[policy.pk])
        values = without(form_on(admin.read("accounts:policy")), "version")
        assert client_of(operator).post(url, values | {"payment_days": "28"}).status_code == 302
        rows = self.rows(admin.read("accounts:policy"))
        assert "運用 担当 支払までの日数：30日 → 28日" in rows

    def test_asks_the_database_no_more_for_three_entries_than_for_one(self, admin, policy):
        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                admin.read("accounts:policy")
            return len(asked)

        save(admin, payment_days="20")
        admin.read("accounts:policy")
        one = queries()
        for days in ("21", "22"):
            save(admin, payment_days=days)
        admin.read("accounts:policy")
        assert queries() == one

    def test_is_as_long_as_people_can_read(self, admin, policy, monkeypatch):
        monkeypatch.setattr(policies, "HISTORY_MAX", 2)
        for days in ("20", "21", "22"):
            save(admin, payment_days=days)
        rows = self.rows(admin.read("accounts:policy"))
        assert "21日 → 22日" in rows
        assert "20日 → 21日" in rows
        assert "→ 20日" not in rows


class TestTwoAtOnce:
    def test_the_second_sees_what_the_first_changed_and_loses_nothing(self, admin, second_admin, municipality, policy):
        form = form_on(second_admin.read("accounts:policy"))
        save(admin, payment_days="25", retention_years="15")
        page = second_admin.send(
            "accounts:policy",
            data=without(form, "allows_attachments") | {"addressee": "見本市長 代理", "retention_years": "20"},
        )
        assert "まだ保存していません" in page.text
        notice = page.text.split("変更の履歴")[0]
        assert "支払までの日数：30日 → 25日" in notice
        assert "はじめの設定" not in notice, "only what came since"
        assert stored(municipality).addressee == ""
        sent = form_on(page)
        assert (sent["addressee"], sent["retention_years"]) == ("見本市長 代理", "20")
        assert "allows_attachments" not in sent
        assert sent["payment_days"] == "25", "what the second did not touch is the newest"
        page = second_admin.send("accounts:policy", data=sent)
        assert "取扱いを保存しました" in page.text
        policy = stored(municipality)
        assert (policy.payment_days, policy.retention_years, policy.addressee) == (25, 20, "見本市長 代理")
        assert not policy.allows_attachments

    def test_of_two_first_changes_of_a_city_the_second_is_told_too(self, admin, second_admin, municipality):
        form = form_on(second_admin.read("accounts:policy"))
        save(admin, payment_days="25")
        page = second_admin.send("accounts:policy", data=form | {"addressee": "見本市長 代理"})
        assert "まだ保存していません" in page.text
        assert form_on(page)["payment_days"] == "25"
        assert form_on(page)["addressee"] == "見本市長 代理"

    @pytest.mark.both_db
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("existing", [False, True])
    def test_in_the_same_moment_one_wins_and_the_other_is_told(self, existing, municipality_admin, municipality):
        if existing:
            factories.MunicipalityPolicyFactory(municipality=municipality)
        values, version = policies.read(municipality)

        def change(days: int):
            return lambda: policies.change(municipality_admin, values | {"payment_days": days}, version=version)

        outcomes = race(*[change(days) for days in (20, 21, 22, 23)])
        assert len(winners(outcomes)) == 1
        assert [type(error) for error in losers(outcomes)] == [policies.ChangedMeanwhile] * 3
        (won,) = (days for days, outcome in zip((20, 21, 22, 23), outcomes, strict=True) if isinstance(outcome, tuple))
        assert stored(municipality).payment_days == won

    @pytest.mark.parametrize("name", ["supplier_owner", "reviewer", "accountant"])
    def test_nobody_else_changes_it_by_another_way(self, name, request, municipality, department):
        actor = request.getfixturevalue(name)
        values, version = policies.read(municipality)
        with pytest.raises(NotAllowed):
            policies.change(actor, values | {"payment_days": 20}, version=version)
        with pytest.raises(NotAllowed):
            policies.mark_taxable(actor, mark={department.pk}, unmark=())
        assert not MunicipalityPolicy.objects.exists()


class TestWhatItDecides:
    def test_holds_for_the_next_invoice_and_leaves_the_issued_one_as_it_is(
        self, admin, new_draft, supplier_owner, municipality
    ):
        first = new_draft()
        issued = issuing.issue(invoice_id=first.pk, actor=supplier_owner, version=first.version)
        before = issued.snapshot
        waiting = new_draft(title="11月分 消耗品")
        save(admin, addressee="見本市長職務代理者", payment_days="20")
        issued.refresh_from_db()
        assert issued.snapshot == before
        assert schema.load(issued.snapshot).recipient.addressee == "見本市長"
        after = issuing.issue(invoice_id=waiting.pk, actor=supplier_owner, version=waiting.version)
        assert schema.load(after.snapshot).recipient.addressee == "見本市長職務代理者"
        assert schema.load(after.snapshot).policy.payment_days == 20

    def test_shows_in_a_draft_at_once(self, admin, draft):
        save(admin, addressee="見本市長職務代理者")
        draft.refresh_from_db()
        built = snapshot.build(draft, content_of(draft))
        assert built.recipient.addressee == "見本市長職務代理者"
        assert policy_of(draft.department.municipality).addressee_in_full == "見本市長職務代理者"


class TestTheDepartments:
    @pytest.fixture
    def water(self, municipality) -> Department:
        return factories.DepartmentFactory(municipality=municipality, name="上下水道課", kana="じょうげすいどうか")

    def send(self, visitor: Visitor, *, shown: list[Department], ticked: list[Department]) -> Page:
        data = {"shown": [each.pk for each in shown], "departments": [each.pk for each in ticked]}
        return visitor.send("accounts:taxable_departments", data=data)

    def marked(self) -> set[str]:
        return set(Department.objects.filter(taxable_enterprise=True).values_list("name", flat=True))

    def test_are_offered_under_their_headings_and_without_those_that_are_closed(self, admin, department, water):
        factories.DepartmentFactory(municipality=department.municipality, name="廃止課", closed=True)
        text = admin.read("accounts:taxable_departments").text
        assert text.index(" か ") < text.index("子育て支援課") < text.index(" さ ") < text.index("上下水道課")
        assert "廃止課" not in text

    def test_are_marked_and_unmarked(self, admin, department, water):
        page = self.send(admin, shown=[], ticked=[water])
        assert page.url == admin.address("accounts:policy")
        assert "1課の設定を保存しました。" in page.text
        assert "上下水道課" in page.text
        assert self.marked() == {"上下水道課"}
        assert [entry.history_user for entry in water.history.all()] == [admin.person.user, None]
        self.send(admin, shown=[water], ticked=[])
        assert self.marked() == set()

    def test_of_two_people_at_once_both_have_their_way(self, admin, second_admin, department, water):
        self.send(admin, shown=[], ticked=[water])
        self.send(second_admin, shown=[], ticked=[department])
        assert self.marked() == {"上下水道課", "子育て支援課"}

    def test_that_stay_as_they_are_get_no_entry_in_their_history(self, admin, department, water):
        self.send(admin, shown=[], ticked=[water])
        page = self.send(admin, shown=[water], ticked=[water])
        assert "変更はありませんでした。" in page.text
        assert (department.history.count(), water.history.count()) == (1, 2)

    def test_stand_in_the_history_with_who_and_when_all_of_one_saving_together(
        self, admin, second_admin, department, water
    ):
        self.send(admin, shown=[], ticked=[department, water])
        save(admin, payment_days="25")
        page = self.send(second_admin, shown=[water], ticked=[])
        rows = page.text.split("変更の履歴 日時 変更した人 内容 ")[1]
        newest, rest = rows.split("西 一郎 ")[1].split("有馬 幸 ", 1)
        assert newest.startswith("課税事業の会計「上下水道課」：対象 → 対象外 ")
        newer, older = rest.split("有馬 幸 ")
        assert newer.startswith("支払までの日数：30日 → 25日 ")
        both = ["「上下水道課」：対象外 → 対象 ", "「子育て支援課」：対象外 → 対象"]
        assert older.split("課税事業の会計")[1:] == both

    def test_leave_no_trace_in_the_history_when_something_else_about_them_changes(self, admin, water):
        water.name = "水道局"
        water.save()
        assert "まだ変更はありません。" in admin.read("accounts:policy").text

    def test_of_another_city_cannot_be_marked(self, admin, other_city_staff):
        (foreign,) = Department.objects.filter(municipality_id=other_city_staff.id)
        page = self.send(admin, shown=[], ticked=[foreign])
        assert "課税事業の会計の課を一覧から選び直してください" in page.text
        assert policies.mark_taxable(admin.person, mark={foreign.pk}, unmark=()) == 0
        assert self.marked() == set()

    def test_that_were_closed_while_the_page_was_open_stop_nobody(self, admin, department, water):
        self.send(admin, shown=[], ticked=[water])
        water.refresh_from_db()
        water.closed = True
        water.save()
        self.send(admin, shown=[water], ticked=[department])
        assert self.marked() == {"上下水道課", "子育て支援課"}
