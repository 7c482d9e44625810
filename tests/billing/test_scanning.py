"""The nightly scan: a card number that got in all the same is found, wherever it stands, and never repeated."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection

from billing.access.scopes import seeing_as_system
from billing.actions.card_incidents import scan_for_cards
from billing.models import CardIncident, Customer, OutboxMessage, ProviderEvent
from billing.scanning import Found, text_columns
from billing.scanning.columns import LEFT_OUT
from supportdesk.people import roles
from supportdesk.people.models import Team
from tests.personas import make_staff, sign_in

pytestmark = pytest.mark.django_db
PAN = "5555 5555 5555 4444"
AT = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)


def planted(folder: Path) -> set[Found]:
    """Past every entrance, straight into the tables: a plain text, behind row-level security, in JSON, in a session."""
    team = Team.objects.create(name=f"Team {PAN}")
    message = OutboxMessage.objects.create(key="k", task="t", payload={"deep": [{"text": f"card {PAN}"}]})
    number = OutboxMessage.objects.create(key="n", task="t", payload={"deep": [5555555555554444]})
    with seeing_as_system():
        customer = Customer.objects.create(reference="C-1", name="Lena ٥٥٥٥٥٥٥٥٥٥٥٥٤٤٤٤")
        event = ProviderEvent.objects.create(
            provider="stripe", event_id="evt_1", kind="x", live=False, payload={PAN: 1}, happened_at=AT
        )
    session = SessionStore()
    session["typed"] = PAN
    session.save()
    log = folder / "web.log"
    log.write_text(f"all well\nGET /?q={PAN.replace(' ', '')}\n")
    return {
        Found("people_team.name", str(team.pk)),
        Found("billing_outboxmessage.payload", str(message.pk)),
        Found("billing_outboxmessage.payload", str(number.pk)),
        Found("billing_customer.name", str(customer.pk)),
        Found("billing_customerhistory.name", _history_of(customer)),
        Found("billing_providerevent.payload", str(event.pk)),
        Found("django_session.session_data", f"until {session.get_expiry_date():%Y-%m-%d %H:%M:%S}"),
        Found(str(log), "line 2"),
    }


def _history_of(customer: Customer) -> str:
    with seeing_as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT pgh_id FROM billing_customerhistory WHERE pgh_obj_id = %s", [customer.pk])
        return str(cursor.fetchall()[0][0])


def test_each_is_found_and_told_without_the_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    planted_here = planted(tmp_path)

    with caplog.at_level(logging.CRITICAL, "redress.cards"):
        found = scan_for_cards(files=[str(tmp_path / "*.log")], at=AT)

    assert set(found) == planted_here
    assert {(each.place, each.row_key) for each in CardIncident.objects.filter(gone_at=None)} == {
        (each.place, each.row_key) for each in planted_here
    }
    assert len(caplog.messages) == len(planted_here)
    assert "4444" not in caplog.text + repr(list(CardIncident.objects.values()))


def test_other_numbers_are_no_incident() -> None:
    OutboxMessage.objects.create(
        key="refund:1:send", task="t", payload={"ids": [555555, 5555554444], "day": "2026-11-20T12:00:00.123456+00:00"}
    )
    Team.objects.create(name="Order 1234567890123456, call +44 20 7946 0958 1234")

    assert scan_for_cards(at=AT) == []


def test_taken_out_it_is_gone_and_comes_again_if_it_returns() -> None:
    team = Team.objects.create(name=f"Team {PAN}")
    later, last = AT + timedelta(days=1), AT + timedelta(days=2)

    scan_for_cards(at=AT)
    Team.objects.filter(pk=team.pk).update(name="Cards")
    scan_for_cards(at=later)
    assert CardIncident.objects.values_list("found_at", "last_seen_at", "gone_at").get() == (AT, AT, later)
    Team.objects.filter(pk=team.pk).update(name=f"Team {PAN}")
    scan_for_cards(at=last)

    assert CardIncident.objects.values_list("found_at", "last_seen_at", "gone_at").get() == (AT, last, None)


def test_the_command_fails_and_the_auditor_sees_it() -> None:
    call_command("scan_for_cards")
    Team.objects.create(name=f"Team {PAN}")

    with pytest.raises(CommandError, match="Card numbers stand in 1 places"):
        call_command("scan_for_cards")

    auditor = sign_in(make_staff("auditor@desk.test", roles.AUDITOR), factor="fresh")
    page = auditor.get("/admin/billing/cardincident/").content.decode()
    assert "people_team.name" in page
    assert "4444" not in page


def test_no_column_for_text_is_forgotten() -> None:
    """Asked of the catalogue, not of the view that the scan itself asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " JOIN pg_type ON pg_type.oid = atttypid WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped"
            " AND relnamespace = 'public'::regnamespace AND (typcategory IN ('S', 'A') OR typname IN ('json', 'jsonb'))"
        )
        there = {name for (name,) in cursor.fetchall()}

    looked_at = {f"{table.name}.{column}" for table in text_columns() for column, _ in table.columns}
    assert there - looked_at == set(LEFT_OUT)
    assert looked_at - there == set()
