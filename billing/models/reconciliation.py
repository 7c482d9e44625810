"""Expected money, and which statement line turned out to be it.

A part ties one line to one expected amount. What a person decided, what needs a second person and what was only
proposed has a Match above its parts. What a rule found and posts by itself has none: its part names the rule, and a
million rows above a million parts would say nothing more. It gets one when somebody undoes it.
"""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q

from billing.audit.history import recorded
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, currency_is_letters
from billing.models.invoices import Invoice
from billing.models.payments import Payment
from billing.models.payouts import Payout
from billing.models.refunds import Refund
from billing.models.statements import StatementLine
from billing.money import Money
from billing.reconciliation.states import (
    HOLDS,
    STILL_OPEN,
    UNRESOLVED,
    Deed,
    DiscrepancyKind,
    DiscrepancyStatus,
    ExpectedKind,
    ExpectedStatus,
    MatchStatus,
)


class ExpectedMoney(models.Model):
    """Money that must show on a bank account by a day: a payment, a refund, a payout, or a bill to be transferred.

    Made from the record it points at, whose names it repeats as a bank would write them (upper case, letters and
    digits only), so that a million lines are compared without a join.
    """

    kind = models.CharField(max_length=10, choices=ExpectedKind)
    status = models.CharField(max_length=12, choices=ExpectedStatus, default=ExpectedStatus.EXPECTED)
    payment = models.OneToOneField(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="expected_money"
    )
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="expected_money"
    )
    invoice = models.OneToOneField(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="expected_money"
    )
    payout = models.OneToOneField(
        Payout, null=True, blank=True, on_delete=models.PROTECT, related_name="expected_money"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="expected_money"
    )
    amount_minor = MinorField()  # above zero it comes in, below zero it goes out
    currency = CurrencyField()
    arose_on = models.DateField()
    due_on = models.DateField()
    reference_key = models.CharField(max_length=40, default="", blank=True)
    external_key = models.CharField(max_length=255, default="", blank=True)
    bill_key = models.CharField(max_length=40, default="", blank=True)
    customer_key = models.CharField(max_length=40, default="", blank=True)
    payer_key = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        verbose_name_plural = "expected money"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ExpectedKind.values), name="expected_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ExpectedStatus.values), name="expected_status_known"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="expected_not_zero"),
            currency_is_letters("expected"),
            models.CheckConstraint(
                condition=Q(kind="payment", payment__isnull=False, refund=None, invoice=None, payout=None)
                | Q(kind="refund", refund__isnull=False, payment=None, invoice=None, payout=None)
                | Q(kind="invoice", invoice__isnull=False, payment=None, refund=None, payout=None)
                | Q(kind="payout", payout__isnull=False, payment=None, refund=None, invoice=None),
                name="expected_of_one_record",
            ),
        ]
        indexes = [
            models.Index(fields=["reference_key"], name="expected_by_reference", condition=~Q(reference_key="")),
            models.Index(fields=["external_key"], name="expected_by_external", condition=~Q(external_key="")),
            models.Index(fields=["bill_key"], name="expected_by_bill", condition=~Q(bill_key="")),
            models.Index(
                fields=["currency", "amount_minor", "due_on"],
                name="expected_by_amount",
                condition=Q(status__in=STILL_OPEN),
            ),
            models.Index(fields=["due_on", "id"], name="expected_still_open", condition=Q(status__in=STILL_OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference_key or self.bill_key or self.external_key}"


@recorded(births=False)
class Match(models.Model):
    """Lines and expected money that belong together: proposed by a rule, or decided by a person."""

    deed = models.CharField(max_length=10, choices=Deed)
    status = models.CharField(max_length=10, choices=MatchStatus)
    rule = models.CharField(max_length=30, default="", blank=True)
    score = models.PositiveSmallIntegerField(default=0)
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undoings")
    # What is done without parts: a line is set aside, a payment is moved to a bill.
    line = models.ForeignKey(
        StatementLine, null=True, blank=True, on_delete=models.PROTECT, related_name="settings_aside"
    )
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="moves")
    invoice = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="moves_here")
    reasons = models.JSONField(default=list)  # sentences, for the person who decides
    # What makes it the same proposal when the engine sees it again.
    fingerprint = models.CharField(max_length=64, default="", blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True)  # many have none
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="matches_asked"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    approval_needed = models.BooleanField(default=False)
    approval_reason = models.CharField(max_length=200, default="", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="matches_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="matches_undone"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MatchStatus.values), name="match_status_known"),
            models.CheckConstraint(condition=Q(deed__in=Deed.values), name="match_deed_known"),
            models.CheckConstraint(condition=Q(score__lte=1000), name="match_score_of_a_thousand"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="match_second_person",
            ),
            models.CheckConstraint(
                condition=Q(approval_needed=False) | ~Q(status=MatchStatus.POSTED) | Q(decided_by__isnull=False),
                name="match_not_posted_unapproved",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, asked_at__isnull=True)
                | Q(asked_by__isnull=False, asked_at__isnull=False),
                name="match_asking_dated",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="match_decision_dated",
            ),
            models.CheckConstraint(
                condition=Q(status=MatchStatus.UNDONE, undone_by__isnull=False, undone_at__isnull=False)
                | ~Q(status=MatchStatus.UNDONE) & Q(undone_by__isnull=True, undone_at__isnull=True),
                name="match_undoing_signed",
            ),
            models.CheckConstraint(
                condition=Q(deed=Deed.UNDO, undoes__isnull=False) | ~Q(deed=Deed.UNDO) & Q(undoes__isnull=True),
                name="match_undoes_another",
            ),
            models.CheckConstraint(
                condition=Q(deed=Deed.ASIDE, line__isnull=False) | ~Q(deed=Deed.ASIDE) & Q(line__isnull=True),
                name="match_sets_a_line_aside",
            ),
            models.CheckConstraint(
                condition=Q(deed=Deed.MOVE, payment__isnull=False, invoice__isnull=False)
                | ~Q(deed=Deed.MOVE) & Q(payment__isnull=True, invoice__isnull=True),
                name="match_moves_a_payment",
            ),
            models.UniqueConstraint(
                fields=["undoes"], condition=Q(status=MatchStatus.WAITING), name="match_undoing_waits_once"
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(status=MatchStatus.WAITING), name="match_aside_waits_once"
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status=MatchStatus.WAITING), name="match_move_waits_once"
            ),
            # A proposal that was rejected is not made again.
            models.UniqueConstraint(fields=["fingerprint"], condition=~Q(fingerprint=""), name="match_proposed_once"),
        ]
        indexes = [
            models.Index(fields=["-id"], name="match_waiting", condition=Q(status=MatchStatus.WAITING)),
            models.Index(fields=["-score", "id"], name="match_proposed", condition=Q(status=MatchStatus.PROPOSED)),
            models.Index(fields=["asked_by", "-asked_at"], name="match_by_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.rule or self.deed} {self.pk}"


class MatchPart(models.Model):
    """So much of a line is so much of an expected amount. Never deleted; triggers guard its sums (billing/migrations).

    Without expected money it writes the line off; without a line it writes the expected money off. The two amounts
    differ by a fee, or are of two currencies. The keys carry no constraint of their own: a statement trigger checks
    all rows of an insert at once, at a tenth of the cost.
    """

    match = models.ForeignKey(
        Match,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    line = models.ForeignKey(
        StatementLine,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    expected = models.ForeignKey(
        ExpectedMoney,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    line_minor = MinorField(default=0)
    expected_minor = MinorField(default=0)
    rule = models.CharField(max_length=30)
    score = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=MatchStatus)
    # The whole line and the whole expected amount, found by an exact rule.
    alone = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MatchStatus.values), name="match_part_status_known"),
            models.CheckConstraint(
                condition=Q(line__isnull=False, expected__isnull=False) & ~Q(line_minor=0) & ~Q(expected_minor=0)
                | Q(line__isnull=False, expected__isnull=True, expected_minor=0) & ~Q(line_minor=0)
                | Q(line__isnull=True, expected__isnull=False, line_minor=0) & ~Q(expected_minor=0),
                name="match_part_ties",
            ),
            models.CheckConstraint(
                condition=Q(alone=False) | Q(line__isnull=False, expected__isnull=False), name="match_part_alone"
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(alone=True, status__in=HOLDS), name="match_part_line_once"
            ),
            models.UniqueConstraint(
                fields=["expected"], condition=Q(alone=True, status__in=HOLDS), name="match_part_expected_once"
            ),
        ]
        indexes = [
            models.Index(fields=["match"], name="match_part_of_match", condition=Q(match__isnull=False)),
            models.Index(fields=["line"], name="match_part_of_line", condition=Q(alone=False)),
            models.Index(fields=["expected"], name="match_part_of_expected", condition=Q(alone=False)),
            models.Index(fields=["id"], name="match_part_to_book", condition=Q(status=MatchStatus.FOUND)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.line_id} {self.expected_id}"


@recorded(births=False)
class Discrepancy(models.Model):
    """Something about money that is not as it should be, until it is explained."""

    kind = models.CharField(max_length=20, choices=DiscrepancyKind)
    status = models.CharField(max_length=12, choices=DiscrepancyStatus, default=DiscrepancyStatus.OPEN)
    line = models.ForeignKey(
        StatementLine, null=True, blank=True, on_delete=models.PROTECT, related_name="discrepancies"
    )
    expected = models.ForeignKey(
        ExpectedMoney, null=True, blank=True, on_delete=models.PROTECT, related_name="discrepancies"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="discrepancies"
    )
    amount_minor = MinorField()  # what is off: too much, too little, or all of it
    currency = CurrencyField()
    words = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolution = models.CharField(max_length=300, default="", blank=True)
    case_ref = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        verbose_name_plural = "discrepancies"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DiscrepancyKind.values), name="discrepancy_kind_known"),
            models.CheckConstraint(condition=Q(status__in=DiscrepancyStatus.values), name="discrepancy_status_known"),
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(expected__isnull=False), name="discrepancy_is_about_money"
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNRESOLVED, resolved_at__isnull=True, resolution="")
                | ~Q(status__in=UNRESOLVED) & Q(resolved_at__isnull=False) & ~Q(resolution=""),
                name="discrepancy_says_how_it_ended",
            ),
            currency_is_letters("discrepancy"),
            models.UniqueConstraint(
                fields=["line", "kind"], condition=Q(line__isnull=False), name="discrepancy_of_line_once"
            ),
            models.UniqueConstraint(
                fields=["expected", "kind"],
                condition=Q(line__isnull=True),
                name="discrepancy_of_expected_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-found_at", "-id"], name="discrepancy_open", condition=Q(status__in=UNRESOLVED)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {Money(self.amount_minor, self.currency)}"


@recorded()
class ReconciliationLimit(models.Model):
    """How much a role may post or write off without a second person. No row for a role and currency: nothing."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="reconciliation_limits")
    currency = CurrencyField()
    match_minor = MinorField()
    write_off_minor = MinorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "currency"], name="reconciliation_limit_once"),
            currency_is_letters("reconciliation_limit"),
            models.CheckConstraint(
                condition=Q(match_minor__gte=0, write_off_minor__gte=0), name="reconciliation_limit_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {Money(self.match_minor, self.currency)}"
