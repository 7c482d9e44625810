"""The columns of every kind of file, in one table. The reader checks by it, and docs/importing.md is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from billing.states import (
    AgreementKind,
    AgreementStatus,
    AttemptOutcome,
    InvoiceStatus,
    LineKind,
    MethodKind,
    MethodStatus,
    PaymentStatus,
    RefundReason,
)


class Form(StrEnum):
    ID = "id"
    TEXT = "text"
    CODE = "code"
    CHOICE = "one of"
    AMOUNT = "amount"
    CURRENCY = "currency"
    COUNTRY = "country"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "whole number"
    FLAG = "true or false"
    LAST4 = "four digits"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    form: Form
    meaning: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    limit: int = 255
    lowest: int = 0
    highest: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """``part`` names what a row has several of: an array in JSON, columns with the prefix in CSV."""

    name: str
    about: str
    columns: tuple[Column, ...]
    part: str = ""
    prefix: str = ""
    part_columns: tuple[Column, ...] = field(default=())

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.needed)


def _id(name: str, meaning: str, *, needed: bool = False) -> Column:
    return Column(name, Form.ID, meaning, needed=needed)


def _choice(name: str, choices: list[str], meaning: str, *, needed: bool = False) -> Column:
    return Column(name, Form.CHOICE, meaning, needed=needed, choices=tuple(choices))


def _amount(name: str, meaning: str, *, needed: bool = False) -> Column:
    return Column(name, Form.AMOUNT, meaning, needed=needed)


def _day(name: str, meaning: str, *, needed: bool = False) -> Column:
    return Column(name, Form.DAY, meaning, needed=needed)


def _moment(name: str, meaning: str, *, needed: bool = False) -> Column:
    return Column(name, Form.MOMENT, meaning, needed=needed)


def _text(name: str, limit: int, meaning: str, *, needed: bool = False) -> Column:
    return Column(name, Form.TEXT, meaning, needed=needed, limit=limit)


def _code(name: str, limit: int, meaning: str) -> Column:
    return Column(name, Form.CODE, meaning, limit=limit)


def _number(name: str, lowest: int, highest: int, meaning: str) -> Column:
    return Column(name, Form.NUMBER, meaning, lowest=lowest, highest=highest)


_OURS = _id("external_id", "your own id of it; a later row with the same id updates it", needed=True)
_CUSTOMER = _id("customer", "external_id of the customer", needed=True)
_CURRENCY = Column("currency", Form.CURRENCY, "ISO 4217, such as EUR", needed=True)
# What a provider can say of a refund. What waits for our own approval is asked for at the desk, never imported.
REFUND_STATUSES = ("pending", "succeeded", "failed", "canceled")

CUSTOMERS = Kind(
    "customers",
    "Whom you bill.",
    (
        _OURS,
        _text("name", 200, "as it stands on bills"),
        Column("email", Form.TEXT, "where answers go", limit=254),
        Column("phone", Form.TEXT, "with its country code", limit=40),
        _text("address", 300, "postal, as on an envelope, with a vertical bar between its lines"),
        Column("country", Form.COUNTRY, "ISO 3166, such as DE"),
        _code("language", 10, "such as en or pt-BR"),
        _moment("created_at", "customer since"),
    ),
)
METHODS = Kind(
    "methods",
    "How they pay. Never a card number: the last four digits and your provider's token as external_id.",
    (
        _OURS,
        _CUSTOMER,
        _choice("kind", MethodKind.values, "what it is", needed=True),
        _choice("status", MethodStatus.values, "active, where left empty"),
        _code("brand", 30, "visa, mastercard …"),
        Column("last4", Form.LAST4, "the last four digits"),
        _number("exp_month", 1, 12, "printed on the card"),
        _number("exp_year", 2000, 2199, "printed on the card"),
        _code("funding", 20, "credit, debit, prepaid"),
        Column("country", Form.COUNTRY, "of the bank"),
        _text("bank_name", 100, "of the account"),
        _code("fingerprint", 64, "your provider's hash: the same for the same card"),
        _moment("created_at", "when it was added"),
    ),
)
AGREEMENTS = Kind(
    "agreements",
    "Policies and subscriptions: why they are billed.",
    (
        _OURS,
        _CUSTOMER,
        Column("reference", Form.ID, "the number people quote; made up where left empty", limit=30),
        _choice("kind", AgreementKind.values, "what it is", needed=True),
        _text("title", 200, "as customers know it"),
        _choice("status", AgreementStatus.values, "where it stands; grace needs grace_until", needed=True),
        _amount("amount", "of a usual bill"),
        _CURRENCY,
        _number("interval_months", 1, 120, "months between bills; 1 where left empty"),
        Column("autopay", Form.FLAG, "are bills paid automatically; false where left empty"),
        _id("method", "external_id of what autopay charges"),
        _day("started_on", "first day"),
        _day("next_bill_on", "day of the next bill"),
        _day("grace_until", "last day of grace"),
        _day("ended_on", "last day"),
    ),
)
INVOICES = Kind(
    "invoices",
    "Bills and their lines.",
    (
        _OURS,
        _CUSTOMER,
        _id("agreement", "external_id of the agreement"),
        Column("number", Form.ID, "as printed; unique", needed=True, limit=40),
        _choice("status", InvoiceStatus.values, "where it stands", needed=True),
        _CURRENCY,
        _amount("total", "what it asks for, below zero for a credit note", needed=True),
        _day("issued_on", "day of the bill", needed=True),
        _day("due_on", "last day to pay"),
        _day("period_start", "first day it is for"),
        _day("period_end", "last day it is for"),
        _moment("paid_at", "when it was paid"),
        _moment("next_retry_at", "when it is tried again"),
    ),
    part="lines",
    prefix="line_",
    part_columns=(
        _choice("kind", LineKind.values, "what the line is; other where left empty"),
        _text("description", 300, "as printed", needed=True),
        _amount("amount", "below zero for money off", needed=True),
        _day("since_on", "since when it holds"),
    ),
)
PAYMENTS = Kind(
    "payments",
    "Money asked for, set aside or taken, and each asking of the bank.",
    (
        _OURS,
        _CUSTOMER,
        _id("invoice", "external_id of the bill it stands on"),
        _id("intended_invoice", "external_id of the bill it was meant for, where that is another"),
        _id("method", "external_id of what was charged"),
        _choice("status", PaymentStatus.values, "where it stands", needed=True),
        _CURRENCY,
        _amount("amount", "asked for", needed=True),
        _amount("captured", "taken; the whole amount of what succeeded, where left empty"),
        _text("descriptor", 60, "as it shows on the customer's statement"),
        _moment("created_at", "when it was asked for", needed=True),
        _moment("authorised_at", "when it was set aside"),
        _moment("hold_expires_at", "when the bank frees what was set aside"),
        _moment("captured_at", "when it was taken; created_at where left empty"),
        _moment("failed_at", "when it failed; the last attempt where left empty"),
    ),
    part="attempts",
    prefix="attempt_",
    part_columns=(
        _moment("at", "when the bank was asked", needed=True),
        _choice("outcome", AttemptOutcome.values, "what it said", needed=True),
        _code("decline_code", 60, "your provider's word, such as insufficient_funds"),
        _code("network_code", 10, "the network's own: 51, R01 …"),
        _code("advice_code", 40, "the network's advice about another try"),
        _code("network", 20, "visa, mastercard, ach …"),
        _moment("next_retry_at", "when it is tried again"),
    ),
)
REFUNDS = Kind(
    "refunds",
    "Money sent back.",
    (
        _OURS,
        _id("payment", "external_id of the payment", needed=True),
        _choice("status", list(REFUND_STATUSES), "where it stands", needed=True),
        _CURRENCY,
        _amount("amount", "sent back", needed=True),
        _choice("reason", RefundReason.values, "goodwill, where left empty"),
        _moment("requested_at", "when it was asked for", needed=True),
        _moment("sent_at", "when it left; requested_at where left empty"),
        _moment("settled_at", "when it had arrived"),
        _day("expected_on", "by when it should be there"),
        _moment("failed_at", "when it failed or came back"),
        _code("failure_reason", 60, "why it came back"),
        _code("bank_reference", 60, "by which the customer's bank finds it (ARN)"),
    ),
)
PROMISES = Kind(
    "promises",
    "Money off that was promised: the diagnosis finds the bills that lack it.",
    (
        _OURS,
        _CUSTOMER,
        _id("agreement", "external_id of the agreement; all bills where left empty"),
        _text("reference", 60, "the code or the words it was promised by", needed=True),
        _choice("kind", [LineKind.DISCOUNT.value, LineKind.CREDIT.value], "for each bill, or once", needed=True),
        _amount("amount", "off, above zero", needed=True),
        _CURRENCY,
        _day("starts_on", "first day it holds", needed=True),
        _day("ends_on", "last day it holds"),
    ),
)

# In the order in which files are loaded: what others point at comes first.
KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (CUSTOMERS, METHODS, AGREEMENTS, INVOICES, PAYMENTS, REFUNDS, PROMISES)
}
