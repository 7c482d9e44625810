"""What is left behind in a transaction is done after it, once."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import psycopg
import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from billing.models import Heartbeat, OutboxMessage, StreamEvent
from billing.outbox import relay
from billing.outbox.failing import MOST_FAILURES, pause_after, record_failure
from billing.outbox.heartbeat import beat, last_beat
from billing.outbox.lease import LEASE
from billing.outbox.loop import Relay
from billing.outbox.publish import OutsideTransaction, announce, enqueue
from billing.outbox.upkeep import clear_old, dead_letters, replay
from tests.billing.outbox_tasks import ONCE, OUTSIDE, POISON, once, outside, poison

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def broker() -> Iterator[None]:
    """Celery's broker in memory, instead of the one that a running desk uses."""
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    _use("memory://", {})
    yield
    _use("memory://", {})
    delivered()
    _use(*before)


def _use(url: str, options: dict[str, Any]) -> None:
    current_app.conf.update(broker_url=url, broker_transport_options=options)
    current_app._pool = None
    current_app.amqp._producer_pool = None


def delivered() -> list[dict[str, Any]]:
    """The keyword arguments of everything in the broker's queue, taken out of it."""
    found: list[dict[str, Any]] = []
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        while True:
            try:
                message = queue.get(block=False)
            except queue.Empty:
                return found
            found.append(message.payload[1])
            message.ack()


def left(task: str = ONCE, key: str = "deed:1", **payload: Any) -> OutboxMessage:
    with transaction.atomic():
        enqueue(task, key=key, payload=payload or {"ref": key})
    return OutboxMessage.objects.get(key=key)


def effects() -> list[str]:
    return list(StreamEvent.objects.order_by("id").values_list("ref", flat=True))


def later(message: OutboxMessage) -> None:
    """As if the time until the next try had passed."""
    OutboxMessage.objects.filter(pk=message.pk).update(due_at=timezone.now(), running_until=None)


def test_a_message_exists_exactly_when_its_fact_does() -> None:
    with transaction.atomic():
        enqueue(ONCE, key="kept")
        with transaction.atomic():
            enqueue(ONCE, key="lost")
            announce("ticket:1", kind="changed")
            transaction.set_rollback(True)

    assert list(OutboxMessage.objects.values_list("key", flat=True)) == ["kept"]
    assert StreamEvent.objects.count() == 0


def test_outside_a_transaction_nothing_is_left() -> None:
    with pytest.raises(OutsideTransaction):
        enqueue(ONCE, key="deed")
    with pytest.raises(OutsideTransaction):
        announce("ticket:1", kind="changed")


def test_the_same_deed_twice_is_one_message() -> None:
    first = left(ref="first")

    assert left(ref="second") == first
    assert first.payload == {"ref": "first"}


def test_published_done_and_never_again() -> None:
    message = left()

    assert relay.publish_due() == 1
    assert relay.publish_due() == 0
    assert delivered() == [{"outbox_id": message.pk, "ref": "deed:1"}]
    for _ in range(5):
        once(outbox_id=message.pk, ref="deed:1")
    later(message)

    assert relay.publish_due() == 0
    assert effects() == ["deed:1"]
    message.refresh_from_db()
    assert (message.failures, message.last_error, message.running_until) == (0, "", None)


def test_what_no_worker_finished_is_published_again() -> None:
    message = left()
    relay.publish_due()
    assert delivered()

    OutboxMessage.objects.update(due_at=timezone.now())
    assert relay.publish_due() == 1

    assert delivered() == [{"outbox_id": message.pk, "ref": "deed:1"}]
    message.refresh_from_db()
    assert message.due_at - timezone.now() > timedelta(minutes=3)  # twice as long as the first time
    assert message.dead_at is None


def test_a_broker_that_is_away_costs_waiting_only() -> None:
    messages = [left(key=f"deed:{number}") for number in range(3)]
    _use("amqp://127.0.0.1:1//", {})
    current_app.conf.broker_connection_timeout = 0.2
    current_app.conf.task_publish_retry = False

    with pytest.raises(relay.BrokerAway):
        relay.publish_due()
    assert set(OutboxMessage.objects.values_list("publications", "dead_at", "published_at")) == {(0, None, None)}

    current_app.conf.task_publish_retry = True
    _use("memory://", {})
    assert relay.publish_due() == 3
    assert [each["outbox_id"] for each in delivered()] == [message.pk for message in messages]


def test_two_relays_publish_each_message_once() -> None:
    for number in range(120):
        left(key=f"deed:{number}")
    counts: list[int] = []

    def run() -> None:
        while published := relay.publish_due(limit=7):
            counts.append(published)
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 120
    assert len({each["outbox_id"] for each in delivered()}) == 120
    assert set(OutboxMessage.objects.values_list("publications", flat=True)) == {1}


def test_a_task_that_fails_leaves_no_half_effect_and_ends_as_a_dead_letter() -> None:
    message = left(task=POISON)

    for failures in (1, 2):
        poison(outbox_id=message.pk, ref="4111 1111 1111 1111")
        message.refresh_from_db()
        assert (message.failures, message.dead_at) == (failures, None)
        assert message.due_at > timezone.now() + timedelta(seconds=2)
    poison(outbox_id=message.pk, ref="x")

    assert effects() == []
    assert list(dead_letters()) == [message]
    later(message)
    assert relay.publish_due() == 0
    message.refresh_from_db()
    assert message.last_error.startswith("LookupError")
    assert "4111 1111" not in OutboxMessage.objects.values_list("last_error", flat=True)[0]


def test_a_dead_letter_can_be_replayed() -> None:
    message = left()
    for _ in range(MOST_FAILURES):
        record_failure(message.pk, "The mail server said no.")
    assert [letter.pk for letter in dead_letters()] == [message.pk]
    once(outbox_id=message.pk, ref="deed:1")
    assert effects() == []

    assert replay(dead_letters(), at=timezone.now()) == 1
    assert relay.publish_due() == 1
    once(outbox_id=message.pk, ref="deed:1")

    assert effects() == ["deed:1"]
    assert replay(OutboxMessage.objects.all(), at=timezone.now()) == 0


def test_a_task_nobody_knows_becomes_a_dead_letter() -> None:
    message = left(task="billing.tasks.misspelt")
    for _ in range(MOST_FAILURES):
        later(message)
        relay.publish_due()

    assert delivered() == []
    assert [letter.last_error for letter in dead_letters()] == ["No task has this name."]


def test_while_one_worker_is_at_it_another_leaves_it_alone(tmp_path: Any) -> None:
    book = tmp_path / "provider"
    message = left(task=OUTSIDE, ref="R-1", provider=str(book))
    OutboxMessage.objects.update(running_until=timezone.now() + LEASE)

    outside(outbox_id=message.pk, ref="R-1", provider=str(book))
    assert not book.exists()

    later(message)
    outside(outbox_id=message.pk, ref="R-1", provider=str(book))
    outside(outbox_id=message.pk, ref="R-1", provider=str(book))
    assert book.read_text() == "R-1\n"


def test_a_task_that_kills_its_worker_is_given_up_too() -> None:
    message = left(task=POISON)
    OutboxMessage.objects.update(failures=3, last_error="The worker died while it ran.")

    poison(outbox_id=message.pk, ref="x")

    message.refresh_from_db()
    assert message.dead_at is not None
    assert message.last_error == "The worker died while it ran."


def test_pauses_grow_and_end() -> None:
    seconds = [pause_after(failures).total_seconds() for failures in range(1, 11)]

    assert seconds == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_history_says_who_caused_what_a_task_wrote() -> None:
    from pghistory import context

    with context(actor_id=7, request_id="r"), transaction.atomic():
        enqueue(ONCE, key="deed")

    assert OutboxMessage.objects.get().origin == {"actor_id": 7, "request_id": "r"}


# --- the stream --------------------------------------------------------------------------------------------


def changed(topic: str = "ticket:1") -> None:
    with transaction.atomic():
        announce(topic, kind="changed", ref="1")


def cursors() -> list[int | None]:
    return list(StreamEvent.objects.order_by("id").values_list("cursor", flat=True))


def test_events_get_cursors_in_the_order_of_their_commits(
    owner_connection: psycopg.Connection[tuple[Any, ...]],
) -> None:
    with owner_connection.transaction():
        owner_connection.execute(
            "INSERT INTO billing_streamevent (topic, kind, ref) VALUES ('ticket:slow', 'changed', '')"
        )
        changed("ticket:quick")
        assert relay.number_stream_events() == 1
    assert relay.number_stream_events() == 2
    assert relay.number_stream_events() is None

    assert list(StreamEvent.objects.order_by("cursor").values_list("topic", flat=True)) == [
        "ticket:quick",
        "ticket:slow",
    ]


def test_one_notification_with_the_newest_cursor(owner_connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    owner_connection.execute("LISTEN redress_stream")
    for _ in range(3):
        changed()

    relay.number_stream_events()

    heard = [notice.payload for notice in owner_connection.notifies(timeout=2, stop_after=1)]
    heard += [notice.payload for notice in owner_connection.notifies(timeout=0.2)]
    assert heard == ["3"]


def test_two_relays_never_give_a_cursor_twice() -> None:
    for _ in range(100):
        changed()

    def run() -> None:
        for _ in range(30):
            relay.number_stream_events(limit=9)
        connection.close()

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while relay.number_stream_events():
        pass

    assert cursors() == list(range(1, 101))


def test_old_rows_are_cleared_and_cursors_count_on() -> None:
    done, dead = left(key="done"), left(key="dead")
    now = timezone.now()
    OutboxMessage.objects.filter(pk=done.pk).update(done_at=now - timedelta(days=15))
    OutboxMessage.objects.filter(pk=dead.pk).update(dead_at=now - timedelta(days=400))
    for _ in range(3):
        changed()
    relay.number_stream_events()
    StreamEvent.objects.update(created_at=now - timedelta(days=2))

    assert clear_old(at=now) == 3

    assert list(OutboxMessage.objects.all()) == [dead]
    changed()
    relay.number_stream_events()
    assert cursors() == [3, 4]


# --- the process -------------------------------------------------------------------------------------------


def test_heartbeat() -> None:
    now = timezone.now()
    assert last_beat("relay") is None

    beat("relay", at=now - timedelta(minutes=1))
    beat("relay", at=now)

    assert last_beat("relay") == now
    assert Heartbeat.objects.count() == 1


def test_a_round_does_every_chore_and_trouble_in_one_stops_no_other(settings: Any, tmp_path: Any) -> None:
    settings.AUDIT_ANCHOR_PATH = str(tmp_path / "anchor")
    left()
    changed()
    _use("amqp://127.0.0.1:1//", {})
    current_app.conf.task_publish_retry = False

    Relay().round(now=1000.0)

    current_app.conf.task_publish_retry = True
    assert OutboxMessage.objects.get().publications == 0
    assert cursors() == [1]
    assert last_beat("relay") is not None
