"""The second person's page for refunds: the exact payload that would be sent, and those whose answer got lost."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from billing.actions.by_hand import confirm_not_sent, confirm_sent, waits_for_a_person
from billing.actions.refunds import approve_refund, reject_refund
from billing.admin.in_money import InMoney, as_money
from billing.admin.second_person import Deed, SecondPersonAdmin
from billing.models import Refund, RefundLimit
from billing.queries.giving_back import giving_back
from billing.states import RefundStatus


@admin.register(Refund)
class RefundAdmin(SecondPersonAdmin[Refund]):
    needs = "billing.approve_refund"
    word = "refund"
    review_template = "admin/billing/refund_review.html"
    list_display = [
        "reference",
        "amount",
        "approval_reason",
        "status",
        "customer",
        "reason",
        "requested_by",
        "requested_at",
    ]
    list_filter = ["status"]
    search_fields = ["reference", "case_ref"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return (
            super()
            .get_queryset(request)
            .select_related("payment__method", "payment__invoice", "customer", "requested_by", "decided_by")
        )

    def deeds(self, asked: Refund) -> tuple[Deed[Refund], Deed[Refund]]:
        return (confirm_sent, confirm_not_sent) if waits_for_a_person(asked) else (approve_refund, reject_refund)

    def shown(self, request: HttpRequest, asked: Refund, *, may: bool) -> dict[str, Any]:
        told, waits = giving_back(asked.payment), asked.status == RefundStatus.REQUESTED
        return {
            "refund": asked,
            "told": told,
            "unpaid": told.unpaid_after(asked.amount_minor, held=True) if waits and (told.bill or told.alike) else None,
            "others": asked.payment.refunds.exclude(pk=asked.pk).order_by("-requested_at"),
            "may_decide": waits and may,
            "lost": waits_for_a_person(asked) and may,
        }


@admin.register(RefundLimit)
class RefundLimitAdmin(InMoney[RefundLimit]):
    list_display = ["group", "currency", as_money("limit_minor"), "daily_count"]
    fields = ["group", "currency", "limit_minor", "daily_count"]
