"""Generated billing histories: customers, what they agreed, what they were billed and what they paid.

Pure: a seeded `Random` in, rows out. The same seed and block give the same rows on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from billing.states import AgreementKind, AgreementStatus, AttemptOutcome, InvoiceStatus, LineKind, PaymentStatus
from supportdesk.demo import corpus
from supportdesk.demo.rows import AgreementRow, AttemptRow, CustomerRow, InvoiceRow, LineRow, MethodRow, PaymentRow

INVOICES_EACH = 3
FEE_MINOR = 1_500
DUE_AFTER = timedelta(days=5)
FAILED_SHARE = 0.08
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

    customers: list[CustomerRow] = field(default_factory=list)
    methods: list[MethodRow] = field(default_factory=list)
    agreements: list[AgreementRow] = field(default_factory=list)
    invoices: list[InvoiceRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    attempts: list[AttemptRow] = field(default_factory=list)
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
        agreement = _one_customer(block, random, offset=offset, first=first, today=today)
        _bill_monthly(block, random, agreement, offset=offset, first=first, today=today)
    return block


def blocks(total: int, size: int) -> Iterator[tuple[int, int]]:
    """(block number, count) pairs that add up to `total`."""
    for number, start in enumerate(range(0, total, size)):
        yield number, min(size, total - start)


def _one_customer(block: Histories, random: Random, *, offset: int, first: FirstIds, today: date) -> AgreementRow:
    number, method = first.customer + offset, first.method + offset
    name = corpus.full_name(random)
    since = today - timedelta(days=random.randint(400, 2500))
    kind, title, low, high = random.choice(KINDS)
    reference = f"{random.randint(40, 49)}-{number:06d}"
    price = random.randrange(low, high, 50)
    block.customers.append(
        CustomerRow(
            id=number,
            reference=f"C-{number}",
            name=name,
            email=f"{name.lower().replace(' ', '.')}.{number}@example.com",
            created_at=_noon(since),
            external_id=f"cus_{number}",
        )
    )
    block.methods.append(_method(random, method, number, since=since, today=today))
    agreement = AgreementRow(
        id=first.agreement + offset,
        customer_id=number,
        reference=reference,
        kind=kind,
        title=f"{title} {reference}",
        status=AgreementStatus.ACTIVE,
        amount_minor=price,
        payment_method_id=method,
        started_on=since,
        next_bill_on=today + timedelta(days=15),
        external_id=f"sub_{number}",
    )
    block.agreements.append(agreement)
    return agreement


def _method(random: Random, pk: int, customer: int, *, since: date, today: date) -> MethodRow:
    return MethodRow(
        id=pk,
        customer_id=customer,
        brand=random.choice(BRANDS),
        last4=f"{random.randint(0, 9999):04d}",
        exp_month=random.randint(1, 12),
        exp_year=today.year + random.randint(0, 4),
        bank_name=random.choice(corpus.BANKS),
        fingerprint=f"fp{customer}",
        created_at=_noon(since),
        external_id=f"pm_{customer}",
    )


def _bill_monthly(
    block: Histories, random: Random, agreement: AgreementRow, *, offset: int, first: FirstIds, today: date
) -> None:
    """Three bills with their payments; the tickets of this customer will be about the last of them."""
    for month in range(INVOICES_EACH):
        index = offset * INVOICES_EACH + month
        issued = today - timedelta(days=30 * (INVOICES_EACH - month))
        failed = random.random() < FAILED_SHARE
        at = datetime.combine(issued + DUE_AFTER, time(9, random.randint(0, 59), random.randint(0, 59)), UTC)
        invoice = _bill(block, agreement, index, first, issued=issued, paid_at=None if failed else at)
        payment = _charge(block, random, invoice, agreement, index, first, at=at, failed=failed)
    customer = block.customers[-1]
    block.people.append(
        Person(
            customer_id=customer.id,
            name=customer.name,
            email=customer.email,
            about=agreement.title,
            invoice_id=invoice.id,
            payment_id=payment.id,
            amount_minor=agreement.amount_minor,
            currency=agreement.currency,
        )
    )


def _bill(
    block: Histories, agreement: AgreementRow, index: int, first: FirstIds, *, issued: date, paid_at: datetime | None
) -> InvoiceRow:
    pk, line = first.invoice + index, first.line + index * 2
    invoice = InvoiceRow(
        id=pk,
        customer_id=agreement.customer_id,
        agreement_id=agreement.id,
        number=f"INV-{pk:07d}",
        status=InvoiceStatus.PAID if paid_at else InvoiceStatus.OPEN,
        total_minor=agreement.amount_minor + FEE_MINOR,
        issued_on=issued,
        due_on=issued + DUE_AFTER,
        period_start=issued,
        period_end=issued + timedelta(days=30),
        paid_at=paid_at,
        external_id=f"in_{pk}",
    )
    block.invoices.append(invoice)
    block.lines.append(LineRow(line, pk, 1, LineKind.PREMIUM, "Monthly premium", agreement.amount_minor))
    block.lines.append(LineRow(line + 1, pk, 2, LineKind.FEE, "Administrative fee", FEE_MINOR))
    return invoice


def _charge(
    block: Histories,
    random: Random,
    invoice: InvoiceRow,
    agreement: AgreementRow,
    index: int,
    first: FirstIds,
    *,
    at: datetime,
    failed: bool,
) -> PaymentRow:
    pk = first.payment + index
    payment = PaymentRow(
        id=pk,
        customer_id=invoice.customer_id,
        reference=f"P-{pk:07d}",
        invoice_id=invoice.id,
        agreement_id=agreement.id,
        method_id=agreement.payment_method_id,
        status=PaymentStatus.FAILED if failed else PaymentStatus.SUCCEEDED,
        amount_minor=invoice.total_minor,
        captured_minor=0 if failed else invoice.total_minor,
        created_at=at,
        captured_at=None if failed else at,
        failed_at=at if failed else None,
        external_id=f"ch_{pk}",
    )
    block.payments.append(payment)
    code, network_code = random.choice(DECLINES) if failed else ("", "")
    block.attempts.append(
        AttemptRow(
            id=first.attempt + index,
            payment_id=pk,
            at=at,
            outcome=AttemptOutcome.DECLINED if failed else AttemptOutcome.SUCCEEDED,
            decline_code=code,
            network_code=network_code,
            next_retry_at=at + timedelta(days=3) if failed else None,
        )
    )
    return payment


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
