"""The log of who read payment data, and the seals over it and over the change history."""

from django.db import models
from django.db.models import Q

from billing.audit.fields import TransactionIdField


class ReadOutcome(models.TextChoices):
    SEEN = "seen", "Seen"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


class Reading(models.TextChoices):
    """Which surface showed the data."""

    PANEL = "panel", "Money panel"
    RECORD = "record", "Single record"
    REVEAL = "reveal", "Revealed field"
    MOVE = "move", "Money moved or asked to"
    LIST = "list", "List"
    EXPORT = "export", "Export"
    ADMIN = "admin", "Admin page"
    OWN = "own", "Customer's own"


class RevealReason(models.TextChoices):
    """Why a masked value was opened. A pick list: free text would collect names that can never be erased."""

    CONFIRM_WITH_CUSTOMER = "confirm_with_customer", "Confirm a detail with the customer"
    FIND_PAYMENT = "find_payment", "Find the payment at the bank or provider"
    CHECK_REFUND_TARGET = "check_refund_target", "Check where a refund goes"
    SUSPECTED_FRAUD = "suspected_fraud", "Look into suspected fraud"
    ANSWER_AUTHORITY = "answer_authority", "Answer a regulator, bank or court"


class PaymentRead(models.Model):
    """One look at payment data, or one refused. No foreign keys: it outlives whom and what it names.

    It holds no amounts, names of customers or values: which object and field, never what stood in it.
    """

    at = models.DateTimeField(db_default=models.functions.Now())
    outcome = models.CharField(max_length=10, choices=ReadOutcome)
    refusal = models.CharField(max_length=40, default="", blank=True)
    reading = models.CharField(max_length=10, choices=Reading)
    view = models.CharField(max_length=100)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=254, default="", blank=True)
    real_actor_id = models.BigIntegerField(null=True, blank=True)  # who is behind an impersonation
    role = models.CharField(max_length=60, default="", blank=True)
    session_hash = models.CharField(max_length=32, default="", blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent_hash = models.CharField(max_length=32, default="", blank=True)
    request_id = models.UUIDField(null=True, blank=True)
    case_ref = models.CharField(max_length=30, default="", blank=True)
    customer_id = models.BigIntegerField(null=True, blank=True)
    object_kind = models.CharField(max_length=60, default="", blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    field = models.CharField(max_length=60, default="", blank=True)
    reason = models.CharField(max_length=40, choices=RevealReason, default="", blank=True)
    factor_age_seconds = models.PositiveIntegerField(null=True, blank=True)
    xid = TransactionIdField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=ReadOutcome.values), name="payment_read_outcome_known"),
            models.CheckConstraint(condition=Q(reading__in=Reading.values), name="payment_read_reading_known"),
            models.CheckConstraint(
                condition=Q(outcome=ReadOutcome.SEEN) ^ ~Q(refusal=""), name="payment_read_refusal_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(reading=Reading.REVEAL) | ~Q(outcome=ReadOutcome.SEEN) | ~Q(reason=""),
                name="payment_read_reveal_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["xid", "id"], name="payment_read_order"),
            models.Index(fields=["-at"], name="payment_read_newest"),
            models.Index(fields=["customer_id", "-at"], name="payment_read_of_customer"),
            models.Index(fields=["actor_id", "-at"], name="payment_read_of_actor"),
        ]
        permissions = [
            ("view_payment_data", "Can see payment data behind a fresh factor"),
            ("reveal_payment_data", "Can open masked fields, with a reason"),
            ("read_audit", "Can read the audit trail"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.view} {self.case_ref}"


class Seal(models.Model):
    """One link of the chain over every history row and every read: cut, changed or added rows break it."""

    seq = models.BigIntegerField(primary_key=True)
    source = models.CharField(max_length=63)
    source_id = models.BigIntegerField()
    source_xid = TransactionIdField(db_default=models.NOT_PROVIDED)
    form = models.PositiveSmallIntegerField()  # which canonical text of a row was hashed
    row_hash = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="seal_once_per_row"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="seal_counts_from_one"),
        ]
        # Where each source's sealing goes on.
        indexes = [models.Index(fields=["source", "-seq"], name="seal_of_source")]

    def __str__(self) -> str:
        return f"{self.seq} {self.source} {self.source_id}"


class SealEpoch(models.Model):
    """The time that the trail spends in one database cluster, whose transaction numbers it is sealed by
    (billing.audit.epochs)."""

    number = models.PositiveIntegerField(primary_key=True)
    system_identifier = models.BigIntegerField()
    # The transactions that ran when the epoch began, and the seal after which it began.
    oldest_xid = TransactionIdField(db_default=models.NOT_PROVIDED)
    newest_xid = TransactionIdField(db_default=models.NOT_PROVIDED)
    after_seq = models.BigIntegerField()
    marks = models.JSONField()  # for each source, how far it was sealed before
    begun_at = models.DateTimeField(db_default=models.functions.Now())
    xid = TransactionIdField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"epoch {self.number}"
