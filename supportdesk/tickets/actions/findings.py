"""The diagnosis, kept with the ticket as it was found: for the queue's second line and for the timeline."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from billing.access.scopes import seeing_as_system
from billing.diagnosis import Diagnosis, Finding, diagnose
from billing.diagnosis_facts import diagnosis_facts
from billing.models import Customer
from supportdesk.tickets.actions.rows import lock_ticket, note_deed, tell
from supportdesk.tickets.models import Ticket, TicketFinding
from supportdesk.tickets.states import Verb


@transaction.atomic
def refresh_findings(ticket: Ticket, *, at: datetime) -> TicketFinding | None:
    """Read the customer's records as they are now. A diagnosis that says the same as the last one leaves no trace."""
    ticket = lock_ticket(ticket)
    if ticket.customer is None:
        return None
    with seeing_as_system():
        diagnosis = diagnose(diagnosis_facts(ticket.customer.pk, at=at), at=at)
        first = diagnosis.findings[0]
        last = TicketFinding.objects.filter(ticket=ticket, current=True).first()
        if last is not None and last.headline == first.headline[:300] and _codes(last) == _codes_of(diagnosis):
            return last
        TicketFinding.objects.filter(ticket=ticket, current=True).update(current=False)
        finding = _store(ticket, ticket.customer, diagnosis, first, at=at)
    note_deed(ticket, Verb.DIAGNOSED, at=at, by=None, data={"finding": finding.pk})
    tell(ticket)
    return finding


def _store(ticket: Ticket, customer: Customer, diagnosis: Diagnosis, first: Finding, *, at: datetime) -> TicketFinding:
    return TicketFinding.objects.create(
        ticket=ticket,
        customer=customer,
        headline=first.headline[:300],
        amount_minor=first.at_stake_minor,
        currency=first.currency if first.at_stake_minor is not None else "",
        findings=[_plain(finding) for finding in diagnosis.findings],
        found_at=at,
    )


def _plain(finding: Finding) -> dict[str, Any]:
    """What was seen, for whoever asks later why an agent said so: records by kind and id, never their contents."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "headline": finding.headline,
        "explanation": finding.explanation,
        "evidence": [asdict(each) | {"kind": each.kind.value} for each in finding.evidence],
        "over_on": finding.over_on.isoformat() if finding.over_on else None,
    }


def _codes(kept: TicketFinding) -> list[str]:
    return [str(each["code"]) for each in kept.findings]


def _codes_of(diagnosis: Diagnosis) -> list[str]:
    return [finding.code for finding in diagnosis.findings]
