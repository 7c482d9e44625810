"""What the bank says: files, the statements in them, and their lines. Read as they came; only matching is ours."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing.audit.history import recorded
from billing.models.fields import CurrencyField, MinorField, currency_is_letters
from billing.states import BankAccountKind, BankLineKind, LineMatching, StatementFileStatus, StatementFormat


@recorded()
class BankAccount(models.Model):
    """An account of ours whose statements come in."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=BankAccountKind, default=BankAccountKind.BANK)
    bank = models.CharField(max_length=100, default="", blank=True)
    # IBAN or the bank's own number, upper case without blanks: how a statement finds its account.
    number = models.CharField(max_length=64)
    currency = CurrencyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "currency"], name="bank_account_once"),
            models.CheckConstraint(condition=~Q(number=""), name="bank_account_numbered"),
            models.CheckConstraint(condition=Q(kind__in=BankAccountKind.values), name="bank_account_kind_known"),
            currency_is_letters("bank_account"),
        ]

    def __str__(self) -> str:
        return self.name


class CsvMapping(models.Model):
    """How to read one bank's CSV, set once by a person and found again by the file's header row."""

    name = models.CharField(max_length=100)
    header_sha256 = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(BankAccount, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Columns, decimal mark, date order, delimiter and encoding: billing.statements.mapping reads and checks it.
    rules = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(db_default=models.functions.Now())

    def __str__(self) -> str:
        return self.name


@recorded()
class StatementFile(models.Model):
    """One file as it was uploaded. Its bytes are known by their hash, so a second upload is recognised."""

    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.BigIntegerField()
    format = models.CharField(max_length=20, choices=StatementFormat, default="", blank=True)
    status = models.CharField(max_length=20, choices=StatementFileStatus, default=StatementFileStatus.WAITS)
    status_reason = models.CharField(max_length=300, default="", blank=True)
    mapping = models.ForeignKey(CsvMapping, null=True, blank=True, on_delete=models.PROTECT, related_name="files")
    # Whose it is, where the file does not say: chosen by whoever uploaded it.
    account = models.ForeignKey(BankAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Accounts that it names and that are not ours, while a person is asked about them. Number, currency, name,
    # bank and kind: billing.actions.statement_accounts writes and reads them.
    unknown_accounts = models.JSONField(null=True, blank=True)
    lines_read = models.PositiveIntegerField(default=0)
    lines_imported = models.PositiveIntegerField(default=0)
    lines_known = models.PositiveIntegerField(default=0)  # seen in an earlier file
    lines_rejected = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=models.functions.Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=StatementFileStatus.values), name="statement_file_status_known"
            ),
            models.CheckConstraint(
                condition=Q(format="") | Q(format__in=StatementFormat.values), name="statement_file_format_known"
            ),
        ]
        indexes = [models.Index(fields=["-uploaded_at"], name="statement_file_newest")]

    def __str__(self) -> str:
        return self.filename


class StatementRemark(models.Model):
    """What was wrong with a file or one of its lines, in words for whoever uploaded it."""

    file = models.ForeignKey(StatementFile, on_delete=models.CASCADE, related_name="remarks")
    line_number = models.PositiveIntegerField(null=True, blank=True)
    rejected = models.BooleanField()  # else a warning: the line or the file was read all the same
    reason = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["file", "line_number"], name="statement_remark_of_file")]

    def __str__(self) -> str:
        return f"line {self.line_number}: {self.reason}" if self.line_number else self.reason


class Statement(models.Model):
    """What one account had before and after, as the bank counts."""

    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="statements")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="statements")
    reference = models.CharField(max_length=100, default="", blank=True)
    # camt.052, 053 or 054, which tell of the same entries; empty for every other format.
    message = models.CharField(max_length=8, default="", db_default="", blank=True)
    currency = CurrencyField()
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)
    opening_minor = MinorField[int | None, int | None](null=True, blank=True)
    closing_minor = MinorField[int | None, int | None](null=True, blank=True)
    balances = models.BooleanField(null=True, blank=True)  # None: the file states no balance to check

    class Meta:
        constraints = [currency_is_letters("statement")]
        indexes = [models.Index(fields=["account", "-to_on"], name="statement_of_account")]

    def __str__(self) -> str:
        return self.reference or f"{self.account_id} to {self.to_on}"


class StatementLine(models.Model):
    """One movement on an account of ours. Above zero it came in, below zero it went out."""

    # Neither has an index of its own: statement_line_in_order and statement_line_once begin with them, and each index
    # is written to for every line of an import. Nor has either a constraint: a trigger looks at all lines of an insert
    # at once, also that the account is the statement's, where the database would ask for each line twice.
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    line_number = models.PositiveIntegerField()  # in the file, for whoever wants to look it up there
    booked_on = models.DateField()
    value_on = models.DateField(null=True, blank=True)
    amount_minor = MinorField()
    currency = CurrencyField()
    kind = models.CharField(max_length=20, choices=BankLineKind, default=BankLineKind.OTHER)
    pending = models.BooleanField(default=False)  # announced by the bank, not booked yet
    bank_reference = models.CharField(max_length=140, default="", blank=True)  # the bank's own name for the movement
    end_to_end_id = models.CharField(max_length=140, default="", blank=True)  # what the payer's or our system gave it
    structured_reference = models.CharField(max_length=140, default="", blank=True)  # creditor reference (RF, KID …)
    remittance = models.CharField(max_length=1000, default="", blank=True)
    counterparty = models.CharField(max_length=200, default="", blank=True)
    counterparty_last4 = models.CharField(max_length=4, default="", blank=True)
    return_code = models.CharField(max_length=10, default="", blank=True)  # ACH R.., C.., ISO 20022 AC04 …
    returned_reference = models.CharField(max_length=140, default="", blank=True)  # the movement it sends back
    original_minor = MinorField[int | None, int | None](null=True, blank=True)  # before the exchange or the fee
    original_currency = models.CharField(max_length=3, default="", blank=True)
    fee_minor = MinorField(default=0)  # kept back by the bank; not part of the amount
    # Which of its file's entries the line is, or is part of, and the bank's own name for that entry: by these it is
    # found again in another message. Only messages that tell of the same entries have them.
    entry_number = models.PositiveIntegerField(null=True, blank=True)
    entry_reference = models.CharField(max_length=140, default="", db_default="", blank=True)
    # Hash of date, amount, texts and the count of equal lines before it in its file: an account takes a line once.
    fingerprint = models.CharField(max_length=64)
    matching = models.CharField(max_length=20, choices=LineMatching, default=LineMatching.OPEN)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            # The hash is of the day as well. With the day in front, the lines of a statement lie side by side in the
            # index, instead of each on a page of its own.
            models.UniqueConstraint(fields=["account", "booked_on", "fingerprint"], name="statement_line_once"),
            models.CheckConstraint(condition=Q(kind__in=BankLineKind.values), name="statement_line_kind_known"),
            models.CheckConstraint(condition=Q(matching__in=LineMatching.values), name="statement_line_matching_known"),
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="statement_line_fee_not_negative"),
            models.CheckConstraint(
                condition=Q(counterparty_last4="") | Q(counterparty_last4__regex=r"^[0-9A-Z]{1,4}$"),
                name="statement_line_last4_only",
            ),
            currency_is_letters("statement_line"),
        ]
        indexes = [
            models.Index(fields=["statement", "line_number"], name="statement_line_in_order"),
            models.Index(
                F("account"),
                F("booked_on").desc(),
                F("id").desc(),
                condition=Q(matching=LineMatching.OPEN),
                name="statement_line_unmatched",
            ),
            models.Index(fields=["recorded_at"], condition=~Q(return_code=""), name="statement_line_answers"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_minor} {self.currency}"
