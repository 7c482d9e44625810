"""The second person's page: refunds that wait, each with the exact payload that would be sent."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from billing.access.guard import desk_payment_view
from billing.actions.by_hand import confirm_not_sent, confirm_sent, waits_for_a_person
from billing.actions.refunds import approve_refund, reject_refund
from billing.errors import BillingRefusal
from billing.forms import DecisionForm
from billing.models import Reading, Refund, RefundLimit
from billing.money import Money
from billing.states import RefundStatus

MAY_DECIDE = "billing.approve_refund"


@admin.register(Refund)
class RefundAdmin(admin.ModelAdmin[Refund]):
    """A list of refunds, those that wait first, and the page on which one is decided. Nothing is edited here."""

    list_display = [
        "reference",
        "amount",
        "status",
        "customer",
        "reason",
        "requested_by",
        "requested_at",
        "approval_reason",
    ]
    list_filter = ["status"]
    list_select_related = ["customer", "requested_by"]
    search_fields = ["reference", "case_ref"]
    ordering = ["-requested_at"]
    show_full_result_count = False
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: Refund | None = None) -> bool:
        return request.user.has_perm(MAY_DECIDE) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Refund | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Refund | None = None) -> bool:
        return False

    @admin.display(description="amount", ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        return Money(refund.amount_minor, refund.currency).format()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return super().get_queryset(request).select_related("payment__method", "customer", "requested_by", "decided_by")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        guarded = desk_payment_view(reading=Reading.ADMIN, methods=["GET"])(super().changelist_view)
        return guarded(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.method == "POST":
            guarded = desk_payment_view(
                permission=MAY_DECIDE, money_moving=True, reading=Reading.MOVE, methods=["POST"]
            )
            return guarded(self._decide)(request, object_id)
        return desk_payment_view(reading=Reading.ADMIN, methods=["GET"])(self._review)(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        raise Http404("The history of a refund is in the audit trail.")

    def _review(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        refund = self._refund(request, object_id)
        return self._page(request, refund, DecisionForm(initial={"seen": refund.request_hash}))

    def _decide(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        refund = self._refund(request, object_id)
        form = DecisionForm(request.POST)
        if form.is_valid() and form.cleaned_data["seen"] != refund.request_hash:
            form.add_error(None, "This page showed another refund. Look at this one, then decide.")
        if not form.is_valid():
            return self._page(request, refund, form, status=422)
        yes, no = (confirm_sent, confirm_not_sent) if waits_for_a_person(refund) else (approve_refund, reject_refund)
        deed = yes if form.cleaned_data["decision"] == "approve" else no
        try:
            decided = deed(
                refund.pk, by=cast(AbstractBaseUser, request.user), note=form.cleaned_data["note"], at=timezone.now()
            )
        except BillingRefusal as refused:
            form.add_error(None, str(refused))
            return self._page(request, refund, form, status=refused.status)
        messages.success(request, f"Refund {decided.reference}: {decided.get_status_display().lower()}.")
        return HttpResponseRedirect(reverse("admin:billing_refund_changelist"))

    def _refund(self, request: HttpRequest, object_id: str) -> Refund:
        refund = self.get_object(request, object_id)
        if refund is None:
            raise Http404("No such refund.")
        return refund

    def _page(self, request: HttpRequest, refund: Refund, form: DecisionForm, *, status: int = 200) -> HttpResponse:
        own = refund.requested_by_id == request.user.pk
        page = {
            **self.admin_site.each_context(request),
            "title": f"Refund {refund.reference}",
            "opts": self.opts,
            "refund": refund,
            "form": form,
            "others": refund.payment.refunds.exclude(pk=refund.pk).order_by("-requested_at"),
            "may_decide": refund.status == RefundStatus.REQUESTED and request.user.has_perm(MAY_DECIDE) and not own,
            "lost": waits_for_a_person(refund) and request.user.has_perm(MAY_DECIDE) and not own,
            "own": own,
        }
        return TemplateResponse(request, "admin/billing/refund_review.html", page, status=status)


@admin.register(RefundLimit)
class RefundLimitAdmin(admin.ModelAdmin[RefundLimit]):
    list_display = ["group", "currency", "limit_minor", "daily_count"]
    fields = ["group", "currency", "limit_minor", "daily_count"]
