"""Files into the database: upserts, books, history, news, refusals, and imports that were killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.bulk import loading
from billing.bulk.checking import Row
from billing.errors import ImportInterrupted
from billing.ledger.balances import customer_balances, trial_balance
from billing.models import (
    Customer,
    ImportRun,
    Invoice,
    LedgerEntry,
    MoneyEvent,
    Payment,
    PaymentAttempt,
    Posting,
    Promise,
    Refund,
)
from billing.money import Money
from billing.states import EventKind, PaymentStatus
from tests.billing.bulk.files import CUSTOMERS, INVOICES, PAYMENTS, REFUNDS, load_all, run, write_csv
from tests.billing.test_outbox_faults import environment

pytestmark = [pytest.mark.django_db, pytest.mark.production]


@pytest.fixture(autouse=True)
def _in_scope(request: pytest.FixtureRequest) -> Iterator[None]:
    """The tests look at rows as the system does; what a command may do, it does in scopes of its own."""
    if "transactional_db" in request.fixturenames:
        yield
        return
    with seeing_as_system():
        yield


def rows_of() -> dict[str, int]:
    tables = (Customer, Invoice, Payment, PaymentAttempt, Refund, Promise, Posting, LedgerEntry, MoneyEvent)
    return {model.__name__: model.objects.count() for model in tables}


def with_(row: Mapping[str, str], **changes: str) -> dict[str, str]:
    return {**row, **changes}


def test_everything_arrives_and_balances(tmp_path: Path) -> None:
    load_all(tmp_path)

    payment = Payment.objects.get(external_id="p1")
    assert rows_of() == {
        "Customer": 2, "Invoice": 1, "Payment": 4, "PaymentAttempt": 4, "Refund": 1, "Promise": 0,
        "Posting": 6, "LedgerEntry": 12, "MoneyEvent": 0,
    }  # fmt: skip
    assert (payment.captured_minor, payment.refunded_minor, payment.refund_held_minor) == (12500, 0, 2500)
    assert customer_balances(payment.customer_id) == [Money(12500 - 4 * 12500 + 2500, "USD")]
    assert trial_balance() == {
        ("provider_clearing", "USD"): 4 * 12500 - 2500,
        ("receivable", "USD"): 12500 - 4 * 12500 + 2500,
        ("revenue", "USD"): -12500,
    }


def test_a_second_import_changes_nothing_and_makes_no_history(tmp_path: Path) -> None:
    load_all(tmp_path)
    before, history = rows_of(), Payment.objects.get(external_id="p1").history.count()  # type: ignore[attr-defined]  # pghistory

    said, _ = run("payments", write_csv(tmp_path, "payments", PAYMENTS))

    assert said == "0 new, 0 updated, 4 unchanged, 0 refused."
    assert rows_of() == before
    assert Payment.objects.get(external_id="p1").history.count() == history  # type: ignore[attr-defined]  # pghistory


def test_a_changed_row_is_written_and_the_difference_booked(tmp_path: Path) -> None:
    load_all(tmp_path)

    said, _ = run("payments", write_csv(tmp_path, "payments", [with_(PAYMENTS[1], status="failed", attempt_outcome="declined")]))  # fmt: skip  # noqa: E501

    payment = Payment.objects.get(external_id="p2")
    assert said == "0 new, 1 updated, 0 unchanged, 0 refused."
    assert (payment.status, payment.captured_minor) == (PaymentStatus.FAILED, 0)
    assert [attempt.outcome for attempt in payment.attempts.all()] == ["declined"]
    assert customer_balances(payment.customer_id) == [Money(12500 - 3 * 12500 + 2500, "USD")]


def test_attempts_the_file_does_not_tell_are_kept(tmp_path: Path) -> None:
    load_all(tmp_path)
    bare = {name: value for name, value in PAYMENTS[0].items() if not name.startswith("attempt_")}

    run("payments", write_csv(tmp_path, "payments", [with_(bare, descriptor="ACME")]))

    assert Payment.objects.get(external_id="p1").attempts.count() == 1


def test_the_later_of_two_rows_counts(tmp_path: Path) -> None:
    twice = [with_(CUSTOMERS[0], name="Lena"), CUSTOMERS[1], with_(CUSTOMERS[0], name="Lena Ortiz-Kim")]

    said, _ = run("customers", write_csv(tmp_path, "customers", twice))

    assert said == "2 new, 1 updated, 0 unchanged, 0 refused."
    assert Customer.objects.get(external_id="c1").name == "Lena Ortiz-Kim"


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    load_all(tmp_path)
    before = rows_of()

    said, errors = run("payments", write_csv(tmp_path, "payments", [with_(PAYMENTS[0], external_id="p9"), with_(PAYMENTS[0], external_id="p8", customer="c7")]), dry_run=True)  # fmt: skip  # noqa: E501

    assert said == "1 would be new, 0 would be updated, 0 unchanged, 1 refused."
    assert "line 3: There is no customer 'c7': import it first, or put the id right." in errors
    assert rows_of() == before
    assert ImportRun.objects.filter(finished_at=None).count() == 0


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("payments", with_(PAYMENTS[0], customer="c2", external_id="p9"), "The bill 'i1' belongs to another customer."),
        ("payments", with_(PAYMENTS[1], customer="c2", method=""), "It belongs to another customer already."),
        ("payments", with_(PAYMENTS[1], currency="EUR"),
         "It was in another currency before: amounts cannot be compared."),
        ("invoices", with_(INVOICES[0], external_id="i2"), "Another bill has this number."),
        ("refunds", with_(REFUNDS[0], external_id="r2", amount="125.01"), "More is given back than its payment took."),
        ("refunds", with_(REFUNDS[0], external_id="r2", currency="EUR"), "Its payment is in another currency."),
        ("refunds", with_(REFUNDS[0], payment="p2"), "It gives back another payment already."),
        ("refunds", with_(REFUNDS[0], amount="24.00"),
         "Its amount was another before; an amount sent back is final."),
        ("payments", with_(PAYMENTS[0], captured="24.00"),
         "The database refuses it (payment_never_gives_back_more)."),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_records_is_refused(kind: str, row: Mapping[str, str], said: str, tmp_path: Path) -> None:
    load_all(tmp_path)
    before = rows_of()

    _, errors = run(kind, write_csv(tmp_path, kind, [row]))

    assert f"line 2: {said}" in errors
    assert rows_of() == before
    assert Payment.objects.get(external_id="p1").captured_minor == 12500


def test_one_bad_row_among_many_is_the_only_one_refused(tmp_path: Path) -> None:
    load_all(tmp_path)
    many = [with_(PAYMENTS[1], external_id=f"n{number}") for number in range(20)]
    many[13:13] = [with_(PAYMENTS[0], captured="1.00")]

    said, errors = run("payments", write_csv(tmp_path, "payments", many))

    assert said == "20 new, 0 updated, 0 unchanged, 1 refused."
    assert "line 15: The database refuses it (payment_never_gives_back_more)." in errors


def test_recent_facts_are_told_and_old_ones_are_not(tmp_path: Path) -> None:
    now = timezone.now()
    hours, days = [(now - timedelta(hours=count)).isoformat() for count in (5, 24 * 9)]
    failed = {name: value for name, value in PAYMENTS[1].items() if not name.startswith("attempt_")}
    fresh = with_(failed, external_id="f1", status="failed", created_at=hours)
    old = with_(failed, external_id="f2", status="failed", created_at=days)
    load_all(tmp_path)

    run("payments", write_csv(tmp_path, "payments", [fresh, old]))

    assert [(event.kind, event.payment.external_id) for event in MoneyEvent.objects.select_related("payment")] == [  # type: ignore[union-attr]
        (EventKind.PAYMENT_FAILED, "f1")
    ]


def test_silence_can_be_asked_for(tmp_path: Path) -> None:
    load_all(tmp_path)
    fresh = with_(PAYMENTS[1], external_id="f1", created_at=timezone.now().isoformat())

    run("payments", write_csv(tmp_path, "payments", [fresh]), news_days=0)

    assert MoneyEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"provider": "stripe"}, "What stripe knows comes by its events, not by files."),
        ({"provider": "Our Bank"}, "--provider is a short word of small letters and digits."),
    ],
)
def test_a_provider_with_events_takes_no_files(arguments: dict[str, Any], said: str, tmp_path: Path) -> None:
    _, errors = run("customers", write_csv(tmp_path, "customers", CUSTOMERS), **arguments)

    assert errors == said
    assert Customer.objects.count() == 0


def test_promises_are_kept(tmp_path: Path) -> None:
    load_all(tmp_path)
    promise = {"external_id": "s1", "customer": "c1", "reference": "SPRING", "kind": "discount", "amount": "5.00",
               "currency": "USD", "starts_on": "2026-09-01"}  # fmt: skip

    assert run("promises", write_csv(tmp_path, "promises", [promise]))[0].startswith("1 new")
    kept = Promise.objects.get()
    assert (kept.reference, kept.amount_minor, kept.customer.external_id, kept.ends_on) == ("SPRING", 500, "c1", None)


def test_the_books_of_every_batch_balance_at_once(tmp_path: Path) -> None:
    """The database checks at commit; here it is asked to check now."""
    load_all(tmp_path)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_where_it_stopped(tmp_path: Path, transactional_db: None) -> None:
    many = [{"external_id": f"c{number}"} for number in range(12_000)]
    path = write_csv(tmp_path, "customers", many)
    killed = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "manage.py", "import_billing", "customers", str(path)],
        env={**environment(tmp_path), "FAIL_AT": "import.before_commit:2"},
        check=False,
        capture_output=True,
    )
    after_the_kill = Customer.objects.count()

    refused = run("customers", path)
    said, errors = run("customers", path, resume=True)

    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert (after_the_kill, refused[1]) == (
        loading.BATCH,
        f"An import of this file stopped after line {loading.BATCH + 1}. Go on with --resume.",
    )
    assert "Going on after line 5001." in errors
    assert said == "7,000 new, 0 updated, 0 unchanged, 0 refused."
    assert Customer.objects.count() == 12_000
    assert ImportRun.objects.values_list("inserted", "lines_done").get() == (12_000, 12_001)


@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_take_one_file_twice(tmp_path: Path, transactional_db: None) -> None:
    order = loading.Order("customers", "import", at=timezone.now())
    mine = loading.begin_run(order=order, filename="c.csv", sha256="0" * 64, resume=False)
    ImportRun.objects.filter(pk=mine.pk).update(lines_done=7)  # another process went on
    row = Row(2, 2, {"external_id": "c1", "name": "", "email": "", "phone": "", "address": "", "country": "",
                             "language": "en", "created_at": None})  # fmt: skip

    with pytest.raises(ImportInterrupted):
        list(loading.take([row], order=order, run=mine, refuse=lambda refusal: None))
    assert Customer.objects.count() == 0
