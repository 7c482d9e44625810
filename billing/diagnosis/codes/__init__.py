"""Every code a bank answers with, explained once for the agent and once for the customer."""

from dataclasses import replace

from billing.diagnosis.codes.meaning import (
    GENERIC_CUSTOMER,
    GENERIC_STEP,
    Group,
    Meaning,
    Retry,
    group_words,
    stricter,
)
from billing.diagnosis.codes.tables import read_table

STRIPE = read_table("stripe", source="stripe")
ISO8583 = read_table("iso8583", source="iso8583")
ACH_RETURNS = read_table("ach_returns", source="ach")
ACH_CHANGES = read_table("ach_changes", source="ach")
ISO20022_RETURNS = read_table("iso20022_returns", source="iso20022")
BACS_RETURNS = read_table("bacs_returns", source="bacs")
# Whose codes are a bank's word on a debit that came back.
DEBITS = frozenset({"ach", "iso20022", "bacs"})
ADVICE = read_table("advice", source="advice")
REFUND_FAILURES = read_table("refund_failures", source="refund")

# Hours a Mastercard advice code asks to wait before the next try.
ADVICE_WAIT_HOURS = {"02": 72, "24": 1, "25": 24, "26": 48, "27": 96, "28": 144, "29": 192, "30": 240}

__all__ = [
    "ACH_CHANGES",
    "ACH_RETURNS",
    "ADVICE",
    "ADVICE_WAIT_HOURS",
    "BACS_RETURNS",
    "DEBITS",
    "GENERIC_CUSTOMER",
    "GENERIC_STEP",
    "ISO8583",
    "ISO20022_RETURNS",
    "REFUND_FAILURES",
    "STRIPE",
    "Group",
    "Meaning",
    "Retry",
    "explain_decline",
    "explain_refund_failure",
    "network_of",
]

# Words of the provider that only say "declined": the bank's own number, where there is one, says more.
_VAGUE = frozenset(
    {"", "generic_decline", "card_declined", "do_not_honor", "bank_account_declined", "do_not_try_again"}
)


def explain_decline(
    *, decline_code: str = "", network_code: str = "", advice_code: str = "", network: str = ""
) -> Meaning:
    """What one attempt's codes mean together. ``network``: whose number it is, where numbers of two are alike.

    If any of them must stay secret, the whole is secret. The strictest advice on another try wins.
    """
    named = STRIPE.get(decline_code) or _network_meaning(decline_code, network)
    numbered = _network_meaning(network_code, network)
    advice = ADVICE.get(advice_code.zfill(2) if advice_code.isdigit() else advice_code)
    spoken = [each for each in (named, numbered, advice) if each is not None]
    chosen = next((each for each in spoken if each.secret), None)
    if chosen is None:
        # A return code is the bank's own; the provider has one word for several of them.
        exact = numbered is not None and (decline_code in _VAGUE or numbered.source in DEBITS)
        chosen = numbered if exact else named or numbered or advice
    if chosen is None or chosen.group in (Group.ACCEPTED, Group.CHANGE_NOTICE):
        chosen = _unknown(decline_code or network_code or advice_code, known=chosen is not None)
    retry = chosen.retry
    for each in spoken:
        if each.group is not Group.ACCEPTED:
            retry = stricter(retry, each.retry)
    return replace(chosen, retry=retry)


def explain_refund_failure(reason: str) -> Meaning:
    return REFUND_FAILURES.get(reason) or replace(REFUND_FAILURES["unknown"], code=reason, known=False)


def network_of(code: str, currency: str) -> str:
    """Of a return code on a bank's own statement. A lone figure is Bacs's where pounds came back."""
    code = code.strip().upper()
    if code in ACH_RETURNS or code in ACH_CHANGES:
        return "ach"
    if currency == "GBP" and _bacs(code) is not None:
        return "bacs"
    return "sepa" if currency == "EUR" and code in ISO20022_RETURNS else ""


def _network_meaning(code: str, network: str) -> Meaning | None:
    code = code.strip().upper()
    if network == "bacs" and (found := _bacs(code)) is not None:
        return found
    if code.isdigit():
        code = code.zfill(2)
    return (
        ISO8583.get(code)
        or ACH_RETURNS.get(code)
        or ACH_CHANGES.get(code)
        or ISO20022_RETURNS.get(code)
        or BACS_RETURNS.get(code)
    )


def _bacs(code: str) -> Meaning | None:
    """As the bank writes it: ``1``, ``ARUDD 1`` or ``ARUDD-1``."""
    return BACS_RETURNS.get(f"ARUDD-{code.removeprefix('ARUDD').lstrip(' -')}")


def _unknown(code: str, *, known: bool) -> Meaning:
    agent = "The bank gave no reason."
    if code and known:
        agent = f"The bank's answer {code} does not say why the payment failed."
    elif code:
        agent = f"We do not know the code {code}. Treat it as declined without a reason, and ask the provider."
    customer, step = group_words(Group.BANK_SAID_NO)
    return Meaning(
        code=code,
        source="unknown",
        group=Group.BANK_SAID_NO,
        retry=Retry.SPARINGLY,
        name=code or "no code",
        agent=agent,
        customer=customer,
        customer_step=step,
        known=False,
    )
