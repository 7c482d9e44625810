"""Files of accounts that are new ask about them. Tests of other things have them added."""

from datetime import datetime

from billing.access.scopes import seeing_as_system
from billing.actions.statement_answers import add_accounts_of
from billing.actions.statements import import_statement_file
from billing.models import BankAccount, StatementFile
from billing.states import StatementFileStatus
from tests.billing.statements.files import IBAN


def import_adding_accounts(file_id: int, *, at: datetime) -> None:
    import_statement_file(file_id, at=at)
    if StatementFile.objects.get(pk=file_id).status == StatementFileStatus.NEEDS_ACCOUNT:
        add_accounts_of(file_id)
        import_statement_file(file_id, at=at)


def our_account(number: str = IBAN, currency: str = "EUR") -> BankAccount:
    with seeing_as_system():
        return BankAccount.objects.create(name="House bank", number=number, currency=currency)
