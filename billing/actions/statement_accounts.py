"""Whose accounts a file is of. One that we do not know is not silently made ours: a person is asked first."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from billing.currencies import EXPONENTS
from billing.models import BankAccount
from billing.statements.records import ParsedStatement, StatementRefused

MOST_ASKED: Final = 100  # of one file; when these are answered it asks about the next
Key = tuple[str, str]  # number and currency


class AccountsUnknown(Exception):
    """A person has to say whether they are ours."""

    def __init__(self, told: Mapping[Key, ParsedStatement]) -> None:
        first = next(iter(told.values()))
        others = f" and {len(told) - 1:,} more" if len(told) > 1 else ""
        super().__init__(f"{first.account} in {first.currency}{others}: not among our accounts.")
        self.asked: list[dict[str, str]] = [
            {
                "number": each.account,
                "currency": each.currency,
                "name": (each.account_name or f"Account {each.account}")[:100],
                "bank": each.bank,
                "kind": each.account_kind,
            }
            for each in list(told.values())[:MOST_ASKED]
        ]


def accounts_of(told: Iterable[ParsedStatement], *, chosen: BankAccount | None) -> dict[Key, BankAccount]:
    """Ours, by what the file says. Refuses what was not meant; raises ``AccountsUnknown`` for what was never said."""
    named: dict[Key, ParsedStatement] = {}
    for each in told:
        _refuse_another_account(chosen, each)
        if each.currency not in EXPONENTS:
            raise StatementRefused(f"The account is kept in {each.currency}, which is not a currency in use today.")
        named.setdefault((each.account, each.currency), each)
    known = known_among(named)
    unknown = {key: each for key, each in named.items() if key not in known}
    if unknown:
        raise AccountsUnknown(unknown)
    return known


def known_among(keys: Iterable[Key]) -> dict[Key, BankAccount]:
    wanted = set(keys)
    found = BankAccount.objects.filter(number__in={number for number, _ in wanted})
    return {key: each for each in found if (key := (each.number, each.currency)) in wanted}


def add_asked(asked: Iterable[Mapping[str, Any]]) -> None:
    for each in asked:
        BankAccount.objects.get_or_create(
            number=each["number"],
            currency=each["currency"],
            defaults={"name": each["name"], "bank": each["bank"], "kind": each["kind"]},
        )


def _refuse_another_account(chosen: BankAccount | None, told: ParsedStatement) -> None:
    """Whoever chose an account meant this one: a file of another is not booked there."""
    if chosen is not None and (told.account, told.currency) != (chosen.number, chosen.currency):
        raise StatementRefused(
            f"The file is of account {told.account} in {told.currency}. You chose {chosen.name}, which is "
            f"{chosen.number} in {chosen.currency}. Choose the right account, or “As the file says”, which asks you "
            "before it adds the file's own account."
        )
