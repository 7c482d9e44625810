"""What a person answers to a file of an account that is not among ours: add it, and the file is read; or refuse it."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from billing.access.scopes import seeing_as_system
from billing.actions.statement_accounts import add_asked, known_among
from billing.actions.statements import close_file, have_read_again
from billing.errors import StepNotAllowed
from billing.models import StatementFile
from billing.states import StatementFileStatus
from billing.text.lines import clean_line


def add_accounts_of(file_id: int) -> StatementFile:
    """The accounts that the file asks about are ours from now on. Files that asked about the same are read as well."""
    with transaction.atomic(), seeing_as_system():
        file = _asking(file_id, StatementFileStatus.WAITS)
        add_asked(file.unknown_accounts or [])
        have_read_again(file)
        _answer_those_who_asked_the_same()
    return file


def refuse_file(file_id: int, *, by: AbstractBaseUser, at: datetime) -> StatementFile:
    with transaction.atomic():
        file = _asking(file_id, StatementFileStatus.REFUSED)
        reason = f"{by} refused the file. It is of {file.status_reason}"
        close_file(file, StatementFileStatus.REFUSED, clean_line(reason, limit=300), at=at)
    return file


def _asking(file_id: int, wanted: StatementFileStatus) -> StatementFile:
    file = StatementFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    if file.status != StatementFileStatus.NEEDS_ACCOUNT:
        raise StepNotAllowed(StatementFileStatus(file.status), wanted)
    return file


def _answer_those_who_asked_the_same() -> None:
    """Those that somebody else answers in this moment are theirs: to wait for them is to have them wait for us."""
    waiting = StatementFile.objects.select_for_update(of=("self",), skip_locked=True).filter(
        status=StatementFileStatus.NEEDS_ACCOUNT
    )
    for file in waiting.order_by("pk"):
        asked = {(each["number"], each["currency"]) for each in file.unknown_accounts or []}
        if asked <= known_among(asked).keys():
            have_read_again(file)
