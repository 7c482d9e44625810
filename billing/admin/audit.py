"""The audit trail for whoever may read it: reads of payment data, changes of records, and the seals over both."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from billing.access.reads import Look, record_seen
from billing.admin.readonly import GuardedAdmin, ReadOnlyAdmin
from billing.audit.history import History, history_models
from billing.models import PaymentRead, Reading, Seal

NEEDS = "billing.read_audit"


class AuditAdmin(ReadOnlyAdmin):
    """Who reads the log is in the log."""

    needs = NEEDS

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.has_view_permission(request):
            record_seen(
                request, Look(view="billing.admin.audit", reading=Reading.ADMIN, object_kind=self.opts.model_name or "")
            )
        return super().changelist_view(request, extra_context)


@admin.register(PaymentRead)
class PaymentReadAdmin(AuditAdmin):
    list_display = [
        "at",
        "actor_name",
        "role",
        "outcome",
        "refusal",
        "reading",
        "case_ref",
        "customer_id",
        "field",
        "reason",
        "factor_age_seconds",
        "ip",
    ]
    list_filter = ["outcome", "reading", "reason"]
    search_fields = ["=case_ref", "=actor_name", "=customer_id", "=request_id"]
    search_help_text = "A case, a person's address, a customer's number or a request's id, in full"
    date_hierarchy = None  # it would read the whole table
    ordering = ["-at"]


@admin.register(Seal)
class SealAdmin(AuditAdmin):
    list_display = ["seq", "source", "source_id", "sealed_at", "fingerprint"]
    search_fields = ["=seq", "=source_id"]
    ordering = ["-seq"]

    @admin.display(description="hash")
    def fingerprint(self, seal: Seal) -> str:
        return bytes(seal.hash).hex()


def _context(event: History) -> dict[str, Any]:
    return getattr(event, "pgh_context", None) or {}


class HistoryAdmin(GuardedAdmin):
    """How records changed. What a bill was, is payment data as much as what it is."""

    needs = NEEDS
    list_display = ["pgh_created_at", "pgh_label", "pgh_obj_id", "who", "why"]
    list_filter = ["pgh_label"]
    search_fields = ["=pgh_obj_id"]
    search_help_text = "The number of the record"
    ordering = ["-pgh_id"]

    @admin.display(description="by")
    def who(self, event: History) -> str:
        context = _context(event)
        return str(context.get("actor_name") or context.get("task") or context.get("command") or "system")

    @admin.display(description="through")
    def why(self, event: History) -> str:
        context = _context(event)
        return " ".join(str(context[key]) for key in ("method", "path", "request_id") if key in context)


for model in history_models():
    admin.site.register(model, HistoryAdmin)
