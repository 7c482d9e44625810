"""Generated rows, a class for each table: its fields are the table's columns, so a value cannot slip into another one.

Named tuples, because COPY takes a tuple as it is and there are millions of them.
"""

from datetime import date, datetime
from typing import NamedTuple

GENERATED = "generated"  # as the provider: no event of a real one ever names these rows


class CustomerRow(NamedTuple):
    id: int
    reference: str
    name: str
    email: str
    created_at: datetime
    external_id: str
    phone: str = ""
    country: str = "US"
    language: str = "en"
    provider: str = GENERATED
    provider_version: int = 0


class MethodRow(NamedTuple):
    id: int
    customer_id: int
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    bank_name: str
    fingerprint: str
    created_at: datetime
    external_id: str
    kind: str = "card"
    status: str = "active"
    funding: str = "credit"
    country: str = "US"
    provider: str = GENERATED
    provider_version: int = 0


class AgreementRow(NamedTuple):
    id: int
    customer_id: int
    reference: str
    kind: str
    title: str
    status: str
    amount_minor: int
    payment_method_id: int
    started_on: date
    next_bill_on: date
    external_id: str
    currency: str = "USD"
    interval_months: int = 1
    autopay: bool = True
    grace_until: date | None = None
    provider: str = GENERATED
    provider_version: int = 0


class InvoiceRow(NamedTuple):
    id: int
    customer_id: int
    agreement_id: int
    number: str
    status: str
    total_minor: int
    issued_on: date
    due_on: date
    period_start: date
    period_end: date
    paid_at: datetime | None
    external_id: str
    currency: str = "USD"
    provider_intent_id: str = ""
    provider: str = GENERATED
    provider_version: int = 0


class LineRow(NamedTuple):
    id: int
    invoice_id: int
    position: int
    kind: str
    description: str
    amount_minor: int
    external_id: str = ""


class PaymentRow(NamedTuple):
    id: int
    customer_id: int
    reference: str
    invoice_id: int
    agreement_id: int
    method_id: int
    status: str
    amount_minor: int
    captured_minor: int
    created_at: datetime
    captured_at: datetime | None
    failed_at: datetime | None
    external_id: str
    currency: str = "USD"
    refunded_minor: int = 0
    refund_held_minor: int = 0
    disputed_lost_minor: int = 0
    descriptor: str = "REDRESS DEMO"
    provider_intent_id: str = ""
    authorised_at: datetime | None = None
    refund_blocked: bool = False
    provider: str = GENERATED
    provider_version: int = 0


class AttemptRow(NamedTuple):
    id: int
    payment_id: int
    at: datetime
    outcome: str
    decline_code: str
    network_code: str
    next_retry_at: datetime | None
    number: int = 1
    advice_code: str = ""
    network: str = "visa"
    external_id: str = ""


class TicketRow(NamedTuple):
    id: int
    subject: str
    category: str
    priority: int
    status: str
    channel: str
    queue_id: int
    assignee_id: int | None
    customer_id: int
    requester_name: str
    requester_email: str
    about: str
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None
    due_at: datetime
    due_kind: str
    first_reply_at: datetime | None
    solved_at: datetime | None
    triage_reasons: str = "[]"
    language: str = "en"
    reopened_count: int = 0
    version: int = 0
    source: str = ""
    source_id: str = ""


class MessageRow(NamedTuple):
    id: int
    ticket_id: int
    kind: str
    channel: str
    author_id: int | None
    author_name: str
    body: str
    created_at: datetime
    idempotency_key: str
    quotes_payment_data: bool = False


class TimelineRow(NamedTuple):
    id: int
    ticket_id: int
    verb: str
    at: datetime
    actor_name: str
    actor_id: int | None = None
    data: str = "{}"
    source_key: str = ""


class LinkRow(NamedTuple):
    id: int
    ticket_id: int
    payment_id: int
    linked_at: datetime


class FindingRow(NamedTuple):
    id: int
    ticket_id: int
    customer_id: int
    headline: str
    amount_minor: int
    currency: str
    found_at: datetime
    current: bool = True
    findings: str = "[]"
