import time

import pytest

from supportdesk.tickets.states import Category, Priority
from supportdesk.tickets.triage import Triage, triage

SENTENCES = [
    (Category.PAYMENT_FAILED, "My card was declined when I paid the premium"),
    (Category.PAYMENT_FAILED, "The payment didn't go through"),
    (Category.PAYMENT_FAILED, "I can't pay my bill"),
    (Category.WRONG_AMOUNT, "Why is my bill higher than last month? There is an extra charge."),
    (Category.WRONG_AMOUNT, "You overcharged me"),
    (Category.WRONG_AMOUNT, "The premium went up"),
    (Category.MISSING_OR_DUPLICATE, "I was charged twice"),
    (Category.MISSING_OR_DUPLICATE, "My payment has not been credited yet"),
    (Category.MISSING_OR_DUPLICATE, "the transfer is still pending"),
    (Category.UNAUTHORISED, "I don’t recognise this charge"),
    (Category.UNAUTHORISED, "Somebody used my card in another country"),
    (Category.UNAUTHORISED, "My wallet was stolen"),
    (Category.REFUND_LATE, "Where is my refund? It was promised two weeks ago."),
    (Category.REFUND_LATE, "I want my money back"),
    (Category.AUTOPAY, "Autopay stopped"),
    (Category.AUTOPAY, "my card expires next month"),
    (Category.POLICY_CHANGE, "Please change the address on my policy"),
    (Category.POLICY_CHANGE, "I want to cancel my subscription"),
    (Category.PROMOTION, "The coupon code did nothing"),
    (Category.PROOF_NEEDED, "I need a receipt for my tax return"),
    (Category.PROOF_NEEDED, "How do I verify my identity?"),
    (Category.APP_OR_SITE, "I forgot my password"),
    (Category.APP_OR_SITE, "the app crashes when I open it"),
    (Category.OTHER, "Hello there"),
    (Category.OTHER, ""),
]


@pytest.mark.parametrize(("category", "text"), SENTENCES)
def test_category(category: Category, text: str) -> None:
    assert triage(subject="", text=text).category == category
    assert triage(subject=text.upper(), text="").category == category


def test_the_reason_quotes_what_was_written() -> None:
    assert triage(subject="Help", text="I was charged twice, and the refund failed") == Triage(
        Category.REFUND_LATE, Priority.NORMAL, ("it says “refund”",)
    )
    assert triage(subject="", text="Hm") == Triage(Category.OTHER, Priority.NORMAL, ("no rule knows these words",))


def test_what_the_writer_chose_wins() -> None:
    found = triage(subject="refund", text="where is my refund", chosen=Category.PROMOTION)

    assert found == Triage(
        Category.PROMOTION, Priority.LOW, ("the writer chose “promotion”", "promotion is low by rule")
    )


def test_labels_are_heard_like_the_text() -> None:
    assert triage(subject="", text="", labels=["Fraud or scam"]).category == Category.UNAUTHORISED


@pytest.mark.parametrize(
    ("text", "priority", "reason"),
    [
        ("my card was stolen", Priority.URGENT, "somebody else may be using the card or the account (“stolen”)"),
        ("my policy lapses on Friday", Priority.URGENT, "cover or service may be lost soon (“lapses”)"),
        ("I can't buy food", Priority.URGENT, "the writer may be in danger or in need (“can't buy food”)"),
        ("My attorney will write", Priority.HIGH, "legal steps or a regulator are named (“attorney”)"),
        ("my mother died in May", Priority.HIGH, "the writer may be vulnerable (“my mother died”)"),
        ("this is the third time I write", Priority.HIGH, "it was asked before (“third time”)"),
        ("an overdraft each day", Priority.HIGH, "the trouble costs money each day (“overdraft”)"),
        ("urgent please", Priority.HIGH, "the writer says it is urgent (“urgent”)"),
        ("I don't recognise this charge", Priority.HIGH, "unauthorised charge is high by rule"),
        ("the coupon did nothing", Priority.LOW, "promotion is low by rule"),
        ("the bill is higher", Priority.NORMAL, None),
    ],
)
def test_priority(text: str, priority: Priority, reason: str | None) -> None:
    found = triage(subject="", text=text)

    assert found.priority == priority
    assert list(found.reasons[1:]) == ([reason] if reason else [])


def test_all_reasons_of_the_winning_priority_are_told() -> None:
    found = triage(subject="", text="My lawyer says: second time, and still no answer. I lost my job.")

    assert found.reasons[1:] == (
        "legal steps or a regulator are named (“lawyer”)",
        "the writer may be vulnerable (“lost my job”)",
        "it was asked before (“second time”)",
    )


def test_what_makes_it_urgent_may_stand_late() -> None:
    text = "The bill is higher. " + "It is a long story. " * 300 + "Now I am homeless."

    assert triage(subject="", text=text).priority == Priority.URGENT


@pytest.mark.parametrize("piece", ["payment ", "card not ", "charged ", "my ", "' ", "$1 ", "transfer money "])
def test_hostile_text_costs_little(piece: str) -> None:
    started = time.process_time()

    triage(subject="", text=piece * 100_000)

    assert time.process_time() - started < 2
