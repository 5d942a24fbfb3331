"""What no person sends: too many fields, files or characters, a NUL in an address, HEAD."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, supplier_owner):
    client.force_login(supplier_owner.user)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("limit", "data", "status", "words"),
    [
        ({"DATA_UPLOAD_MAX_NUMBER_FIELDS": 10}, {f"f{n}": "1" for n in range(20)}, 400, "送られた項目が多すぎます。"),
        ({"DATA_UPLOAD_MAX_MEMORY_SIZE": 100}, {"title": "a" * 500}, 413, "送られた文字が多すぎます。"),
        (
            {"DATA_UPLOAD_MAX_NUMBER_FILES": 1},
            {"file": [SimpleUploadedFile("a.pdf", b"1"), SimpleUploadedFile("b.pdf", b"2")]},
            400,
            "一度に送られたファイルが多すぎます。",
        ),
    ],
)
def test_more_than_is_read_is_answered_by_a_page_and_wakes_nobody(
    browser, caplog, supplier_owner, draft, limit, data, status, words
):
    with override_settings(**limit), caplog.at_level(logging.INFO):
        response = browser.post(f"/s/{supplier_owner.id}/invoices/{draft.pk}/edit/", data)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "入力した内容が残っています。" in page
    assert "<header" in page
    records = [record for record in caplog.records if record.name.startswith("django.security.")]
    assert [record.levelno for record in records] == [logging.WARNING]


@pytest.mark.both_db
@pytest.mark.parametrize(
    "address",
    [
        *(
            "/operator/accounts/user/?q=%00",
            "/operator/accounts/user/?state=%00",
            "/operator/accounts/user/%00/change/",
        ),
        "/operator/autocomplete/?app_label=suppliers&model_name=suppliermember&field_name=user&term=%00",
        "/check/?number=%00",
    ],
)
def test_an_address_with_a_nul_is_refused_and_breaks_nothing(client, django_user_model, address):
    operator = django_user_model.objects.create_superuser(email="operator@portal.example", password="x" * 20)
    client.force_login(operator)
    assert client.get(address).status_code in (302, 400, 404)


@pytest.mark.parametrize("address", ["/accounts/login/", "/healthz", "/nowhere/"])
def test_head_is_answered_with_the_headers_alone(rf, address):
    """As a server asks for it; the browser of the tests takes the content away by itself."""
    answer = WSGIHandler()(rf.head(address).environ, lambda *_arguments: None)
    assert b"".join(answer) == b""
    assert int(answer["Content-Length"]) > 0
