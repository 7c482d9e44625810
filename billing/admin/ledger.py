"""The books, to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from billing.admin.readonly import GuardedAdmin
from billing.models import LedgerAccount, LedgerEntry, Posting
from billing.money import Money
from billing.reconciliation.rules import BY_NAME


class EntryInline(admin.TabularInline[LedgerEntry, Posting]):
    model = LedgerEntry
    fields = ("account", "amount")
    readonly_fields = ("account", "amount")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        return request.user.has_perm(PostingAdmin.needs)

    def has_add_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("account")

    @admin.display(description="debit, or credit below zero")
    def amount(self, entry: LedgerEntry) -> str:
        return Money(entry.amount_minor, entry.currency).format_with_code()


@admin.register(Posting)
class PostingAdmin(GuardedAdmin):
    needs = "billing.view_posting"
    inlines = [EntryInline]
    list_display = ["at", "kind", "key", "customer", "about"]
    list_filter = ["kind"]
    list_select_related = ["customer"]
    search_fields = ["=key"]
    search_help_text = "The whole key, for example refund:41"
    ordering = ["-at", "-id"]

    @admin.display(description="memo", empty_value="—")
    def about(self, posting: Posting) -> str:
        """A rule's name is for programs; what it saw is for people."""
        rule = BY_NAME.get(posting.memo)
        return rule.words if rule else posting.memo


@admin.register(LedgerAccount)
class LedgerAccountAdmin(GuardedAdmin):
    needs = "billing.view_ledgeraccount"
    list_display = ["code", "currency", "kind", "customer"]
    list_filter = ["code", "currency"]
    list_select_related = ["customer"]
    search_fields = ["=customer__reference"]
    ordering = ["id"]
