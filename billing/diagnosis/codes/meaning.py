"""What a code from a bank means: for the agent, for the customer, and for the next try."""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    FIX_DETAILS = "fix_details"  # the customer types something again
    EXPIRED = "expired"
    CUSTOMER_STEP = "customer_step"  # the bank wants to see the customer
    TECHNICAL = "technical"
    FUNDS = "funds"
    BANK_SAID_NO = "bank_said_no"  # and does not say why
    NOT_SUPPORTED = "not_supported"  # this card or account cannot pay this way
    HARD_STOP = "hard_stop"
    STOPPED = "stopped"  # the customer told the bank to stop
    UNAUTHORISED = "unauthorised"  # the customer told the bank it was not agreed
    ACCOUNT_GONE = "account_gone"
    OUR_ERROR = "our_error"
    BETWEEN_BANKS = "between_banks"  # about a message, not about the customer's money
    CHANGE_NOTICE = "change_notice"  # the debit went through, the details need an update
    TEST = "test"
    ACCEPTED = "accepted"


class Retry(StrEnum):
    """When the same method may be asked again."""

    NEVER = "never"
    AFTER_FIX = "after_fix"
    WITH_CUSTOMER = "with_customer"
    OURS = "ours"
    SPARINGLY = "sparingly"
    LATER = "later"
    SOON = "soon"
    NOT_NEEDED = "not_needed"


# The stricter of two verdicts wins where a code and the network's advice disagree.
STRICTNESS: tuple[Retry, ...] = (
    Retry.NEVER,
    Retry.AFTER_FIX,
    Retry.WITH_CUSTOMER,
    Retry.OURS,
    Retry.SPARINGLY,
    Retry.LATER,
    Retry.SOON,
    Retry.NOT_NEEDED,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code explained. Where ``secret`` holds, ``customer`` and ``customer_step`` are the generic decline's."""

    code: str
    source: str
    group: Group
    retry: Retry
    name: str
    agent: str
    customer: str
    customer_step: str
    secret: bool = False
    known: bool = True


# True of every refusal, so that it can stand for those whose reason must not be told.
GENERIC_CUSTOMER = "The payment was not approved. Your bank may be able to tell you more."
GENERIC_STEP = "Please ask your bank, or pay with another card or account."

_CUSTOMER: dict[Group, tuple[str, str]] = {
    Group.FIX_DETAILS: (
        "One of the details does not match what your bank has. Nothing was taken.",
        "Please check the details and type them again.",
    ),
    Group.EXPIRED: ("This card has expired or has been replaced.", "Please add your new card."),
    Group.CUSTOMER_STEP: (
        "Your bank wants you to confirm this payment yourself. Nothing was taken.",
        "Please open the secure payment link and follow the steps of your bank.",
    ),
    Group.TECHNICAL: (
        "The line to your bank did not work for a moment. Nothing was taken.",
        "Please try again later. If it fails again, use another card.",
    ),
    Group.FUNDS: (
        "Your bank did not approve this amount that day. Often there was not enough money, or a limit was reached.",
        "Please try on another day, or pay with another card.",
    ),
    Group.BANK_SAID_NO: (GENERIC_CUSTOMER, GENERIC_STEP),
    Group.NOT_SUPPORTED: ("This card or account cannot be used for this payment.", "Please pay another way."),
    Group.HARD_STOP: (GENERIC_CUSTOMER, GENERIC_STEP),
    Group.STOPPED: (
        "Your bank tells us that you asked it to stop these payments.",
        "Please tell us if you want to stop automatic payments, or choose a new way to pay.",
    ),
    Group.UNAUTHORISED: (
        "Your bank sent this payment back. It says that you did not agree to it.",
        "Please tell us if this is right.",
    ),
    Group.ACCOUNT_GONE: (
        "Your bank could not find an open account with the details we have.",
        "Please give us new account details, or pay another way.",
    ),
    Group.OUR_ERROR: (
        "The payment failed because of a mistake on our side. It is not your fault, and it is not your bank's.",
        "You do not need to call your bank. Please write to us, so that we can put it right.",
    ),
    Group.BETWEEN_BANKS: (
        "The banks are still sorting out a message about this payment.",
        "You do not need to do anything for now.",
    ),
    Group.CHANGE_NOTICE: (
        "Your payment went through. Your bank asks us to correct a detail of your account.",
        "You do not need to do anything.",
    ),
    Group.TEST: (
        "This was a test card. A test card cannot pay a real bill.",
        "Please use a real card.",
    ),
    Group.ACCEPTED: ("Your bank approved this payment.", "You do not need to do anything."),
}


def group_words(group: Group) -> tuple[str, str]:
    """What a customer is told of this group, and what to do."""
    return _CUSTOMER[group]


def stricter(first: Retry, second: Retry) -> Retry:
    return min(first, second, key=STRICTNESS.index)
