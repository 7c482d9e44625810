"""Load many tickets with their conversations and billing records, from a seed, by COPY."""

from collections.abc import Callable
from datetime import date, datetime
from random import Random

from django.db import connection, transaction

from billing.access.scopes import seeing_as_system
from billing.models import Agreement, Customer, Invoice, InvoiceLine, Payment, PaymentAttempt, PaymentMethod
from supportdesk.demo import conversations, histories, rows
from supportdesk.demo.copying import copy_rows, reserve_ids
from supportdesk.tickets.models import Message, Ticket, TicketFinding, TicketLink, TimelineEvent

BLOCK = 10_000  # tickets in one transaction: some 100 MB of memory, a few seconds of work
CUSTOMERS_PER_TICKET = 0.25

Progress = Callable[[int, int], None]


def generate(*, tickets: int, seed: int, desk: conversations.Desk, now: datetime, progress: Progress) -> None:
    """Add `tickets` tickets. A block is one transaction: after a kill, what was counted is there and nothing else."""
    done = 0
    for number, count in histories.blocks(tickets, BLOCK):
        random = Random(f"{seed}:{number}")  # noqa: S311  # reproducible data, not a secret
        with seeing_as_system(), transaction.atomic():
            _lift_limits()
            people = _load_histories(random, count=max(1, round(count * CUSTOMERS_PER_TICKET)), today=now.date())
            _load_tickets(random, count=count, people=people, desk=desk, now=now)
        done += count
        progress(done, tickets)
    _gather_statistics()


def _load_histories(random: Random, *, count: int, today: date) -> list[histories.Person]:
    bills = count * histories.INVOICES_EACH
    first = histories.FirstIds(
        customer=reserve_ids(Customer, count),
        method=reserve_ids(PaymentMethod, count),
        agreement=reserve_ids(Agreement, count),
        invoice=reserve_ids(Invoice, bills),
        line=reserve_ids(InvoiceLine, bills * 2),
        payment=reserve_ids(Payment, bills),
        attempt=reserve_ids(PaymentAttempt, bills),
    )
    block = histories.generate(random, count=count, first=first, today=today)
    copy_rows(Customer, rows.CustomerRow._fields, block.customers)
    copy_rows(PaymentMethod, rows.MethodRow._fields, block.methods)
    copy_rows(Agreement, rows.AgreementRow._fields, block.agreements)
    copy_rows(Invoice, rows.InvoiceRow._fields, block.invoices)
    copy_rows(InvoiceLine, rows.LineRow._fields, block.lines)
    copy_rows(Payment, rows.PaymentRow._fields, block.payments)
    copy_rows(PaymentAttempt, rows.AttemptRow._fields, block.attempts)
    return block.people


def _load_tickets(
    random: Random, *, count: int, people: list[histories.Person], desk: conversations.Desk, now: datetime
) -> None:
    first = conversations.FirstIds(
        ticket=reserve_ids(Ticket, count),
        message=reserve_ids(Message, count * conversations.MESSAGES_EACH),
        event=reserve_ids(TimelineEvent, count * 2),
        link=reserve_ids(TicketLink, count),
        finding=reserve_ids(TicketFinding, count),
    )
    run = f"generated-{first.message}"
    block = conversations.generate(random, count=count, first=first, people=people, desk=desk, now=now, run=run)
    copy_rows(Ticket, rows.TicketRow._fields, block.tickets)
    copy_rows(Message, rows.MessageRow._fields, block.messages)
    copy_rows(TimelineEvent, rows.TimelineRow._fields, block.events)
    copy_rows(TicketLink, rows.LinkRow._fields, block.links)
    copy_rows(TicketFinding, rows.FindingRow._fields, block.findings)


def _lift_limits() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")


def _gather_statistics() -> None:
    """The planner must know the new size at once; only tables that this role may analyse are touched."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for model in (Customer, Agreement, Invoice, Payment, Ticket, Message, TimelineEvent, TicketFinding):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
        cursor.execute("RESET statement_timeout")
