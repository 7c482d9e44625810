"""Bank statements from upload to import. A file is read without a transaction and taken in one: all of it or nothing.

Reading may take minutes. It can be killed at any moment and is begun again from the kept bytes; of two that read the
same file at once, the second finds it taken.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import IO, BinaryIO, Final

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.db import transaction

from billing.access.scopes import seeing_as_system
from billing.actions import statement_bytes
from billing.actions.statement_accounts import AccountsUnknown, accounts_of
from billing.actions.statement_news import announce_lines
from billing.actions.statement_rows import Gathered, gather, remarks_of, take_rows
from billing.actions.statuses import set_status
from billing.audit.history import history_of
from billing.currencies import EXPONENTS
from billing.failpoints import failpoint
from billing.locks import lift_limits, wait_for_locks
from billing.models import BankAccount, CsvMapping, Statement, StatementFile, StatementRemark
from billing.outbox import enqueue
from billing.redaction import redact
from billing.statements.cleaning import account_number
from billing.statements.days import days_at
from billing.statements.mapping import CsvRules, MappingIncomplete
from billing.statements.read import CSV, MappingNeeded, format_of, header_hash_at, header_hashes, read
from billing.statements.records import Fallback, ParsedStatement, Remark, StatementRefused
from billing.states import StatementFileStatus
from billing.text.lines import clean_file_name, clean_line

READ_TASK: Final = "billing.tasks.import_statement_file"
BROKE: Final = "The file could not be read, for a reason that is ours; the operator's log says more."
TOO_LONG: Final = (
    "Reading the file took longer than 25 minutes, and nothing of it was taken. "
    "The operator can import it without a limit: manage.py import_statement."
)
_PROGRESS_SECONDS: Final = 600
_BATCH: Final = 500  # statements; a file of years has one a day, and some banks write one an hour
# Sent once more, perhaps with its account chosen now: what was missing may be there.
_READ_AGAIN: Final = frozenset(
    {StatementFileStatus.REFUSED, StatementFileStatus.NEEDS_MAPPING, StatementFileStatus.NEEDS_ACCOUNT}
)


@dataclass(frozen=True, slots=True)
class Received:
    file: StatementFile
    is_new: bool


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Of ours, if the columns that come with it are kept."""

    number: str
    currency: str  # ISO 4217; empty where nothing says so yet
    name: str


def receive_statement_file(
    chunks: Iterable[bytes], *, filename: str, account: BankAccount | None, by: AbstractBaseUser | None
) -> Received:
    """Keep an upload and have it read. The same bytes again are the same file, and read again until it is imported."""
    kept = statement_bytes.keep(chunks)
    with transaction.atomic():
        file, is_new = StatementFile.objects.select_for_update().get_or_create(
            sha256=kept.sha256,
            defaults={
                "filename": redact(clean_file_name(filename)).text,
                "size_bytes": kept.size_bytes,
                "account": account,
                "uploaded_by_id": by.pk if by else None,
            },
        )
        if is_new:
            _have_read(file)
        elif file.status in _READ_AGAIN:
            file.account, is_new = account, True
            have_read_again(file)
        elif file.status == StatementFileStatus.IMPORTED:
            transaction.on_commit(lambda: statement_bytes.drop(kept.sha256))
    return Received(file, is_new)


def set_mapping(
    file_id: int, *, rules: CsvRules, name: str, account: BankAccount | NewAccount | None, by: AbstractBaseUser
) -> None:
    """Name the columns of a bank's CSV, for this file and for every later one with the same header."""
    rules.checked()
    with transaction.atomic():
        file = StatementFile.objects.select_for_update().get(pk=file_id)
        if isinstance(account, NewAccount):
            account = account_called(account.number, currency=account.currency, name=account.name)
        with statement_bytes.open_kept(file.sha256) as source:
            header = header_hash_at(source, rules, account.number if account else "")
        file.mapping, _ = CsvMapping.objects.update_or_create(
            header_sha256=header,
            defaults={
                "name": clean_line(name, limit=100),
                "rules": rules.as_json(),
                "account": account,
                "made_by_id": by.pk,
            },
        )
        file.account = account or file.account
        have_read_again(file)


def have_read_again(file: StatementFile) -> None:
    """In the caller's transaction, with the file locked."""
    set_status(file, StatementFileStatus.WAITS)
    file.status_reason, file.finished_at, file.unknown_accounts = "", None, None
    file.save(update_fields=["status", "status_reason", "finished_at", "mapping", "account", "unknown_accounts"])
    StatementRemark.objects.filter(file=file).delete()
    cache.delete(_progress_key(file.pk))  # of the reading before
    _have_read(file)


def _have_read(file: StatementFile) -> None:
    turn = history_of(file).count()  # each time it is to be read anew is a deed of its own
    enqueue(READ_TASK, key=f"statement_file:{file.pk}:read:{turn}", payload={"file_id": file.pk})


def import_statement_file(file_id: int, *, at: datetime) -> None:
    """Safe to repeat. No transaction may be open: reading is long."""
    file = _begin(file_id)
    if file is None:
        return
    try:
        with statement_bytes.open_kept(file.sha256) as source, statement_bytes.spool() as spool:
            file.format = format_of(source)
            rules = _rules_for(file, source)
            gathered = gather(
                read(source, rules=rules, fallback=_fallback(file)),
                spool,
                days=days_at(at),
                progress=_Progress(file.pk).along(source),
            )
            failpoint("statement.gathered")
            with seeing_as_system():
                _take(file, gathered, spool, at=at)
    except MappingNeeded:
        statement_bytes.strike_out_cards(file.sha256, progress=_Progress(file.pk).note)
        _finish(file, StatementFileStatus.NEEDS_MAPPING, "Nobody has named the columns of this bank's CSV yet.", at=at)
    except AccountsUnknown as unknown:
        statement_bytes.seal(file.sha256)
        file.unknown_accounts = unknown.asked
        _finish(file, StatementFileStatus.NEEDS_ACCOUNT, str(unknown), at=at)
    except StatementRefused as refused:
        _finish(file, StatementFileStatus.REFUSED, str(refused), at=at)


def give_up(file_id: int, *, at: datetime, words: str = BROKE) -> None:
    """After the last try of a task that broke: whoever uploaded the file is told, and not left waiting."""
    file = StatementFile.objects.get(pk=file_id)
    if file.status == StatementFileStatus.READING:
        _finish(file, StatementFileStatus.REFUSED, words, at=at)


def _begin(file_id: int) -> StatementFile | None:
    with transaction.atomic():
        file = (
            StatementFile.objects.select_for_update(of=("self",))
            .select_related("mapping__account", "account")
            .get(pk=file_id)
        )
        if file.status not in {StatementFileStatus.WAITS, StatementFileStatus.READING}:
            _drop_when_done(file)
            return None
        if set_status(file, StatementFileStatus.READING):
            file.save(update_fields=["status"])
    return file


def _rules_for(file: StatementFile, source: BinaryIO) -> CsvRules | None:
    """The mapping set for this file, or the one that somebody set for a file with the same header."""
    if file.format != CSV:
        return None
    if file.mapping is None:
        hashes = header_hashes(source, file.account.number if file.account else "")
        known = {each.header_sha256: each for each in CsvMapping.objects.filter(header_sha256__in=hashes)}
        file.mapping = next((known[each] for each in hashes if each in known), None)
    if file.mapping is None:
        raise MappingNeeded
    try:
        return CsvRules.from_json(file.mapping.rules)
    except (MappingIncomplete, KeyError, ValueError):
        raise MappingNeeded from None


def _fallback(file: StatementFile) -> Fallback:
    account = file.account or (file.mapping.account if file.mapping else None)
    return Fallback(account.number, account.currency) if account else Fallback()


def _take(file: StatementFile, gathered: Gathered, spool: IO[bytes], *, at: datetime) -> None:
    """One transaction, or nothing. Half a statement would be worse than none."""
    lift_limits()  # a million rows take longer than a page may
    wait_for_locks()  # whoever comes second has read the whole file
    found = StatementFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if found.status != StatementFileStatus.READING:
        return  # another delivery of the same task was faster
    accounts = accounts_of((statement for statement, _ in gathered.statements), chosen=file.account)
    kept = Statement.objects.bulk_create(
        (
            _statement_of(file, statement, fits, accounts[statement.account, statement.currency])
            for statement, fits in gathered.statements
        ),
        batch_size=_BATCH,
    )
    ids = {
        statement.index: (each.pk, each.account_id)
        for (statement, _), each in zip(gathered.statements, kept, strict=True)
    }
    taken = take_rows(spool, ids, message=gathered.message)
    failpoint("statement.taken")
    file.lines_read, file.lines_imported = gathered.lines + gathered.rejected, taken.new
    file.lines_known, file.lines_rejected = gathered.lines - taken.new, gathered.rejected
    _keep_remarks(file, [*remarks_of(gathered), *taken.twice.remarks()])
    is_news = bool(taken.new or taken.booked)
    close_file(file, StatementFileStatus.IMPORTED, "" if is_news else _nothing_new(gathered), at=at)
    if is_news:
        announce_lines(file)


def _nothing_new(gathered: Gathered) -> str:
    return "Every line was known from an earlier file." if gathered.lines else "The file holds no movement."


def _statement_of(file: StatementFile, parsed: ParsedStatement, fits: bool | None, account: BankAccount) -> Statement:
    return Statement(
        file=file,
        account=account,
        reference=parsed.reference,
        message=parsed.message,
        currency=parsed.currency,
        from_on=parsed.from_on,
        to_on=parsed.to_on,
        opening_minor=parsed.opening_minor,
        closing_minor=parsed.closing_minor,
        balances=fits,
    )


def _keep_remarks(file: StatementFile, remarks: Iterable[Remark]) -> None:
    StatementRemark.objects.bulk_create(
        StatementRemark(file=file, line_number=each.line_number, rejected=each.rejected, reason=each.reason)
        for each in remarks
    )


def _finish(file: StatementFile, status: StatementFileStatus, reason: str, *, at: datetime) -> None:
    with transaction.atomic():
        found = StatementFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if found.status == StatementFileStatus.READING:
            close_file(file, status, clean_line(reason, limit=300), at=at)


def close_file(file: StatementFile, status: StatementFileStatus, reason: str, *, at: datetime) -> None:
    """In the caller's transaction, with the file locked."""
    set_status(file, status)
    file.status_reason, file.finished_at = reason, at
    file.save()
    _drop_when_done(file)


def _drop_when_done(file: StatementFile) -> None:
    if file.status in {StatementFileStatus.IMPORTED, StatementFileStatus.REFUSED}:
        transaction.on_commit(lambda: statement_bytes.drop(file.sha256))


class _Progress:
    """In the cache, for the page that waits, which looks once a second: it changes too often to be history."""

    def __init__(self, file_id: int) -> None:
        self.file_id, self.noted_at = file_id, 0.0

    def note(self, lines: int, place: int) -> None:
        now = monotonic()
        if now - self.noted_at >= 1:
            self.noted_at = now
            cache.set(_progress_key(self.file_id), (lines, place), _PROGRESS_SECONDS)

    def along(self, source: BinaryIO) -> Callable[[int], None]:
        return lambda lines: self.note(lines, source.tell())


def progress_of(file_id: int) -> tuple[int, int]:
    """Lines read so far, and how many of the file's bytes they were."""
    lines, place = cache.get(_progress_key(file_id)) or (0, 0)
    return lines, place


def _progress_key(file_id: int) -> str:
    return f"statement_file:{file_id}:progress"


def account_called(number: str, *, currency: str, name: str) -> BankAccount:
    """Ours by its number; made where it is new. Text that could be a card's number is not one of an account."""
    if currency not in EXPONENTS:
        raise MappingIncomplete("Say which currency the account is kept in.")
    made, _ = BankAccount.objects.get_or_create(
        number=account_number(number),
        currency=currency,
        defaults={"name": clean_line(name, limit=100), "bank": clean_line(name, limit=100)},
    )
    return made


def rename_account(account_id: int, *, name: str, kind: str, bank: str) -> BankAccount:
    account = BankAccount.objects.get(pk=account_id)
    account.name, account.kind, account.bank = clean_line(name, limit=100), kind, clean_line(bank, limit=100)
    account.save(update_fields=["name", "kind", "bank"])
    return account
