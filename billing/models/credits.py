import pgtrigger
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q

from billing.audit.history import recorded
from billing.models.customers import Customer
from billing.models.fields import CurrencyField, MinorField, currency_is_letters
from billing.models.invoices import Invoice
from billing.models.promotions import Promotion
from billing.models.refunds import Refund
from billing.money import Money
from billing.states import CREDIT_STEPS, CreditKind, CreditStatus, LineKind, OwedBack


class GoodwillBudget(models.Model):
    """How much goodwill a role may give without a second person: for one grant, and for all of a calendar month."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="goodwill_budgets")
    currency = CurrencyField()
    grant_limit_minor = MinorField()
    monthly_minor = MinorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "currency"], name="goodwill_budget_once"),
            currency_is_letters("goodwill_budget"),
            models.CheckConstraint(
                condition=Q(grant_limit_minor__gte=0, monthly_minor__gte=F("grant_limit_minor")),
                name="goodwill_budget_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {Money(self.monthly_minor, self.currency)}"


@recorded()
class CreditNote(models.Model):
    """Takes back a bill, or a part of it. What is asked for is frozen, and once issued all of it is."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credit_notes")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    reference = models.CharField(max_length=30, unique=True)
    # Given when it is issued, without gaps: CN-2026-000041.
    number = models.CharField(max_length=20, default="", blank=True)
    kind = models.CharField(max_length=20, choices=CreditKind)
    status = models.CharField(max_length=20, choices=CreditStatus)
    amount_minor = MinorField()
    currency = CurrencyField()
    owed_back = models.CharField(max_length=10, choices=OwedBack, default=OwedBack.KEEP)
    note = models.CharField(max_length=500, default="", blank=True)  # for colleagues; card numbers are removed
    # Why a promotion ought to have applied: its terms, what was tried, what the rules said. Plain values.
    evidence = models.JSONField(default=dict, blank=True)
    # The lines of the bill that takes the place of a corrected one.
    new_lines = models.JSONField(default=list, blank=True)
    promotion = models.ForeignKey(Promotion, null=True, blank=True, on_delete=models.PROTECT, related_name="credits")
    budget = models.ForeignKey(GoodwillBudget, null=True, blank=True, on_delete=models.PROTECT, related_name="credits")
    case_ref = models.CharField(max_length=20, default="", blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True)
    request_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credits_requested"
    )
    requested_at = models.DateTimeField()
    approval_needed = models.BooleanField(default=False)
    approval_reason = models.CharField(max_length=200, default="", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="credits_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=500, default="", blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    owed_minor = MinorField(default=0)  # paid already, so the credit leaves it with us; told when it is issued
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="sent_for_credit"
    )

    class Meta:
        constraints = [
            currency_is_letters("credit_note"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_note_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=CreditStatus.values), name="credit_note_status_known"),
            models.CheckConstraint(condition=Q(kind__in=CreditKind.values), name="credit_note_kind_known"),
            models.CheckConstraint(condition=Q(owed_back__in=OwedBack.values), name="credit_note_owed_back_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="credit_note_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="credit_note_decision_dated",
            ),
            models.CheckConstraint(
                condition=Q(approval_needed=False)
                | Q(status__in=[CreditStatus.REQUESTED, CreditStatus.WITHDRAWN])
                | Q(decided_by__isnull=False),
                name="credit_note_not_issued_unapproved",
            ),
            models.CheckConstraint(
                condition=Q(status=CreditStatus.ISSUED, issued_at__isnull=False) & ~Q(number="")
                | ~Q(status=CreditStatus.ISSUED) & Q(issued_at__isnull=True, number=""),
                name="credit_note_numbered_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(kind=CreditKind.PROMOTION, promotion__isnull=False)
                | ~Q(kind=CreditKind.PROMOTION) & Q(promotion__isnull=True),
                name="credit_note_promotion_named",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="credit_note_number_once"),
        ]
        indexes = [
            models.Index(fields=["customer", "-requested_at"], name="credit_note_of_customer"),
            models.Index(fields=["invoice"], name="credit_note_of_invoice"),
            models.Index(
                fields=["requested_at"], name="credit_note_waiting", condition=Q(status=CreditStatus.REQUESTED)
            ),
            models.Index(fields=["requested_by", "-requested_at"], name="credit_note_by_requester"),
            models.Index(fields=["budget", "issued_at"], name="credit_note_of_budget"),
        ]
        triggers = [
            # Whoever approves sees what will be issued: nobody can change it afterwards, not even by SQL.
            pgtrigger.ReadOnly(
                name="credit_note_asked",
                fields=[
                    *("customer", "invoice", "reference", "kind", "amount_minor", "currency", "owed_back", "evidence"),
                    *("new_lines", "promotion", "idempotency_key", "request_hash", "requested_by", "requested_at"),
                ],
            ),
            pgtrigger.Protect(
                name="credit_note_issued",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=CreditStatus.ISSUED),
            ),
            pgtrigger.FSM(
                name="credit_note_steps",
                field="status",
                transitions=[(str(old), str(new)) for old, steps in CREDIT_STEPS.items() for new in sorted(steps)],
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.reference


class CreditNoteLine(models.Model):
    """One line of the bill, and how much of it is taken back. A copy: the bill's own rows may be written anew."""

    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    bill_line = models.PositiveSmallIntegerField(null=True, blank=True)  # its position on the bill
    kind = models.CharField(max_length=20, choices=LineKind)
    description = models.CharField(max_length=300)
    amount_minor = MinorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credit_note", "position"], name="credit_note_line_position"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="credit_note_line_kind_known"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.description
