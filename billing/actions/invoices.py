"""Bills as the provider knows them."""

from datetime import datetime

from billing.actions import books, events
from billing.actions.customers import ensure_customer
from billing.actions.moments import day_of, moment_of
from billing.actions.objects import Known
from billing.actions.renderings import freeze_if_issued
from billing.actions.statuses import set_status
from billing.gateways.deriving import Contradiction
from billing.gateways.facts import InvoiceFacts, LineFacts
from billing.models import Agreement, Invoice, InvoiceLine
from billing.queries.crediting import standing_of
from billing.states import EventKind, InvoiceStatus

UNPAID = frozenset({InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})
ISSUED = frozenset({InvoiceStatus.OPEN, InvoiceStatus.PAID, InvoiceStatus.UNCOLLECTIBLE})


def settle_invoice(known: Known[InvoiceFacts], *, provider: str, at: datetime) -> Invoice:
    """Bring the bill, its lines and the books to what is known."""
    facts = known.facts
    if not facts.customer:
        raise Contradiction("The bill belongs to no customer.")
    customer = ensure_customer(facts.customer, provider=provider)
    row = Invoice.objects.select_for_update().filter(provider=provider, external_id=facts.object_id).first()
    if row is None:
        row = Invoice(provider=provider, external_id=facts.object_id, status="")
    elif row.currency != facts.currency:
        raise Contradiction(f"The bill was in {row.currency}; the event says {facts.currency}.")
    _refuse_taken_number(row, facts)
    if facts.total_minor < row.credited_minor:
        raise Contradiction("The bill became less than what credit notes took back of it.")
    before = (row.status, row.total_minor, row.next_retry_at)
    set_status(row, _status_of(row, facts))
    row.customer = customer
    _write(row, known)
    row.save()
    _write_lines(row, facts.lines)
    freeze_if_issued(row, at=at)
    books.book_invoice(row, at=at)
    _tell(row, before, asked=facts.attempts > 0, at=at)
    return row


def _status_of(row: Invoice, facts: InvoiceFacts) -> str:
    """What was taken back or paid here stays so, while the provider has yet to hear of it."""
    if row.credited_minor and row.credited_minor == facts.total_minor and row.status == InvoiceStatus.VOID:
        return InvoiceStatus.VOID
    if row.status == InvoiceStatus.PAID and facts.status in UNPAID and row.paid_here_at is not None:
        return InvoiceStatus.PAID
    if row.status == InvoiceStatus.OPEN and facts.status == InvoiceStatus.PAID and _said_by_us_alone(row):
        return InvoiceStatus.OPEN
    return facts.status


def _said_by_us_alone(row: Invoice) -> bool:
    """The provider was told that it is paid, which was undone here; it says so for ever."""
    return row.paid_here_at is not None and bool(standing_of(row).due_minor)


def _refuse_taken_number(row: Invoice, facts: InvoiceFacts) -> None:
    taken = Invoice.objects.filter(number=_number(facts)).exclude(pk=row.pk)
    if taken.exists():
        raise Contradiction(f"Another bill already has the number {_number(facts)}.")


def _number(facts: InvoiceFacts) -> str:
    """A draft has no number yet; its id stands for it."""
    return facts.number or facts.object_id[:40]


def _write(row: Invoice, known: Known[InvoiceFacts]) -> None:
    facts = known.facts
    row.number, row.currency, row.total_minor = _number(facts), facts.currency, facts.total_minor
    row.issued_on, row.due_on = day_of(facts.issued), day_of(facts.due)
    row.period_start, row.period_end = day_of(facts.period_start), day_of(facts.period_end)
    row.paid_at, row.next_retry_at = moment_of(facts.paid_at), moment_of(facts.next_retry)
    row.provider_intent_id = facts.intent or facts.charge
    if facts.subscription:
        row.agreement = Agreement.objects.filter(provider=row.provider, external_id=facts.subscription).first()
    row.provider_version = known.told_at


def _write_lines(row: Invoice, lines: tuple[LineFacts, ...]) -> None:
    wanted = [
        InvoiceLine(
            invoice=row,
            position=position,
            kind=line.line_kind,
            description=line.description,
            amount_minor=line.amount_minor,
            since_on=day_of(line.since),
            external_id=line.external_id,
        )
        for position, line in enumerate(lines, start=1)
    ]
    if [_printed(line) for line in row.lines.all()] != [_printed(line) for line in wanted]:
        row.lines.all().delete()
        InvoiceLine.objects.bulk_create(wanted)


def _printed(line: InvoiceLine) -> tuple[object, ...]:
    return (line.position, line.kind, line.description, line.amount_minor, line.since_on, line.external_id)


def _tell(row: Invoice, before: tuple[object, ...], *, asked: bool, at: datetime) -> None:
    was, total, retry = before
    kinds = []
    if was in {"", InvoiceStatus.DRAFT} and row.status in ISSUED:
        kinds.append(EventKind.INVOICE_ISSUED)
    elif was in ISSUED and (total != row.total_minor or row.status == InvoiceStatus.VOID):
        kinds.append(EventKind.INVOICE_CHANGED)
    if row.status == InvoiceStatus.PAID and was != InvoiceStatus.PAID:
        kinds.append(EventKind.INVOICE_PAID)
    if row.status == InvoiceStatus.OPEN and asked and (was not in ISSUED or row.next_retry_at != retry):
        kinds.append(EventKind.INVOICE_UNPAID)
    for kind in kinds:
        events.record(kind=kind, at=at, customer=row.customer, agreement=row.agreement, invoice=row)
