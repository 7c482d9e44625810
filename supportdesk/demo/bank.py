"""The demo's bank account: a statement of the last days, reconciled, with a few lines left for a person."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.booking import book_found, park_unknown
from billing.actions.reconciliation.clock import look_for_missing_money
from billing.actions.reconciliation.expecting import take_up_expected_money
from billing.actions.reconciliation.run import reconcile
from billing.models import BankAccount, ExpectedMoney, Statement, StatementFile, StatementLine
from billing.states import BankAccountKind, StatementFileStatus, StatementFormat

NUMBER: Final = "GB33BUKB20201555555555"
DAYS: Final = 45
MOST_LINES: Final = 400
# What is told of every so many-th payment instead of its reference and amount.
ODD: Final[dict[int, dict[str, Any]]] = {
    3: {"over": 1500},
    7: {"over": -2500},
    11: {"named": False},
    13: {"named": False, "amount_only": True},
    17: {"twice": True},
    19: {"silent": True},
}


def load_bank_account(*, now: datetime) -> int:
    """How many lines the statement has; none where the account is there already."""
    if BankAccount.objects.filter(number=NUMBER).exists():
        return 0
    with seeing_as_system():
        lines = _lines(now.date())
        reconcile(at=now)
        look_for_missing_money(at=now)
    book_found(at=now)
    with seeing_as_system():
        park_unknown(at=now)
    return lines


def _lines(today: date) -> int:
    account = BankAccount.objects.create(
        name="Main account", kind=BankAccountKind.BANK, bank="Harbour Bank", number=NUMBER, currency="USD"
    )
    file = StatementFile.objects.create(
        filename="harbour-bank.camt053.xml",
        sha256=sha256(NUMBER.encode()).hexdigest(),
        size_bytes=48_000,
        format=StatementFormat.CAMT,
        status=StatementFileStatus.IMPORTED,
    )
    first_day = today - timedelta(days=DAYS)
    statement = Statement.objects.create(
        file=file, account=account, reference="2026-38", currency="USD", from_on=first_day, to_on=today
    )
    made = [
        _line(
            statement, 1, on=first_day, amount_minor=4200, remittance="Monthly dues, thank you", payer="J. Whitcombe"
        ),
        _line(statement, 2, on=today, amount_minor=-1250, remittance="Account fee", payer="Harbour Bank"),
    ]
    StatementLine.objects.bulk_create(made)  # what is expected begins with the first line
    take_up_expected_money()
    due = ExpectedMoney.objects.filter(due_on__lte=today, kind__in=["payment", "refund"]).select_related("customer")
    rest: list[StatementLine] = []
    for place, expected in enumerate(due.order_by("due_on", "pk")[:MOST_LINES], start=1):
        rest += _about(statement, expected, ODD.get(place, {}), number=len(rest) + 3)
    StatementLine.objects.bulk_create(rest)
    count = len(made) + len(rest)
    StatementFile.objects.filter(pk=file.pk).update(lines_read=count, lines_imported=count)
    return count


def _about(statement: Statement, expected: ExpectedMoney, odd: dict[str, Any], *, number: int) -> list[StatementLine]:
    if odd.get("silent"):
        return []
    payer = str(expected.customer) if expected.customer and not odd.get("amount_only") else ""
    named = odd.get("named", True)
    said = {
        "on": expected.due_on,
        "amount_minor": expected.amount_minor + odd.get("over", 0),
        "currency": expected.currency,
        "payer": payer,
        "end_to_end_id": expected.reference_key if named else "",
        "remittance": "" if named else "Payment",
    }
    return [_line(statement, number + copy, **said) for copy in range(2 if odd.get("twice") else 1)]


def _line(
    statement: Statement,
    number: int,
    *,
    on: date,
    amount_minor: int,
    payer: str,
    remittance: str = "",
    currency: str = "USD",
    end_to_end_id: str = "",
) -> StatementLine:
    return StatementLine(
        statement=statement,
        account=statement.account,
        line_number=number,
        booked_on=on,
        value_on=on,
        amount_minor=amount_minor,
        currency=currency,
        counterparty=payer,
        remittance=remittance,
        end_to_end_id=end_to_end_id,
        fingerprint=sha256(f"demo:{number}".encode()).hexdigest(),
    )
