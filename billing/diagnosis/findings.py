"""What a diagnosis says: what happened, what proves it, what can be done, and when it will be over."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from billing.diagnosis.codes import Retry

ASK_US = "We can put this right. Please write to us if you have not done so yet."


class Severity(StrEnum):
    LOSS = "loss"  # somebody is out of money
    DUE = "due"  # somebody must do something, mostly by a date
    INFO = "info"  # takes its course
    OK = "ok"  # looks odd and is right, or is over


SEVERITY_ORDER: tuple[Severity, ...] = (Severity.LOSS, Severity.DUE, Severity.INFO, Severity.OK)


class RecordKind(StrEnum):
    AGREEMENT = "agreement"
    INVOICE = "invoice"
    PAYMENT = "payment"
    METHOD = "method"
    REFUND = "refund"
    DISPUTE = "dispute"
    PROMISE = "promise"


class ActionKind(StrEnum):
    """What can be done now, the best first. The desk maps each to a control or to a hint."""

    REFUND_PAYMENT = "refund_payment"
    APPROVE_REFUND = "approve_refund"
    ASK_PROVIDER = "ask_provider"
    PAY_REFUND_ANOTHER_WAY = "pay_refund_another_way"
    MOVE_PAYMENT = "move_payment"
    CREDIT_INVOICE = "credit_invoice"
    SEND_PAYMENT_LINK = "send_payment_link"
    ASK_NEW_METHOD = "ask_new_method"
    CUSTOMER_CALLS_BANK = "customer_calls_bank"
    ASK_CUSTOMER = "ask_customer"
    RETRY_PAYMENT = "retry_payment"
    STOP_RETRIES = "stop_retries"
    CAPTURE_PAYMENT = "capture_payment"
    RELEASE_HOLD = "release_hold"
    CORRECT_DETAILS = "correct_details"
    CANCEL_AUTOPAY = "cancel_autopay"
    RUN_AUTOPAY = "run_autopay"
    ISSUE_INVOICE = "issue_invoice"
    VOID_INVOICE = "void_invoice"
    CLOSE_INVOICE = "close_invoice"
    REINSTATE = "reinstate"
    ANSWER_DISPUTE = "answer_dispute"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record a finding stands on. ``note`` says what it proves."""

    kind: RecordKind
    id: int
    reference: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    kind: ActionKind
    label: str
    amount_minor: int | None = None
    currency: str = ""
    targets: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How often a network still lets the same payment be tried."""

    network: str
    used: int
    limit: int
    days: int

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    def __str__(self) -> str:
        return f"{self.network}: {self.left} of {self.limit} tries left in {self.days} days"


@dataclass(frozen=True, slots=True)
class RetryAdvice:
    verdict: Retry
    sentence: str
    ceiling: Ceiling | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """``headline`` and ``explanation`` are for the agent; the ``customer_…`` texts are safe to send.

    ``reply_next`` is what an agent promises while doing it. The portal never shows it: there nobody has acted yet.
    ``about`` names the records whose trouble this is: two findings about the same one may exclude each other.
    Where ``do_not_tell`` holds, the reason in ``explanation`` must never reach the customer.
    """

    code: str
    severity: Severity
    headline: str
    explanation: str
    customer_headline: str
    customer_text: str
    customer_next: str = ""
    reply_next: str = ""
    evidence: tuple[Evidence, ...] = ()
    about: frozenset[tuple[RecordKind, int]] = frozenset()
    actions: tuple[Action, ...] = ()
    over_on: date | None = None
    at_stake_minor: int | None = None
    currency: str = ""
    retry: RetryAdvice | None = None
    do_not_tell: bool = False
    told: bool = True  # the portal may show it unasked

    @property
    def answer(self) -> str:
        """Ready to send, below a greeting the desk adds."""
        return f"{self.customer_text} {self.reply_next or self.customer_next}".strip()

    def for_customer(self) -> "CustomerFinding":
        return CustomerFinding(
            severity=self.severity,
            headline=self.customer_headline,
            text=self.customer_text,
            next_step=self.customer_next or ASK_US,
            over_on=self.over_on,
            evidence=tuple(Evidence(each.kind, each.id, each.reference) for each in self.evidence),
        )


@dataclass(frozen=True, slots=True)
class CustomerFinding:
    """All of a finding that may be shown to its customer. It has no field that could hold a secret reason."""

    severity: Severity
    headline: str
    text: str
    next_step: str
    over_on: date | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Findings, the most pressing first; where nothing is wrong, the one that says so and what was checked."""

    findings: tuple[Finding, ...]
    checked: tuple[str, ...] = field(default=())

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity is not Severity.OK)

    @property
    def answer(self) -> str:
        """One reply for all that matters: the problems, or what explains that there is none."""
        spoken = self.problems or self.findings[:1]
        return "\n\n".join(dict.fromkeys(each.answer for each in spoken))

    def about(self, kind: RecordKind, record_id: int) -> tuple[Finding, ...]:
        """For "What happened?" beside one bill, payment or refund: what a customer may be told of it."""
        return tuple(each for each in self.findings if each.told and (kind, record_id) in each.about)
