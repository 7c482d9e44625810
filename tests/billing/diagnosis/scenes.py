"""Records with today's usual values, to write a scene in a few lines. Today is Saturday 21 November 2026."""

from datetime import UTC, date, datetime
from typing import Any

from billing.diagnosis import Diagnosis, Finding, diagnose
from billing.diagnosis.facts import Facts
from billing.diagnosis.records import (
    AgreementFact,
    AttemptFact,
    InvoiceFact,
    LineFact,
    MethodFact,
    PaymentFact,
    RefundFact,
)
from billing.states import (
    AgreementStatus,
    AttemptOutcome,
    InvoiceStatus,
    LineKind,
    MethodKind,
    PaymentStatus,
    RefundStatus,
)

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
NINE = datetime(2026, 11, 12, 9, 14, 2, tzinfo=UTC)  # when the bill of November was paid
PREMIUM = LineFact(LineKind.PREMIUM, "Monthly premium", 12_500)

VISA = MethodFact(id=1, kind=MethodKind.CARD, brand="visa", last4="4242", exp_month=12, exp_year=2029)
ACCOUNT = MethodFact(id=2, kind=MethodKind.BANK_ACCOUNT, last4="6789")


def agreement(number: int = 1, **fields: Any) -> AgreementFact:
    values: dict[str, Any] = {
        "reference": f"44-190{number}", "status": AgreementStatus.ACTIVE, "amount_minor": 12_500, "autopay": True,
        "method_id": VISA.id, "next_bill_on": date(2026, 12, 5),
    }  # fmt: skip
    return AgreementFact(id=number, **(values | fields))


def bill(number: int = 1, **fields: Any) -> InvoiceFact:
    values: dict[str, Any] = {
        "reference": f"INV-{number}", "status": InvoiceStatus.PAID, "total_minor": 12_500, "currency": "USD",
        "issued_on": date(2026, 11, 5), "due_on": date(2026, 11, 28), "agreement_id": 1, "lines": (PREMIUM,),
    }  # fmt: skip
    return InvoiceFact(id=number, **(values | fields))


def open_bill(number: int = 1, **fields: Any) -> InvoiceFact:
    return bill(number, **({"status": InvoiceStatus.OPEN} | fields))


def paid(
    number: int = 1, moment: datetime = datetime(2026, 11, 12, 9, 14, 2, tzinfo=UTC), **fields: Any
) -> PaymentFact:
    values: dict[str, Any] = {
        "reference": f"P-{number}", "status": PaymentStatus.SUCCEEDED, "amount_minor": 12_500, "currency": "USD",
        "created_at": moment, "captured_at": moment, "invoice_id": 1, "method_id": VISA.id,
    }  # fmt: skip
    values |= fields
    values.setdefault("captured_minor", values["amount_minor"])
    return PaymentFact(id=number, **values)


def refused(number: int = 1, *, retry_at: datetime | None = None, network: str = "visa", **fields: Any) -> PaymentFact:
    """Failed on 19 November; codes are named as the attempt names them."""
    moment = datetime(2026, 11, 19, 6, tzinfo=UTC)
    codes = {name: fields.pop(name) for name in ("decline_code", "network_code", "advice_code") if name in fields}
    attempt = AttemptFact(1, moment, AttemptOutcome.DECLINED, network=network, next_retry_at=retry_at, **codes)
    values = {"status": PaymentStatus.FAILED, "captured_minor": 0, "captured_at": None, "failed_at": moment}
    return paid(number, moment, **(values | {"attempts": (attempt,)} | fields))


def refund(number: int = 1, **fields: Any) -> RefundFact:
    values: dict[str, Any] = {
        "reference": f"R-{number}", "payment_id": 1, "status": RefundStatus.SUCCEEDED, "amount_minor": 12_500,
        "currency": "USD", "requested_at": datetime(2026, 11, 18, 9, tzinfo=UTC),
        "sent_at": datetime(2026, 11, 18, 9, tzinfo=UTC), "settled_at": datetime(2026, 11, 18, 10, tzinfo=UTC),
    }  # fmt: skip
    return RefundFact(id=number, **(values | fields))


def told(*records: Any, at: datetime = AT, **fields: Any) -> Diagnosis:
    """The diagnosis of a customer with these records; card and agreement are there unasked."""
    names = {
        AgreementFact: "agreements", InvoiceFact: "invoices", PaymentFact: "payments", RefundFact: "refunds",
        MethodFact: "methods",
    }  # fmt: skip
    values: dict[str, tuple[Any, ...]] = {"agreements": (), "methods": (VISA, ACCOUNT)}
    for record in records:
        name = names[type(record)]
        values[name] = (*values.get(name, ()), record)
    values["agreements"] = values["agreements"] or (agreement(),)
    return diagnose(Facts(customer_id=1, **(values | fields)), at=at)


def only(diagnosis: Diagnosis) -> Finding:
    (finding,) = diagnosis.findings
    return finding


def codes(diagnosis: Diagnosis) -> list[str]:
    return [each.code for each in diagnosis.findings]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")
