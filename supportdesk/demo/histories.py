"""Generated billing histories: customers, what they agreed, what they were billed and what they paid.

Pure: a seeded `Random` in, rows out, in the column order that each table's tuple of names gives. The same seed and
block give the same rows on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from billing.states import AgreementKind, AgreementStatus, AttemptOutcome, InvoiceStatus, LineKind, PaymentStatus
from supportdesk.demo import corpus

Row = tuple[object, ...]
INVOICES_EACH = 3

CUSTOMER = (
    "id",
    "reference",
    "name",
    "email",
    "phone",
    "country",
    "language",
    "created_at",
    "provider",
    "external_id",
    "provider_version",
)
METHOD = (
    "id",
    "customer_id",
    "kind",
    "status",
    "brand",
    "last4",
    "exp_month",
    "exp_year",
    "funding",
    "country",
    "bank_name",
    "fingerprint",
    "created_at",
    "provider",
    "external_id",
    "provider_version",
)
AGREEMENT = (
    "id",
    "customer_id",
    "reference",
    "kind",
    "title",
    "status",
    "amount_minor",
    "currency",
    "interval_months",
    "autopay",
    "payment_method_id",
    "started_on",
    "next_bill_on",
    "grace_until",
    "provider",
    "external_id",
    "provider_version",
)
INVOICE = (
    "id",
    "customer_id",
    "agreement_id",
    "number",
    "status",
    "currency",
    "total_minor",
    "issued_on",
    "due_on",
    "period_start",
    "period_end",
    "paid_at",
    "provider_intent_id",
    "provider",
    "external_id",
    "provider_version",
)
LINE = tuple("id invoice_id position kind description amount_minor external_id".split())
PAYMENT = (
    "id",
    "customer_id",
    "reference",
    "invoice_id",
    "agreement_id",
    "method_id",
    "status",
    "currency",
    "amount_minor",
    "captured_minor",
    "refunded_minor",
    "refund_held_minor",
    "disputed_lost_minor",
    "descriptor",
    "provider_intent_id",
    "created_at",
    "authorised_at",
    "captured_at",
    "failed_at",
    "refund_blocked",
    "provider",
    "external_id",
    "provider_version",
)
ATTEMPT = (
    "id",
    "payment_id",
    "number",
    "at",
    "outcome",
    "decline_code",
    "network_code",
    "advice_code",
    "network",
    "next_retry_at",
    "external_id",
)

KINDS = (
    (AgreementKind.POLICY, "Motor policy", 9_000, 18_000),
    (AgreementKind.POLICY, "Home policy", 4_000, 12_000),
    (AgreementKind.POLICY, "Life policy", 3_000, 9_000),
    (AgreementKind.SUBSCRIPTION, "Family plan", 1_500, 4_500),
    (AgreementKind.SUBSCRIPTION, "Studio plan", 2_500, 9_900),
)
DECLINES = (("insufficient_funds", "51"), ("generic_decline", "05"), ("expired_card", "54"), ("do_not_honor", "05"))
BRANDS = tuple("visa visa visa mastercard mastercard amex".split())


@dataclass(frozen=True, slots=True)
class FirstIds:
    """The first primary key of each table's block, taken from its sequence."""

    customer: int
    method: int
    agreement: int
    invoice: int
    line: int
    payment: int
    attempt: int


@dataclass(slots=True)
class Histories:
    """One block of rows by table, and what the tickets of the block need to know of each customer."""

    customers: list[Row] = field(default_factory=list)
    methods: list[Row] = field(default_factory=list)
    agreements: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    attempts: list[Row] = field(default_factory=list)
    people: list["Person"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Person:
    customer_id: int
    name: str
    email: str
    about: str
    invoice_id: int
    payment_id: int
    amount_minor: int
    currency: str


def generate(random: Random, *, count: int, first: FirstIds, today: date) -> Histories:
    """`count` customers with one agreement, three bills and their payments each."""
    block = Histories()
    for offset in range(count):
        _one_customer(block, random, offset=offset, first=first, today=today)
    return block


def _one_customer(block: Histories, random: Random, *, offset: int, first: FirstIds, today: date) -> None:
    number = first.customer + offset
    name = corpus.full_name(random)
    email = f"{name.lower().replace(' ', '.')}.{number}@example.com"
    since = today - timedelta(days=random.randint(400, 2500))
    kind, title, low, high = random.choice(KINDS)
    reference = f"{random.randint(40, 49)}-{number:06d}"
    price = random.randrange(low, high, 50)
    method, agreement = first.method + offset, first.agreement + offset
    block.customers.append(
        (number, f"C-{number}", name, email, "", "US", "en", _noon(since), "generated", f"cus_{number}", 0)
    )
    block.methods.append(
        (
            method,
            number,
            "card",
            "active",
            random.choice(BRANDS),
            f"{random.randint(0, 9999):04d}",
            random.randint(1, 12),
            today.year + random.randint(0, 4),
            "credit",
            "US",
            random.choice(corpus.BANKS),
            f"fp{number}",
            _noon(since),
            "generated",
            f"pm_{number}",
            0,
        )
    )
    block.agreements.append(
        (
            agreement,
            number,
            reference,
            kind,
            f"{title} {reference}",
            AgreementStatus.ACTIVE,
            price,
            "USD",
            1,
            True,
            method,
            since,
            today + timedelta(days=15),
            None,
            "generated",
            f"sub_{number}",
            0,
        )
    )
    paid: tuple[int, int] = (0, 0)
    for month in range(INVOICES_EACH):
        paid = _one_bill(
            block,
            random,
            offset * INVOICES_EACH + month,
            first,
            today - timedelta(days=30 * (INVOICES_EACH - month)),
            price,
            number,
            agreement,
            method,
        )
    block.people.append(Person(number, name, email, f"{title} {reference}", paid[0], paid[1], price, "USD"))


def _one_bill(
    block: Histories,
    random: Random,
    index: int,
    first: FirstIds,
    issued: date,
    price: int,
    customer: int,
    agreement: int,
    method: int,
) -> tuple[int, int]:
    invoice, payment = first.invoice + index, first.payment + index
    fee = 1_500
    failed = random.random() < 0.08
    due = issued + timedelta(days=5)
    at = datetime.combine(due, time(9, random.randint(0, 59), random.randint(0, 59)), UTC)
    total = price + fee
    status, paid_at = (InvoiceStatus.OPEN, None) if failed else (InvoiceStatus.PAID, at)
    block.invoices.append(
        (
            invoice,
            customer,
            agreement,
            f"INV-{invoice:07d}",
            status,
            "USD",
            total,
            issued,
            due,
            issued,
            issued + timedelta(days=30),
            paid_at,
            "",
            "generated",
            f"in_{invoice}",
            0,
        )
    )
    line = first.line + index * 2
    block.lines.append((line, invoice, 1, LineKind.PREMIUM, "Monthly premium", price, ""))
    block.lines.append((line + 1, invoice, 2, LineKind.FEE, "Administrative fee", fee, ""))
    block.payments.append(
        (
            payment,
            customer,
            f"P-{payment:07d}",
            invoice,
            agreement,
            method,
            PaymentStatus.FAILED if failed else PaymentStatus.SUCCEEDED,
            "USD",
            total,
            0 if failed else total,
            0,
            0,
            0,
            "REDRESS DEMO",
            "",
            at,
            None,
            None if failed else at,
            at if failed else None,
            False,
            "generated",
            f"ch_{payment}",
            0,
        )
    )
    code, network_code = random.choice(DECLINES) if failed else ("", "")
    outcome = AttemptOutcome.DECLINED if failed else AttemptOutcome.SUCCEEDED
    retry = at + timedelta(days=3) if failed else None
    block.attempts.append((first.attempt + index, payment, 1, at, outcome, code, network_code, "", "visa", retry, ""))
    return invoice, payment


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def blocks(total: int, size: int) -> Iterator[tuple[int, int]]:
    """(block number, count) pairs that add up to `total`."""
    for number, start in enumerate(range(0, total, size)):
        yield number, min(size, total - start)
