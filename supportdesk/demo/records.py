"""Billing records of the demo's people, written with their postings. Dates are told in days before today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from django.contrib.auth.models import AbstractBaseUser

from billing.actions.credits import CreditAsked, request_credit
from billing.actions.intake import store_event
from billing.actions.ledger import post_invoice, post_payment
from billing.credits.balance import effect_of
from billing.credits.plans import Deed, plan_for
from billing.gateways.stripe.events import read_envelope
from billing.models import Agreement, Customer, Invoice, InvoiceLine, Payment, PaymentAttempt, PaymentMethod
from billing.queries.crediting import bill_of, promotion_case, standing_of
from billing.states import (
    AgreementKind,
    AgreementStatus,
    AttemptOutcome,
    InvoiceStatus,
    LineKind,
    OwedBack,
    PaymentStatus,
)

Lines = tuple[tuple[LineKind, str, int], ...]
PROVIDER = "simulated"
STREETS = (
    "Alder Street|Portland, OR 97205",
    "Beacon Road|Boston, MA 02108",
    "Cedar Lane|Austin, TX 78701",
    "Dearborn Avenue|Chicago, IL 60605",
    "Elm Court|Denver, CO 80202",
)


@dataclass(slots=True)
class Account:
    """One customer with one agreement and one card, and what happened to them."""

    customer: Customer
    agreement: Agreement
    card: PaymentMethod
    now: datetime
    numbers: "count[int]"

    @classmethod
    def make(
        cls,
        *,
        now: datetime,
        number: int,
        name: str,
        email: str,
        title: str,
        reference: str,
        amount_minor: int,
        kind: AgreementKind = AgreementKind.POLICY,
        card: tuple[str, str, int, int] = ("visa", "4242", 8, 3),
        autopay: bool = True,
        years: int = 3,
    ) -> "Account":
        """`card` is brand, last four, month and years from now (below zero: expired)."""
        brand, last4, month, ahead = card
        since = now - timedelta(days=365 * years + 40)
        customer = Customer.objects.create(
            reference=f"C-{number}",
            name=name,
            email=email,
            address=f"{number % 90 + 11} {STREETS[number % len(STREETS)]}",
            country="US",
            created_at=since,
            provider=PROVIDER,
            external_id=f"cus_demo_{number}",
        )
        method = PaymentMethod.objects.create(
            customer=customer,
            brand=brand,
            last4=last4,
            exp_month=month,
            exp_year=now.year + ahead,
            funding="credit",
            fingerprint=f"demo{number}",
            created_at=since,
            provider=PROVIDER,
            external_id=f"pm_demo_{number}",
        )
        agreement = Agreement.objects.create(
            customer=customer,
            reference=reference,
            kind=kind,
            title=f"{title} {reference}",
            amount_minor=amount_minor,
            currency="USD",
            autopay=autopay,
            payment_method=method,
            started_on=since.date(),
            next_bill_on=(now + timedelta(days=18)).date(),
            provider=PROVIDER,
            external_id=f"sub_demo_{number}",
        )
        return cls(customer, agreement, method, now, count(1))

    def day(self, days_ago: int) -> date:
        return (self.now - timedelta(days=days_ago)).date()

    def at(self, days_ago: int, *, seconds: int = 0) -> datetime:
        return (self.now - timedelta(days=days_ago)).replace(hour=9, minute=14, second=2, microsecond=0) + timedelta(
            seconds=seconds
        )

    def bill(
        self,
        *,
        days_ago: int,
        lines: Lines,
        status: InvoiceStatus = InvoiceStatus.PAID,
        since: dict[int, int] | None = None,
        due_in: int = 5,
    ) -> Invoice:
        """A bill with its lines, booked. `since` tells for a line (by position) how many days ago it began."""
        total = sum(amount for _, _, amount in lines)
        issued = self.day(days_ago)
        invoice = Invoice.objects.create(
            customer=self.customer,
            agreement=self.agreement,
            number=self._number("INV"),
            status=status,
            currency="USD",
            total_minor=total,
            issued_on=issued,
            due_on=issued + timedelta(days=due_in),
            period_start=issued,
            period_end=issued + timedelta(days=30),
            provider=PROVIDER,
            external_id=self._number("in_demo"),
            paid_at=self.at(days_ago) if status == InvoiceStatus.PAID else None,
        )
        InvoiceLine.objects.bulk_create(
            InvoiceLine(
                invoice=invoice,
                position=position,
                kind=kind,
                description=words,
                amount_minor=amount,
                since_on=self.day(since[position]) if since and position in since else None,
            )
            for position, (kind, words, amount) in enumerate(lines, 1)
        )
        post_invoice(invoice, at=self.at(days_ago))
        return invoice

    def pay(self, invoice: Invoice, *, days_ago: int, seconds: int = 0, amount_minor: int | None = None) -> Payment:
        """Money taken with the card."""
        at = self.at(days_ago, seconds=seconds)
        amount = amount_minor or invoice.total_minor
        payment = self._payment(
            invoice, PaymentStatus.SUCCEEDED, amount, at, captured_minor=amount, captured_at=at, authorised_at=at
        )
        PaymentAttempt.objects.create(
            payment=payment, number=1, at=at, outcome=AttemptOutcome.SUCCEEDED, network=self.card.brand
        )
        post_payment(payment, at=at)
        return payment

    def hold(self, invoice: Invoice, *, days_ago: int, seconds: int = 0) -> Payment:
        """An authorisation that nobody captured."""
        at = self.at(days_ago, seconds=seconds)
        return self._payment(
            invoice,
            PaymentStatus.AUTHORISED,
            invoice.total_minor,
            at,
            authorised_at=at,
            hold_expires_at=at + timedelta(days=7),
        )

    def decline(
        self, invoice: Invoice, *, code: str, network_code: str, tries: tuple[int, ...], next_in: int | None = None
    ) -> Payment:
        """Refused on each of the given days; `next_in` days from now it is tried again."""
        payment = self._payment(
            invoice, PaymentStatus.FAILED, invoice.total_minor, self.at(tries[0]), failed_at=self.at(tries[-1])
        )
        for number, days_ago in enumerate(tries, 1):
            PaymentAttempt.objects.create(
                payment=payment,
                number=number,
                at=self.at(days_ago),
                outcome=AttemptOutcome.DECLINED,
                decline_code=code,
                network_code=network_code,
                network=self.card.brand,
                next_retry_at=self.at(-next_in) if next_in is not None and number == len(tries) else None,
            )
        if next_in is not None:
            Invoice.objects.filter(pk=invoice.pk).update(next_retry_at=self.at(-next_in))
        return payment

    def contest(self, payment: Payment, *, reason: str, days_ago: int, days_to_answer: int) -> None:
        """The customer's bank contests it: an event of the provider, taken in as any other."""
        opened = int(self.at(days_ago).timestamp())
        dispute = {
            "id": self._number("dp_demo"),
            "object": "dispute",
            "amount": payment.amount_minor,
            "currency": payment.currency.lower(),
            "charge": payment.external_id,
            "created": opened,
            "reason": reason,
            "status": "needs_response",
            "evidence_details": {"due_by": int(self.at(-days_to_answer).timestamp()), "has_evidence": False},
            "is_charge_refundable": False,
            "livemode": False,
        }
        event = {
            "id": self._number("evt_demo"),
            "object": "event",
            "type": "charge.dispute.created",
            "api_version": "2024-06-20",
            "created": opened,
            "livemode": False,
            "data": {"object": dispute},
        }
        store_event(read_envelope(event), event, provider=PROVIDER)

    def credit(self, invoice: Invoice, deed: Deed, *, note: str, by: AbstractBaseUser, days_ago: int) -> None:
        """What an agent took back of a bill, by the action that the desk itself uses."""
        case = promotion_case(invoice, deed)
        effect = effect_of(plan_for(bill_of(invoice), deed, case=case), standing_of(invoice))
        asked = CreditAsked(deed, OwedBack.KEEP, note, effect.digest())
        request_credit(
            invoice.pk, asked, by=by, case_ref="", idempotency_key=self._number("credit"), at=self.at(days_ago)
        )

    def in_grace(self, *, days_left: int) -> None:
        Agreement.objects.filter(pk=self.agreement.pk).update(
            status=AgreementStatus.GRACE, grace_until=(self.now + timedelta(days=days_left)).date()
        )

    def _payment(
        self, invoice: Invoice, status: PaymentStatus, amount: int, at: datetime, **moments: object
    ) -> Payment:
        return Payment.objects.create(
            customer=self.customer,
            invoice=invoice,
            agreement=self.agreement,
            method=self.card,
            reference=self._number("P"),
            status=status,
            currency="USD",
            amount_minor=amount,
            descriptor="REDRESS INSURANCE",
            created_at=at,
            provider=PROVIDER,
            external_id=self._number("ch_demo"),
            **moments,
        )

    def _number(self, prefix: str) -> str:
        return f"{prefix}-{self.customer.reference[2:]}{next(self.numbers):02d}"
