"""Double entry. Rows are written once; migration 0005 makes the database refuse what does not balance."""

from django.db import models
from django.db.models import Q

from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, currency_is_letters


class AccountKind(models.TextChoices):
    ASSET = "asset", "Asset"
    LIABILITY = "liability", "Liability"
    INCOME = "income", "Income"
    EXPENSE = "expense", "Expense"


class PostingKind(models.TextChoices):
    INVOICE = "invoice", "Invoice issued"
    CREDIT_NOTE = "credit_note", "Invoice credited"
    PAYMENT = "payment", "Payment received"
    PAYMENT_RETURNED = "payment_returned", "Payment returned by the bank"
    REFUND = "refund", "Refund sent"
    REFUND_FAILED = "refund_failed", "Refund returned by the bank"
    DISPUTE_OPENED = "dispute_opened", "Disputed amount withdrawn"
    DISPUTE_WON = "dispute_won", "Disputed amount returned"
    DISPUTE_LOST = "dispute_lost", "Disputed amount lost"
    BANK_MATCHED = "bank_matched", "Seen on the bank account"
    BANK_UNKNOWN = "bank_unknown", "Unknown money on the bank account"
    WRITTEN_OFF = "written_off", "Written off"
    UNDONE = "undone", "Undone"


class LedgerAccount(models.Model):
    """What a customer owes, or one of our own accounts (no customer), in one currency."""

    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=AccountKind)
    currency = CurrencyField()
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_accounts"
    )

    class Meta:
        constraints = [
            # Two constraints rather than NULLS NOT DISTINCT, which PostgreSQL 14 does not know.
            models.UniqueConstraint(fields=["customer", "code", "currency"], name="ledger_account_of_customer_once"),
            models.UniqueConstraint(
                fields=["code", "currency"], condition=Q(customer__isnull=True), name="ledger_account_of_ours_once"
            ),
            currency_is_letters("ledger_account"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="ledger_account_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.currency}"


class Posting(models.Model):
    """One fact in the books: at least two entries that sum to zero in each currency."""

    kind = models.CharField(max_length=20, choices=PostingKind)
    at = models.DateTimeField()
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    memo = models.CharField(max_length=200, default="", blank=True)
    # "refund:41": the fact is booked once, however often its action runs.
    key = models.CharField(max_length=100, unique=True)
    source_kind = models.CharField(max_length=30, default="", blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PostingKind.values), name="posting_kind_known"),
            models.CheckConstraint(condition=~Q(key=""), name="posting_key_given"),
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="posting_of_customer")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class LedgerEntry(models.Model):
    """A debit (above zero) or a credit (below zero) of one account."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries", db_index=False)
    amount_minor = MinorField()
    # The account's own currency, repeated so that a sum needs no join; a composite foreign key keeps them equal.
    currency = CurrencyField()

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_entry_not_zero"),
            currency_is_letters("ledger_entry"),
        ]
        # A balance is one index-only scan.
        indexes = [models.Index(fields=["account"], include=["amount_minor"], name="ledger_entry_of_account")]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"
