"""Where each kind of row goes: its table, which columns it fills, what it points at, and what else would be wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.db import models
from psycopg import sql

from billing.actions.bulk.kept import FROM_A_LINE, OF_BILLS, OF_PAYMENTS, Kept
from billing.bulk.checking import Row
from billing.models import (
    Agreement,
    Customer,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Promise,
    Refund,
)
from billing.references import reference_of
from billing.states import LineKind


@dataclass(frozen=True, slots=True)
class Parent:
    """``column`` of the row holds the id of the ``model`` row that the file calls ``name``."""

    name: str
    column: str
    model: type[models.Model]
    word: str
    theirs: bool = True  # belongs to the same customer as the row


@dataclass(frozen=True, slots=True)
class Parts:
    model: type[models.Model]
    link: str
    order: str
    columns: tuple[str, ...]
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    kept: str = ""  # of which no file tells, as a condition: they stand among the others by their moment, ``at``


_OWN: Final = frozenset({"id", "provider", "external_id", "provider_version"})


@dataclass(frozen=True)
class Target:
    """``columns`` maps the table's columns to what a checked row calls them; ``fixed`` is set when a row is new.

    ``faults`` are conditions over the twin ``r`` and, where it is known already, its row ``was``, each with the reason.
    """

    model: type[models.Model]
    columns: Mapping[str, str]
    parents: tuple[Parent, ...] = ()
    made: Mapping[str, Callable[[str, Row], Any]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)  # columns that a parent tells, as SQL over the twin
    frozen: frozenset[str] = frozenset()  # what the database lets nobody change
    faults: tuple[tuple[str, str], ...] = ()
    kept: tuple[Kept, ...] = ()
    parts: Parts | None = None

    @property
    def table(self) -> sql.Identifier:
        return sql.Identifier(self.model._meta.db_table)

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What a new row holds in columns that no file tells: as the model says, also of columns yet to come."""
        told = {*self.columns, *self.made, *self.derived, *(parent.column for parent in self.parents), *_OWN}
        untold = (field for field in self.model._meta.concrete_fields if field.column not in told and not field.null)
        return {str(field.column): field.get_default() for field in untold} | dict(self.fixed)


def _same(*names: str, **renamed: str) -> dict[str, str]:
    return {name: name for name in names} | renamed


_CUSTOMER = Parent("customer", "customer_id", Customer, "customer", theirs=False)
_AGREEMENT = Parent("agreement", "agreement_id", Agreement, "agreement")
_OTHER_CUSTOMER = ("was.customer_id <> r.customer_id", "It belongs to another customer already.")
_OTHER_CURRENCY = ("was.currency <> r.currency", "It was in another currency before: amounts cannot be compared.")

TARGETS: Final[Mapping[str, Target]] = {
    "customers": Target(
        Customer,
        _same("name", "email", "phone", "address", "country", "language", "created_at"),
        made={"reference": lambda provider, row: reference_of("C", provider, row.external_id)},
    ),
    "methods": Target(
        PaymentMethod,
        _same("kind", "status", "brand", "last4", "exp_month", "exp_year", "funding", "country", "bank_name",
              "fingerprint", "created_at"),
        parents=(_CUSTOMER,),
    ),
    "agreements": Target(
        Agreement,
        _same("kind", "title", "status", "currency", "interval_months", "autopay", "started_on", "next_bill_on",
              "grace_until", "ended_on", amount_minor="amount"),
        parents=(_CUSTOMER, Parent("method", "payment_method_id", PaymentMethod, "method")),
        made={
            "reference": lambda provider, row: row.values["reference"] or reference_of("A", provider, row.external_id)
        },
        faults=(
            _OTHER_CUSTOMER,
            (("EXISTS (SELECT FROM billing_agreement AS other WHERE other.reference = r.reference"
             " AND other.id IS DISTINCT FROM was.id)"), "Another agreement has this reference."),
        ),
    ),
    "invoices": Target(
        Invoice,
        _same("number", "status", "currency", "issued_on", "due_on", "period_start", "period_end", "paid_at",
              "next_retry_at", total_minor="total"),
        parents=(_CUSTOMER, _AGREEMENT),
        faults=(
            _OTHER_CUSTOMER,
            _OTHER_CURRENCY,
            (("EXISTS (SELECT FROM billing_invoice AS other WHERE other.number = r.number"
             " AND other.id IS DISTINCT FROM was.id)"), "Another bill has this number."),
            ("was.credited_minor > greatest(r.total_minor, 0)",
             "It became less than what credit notes took back of it."),
        ),
        kept=OF_BILLS,
        parts=Parts(
            InvoiceLine, "invoice_id", "position", ("kind", "description", "amount_minor", "since_on", "external_id"),
            lambda part: (part["kind"] or LineKind.OTHER.value, part["description"], part["amount"], part["since_on"],
                          ""),
        ),
    ),
    "payments": Target(
        Payment,
        _same("status", "currency", "descriptor", "created_at", "authorised_at", "hold_expires_at", "captured_at",
              "failed_at", amount_minor="amount", captured_minor="captured"),
        parents=(
            _CUSTOMER,
            Parent("invoice", "invoice_id", Invoice, "bill"),
            Parent("intended_invoice", "intended_invoice_id", Invoice, "bill"),
            Parent("method", "method_id", PaymentMethod, "method"),
        ),
        made={"reference": lambda provider, row: reference_of("P", provider, row.external_id)},
        derived={"agreement_id": "SELECT agreement_id FROM billing_invoice WHERE id = r.invoice_id"},
        faults=(_OTHER_CUSTOMER, _OTHER_CURRENCY),
        kept=OF_PAYMENTS,
        parts=Parts(
            PaymentAttempt, "payment_id", "number",
            ("at", "outcome", "decline_code", "network_code", "advice_code", "network", "next_retry_at", "external_id"),
            lambda part: (part["at"], part["outcome"], part["decline_code"], part["network_code"], part["advice_code"],
                          part["network"].lower(), part["next_retry_at"], ""),
            kept=FROM_A_LINE.format(of=""),
        ),
    ),
    "refunds": Target(
        Refund,
        _same("status", "currency", "reason", "requested_at", "sent_at", "settled_at", "expected_on", "failed_at",
              "failure_reason", "bank_reference", amount_minor="amount"),
        parents=(Parent("payment", "payment_id", Payment, "payment", theirs=False),),
        made={
            "reference": lambda provider, row: reference_of("R", provider, row.external_id),
            "idempotency_key": lambda provider, row: f"bulk:{reference_of('R', provider, row.external_id)}",
        },
        fixed={"request_hash": "bulk"},
        derived={"customer_id": "SELECT customer_id FROM billing_payment WHERE id = r.payment_id"},
        frozen=frozenset({"customer_id", "payment_id", "amount_minor", "currency", "idempotency_key"}),
        faults=(
            ("was.payment_id <> r.payment_id", "It gives back another payment already."),
            ("was.amount_minor <> r.amount_minor", "Its amount was another before; an amount sent back is final."),
            (("EXISTS (SELECT FROM billing_payment AS paid WHERE paid.id = r.payment_id"
             " AND paid.currency <> r.currency)"), "Its payment is in another currency."),
            (("EXISTS (SELECT FROM billing_payment AS paid WHERE paid.id = r.payment_id"
             " AND paid.captured_minor < r.amount_minor)"), "More is given back than its payment took."),
        ),
    ),
    "promises": Target(
        Promise,
        _same("reference", "kind", "currency", "starts_on", "ends_on", amount_minor="amount"),
        parents=(_CUSTOMER, _AGREEMENT),
        faults=(_OTHER_CUSTOMER,),
    ),
}  # fmt: skip
