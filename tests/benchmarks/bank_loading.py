"""Writes what bank_truth made into the desk's own tables, by COPY, and keeps the truth as plain sets."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from billing.models import BankAccount, Customer, Invoice, Payment, Refund, Statement, StatementFile, StatementLine
from billing.states import InvoiceStatus, PaymentStatus, RefundReason, RefundStatus
from supportdesk.demo.copying import copy_rows, reserve_ids
from tests.benchmarks.bank_truth import Bank, Case, Line, Paid, customer_name, customer_reference


@dataclass(slots=True)
class Truth:
    """By ids of rows. ``paid`` is told by the id of its payment, a refund by its own below zero."""

    pairs: dict[tuple[int, int], str] = field(default_factory=dict)
    off: set[tuple[str, int | None, int | None]] = field(default_factory=set)
    rules: dict[int, str] = field(default_factory=dict)  # of each line


def load_bank(lines: int, *, seed: int) -> Truth:
    """The caller sees as system, in a transaction."""
    bank = Bank(lines, seed=seed)
    cases = list(bank.cases())
    # The bank's lines come in the order of days, as on statements.
    ordered = sorted((line for case in cases for line in case.lines), key=lambda line: (line.day, line.place))
    paid = [each for case in cases for each in case.paid]
    first_customer = _customers(bank)
    first_payment = _payments(paid, first_customer)
    first_line = _lines(ordered)
    ids = {line.place: first_line + place for place, line in enumerate(ordered)}
    owed = {each.place: (-1 if each.refund else 1) * (first_payment + place) for place, each in enumerate(paid)}
    return _truth(cases, ids, owed)


def _truth(cases: list[Case], ids: dict[int, int], owed: dict[int, int]) -> Truth:
    truth = Truth()
    for case in cases:
        for line, paid in case.pairs:
            truth.pairs[ids[line], owed[paid]] = case.rule
        for kind, about, due in case.off:
            truth.off.add((kind, ids[about] if about else None, owed[due] if due else None))
        for each in case.lines:
            truth.rules[ids[each.place]] = case.rule
    return truth


def _customers(bank: Bank) -> int:
    first = reserve_ids(Customer, bank.customers)
    columns = ["id", "reference", "name", "email", "phone", "country", "language", *PROVIDER]
    rows = (
        (first + place, customer_reference(place), customer_name(place), "", "", "", "en", "", "", 0)
        for place in range(bank.customers)
    )
    copy_rows(Customer, columns, rows)
    return first


PROVIDER = ["provider", "external_id", "provider_version"]


def _payments(paid: list[Paid], first_customer: int) -> int:
    """Each with its bill; a refund with the payment that it gives back, which is older than the statements."""
    first = reserve_ids(Payment, len(paid))
    bills = reserve_ids(Invoice, len(paid))
    copy_rows(
        Invoice,
        [
            *PROVIDER,
            "id",
            "customer_id",
            "number",
            "status",
            "currency",
            "total_minor",
            "issued_on",
            "provider_intent_id",
        ],
        (
            (
                "",
                "",
                0,
                bills + place,
                first_customer + each.customer,
                each.bill,
                InvoiceStatus.PAID,
                each.currency,
                abs(each.amount_minor),
                each.day,
                "",
            )
            for place, each in enumerate(paid)
        ),
    )
    copy_rows(
        Payment,
        PAYMENT,
        (_payment(each, first + place, first_customer, bills + place) for place, each in enumerate(paid)),
    )
    refunds = [(place, each) for place, each in enumerate(paid) if each.refund]
    copy_rows(
        Refund,
        [
            *PROVIDER,
            "id",
            "customer_id",
            "payment_id",
            "reference",
            "status",
            "amount_minor",
            "currency",
            "reason",
            "case_ref",
            "idempotency_key",
            "request_hash",
            "requested_at",
            "approval_needed",
            "approval_reason",
            "decision_note",
            "attempts",
            "bank_reference",
            "failure_reason",
        ],
        (
            (
                "bank",
                each.external_id,
                0,
                first + place,
                first_customer + each.customer,
                first + place,
                each.reference,
                RefundStatus.SUCCEEDED,
                -each.amount_minor,
                each.currency,
                RefundReason.GOODWILL,
                "",
                each.reference,
                "0" * 64,
                each.day,
                False,
                "",
                "",
                0,
                "",
                "",
            )
            for place, each in refunds
        ),
    )
    return first


PAYMENT = [
    *PROVIDER,
    "id",
    "customer_id",
    "reference",
    "invoice_id",
    "status",
    "currency",
    "amount_minor",
    "captured_minor",
    "refunded_minor",
    "refund_held_minor",
    "disputed_lost_minor",
    "descriptor",
    "provider_intent_id",
    "captured_at",
    "refund_blocked",
]


def _payment(each: Paid, pk: int, first_customer: int, bill: int) -> tuple[object, ...]:
    size = abs(each.amount_minor)
    reference, external = (f"old{pk}", f"old_{pk}") if each.refund else (each.reference, each.external_id)
    captured = "2020-01-01" if each.refund else each.day
    return (
        *("bank", external, 0, pk, first_customer + each.customer, reference, bill, PaymentStatus.SUCCEEDED),
        *(each.currency, size, size, size if each.refund else 0, 0, 0, "", "", captured, False),
    )


def _lines(ordered: list[Line]) -> int:
    account = BankAccount.objects.create(name="Main account", number="GB00TEST0000000001", currency="USD")
    file = StatementFile.objects.create(filename="bank.xml", sha256="0" * 64, size_bytes=1, format="camt")
    statement = Statement.objects.create(file=file, account=account, currency="USD")
    first = reserve_ids(StatementLine, len(ordered))

    def rows() -> Iterator[tuple[object, ...]]:
        for place, line in enumerate(ordered):
            yield (
                *(first + place, statement.pk, account.pk, place + 1, line.day, line.amount_minor, line.currency),
                *(line.kind, False, line.bank_reference, line.end_to_end_id, line.structured_reference),
                *(line.remittance, line.counterparty, "", line.return_code, line.returned_reference),
                *(line.original_minor, line.original_currency, line.fee_minor),
                *(sha256(str(place).encode()).hexdigest(), "open"),
            )

    copy_rows(
        StatementLine,
        [
            "id",
            "statement_id",
            "account_id",
            "line_number",
            "booked_on",
            "amount_minor",
            "currency",
            "kind",
            "pending",
            "bank_reference",
            "end_to_end_id",
            "structured_reference",
            "remittance",
            "counterparty",
            "counterparty_last4",
            "return_code",
            "returned_reference",
            "original_minor",
            "original_currency",
            "fee_minor",
            "fingerprint",
            "matching",
        ],
        rows(),
    )
    return first
