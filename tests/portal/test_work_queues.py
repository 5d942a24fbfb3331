"""Which queue a message goes to, asked of a real Redis: what people wait for does not stand behind bulk work."""

import json
from collections.abc import Callable, Iterator

import pytest
from celery import current_app
from redis import Redis

from dev.servers import RedisServer
from invoices.lifecycle import issuing
from invoices.models import Document, ScheduledIssue
from portal import work
from portal.lib import jobs
from portal.lib.queues import BULK, INTERACTIVE
from portal.lib.request_id import request_id

pytestmark = pytest.mark.django_db(transaction=True)

Messages = Callable[[str], list[dict]]


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory) -> Iterator[str]:
    """A broker that Celery uses for the tests of this file."""
    current_app.loader.import_default_modules()
    before = current_app.conf.broker_url
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        current_app.conf.broker_url = server.url
        yield server.url
        current_app.pool.force_close_all()
    current_app.conf.broker_url = before
    current_app._after_fork()  # forget the closed pools


@pytest.fixture
def messages(redis_url, settings, monkeypatch) -> Iterator[Messages]:
    """The headers of the messages that lie in a queue."""
    settings.CELERY_BROKER_URL = redis_url
    monkeypatch.setattr(jobs, "_broker_pause", jobs.Pause(jobs.PUBLISH_PAUSE_SECONDS))
    with Redis.from_url(redis_url) as client:
        client.flushall()
        yield lambda queue: [json.loads(entry)["headers"] for entry in client.lrange(queue, 0, -1)]


def names(headers: list[dict]) -> list[str]:
    return [header["task"] for header in headers]


def test_an_invoice_that_a_person_issues_goes_ahead_of_bulk_work(messages, draft, supplier_owner):
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    assert names(messages(INTERACTIVE)) == ["invoices.deliver"]
    assert messages(BULK) == []


def test_what_the_sweep_finds_is_bulk_and_soon_means_nothing_any_more(messages, issued_invoice):
    before = len(messages(INTERACTIVE))
    work.sweep()
    (header,) = messages(BULK)
    assert header["task"] == "invoices.deliver"
    assert header["expires"] is not None
    assert len(messages(INTERACTIVE)) == before


@pytest.mark.parametrize(("queue", "other"), [(BULK, INTERACTIVE), (INTERACTIVE, BULK)])
def test_what_follows_from_a_task_stays_in_its_queue(queue, other, messages, issued_invoice, reviewer):
    """As when the clock has issued a thousand invoices, whose documents and mails are then due at once."""
    document = Document.objects.get()
    current_app.tasks["invoices.deliver"].apply([str(document.pk)], routing_key=queue)
    assert "accounts.send_mail" in names(messages(queue))
    assert "accounts.send_mail" not in names(messages(other))


def test_scheduled_issues_are_bulk_work():
    assert ScheduledIssue.queue == BULK
    assert Document.queue == INTERACTIVE


def test_a_message_bears_the_id_of_the_request_that_sent_it(messages, issued_invoice):
    document = Document.objects.get()
    token = request_id.set("req-0123456789")
    try:
        jobs.publish(document.task_name, document.pk)
    finally:
        request_id.reset(token)
    assert messages(INTERACTIVE)[0]["request_id"] == "req-0123456789"


def test_a_queue_that_no_worker_serves_cannot_be_named(messages, issued_invoice):
    document = Document.objects.get()
    before = len(messages(INTERACTIVE))
    jobs.publish(document.task_name, document.pk, queue="bulky")
    assert len(messages(INTERACTIVE)) == before
    assert messages("bulky") == []


def test_celery_runs_with_the_settings_that_were_measured_to_matter(settings):
    conf = current_app.conf
    assert conf.task_acks_late
    assert not conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_time_limit == 180 < settings.WORK_LEASE_SECONDS
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"] == 300
    assert conf.broker_transport_options["unacked_restore_interval"] == 5
    assert conf.broker_transport_options["unacked_restore_throttle"] == 1
    assert (conf.accept_content, conf.task_serializer) == (["json"], "json")
    assert conf.result_backend is None
    assert conf.task_ignore_result
    assert conf.broker_connection_max_retries is None
    assert not conf.task_publish_retry
    transport = conf.broker_transport_options
    assert (transport["socket_timeout"], transport["socket_connect_timeout"], transport["max_retries"]) == (1, 1, 0)
    assert conf.worker_soft_shutdown_timeout == 30
    assert set(current_app.amqp.queues) == {INTERACTIVE, BULK}
    assert {queue.routing_key for queue in current_app.amqp.queues.values()} == {INTERACTIVE, BULK}
    (entry,) = conf.beat_schedule.values()
    assert (entry["task"], entry["schedule"], entry["options"]["expires"]) == ("portal.sweep", 15, 15)
