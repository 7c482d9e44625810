"""The one order in which billing takes locks, so that two actions never wait for each other.

1. the person who asks for money to go back, as an advisory lock, then the goodwill budget of their role or the
   promotion whose uses are counted; or the inbox row (``ProviderEvent``), by whoever applies it;
2. the provider's objects that an event names, as advisory locks, in the order of their ids;
3. rows, parents first: customer, agreement, payment method, invoice, credit note or checkout, payment, refund; then,
   in the app above, dispute;
4. within one table, by primary key;
5. the numbers of credit notes, as an advisory lock: taken last and held shortest.

Money is decided on values read after the payment's lock, never before it. What is not named here takes no lock.
"""

from collections.abc import Iterable

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from billing.errors import MatchNotPossible
from billing.models import CreditNote, GoodwillBudget, Invoice, Payment, Promotion, Refund


def lock_objects(provider: str, external_ids: Iterable[str]) -> None:
    """Wait for whoever works on one of these objects; held until the transaction ends.

    Two events whose objects are tied name at least one object in common, so they are applied one after the other.
    """
    names = sorted({f"{provider}:{external_id}" for external_id in external_ids if external_id})
    with connection.cursor() as cursor:
        for name in names:  # one by one: a single statement would not promise the order
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def lock_payment(payment_id: int) -> Payment:
    """The payment as it is now, for this transaction alone."""
    return Payment.objects.select_for_update().get(pk=payment_id)


def lock_payments(payment_ids: Iterable[int]) -> None:
    """Several at once, in their one order: before any of them is locked alone."""
    list(Payment.objects.select_for_update().filter(pk__in=payment_ids).order_by("pk").values_list("pk"))


def lock_refund(refund_id: int) -> tuple[Payment, Refund]:
    """The refund's payment, then the refund. Which payment it is never changes, so it may be read before."""
    payment = lock_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    return payment, Refund.objects.select_for_update().get(pk=refund_id)


def lock_invoice(invoice_id: int) -> Invoice:
    """The bill as it is now, for this transaction alone."""
    return Invoice.objects.select_for_update().get(pk=invoice_id)


def lock_credit(note_id: int) -> tuple[Invoice, CreditNote]:
    """The note's bill, then the note. Which bill it is never changes, so it may be read before."""
    invoice = lock_invoice(CreditNote.objects.values_list("invoice_id", flat=True).get(pk=note_id))
    return invoice, CreditNote.objects.select_for_update().get(pk=note_id)


def lock_budget(budget_id: int) -> GoodwillBudget:
    """What was given of it may be summed up and added to: nobody else does meanwhile."""
    return GoodwillBudget.objects.select_for_update().get(pk=budget_id)


def lock_promotion(code: str) -> None:
    """Its uses may be counted and one added: nobody else does meanwhile. A code that nobody made locks nothing."""
    list(Promotion.objects.select_for_update().filter(code__iexact=code.strip()).values_list("pk"))


def lock_credit_numbers(year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"credit note numbers {year}"])


def lock_requester(user_id: int) -> None:
    """One refund or credit of a person at a time: their daily count is read and written under it. Before any row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"refunds of user {user_id}"])


def lift_limits() -> None:
    """The limits are for requests, which somebody waits for. A batch takes what it takes, in this transaction; for a
    lock it waits no longer than others, and comes again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def wait_for_locks() -> None:
    """However long, in this transaction: where minutes of work would be lost otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")


def lock_matching_alone() -> None:
    """For a run of reconciliation: no other run, and no person's match, until the transaction ends, which may be long:
    the file of a day has some lines, that of a year half a million.

    Who finds another run under way is refused within the usual limit (``MatchNotPossible``), and comes again: a worker
    that waits for it does nothing else meanwhile.
    """
    _lock_matching("pg_advisory_xact_lock", "Another run of matching is under way. This one comes after it.")
    lift_limits()
    wait_for_locks()


def lock_matching_together() -> None:
    """For a person's match: beside other people's, whose rows are locked one by one, but not beside a run."""
    _lock_matching("pg_advisory_xact_lock_shared", "The rules are looking at a large statement. Try again in a minute.")


def _lock_matching(function: str, otherwise: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtextextended('matching', 0))")  # one of the two above
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise MatchNotPossible(otherwise) from error
        raise
