"""The audit trail for whoever may read it: reads of payment data, and the seals over all of it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from billing.access.reads import Look, record_seen
from billing.admin.readonly import ReadOnlyAdmin
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
        "case_ref",
        "reading",
        "outcome",
        "refusal",
        "role",
        "customer_id",
        "field",
        "reason",
    ]  # how old the factor was, and from where: on the page of one
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
