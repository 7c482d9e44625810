"""The second person's page for credit notes: what would be issued, what it does to the balance, who asked and why."""

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
from billing.actions.credits import approve_credit, reject_credit
from billing.actions.issuing import plan_of
from billing.actions.limits import given_of
from billing.credits.balance import effect_of
from billing.errors import BillingRefusal
from billing.forms import DecisionForm
from billing.models import CreditNote, GoodwillBudget, Promotion, Reading
from billing.money import Money
from billing.queries.crediting import payment_to_send_back_from, standing_of
from billing.states import CreditStatus, OwedBack

MAY_DECIDE = "billing.approve_credit"


@admin.register(CreditNote)
class CreditNoteAdmin(admin.ModelAdmin[CreditNote]):
    """A list of credit notes, and the page on which one is decided. Nothing is edited here."""

    list_display = [
        "reference",
        "number",
        "amount",
        "kind",
        "status",
        "customer",
        "requested_by",
        "requested_at",
        "approval_reason",
    ]
    list_filter = ["status", "kind"]
    list_select_related = ["customer", "requested_by"]
    search_fields = ["reference", "number", "case_ref"]
    ordering = ["-requested_at"]
    show_full_result_count = False
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: CreditNote | None = None) -> bool:
        return request.user.has_perm(MAY_DECIDE) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CreditNote | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CreditNote | None = None) -> bool:
        return False

    @admin.display(description="amount", ordering="amount_minor")
    def amount(self, credit: CreditNote) -> str:
        return Money(credit.amount_minor, credit.currency).format()

    def get_queryset(self, request: HttpRequest) -> QuerySet[CreditNote]:
        related = ("invoice__corrected_by", "customer", "requested_by", "decided_by", "budget__group", "refund")
        return super().get_queryset(request).select_related(*related)

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
        raise Http404("The history of a credit note is in the audit trail.")

    def _review(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        credit = self._credit(request, object_id)
        return self._page(request, credit, DecisionForm(initial={"seen": credit.request_hash}))

    def _decide(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        credit = self._credit(request, object_id)
        form = DecisionForm(request.POST)
        if form.is_valid() and form.cleaned_data["seen"] != credit.request_hash:
            form.add_error(None, "This page showed another credit note. Look at this one, then decide.")
        if not form.is_valid():
            return self._page(request, credit, form, status=422)
        deed = approve_credit if form.cleaned_data["decision"] == "approve" else reject_credit
        try:
            decided = deed(
                credit.pk, by=cast(AbstractBaseUser, request.user), note=form.cleaned_data["note"], at=timezone.now()
            )
        except BillingRefusal as refused:
            form.add_error(None, str(refused))
            return self._page(request, credit, form, status=refused.status)
        messages.success(request, f"Credit {decided}: {decided.get_status_display().lower()}.")
        return HttpResponseRedirect(reverse("admin:billing_creditnote_changelist"))

    def _credit(self, request: HttpRequest, object_id: str) -> CreditNote:
        credit = self.get_object(request, object_id)
        if credit is None:
            raise Http404("No such credit note.")
        return credit

    def _page(self, request: HttpRequest, credit: CreditNote, form: DecisionForm, *, status: int = 200) -> HttpResponse:
        own = credit.requested_by_id == request.user.pk
        waits = credit.status == CreditStatus.REQUESTED
        plan = plan_of(credit)
        page = {
            **self.admin_site.each_context(request),
            "title": f"Credit {credit}",
            "opts": self.opts,
            "credit": credit,
            "form": form,
            "plan": plan,
            "consequences": _consequences(credit) if waits else [],
            "budget_given": _given(credit.budget) if credit.budget else None,
            "others": CreditNote.objects.filter(invoice=credit.invoice_id).exclude(pk=credit.pk).order_by("-pk"),
            "may_decide": waits and request.user.has_perm(MAY_DECIDE) and not own,
            "own": own,
        }
        return TemplateResponse(request, "admin/billing/credit_review.html", page, status=status)


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
class GoodwillBudgetAdmin(admin.ModelAdmin[GoodwillBudget]):
    list_display = ["group", "currency", "grant_limit_minor", "monthly_minor"]
    fields = ["group", "currency", "grant_limit_minor", "monthly_minor"]


@admin.register(Promotion)
class PromotionAdmin(admin.ModelAdmin[Promotion]):
    """Terms are kept with each credit that used them, so a later change rewrites no decision."""

    list_display = ["code", "name", "percent_off", "amount_off_minor", "currency", "starts_on", "ends_on", "active"]
    list_filter = ["active", "currency"]
    search_fields = ["code", "name"]

    def has_delete_permission(self, request: HttpRequest, obj: Promotion | None = None) -> bool:
        return False
