"""Lines and expected money, one at a time; what finance may post alone."""

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.run import reconcile
from billing.ledger.balances import trial_balance
from billing.models import (
    BankAccount,
    Discrepancy,
    ExpectedMoney,
    Match,
    Payment,
    ReconciliationLimit,
    Statement,
    StatementFile,
    StatementLine,
)
from billing.reconciliation.keys import key_of
from supportdesk.people import roles
from tests.billing.records import Records

DAY = date(2026, 9, 14)  # a Monday
_numbers = count(1)


def an_account(*, currency: str = "USD") -> BankAccount:
    return BankAccount.objects.get_or_create(
        number="GB33BUKB20201555555555", currency=currency, defaults={"name": "Main account"}
    )[0]


def a_line(*, amount_minor: int, currency: str = "USD", on: date = DAY, **said: Any) -> StatementLine:
    account, number = an_account(), next(_numbers)
    file, _ = StatementFile.objects.get_or_create(sha256="f" * 64, defaults={"filename": "bank.xml", "size_bytes": 1})
    statement, _ = Statement.objects.get_or_create(file=file, account=account, currency=account.currency)
    return StatementLine.objects.create(
        statement=statement,
        account=account,
        line_number=number,
        booked_on=on,
        amount_minor=amount_minor,
        currency=currency,
        fingerprint=sha256(str(number).encode()).hexdigest(),
        **said,
    )


def an_expected(payment: Payment, /, *, due: date = DAY, **changed: Any) -> ExpectedMoney:
    """As the take-up makes it."""
    made: dict[str, Any] = {
        "kind": "payment",
        "payment": payment,
        "customer": payment.customer,
        "amount_minor": payment.captured_minor,
        "currency": payment.currency,
        "arose_on": due - timedelta(days=2),
        "due_on": due,
        "reference_key": key_of(payment.reference),
        "external_key": key_of(payment.external_id),
        "bill_key": key_of(payment.invoice.number) if payment.invoice else "",
        "customer_key": key_of(payment.customer.reference),
        "payer_key": key_of(payment.customer.name),
    }
    return ExpectedMoney.objects.create(**{**made, **changed})


def limit(match_minor: int, write_off_minor: int = 0) -> None:
    ReconciliationLimit.objects.create(
        group=Group.objects.get(name=roles.FINANCE),
        currency="USD",
        match_minor=match_minor,
        write_off_minor=write_off_minor,
    )


def system(deed: Callable[..., Any], *args: Any, **said: Any) -> Any:
    with seeing_as_system():
        return deed(*args, **said)


def a_proposal(lena: Records) -> tuple[StatementLine, Match]:
    with seeing_as_system():
        an_expected(lena.payment, reference_key="P774411")
        line = a_line(amount_minor=12000, end_to_end_id="P774411")
        reconcile(at=timezone.now())
        return line, Match.objects.get(status="proposed")


def state() -> list[Any]:
    """All that matching changes, without the ids of what was written on the way."""
    with seeing_as_system():
        return [
            sorted(StatementLine.objects.values_list("pk", "matching")),
            sorted(ExpectedMoney.objects.values_list("pk", "status")),
            sorted(Discrepancy.objects.values_list("pk", "status", "resolution")),
            {key: total for key, total in trial_balance().items() if total},
        ]
