"""Payments, the bank's lines about them, and the truth: which line is which payment, and what is wrong. Seeded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from billing.references import ALPHABET
from billing.states import BankLineKind

FIRST_DAY: Final = date(2026, 3, 2)
DAYS: Final = 120
PRICES: Final = (999, 1499, 1999, 2999, 4999, 7900, 9900, 12500, 19900, 24000)
NAMES: Final = (
    "Ada Ben Cleo Dan Eva Finn Gil Hana Ivo Jana Karl Lena Mats Nora Otto Pia Rui Sara Tove Ulf Vera Wim".split()
)
SURNAMES: Final = (
    "Ash Berg Costa Dahl Ek Fox Grau Holm Ito Jung Kern Lind Moor Nagy Orr Park Rios Sato Toft Voss".split()
)


@dataclass(slots=True)
class Paid:
    """A payment, or a refund of it: then the amount is below zero."""

    place: int
    reference: str
    external_id: str
    bill: str
    customer: int
    amount_minor: int
    currency: str
    day: date
    refund: bool = False


@dataclass(slots=True)
class Line:
    place: int
    day: date
    amount_minor: int
    currency: str = "USD"
    kind: str = BankLineKind.TRANSFER
    bank_reference: str = ""
    end_to_end_id: str = ""
    structured_reference: str = ""
    remittance: str = ""
    counterparty: str = ""
    return_code: str = ""
    returned_reference: str = ""
    original_minor: int | None = None
    original_currency: str = ""
    fee_minor: int = 0


@dataclass(slots=True)
class Case:
    rule: str  # what the truth calls it: a rule's name, or a discrepancy's kind
    paid: list[Paid] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)  # which line is which payment
    off: list[tuple[str, int | None, int | None]] = field(default_factory=list)  # kind, line, payment


def customer_name(place: int) -> str:
    return f"{NAMES[place % len(NAMES)]} {SURNAMES[place // len(NAMES) % len(SURNAMES)]} {place % 977}"


def customer_reference(place: int) -> str:
    return f"CU{place:07d}"


class Bank:
    def __init__(self, lines: int, *, seed: int) -> None:
        self.random = Random(seed)
        self.wanted = lines
        self.customers = max(10, lines // 8)
        self.lines_made = 0
        self.paid_made = 0

    def cases(self) -> Iterator[Case]:
        makers = list(MAKERS)
        weights = [weight for _, weight in MAKERS]
        while self.lines_made < self.wanted:
            for maker, _ in self.random.choices(makers, weights, k=1000):
                yield maker(self)
                if self.lines_made >= self.wanted:
                    return

    def paid(self, *, amount_minor: int = 0, refund: bool = False, currency: str = "USD", bill: str = "") -> Paid:
        self.paid_made += 1
        place, rng = self.paid_made, self.random
        letters = "".join(rng.choices(ALPHABET, k=12))
        amount = amount_minor or (rng.choice(PRICES) if rng.random() < 0.3 else rng.randrange(1000, 900_000))
        return Paid(
            place=place,
            reference=f"{'R' if refund else 'P'}-{letters[:4]}-{letters[4:8]}-{letters[8:]}",
            external_id=f"{'re' if refund else 'pi'}_{rng.getrandbits(80):020x}",
            bill=bill or f"INV-{rng.randrange(2000, 2100)}-{place:07d}",
            customer=rng.randrange(self.customers),
            amount_minor=-amount if refund else amount,
            currency=currency,
            day=FIRST_DAY + timedelta(days=place * DAYS // max(self.wanted, 1)),
            refund=refund,
        )

    def line(self, paid: Paid, **said: object) -> Line:
        self.lines_made += 1
        given = {
            "day": paid.day + timedelta(days=self.random.randrange(0, 4)),
            "amount_minor": paid.amount_minor,
            "currency": paid.currency,
            **said,
        }
        return Line(self.lines_made, **given)  # type: ignore[arg-type]  # each key is a field of Line


def _plain(rule: str, say: Callable[[Bank, Paid], dict[str, object]]) -> Callable[[Bank], Case]:
    def make(bank: Bank) -> Case:
        paid = bank.paid()
        line = bank.line(paid, **say(bank, paid))
        return Case(rule, [paid], [line], [(line.place, paid.place)])

    return make


def _cut(reference: str) -> str:
    """As a bank breaks it over two lines."""
    return f"{reference[:6]} {reference[6:]}"


def _refund(bank: Bank) -> Case:
    paid = bank.paid(refund=True)
    line = bank.line(paid, end_to_end_id=paid.reference)
    return Case("payment_reference", [paid], [line], [(line.place, paid.place)])


def _fee(bank: Bank) -> Case:
    paid = bank.paid()
    fee = paid.amount_minor * 29 // 1000 + 30
    line = bank.line(paid, end_to_end_id=paid.reference, amount_minor=paid.amount_minor - fee, fee_minor=fee)
    return Case("net_of_fee", [paid], [line], [(line.place, paid.place)])


def _exchanged(bank: Bank) -> Case:
    paid = bank.paid(currency="EUR")
    near = paid.amount_minor * bank.random.randrange(995, 1006) // 1000
    line = bank.line(
        paid,
        currency="USD",
        amount_minor=near * 108 // 100,
        original_minor=near,
        original_currency="EUR",
        remittance=f"Ref {paid.reference}",
    )
    return Case("currency_exchanged", [paid], [line], [(line.place, paid.place)])


def _instalments(bank: Bank) -> Case:
    paid = bank.paid()
    first = paid.amount_minor * bank.random.randrange(20, 70) // 100
    lines = [
        bank.line(paid, structured_reference=paid.bill, amount_minor=part)
        for part in (first, paid.amount_minor - first)
    ]
    return Case("instalments", [paid], lines, [(line.place, paid.place) for line in lines])


def _together(bank: Bank) -> Case:
    several = [bank.paid() for _ in range(bank.random.randrange(2, 5))]
    text = "Bills " + ", ".join(each.bill for each in several)
    line = bank.line(several[0], amount_minor=sum(each.amount_minor for each in several), remittance=text)
    return Case("listed_together", several, [line], [(line.place, each.place) for each in several])


def _returned(bank: Bank) -> Case:
    paid = bank.paid()
    came = bank.line(paid, end_to_end_id=paid.reference)
    back = bank.line(
        paid,
        day=came.day + timedelta(days=2),
        amount_minor=-paid.amount_minor,
        kind=bank.random.choice([BankLineKind.RETURN, BankLineKind.CHARGEBACK]),
        return_code="R01",
        returned_reference=paid.reference,
    )
    pairs = [(came.place, paid.place), (back.place, paid.place)]
    return Case("returned", [paid], [came, back], pairs, [("returned", back.place, paid.place)])


def _missing(bank: Bank) -> Case:
    paid = bank.paid()
    return Case("missing", [paid], off=[("missing", None, paid.place)])


def _unknown(bank: Bank) -> Case:
    ghost = bank.paid()
    line = bank.line(ghost, counterparty=f"Stranger {ghost.place}", remittance="no reference")
    bank.paid_made -= 1
    return Case("unknown", [], [line], off=[("unknown", line.place, None)])


def _duplicate(bank: Bank) -> Case:
    paid = bank.paid()
    first = bank.line(paid, end_to_end_id=paid.reference, day=paid.day)
    second = bank.line(paid, end_to_end_id=paid.reference, day=paid.day + timedelta(days=1))
    return Case(
        "duplicate", [paid], [first, second], [(first.place, paid.place)], [("duplicate", second.place, paid.place)]
    )


def _off_by(kind: str, low: int, high: int) -> Callable[[Bank], Case]:
    def make(bank: Bank) -> Case:
        paid = bank.paid()
        amount = paid.amount_minor * bank.random.randrange(low, high) // 100
        line = bank.line(paid, end_to_end_id=paid.reference, amount_minor=amount)
        return Case(kind, [paid], [line], off=[(kind, line.place, paid.place)])

    return make


def _misapplied(bank: Bank) -> Case:
    """The bank names another bill of the same desk than the one the payment was put on."""
    other = bank.paid()
    paid = bank.paid()
    theirs = bank.line(other, structured_reference=other.bill)
    line = bank.line(paid, end_to_end_id=paid.reference, structured_reference=other.bill)
    pairs = [(theirs.place, other.place), (line.place, paid.place)]
    return Case("misapplied", [other, paid], [theirs, line], pairs, [("misapplied", line.place, paid.place)])


def _on_day(kind: str, days: int, *, of_line: bool) -> Callable[[Bank], Case]:
    def make(bank: Bank) -> Case:
        paid = bank.paid()
        line = bank.line(paid, end_to_end_id=paid.reference, day=paid.day + timedelta(days=days))
        off = (kind, line.place if of_line else None, paid.place)
        return Case(kind, [paid], [line], [(line.place, paid.place)], [off])

    return make


def _wrong_currency(bank: Bank) -> Case:
    paid = bank.paid(currency="EUR")
    line = bank.line(paid, end_to_end_id=paid.reference, currency="USD")
    return Case("wrong_currency", [paid], [line], off=[("wrong_currency", line.place, paid.place)])


Maker = Callable[[Bank], Case]
MAKERS: Final[tuple[tuple[Maker, float], ...]] = (
    (_plain("payment_reference", lambda bank, paid: {"end_to_end_id": paid.reference}), 30),
    (_plain("external_id", lambda bank, paid: {"end_to_end_id": paid.external_id}), 12),
    (_plain("external_id", lambda bank, paid: {"bank_reference": paid.external_id}), 5),
    (_plain("creditor_reference", lambda bank, paid: {"structured_reference": paid.bill}), 12),
    (_plain("creditor_reference", lambda bank, paid: {"structured_reference": f"RF18 {paid.bill}"}), 3),
    (_plain("reference_in_text", lambda bank, paid: {"remittance": f"Thank you, bill {paid.bill} of May"}), 8),
    (_plain("reference_in_text", lambda bank, paid: {"remittance": f"/ROC/{_cut(paid.reference)} 2026"}), 5),
    (
        _plain(
            "customer_and_amount", lambda bank, paid: {"remittance": f"Customer {customer_reference(paid.customer)}"}
        ),
        3,
    ),
    (_plain("name_amount_date", lambda bank, paid: {"counterparty": customer_name(paid.customer).upper()}), 5),
    (_refund, 3),
    (_fee, 2.5),
    (_exchanged, 1.5),
    (_instalments, 1.25),
    (_together, 1.5),
    (_returned, 1.25),
    (_missing, 0.5),
    (_unknown, 0.6),
    (_duplicate, 0.5),
    (_off_by("over", 110, 200), 0.5),
    (_off_by("under", 30, 90), 0.5),
    (_misapplied, 0.5),
    (_on_day("wrong_date", -9, of_line=True), 0.5),
    (_on_day("late", 20, of_line=False), 0.5),
    (_wrong_currency, 0.5),
)
