import pytest

from billing.redaction import mentions_money

QUOTES = [
    "declined, 51",
    "Declined: insufficient funds",
    "do_not_honor twice",
    "paid 41.50",
    "$15",
    "15 EUR",
    "€ 15.00",
    "USD15",
    "1,250 on Tuesday",
    "−15.00 on the ledger",
    "kr 150",
    "card •••• 4242",
    "****1111",
    "ending in 4242",
    "ends 4242",
    "xxxx-1234",
    "last four 4242",
    "see P-90412",
    "INV-2207 is wrong",
    "R-2231 bounced",
    "invoice 2207",
    "refund no. 2231",
    "payment #90412",
    "pi_3OabcDEF12",
    "ch_1Nabcd234",
    "the refund failed at the bank",
    "refund was sent on Monday",
    "issued a refund",
    "payment is pending",
    "last payment missed",
    "charged twice",
    "was overcharged",
    "was debited on the 3rd",
    "balance is nil",
    "arrears since May",
    "policy lapses in 12 days",
    "in grace",
    "autopay is off",
    "direct debit cancelled",
    "chargeback opened",
    "provisional credit given",
    "their Visa expired",
    "card expires 12/26",
    "lost card",
    "R01 return",
    "reason code 10.4",
    "DE89 3704 0044 0532 0130 00",
    "auth hold will drop",
    "write-off approved",
    "owes us since May",
    "account 12345678",
    "abgelehnt",
    "solde débiteur",
    "pago rechazado",
    "second charge falls away",
    "they paid by card",
    "fully refunded",
    "mandate revoked",
    "subscription suspended",
]
PLAIN = [
    "",
    "Customer prefers email.",
    "Called back, no answer; try after 5pm.",
    "Wants to talk to a supervisor.",
    "Spoke to Jane, very upset, be gentle.",
    "Asked for a screenshot.",
    "Language: French, please send to Marc's team.",
    "Duplicate of ticket 1042",
    "see T-1042",
    "Waiting for the customer until 12 May 2026.",
    "Phone number changed, see profile.",
    "Customer asks for a refund.",
    "The app shows an error page.",
    "Meeting at 10:30 on 2026-05-12",
    "Is on holiday 3 weeks",
    "Version 5.2.19 of the app",
    "Escalate to legal if she writes again.",
]


@pytest.mark.parametrize("note", QUOTES)
def test_a_note_that_quotes_payment_data_is_flagged(note: str) -> None:
    assert mentions_money(note) is True


@pytest.mark.parametrize("note", PLAIN)
def test_a_note_about_the_conversation_is_not(note: str) -> None:
    assert mentions_money(note) is False


def test_capitals_make_no_difference() -> None:
    assert [note for note in QUOTES if not mentions_money(note.upper())] == []
