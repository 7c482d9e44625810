"""How much finance posts and writes off alone. Every change is history; who sets it gives nothing away."""

from django.contrib import admin

from billing.admin.in_money import InMoney, as_money
from billing.models import ReconciliationLimit


@admin.register(ReconciliationLimit)
class ReconciliationLimitAdmin(InMoney[ReconciliationLimit]):
    list_display = ["group", "currency", as_money("match_minor"), as_money("write_off_minor")]
    list_select_related = ["group"]
    fields = ["group", "currency", "match_minor", "write_off_minor"]
