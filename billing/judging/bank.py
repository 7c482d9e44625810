"""What banks say of debits afterwards, as the files that they send: NACHA, with returns and notices of change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final

from billing.judging.world import Payment, World
from billing.references import reference_of

ODFI, RDFI = "09100001", "12345678"  # ours and the customers' bank, without their check digits
WIDTH: Final = 94
BLOCKING: Final = 10
LONGEST_NAME: Final = 15  # of an entry, in the class of entries that consumers' debits have
_WEIGHTS: Final = (3, 7, 1, 3, 7, 1, 3, 7)


@dataclass(frozen=True, slots=True)
class Entry:
    """A debit: as it was sent, or with what the bank says of it."""

    payment: Payment
    holder: str
    number: int
    name: str  # empty where only the trace says which debit it was
    code: str = ""

    @property
    def trace(self) -> str:
        return f"{ODFI}{self.number:07}"


def told_by_the_bank(world: World) -> list[Payment]:
    return [payment for payment in world.payments if payment.told_as]


def as_bank_files(worlds: Sequence[World], random: Random, *, provider: str) -> list[tuple[str, bytes]]:
    """One for each day of answers, and what was sent out before, in any order: the files are downloaded by hand.

    ``provider``: under which the payments are known, since a payment's own reference is made of it.
    """
    debits = [
        Entry(payment, f"Customer {world.id}", number, name_of(payment, provider))
        for number, (world, payment) in enumerate(
            ((world, payment) for world in worlds for payment in told_by_the_bank(world)), start=1
        )
    ]
    files: dict[tuple[str, date], list[Entry]] = {}
    for debit in debits:
        sent, answered = debit.payment.at, debit.payment.failed_at or debit.payment.captured_at or debit.payment.at
        named = random.random() < 0.5
        if not named:  # what was sent out says whose the trace is
            files.setdefault(("sent", sent.date()), []).append(debit)
        code = debit.payment.attempts[-1].number
        files.setdefault(("back", answered.date()), []).append(
            replace(debit, name=debit.name if named else "", code=code)
        )
    company = f"146{random.randrange(10**7):07}"
    made = [(f"{way}-{day}.ach", nacha(entries, day, company)) for (way, day), entries in files.items()]
    random.shuffle(made)
    return made


def name_of(payment: Payment, provider: str) -> str:
    """The name that whoever sends the debit gives it: the payment's, or where it is too long our reference of it."""
    if len(payment.id) <= LONGEST_NAME:
        return payment.id
    return reference_of("P", provider, payment.id).replace("-", "")


def nacha(entries: Sequence[Entry], day: date, company: str) -> bytes:
    """One batch; the control records say what is in it, and nines fill the last block."""
    bodies = [line for place, entry in enumerate(entries, start=1) for line in _entry(entry, place)]
    debits = sum(0 if entry.code.startswith("C") else entry.payment.amount for entry in entries)
    hashed = f"{int(RDFI) * len(entries) % 10**10:010}"
    sums = f"{len(bodies):06}{hashed}{debits:012}{0:012}"
    header = f"5225{'JUDGE COMPANY':16}{'':20}{company:10}PPD{'PREMIUM':10}{'':6}{day:%y%m%d}{'':3}1{ODFI}{1:07}"
    lines = [
        f"101 {_routing(ODFI)} {_routing(RDFI)}{day:%y%m%d}0600A094101{'FIRST BANK':23}{'JUDGE COMPANY':23}{'':8}",
        header,
        *bodies,
        f"8225{sums}{company:10}{'':19}{'':6}{ODFI}{1:07}",
    ]
    blocks = -(-(len(lines) + 1) // BLOCKING)
    lines.append(f"9{1:06}{blocks:06}{len(bodies):08}{hashed}{debits:012}{0:012}{'':39}")
    lines += ["9" * WIDTH] * (-len(lines) % BLOCKING)
    return _joined(lines)


def _entry(entry: Entry, place: int) -> list[str]:
    """A return goes back under a trace of the bank's own; the addenda name the one that it answers."""
    amount = 0 if entry.code.startswith("C") else entry.payment.amount
    account = f"1{int(entry.payment.method.fingerprint[2:], 16) % 10**12:012}{entry.payment.method.last4}"
    kind, trace = ("26", f"{RDFI}{place:07}") if entry.code else ("27", entry.trace)
    addenda = "1" if entry.code else "0"
    whose = f"{entry.name:{LONGEST_NAME}}{entry.holder[:22]:22}"
    main = f"6{kind}{_routing(RDFI)}{account:17}{amount:010}{whose}  {addenda}{trace}"
    if not entry.code:
        return [main]
    if entry.code.startswith("C"):
        return [main, f"798{entry.code}{entry.trace}{'':6}{RDFI}{account[::-1]:29}{'':15}{trace}"]
    return [main, f"799{entry.code}{entry.trace}{'':6}{RDFI}{'':44}{trace}"]


def _routing(bank: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(bank, _WEIGHTS, strict=True))
    return f"{bank}{-total % 10}"


def _joined(lines: Iterable[str]) -> bytes:
    return "".join(f"{line:{WIDTH}}\n" for line in lines).encode()
