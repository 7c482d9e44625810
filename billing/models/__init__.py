from billing.models.agreements import Agreement
from billing.models.audit import PaymentRead, Reading, ReadOutcome, RevealReason, Seal, SealEpoch
from billing.models.checkouts import Checkout
from billing.models.credits import CreditNote, CreditNoteLine, GoodwillBudget
from billing.models.customers import Customer
from billing.models.events import MoneyEvent
from billing.models.imports import ImportRun
from billing.models.inbox import ProviderEvent, WebhookRejection
from billing.models.incidents import CardIncident
from billing.models.invoices import Invoice, InvoiceLine
from billing.models.ledger import AccountKind, LedgerAccount, LedgerEntry, Posting, PostingKind
from billing.models.objects import ProviderObject, SimulatedObject
from billing.models.outbox import Heartbeat, OutboxMessage, StreamEvent
from billing.models.payments import Payment, PaymentAttempt, PaymentMethod
from billing.models.payouts import Payout, PayoutStatus
from billing.models.promises import Promise
from billing.models.promotions import Promotion
from billing.models.reconciliation import Discrepancy, ExpectedMoney, Match, MatchPart, ReconciliationLimit
from billing.models.refunds import Refund, RefundLimit
from billing.models.renderings import InvoiceRendering
from billing.models.sightings import Sighting
from billing.models.statements import (
    BankAccount,
    CsvMapping,
    Statement,
    StatementFile,
    StatementLine,
    StatementRemark,
)

__all__ = [
    "AccountKind",
    "Agreement",
    "BankAccount",
    "CardIncident",
    "Checkout",
    "CreditNote",
    "CreditNoteLine",
    "CsvMapping",
    "Customer",
    "Discrepancy",
    "ExpectedMoney",
    "GoodwillBudget",
    "Heartbeat",
    "ImportRun",
    "Invoice",
    "InvoiceLine",
    "InvoiceRendering",
    "LedgerAccount",
    "LedgerEntry",
    "Match",
    "MatchPart",
    "MoneyEvent",
    "OutboxMessage",
    "Payment",
    "PaymentAttempt",
    "PaymentMethod",
    "PaymentRead",
    "Payout",
    "PayoutStatus",
    "Posting",
    "PostingKind",
    "Promise",
    "Promotion",
    "ProviderEvent",
    "ProviderObject",
    "ReadOutcome",
    "Reading",
    "ReconciliationLimit",
    "Refund",
    "RefundLimit",
    "RevealReason",
    "Seal",
    "SealEpoch",
    "Sighting",
    "SimulatedObject",
    "Statement",
    "StatementFile",
    "StatementLine",
    "StatementRemark",
    "StreamEvent",
    "WebhookRejection",
]
