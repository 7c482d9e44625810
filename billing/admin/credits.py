"""The second person's page for credit notes: what would be issued, what it does to the balance, who asked and why."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from billing.actions.credits import approve_credit, reject_credit
from billing.actions.issuing import plan_of
from billing.actions.limits import given_of
from billing.admin.in_money import InMoney, as_money
from billing.admin.second_person import Deed, SecondPersonAdmin
from billing.credits.balance import effect_of
from billing.models import CreditNote, GoodwillBudget, Promotion
from billing.money import Money
from billing.queries.crediting import payment_to_send_back_from, standing_of
from billing.states import CreditStatus, OwedBack


@admin.register(CreditNote)
class CreditNoteAdmin(SecondPersonAdmin[CreditNote]):
    needs = "billing.approve_credit"
    word = "credit note"
    review_template = "admin/billing/credit_review.html"
    list_display = [
        "reference",
        "number",
        "amount",
        "approval_reason",
        "kind",
        "status",
        "customer",
        "requested_by",
        "requested_at",
    ]
    list_filter = ["status", "kind"]
    search_fields = ["reference", "number", "case_ref"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CreditNote]:
        related = ("invoice__corrected_by", "customer", "requested_by", "decided_by", "budget__group", "refund")
        return super().get_queryset(request).select_related(*related)

    def deeds(self, asked: CreditNote) -> tuple[Deed[CreditNote], Deed[CreditNote]]:
        return approve_credit, reject_credit

    def shown(self, request: HttpRequest, asked: CreditNote, *, may: bool) -> dict[str, Any]:
        waits = asked.status == CreditStatus.REQUESTED
        return {
            "credit": asked,
            "plan": plan_of(asked),
            "consequences": _consequences(asked) if waits else [],
            "budget_given": _given(asked.budget) if asked.budget else None,
            "others": CreditNote.objects.filter(invoice=asked.invoice_id).exclude(pk=asked.pk).order_by("-pk"),
            "may_decide": waits and may,
        }


def _consequences(credit: CreditNote) -> list[str]:
    """As they would be now: the bill may have been paid since it was asked for."""
    effect = effect_of(plan_of(credit), standing_of(credit.invoice))
    payment = payment_to_send_back_from(credit.invoice, amount_minor=effect.owed_minor) if effect.owed_minor else None
    wanted = OwedBack(credit.owed_back)
    target = str(payment.method or "the way it was paid") if payment else "nowhere: no payment can give that much back"
    return list(effect.sentences(wanted, target=target))


def _given(budget: GoodwillBudget) -> Money:
    return Money(given_of(budget, at=timezone.now()), budget.currency)


@admin.register(GoodwillBudget)
class GoodwillBudgetAdmin(InMoney[GoodwillBudget]):
    list_display = ["group", "currency", as_money("grant_limit_minor"), as_money("monthly_minor")]
    fields = ["group", "currency", "grant_limit_minor", "monthly_minor"]


@admin.register(Promotion)
class PromotionAdmin(InMoney[Promotion]):
    """Terms are kept with each credit that used them, so a later change rewrites no decision."""

    list_display = [
        "code",
        "name",
        "percent_off",
        as_money("amount_off_minor"),
        "currency",
        "starts_on",
        "ends_on",
        "active",
    ]
    list_filter = ["active", "currency"]
    search_fields = ["code", "name"]

    def has_delete_permission(self, request: HttpRequest, obj: Promotion | None = None) -> bool:
        return False
