"""Card numbers that the nightly scan found. Where they stand is shown; the number is nowhere."""

from django.contrib import admin

from billing.admin.readonly import ReadOnlyAdmin
from billing.models import CardIncident


@admin.register(CardIncident)
class CardIncidentAdmin(ReadOnlyAdmin):
    needs = "billing.read_audit"
    list_display = ["place", "row_key", "found_at", "last_seen_at", "gone_at"]
    list_filter = [("gone_at", admin.EmptyFieldListFilter)]
    ordering = ["-last_seen_at", "place", "row_key"]
