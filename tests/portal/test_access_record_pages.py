"""What administrators of a city and owners of a supplier see of their access record."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import access
from accounts.models import AccessKind, AccessLog
from portal.lib.calendar import JST
from tests.pages import Visitor

pytestmark = pytest.mark.django_db

PAGES = {"municipality_admin": "accounts:access_record", "supplier_owner": "suppliers:access_record"}


@pytest.fixture(params=PAGES)
def visitor(request) -> Visitor:
    return Visitor(request.getfixturevalue(request.param))


@pytest.fixture
def route(visitor) -> str:
    return PAGES["municipality_admin" if visitor.person.is_municipality else "supplier_owner"]


def wrote(person: Any, name: str, kind: AccessKind = AccessKind.READ, at: str = "2026-11-02T10:00:00", **more) -> None:
    AccessLog.objects.create(
        user=person.user,
        user_name=str(person.user),
        organisation_id=person.id,
        action=kind,
        object_name=name,
        at=datetime.fromisoformat(at).replace(tzinfo=JST),
        **more,
    )


def table(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_newest_stands_on_top(visitor, route):
    wrote(visitor.person, "古い方", at="2026-11-01T09:00:00", address="192.0.2.1")
    wrote(visitor.person, "新しい方", AccessKind.DOWNLOAD)
    text = visitor.read(route).text
    assert text.index("新しい方") < text.index("古い方")
    for shown in ("2026年11月1日 09:00:00", "192.0.2.1", "ダウンロード", str(visitor.person.user)):
        assert shown in text


def test_before_anything_was_written_down_the_page_says_so(visitor, route):
    assert "記録はまだありません" in visitor.read(route).text


def test_each_organisation_reads_its_own_record_alone(
    municipality_admin, supplier_owner, reviewer, other_supplier, other_city_staff
):
    for person, name in [
        (reviewer, "市の記録"),
        (supplier_owner, "事業者の記録"),
        (other_supplier, "ほかの事業者の記録"),
        (other_city_staff, "ほかの市の記録"),
    ]:
        wrote(person, name)
    access.write(AccessKind.SIGN_IN, user=None, about=("", None, "だれの記録でもない"))
    for person, own in ((municipality_admin, "市の記録"), (supplier_owner, "事業者の記録")):
        found = visitor_rows(Visitor(person))
        assert found == [own]


def visitor_rows(visitor: Visitor, **query: str) -> list[str]:
    route = PAGES["municipality_admin" if visitor.person.is_municipality else "supplier_owner"]
    answer = visitor.client.get(visitor.address(f"{route}_file"), query)
    return [row[3] for row in table(answer)[1:]]


def test_only_administrators_and_owners_read_it(reviewer, accountant, colleague):
    for person, route in (
        (reviewer, "accounts:access_record"),
        (accountant, "accounts:access_record"),
        (colleague, "suppliers:access_record"),
    ):
        visitor = Visitor(person)
        assert (visitor.ask(route).status_code, visitor.ask(f"{route}_file").status_code) == (403, 403)
        assert "アクセスの記録" not in visitor.client.get("/", follow=True).content.decode()


def test_it_stands_in_the_menu(visitor, route):
    assert visitor.address(route) in visitor.client.get("/", follow=True).content.decode()


def test_a_reading_of_an_invoice_and_a_sign_in_stand_there(municipality_admin, reviewer, opened_invoice):
    Visitor(reviewer).read("review:detail", opened_invoice.pk)
    access.write(AccessKind.SIGN_IN_REFUSED, user=reviewer.user, organisations=[reviewer.id], address="192.0.2.66")
    text = Visitor(municipality_admin).read("accounts:access_record").text
    for shown in ("閲覧", f"事業者A {opened_invoice.number}", "鶴田 洋子", "ログイン失敗", "192.0.2.66"):
        assert shown in text


class TestLookingFor:
    @pytest.fixture
    def admin(self, municipality_admin, reviewer) -> Visitor:
        wrote(reviewer, "甲", at="2026-11-01T00:00:00")
        wrote(reviewer, "乙", AccessKind.DOWNLOAD, at="2026-11-01T23:59:59")
        wrote(municipality_admin, "丙", at="2026-11-02T00:00:00")
        return Visitor(municipality_admin)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, "丙乙甲"),
            ({"kind": "download"}, "乙"),
            ({"kind": "sign_in"}, ""),
            ({"since": "2026-11-02"}, "丙"),
            ({"until": "2026-11-01"}, "乙甲"),
            ({"since": "2026-11-01", "until": "令和8年11月1日"}, "乙甲"),
            ({"kind": "no such"}, "丙乙甲"),
            ({"person": "no such"}, "丙乙甲"),
        ],
    )
    def test_finds_by_kind_and_day(self, query, found, admin):
        assert "".join(visitor_rows(admin, **query)) == found
        text = admin.read("accounts:access_record", **query).text
        assert [name in text for name in "甲乙丙"] == [name in found for name in "甲乙丙"]

    def test_finds_by_person(self, admin, reviewer):
        assert visitor_rows(admin, person=str(reviewer.user.pk)) == ["乙", "甲"]

    def test_keeps_what_was_chosen_on_the_page_and_in_the_file(self, admin, reviewer):
        page = admin.read("accounts:access_record", person=str(reviewer.user.pk), kind="download")
        assert (page.fields["person"], page.fields["kind"]) == (str(reviewer.user.pk), "download")
        query = f"person={reviewer.user.pk}&kind=download"
        assert any(link.endswith(f"record.csv?{query}") for link in page.links.values())

    def test_that_finds_nothing_says_what_to_do(self, admin):
        text = admin.read("accounts:access_record", kind="sign_out").text
        assert "期間を広げるか、条件を消してください。" in text

    def test_says_what_is_wrong_with_a_day(self, admin):
        text = admin.read("accounts:access_record", since="2026-11-02", until="2026-11-01").text
        assert "終了日は、開始日と同じか後の日付にしてください" in text

    def test_offers_nobody_of_another_organisation(self, admin, other_city_staff, supplier_owner):
        page = admin.client.get(admin.address("accounts:access_record")).content.decode()
        assert "鶴田 洋子" in page
        assert "隣 良子" not in page
        assert "宮園 花子" not in page


def test_a_long_record_has_pages_and_takes_no_more_questions(municipality_admin):
    admin = Visitor(municipality_admin)
    wrote(municipality_admin, "第0号")
    admin.read("accounts:access_record")
    with CaptureQueriesContext(connection) as few:
        admin.read("accounts:access_record")
    for number in range(1, 60):
        wrote(municipality_admin, f"第{number}号", at=f"2026-11-02T10:{number:02}:00")
    with CaptureQueriesContext(connection) as many:
        first = admin.read("accounts:access_record")
    assert len(many) == len(few)
    assert not [query for query in many if "COUNT(" in query["sql"] and "accesslog" in query["sql"]]
    assert ("第10号" in first.text, "第9号" in first.text) == (True, False)
    second = admin.client.get(admin.address("accounts:access_record") + first.links["次のページ"]).content.decode()
    assert ("第9号" in second, "第10号" in second, "次のページ" in second) == (True, False, False)


def test_a_file_of_the_record_is_written_down_and_does_not_show_itself(municipality_admin, reviewer):
    wrote(reviewer, "=甲")
    visitor = Visitor(municipality_admin)
    rows = table(visitor.ask("accounts:access_record_file"))
    assert rows[0][:4] == ["日時", "利用者", "操作", "対象"]
    assert [row[:4] for row in rows[1:]] == [["2026-11-02 10:00:00", "鶴田 洋子", "閲覧", "'=甲"]]
    log = AccessLog.objects.get(action="export")
    assert (log.user, log.organisation_id) == (municipality_admin.user, municipality_admin.id)


def test_a_row_of_earlier_times_has_the_name_of_today(municipality_admin, reviewer):
    AccessLog.objects.create(user=reviewer.user, organisation_id=reviewer.id, action="read", object_type="Invoice")
    assert "鶴田 洋子" in Visitor(municipality_admin).read("accounts:access_record").text


def test_what_an_operator_did_is_marked(municipality_admin, operator):
    access.write(AccessKind.READ, user=operator, role="operator", organisations=[municipality_admin.id])
    assert "運用 担当(運用者)" in Visitor(municipality_admin).read("accounts:access_record").text
