"""How much finance posts and writes off alone. Every change is history; who sets it gives nothing away."""

from django.contrib import admin

from billing.models import ReconciliationLimit


@admin.register(ReconciliationLimit)
class ReconciliationLimitAdmin(admin.ModelAdmin[ReconciliationLimit]):
    list_display = ["group", "currency", "match_minor", "write_off_minor"]
    fields = ["group", "currency", "match_minor", "write_off_minor"]
