"""Entry points for the worker and the clock: ids in, one action, nothing else."""

from collections.abc import Mapping
from typing import Any, Final

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone

from billing.models import OutboxMessage
from billing.outbox.lease import renewed_lease
from billing.outbox.work import OnceTask, OutsideTask
from billing.redaction import redact


class ApplyTask(OnceTask):
    """An event that cannot be applied is noted on the event as well: there a person will look for it."""

    abstract = True

    def perform(self, message: OutboxMessage, payload: Mapping[str, Any]) -> None:
        from billing.access.scopes import seeing_as_system
        from billing.actions.inbox import note_failure

        try:
            super().perform(message, payload)
        except Exception as error:
            words = redact(f"{type(error).__name__}: {error}").text
            with seeing_as_system():
                note_failure(payload["event_id"], error=words, at=timezone.now())
            raise


@shared_task(base=ApplyTask)
def apply_provider_event(event_id: int) -> None:
    from billing.access.scopes import seeing_as_system
    from billing.actions.inbox import apply_event

    with seeing_as_system():
        apply_event(event_id, at=timezone.now())


@shared_task(base=OutsideTask)
def send_refund(refund_id: int) -> None:
    from billing.actions.sending import send_refund as send
    from billing.gateways.registry import configured_gateway

    send(refund_id, gateway=configured_gateway(), at=timezone.now())


@shared_task(base=OutsideTask)
def tell_provider_of_credit(credit_id: int) -> None:
    """What we took back of a bill, the provider must not collect."""
    from billing.actions.telling import tell_of_credit
    from billing.gateways.registry import configured_gateway

    tell_of_credit(credit_id, gateway=configured_gateway())


@shared_task(base=OutsideTask)
def tell_provider_of_payment(invoice_id: int) -> None:
    from billing.actions.telling import tell_of_payment
    from billing.gateways.registry import configured_gateway

    tell_of_payment(invoice_id, gateway=configured_gateway())


@shared_task(base=OutsideTask)
def tell_provider_of_method(checkout_id: int) -> None:
    from billing.actions.telling import tell_of_method
    from billing.gateways.registry import configured_gateway

    tell_of_method(checkout_id, gateway=configured_gateway())


@shared_task(base=OnceTask)
def settle_paid_bill(invoice_id: int, taken_away: bool = False) -> None:
    """A payment, a bank line or a credit may have paid it; a return may have opened it."""
    from billing.access.scopes import seeing_as_system
    from billing.actions.paid_bills import settle_paid_bill as settle

    with seeing_as_system():
        settle(invoice_id, at=timezone.now(), taken_away=taken_away)


class LongTask(OutsideTask):
    """Many minutes, of a large file. It keeps its lease while it lives."""

    abstract = True

    def perform(self, message: OutboxMessage, payload: Mapping[str, Any]) -> None:
        with renewed_lease(message.pk):
            super().perform(message, payload)


class MatchingTask(LongTask):
    """Refused while another run is under way, it comes again for two hours."""

    abstract = True
    most_failures = 16


class StatementTask(LongTask):
    """A file that breaks its reader is given up after a few tries, and says so on its page."""

    abstract = True
    most_failures = 3

    def perform(self, message: OutboxMessage, payload: Mapping[str, Any]) -> None:
        from billing.actions.statements import give_up

        try:
            super().perform(message, payload)
        except Exception:
            if message.failures >= self.most_failures:
                give_up(payload["file_id"], at=timezone.now())
            raise


# A file of 200 MB has millions of lines and takes minutes, on a busy machine many. RabbitMQ takes back after half an
# hour what nobody has acknowledged, so it ends before.
LONGEST: Final = {"soft_time_limit": 25 * 60, "time_limit": 26 * 60}


@shared_task(base=StatementTask, **LONGEST)
def import_statement_file(file_id: int) -> None:
    from billing.actions.statements import TOO_LONG, give_up
    from billing.actions.statements import import_statement_file as read

    try:
        read(file_id, at=timezone.now())
    except SoftTimeLimitExceeded:
        give_up(file_id, at=timezone.now(), words=TOO_LONG)


@shared_task
def forget_statement_leftovers() -> None:
    """Every day: bytes of statements that no import will come for any more."""
    from billing.actions.statement_bytes import forget_leftovers

    forget_leftovers(at=timezone.now())


@shared_task
def settle_unknown_refunds() -> None:
    """Every minute: what became of refunds whose answer was lost."""
    from billing.actions.sending import find_unsettled, settle_unknown
    from billing.gateways.registry import configured_gateway

    gateway = configured_gateway()
    for refund_id in find_unsettled(at=timezone.now()):
        settle_unknown(refund_id, gateway=gateway, at=timezone.now())


@shared_task
def fill_gaps() -> None:
    """Every hour: events of the last days that never reached us, and refunds whose end nobody told."""
    from billing.actions.gaps import fill_gaps as fill
    from billing.actions.gaps import look_after_late_refunds
    from billing.gateways.registry import configured_gateway

    fill(gateway=configured_gateway(), at=timezone.now())
    look_after_late_refunds(gateway=configured_gateway(), at=timezone.now())


@shared_task
def send_simulated_events() -> None:
    """Every few seconds, in the demo: the simulated provider tells what has happened since."""
    from billing.actions.simulation import send_due_events

    if settings.PAYMENT_PROVIDER == "simulated":
        send_due_events(at=timezone.now())


@shared_task(base=MatchingTask, **LONGEST)
def reconcile_new_lines(file_id: int) -> None:
    """After an import. Every open line is looked at, of whichever file: what came today may explain an old one.

    Each of the three is safe to repeat, and commits by itself.
    """
    from billing.access.scopes import seeing_as_system
    from billing.actions.bank_answers import take_bank_answers
    from billing.actions.reconciliation.booking import BATCH, book_found
    from billing.actions.reconciliation.run import reconcile

    with seeing_as_system():
        reconcile(at=timezone.now())
    take_bank_answers(at=timezone.now())
    book_found(at=timezone.now(), most=BATCH)


@shared_task
def book_matches() -> None:
    """Every minute: what rules found goes into the books, so many that it ends in time. The next takes the rest."""
    from billing.access.scopes import seeing_as_system
    from billing.actions.reconciliation.booking import BATCH, book_found, park_unknown

    book_found(at=timezone.now(), most=4 * BATCH)
    for _ in range(4):  # batches
        with seeing_as_system():
            if not park_unknown(at=timezone.now()):
                break


@shared_task
def look_for_missing_money() -> None:
    """Every hour: expected money that has not come by its day, and what banks sent back before we knew of it."""
    from billing.access.scopes import seeing_as_system
    from billing.actions.bank_answers import take_bank_answers
    from billing.actions.reconciliation.clock import look_for_missing_money as look
    from billing.actions.reconciliation.expecting import take_up_expected_money
    from billing.locks import lift_limits

    with seeing_as_system():
        lift_limits()
        take_up_expected_money()
        look(at=timezone.now())
    take_bank_answers(at=timezone.now())


@shared_task(soft_time_limit=300, time_limit=330)  # longer would be delivered twice; a larger trail needs cron
def verify_audit_trail() -> None:
    """Every hour: a trail that was tampered with ends in the log as critical."""
    from billing.audit.verify import report_tampering, verify

    report_tampering(verify())


@shared_task(soft_time_limit=300, time_limit=330)  # as above: a larger database is scanned by cron
def scan_for_cards() -> None:
    """Every night: a card number where none may be is an incident, in the admin and in the log as critical."""
    from billing.actions.card_incidents import scan_for_cards as scan

    scan(files=settings.CARD_SCAN_FILES, at=timezone.now())
