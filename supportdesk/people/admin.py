"""People in the admin: read here, changed on /factor/staff/, where each deed asks for a fresh factor."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from billing.admin.readonly import CappedPaginator
from supportdesk.people.models import IdentityEvent, Membership, Team, User

# Roles are a table in code; a form that edits their copy would be undone by the next migration.
admin.site.unregister(Group)


class ReadOnly:
    paginator = CappedPaginator

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnly, admin.ModelAdmin[User]):
    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    show_full_result_count = False
    readonly_fields = (
        "email",
        "name",
        "is_staff",
        "is_active",
        "groups",
        "language",
        "time_zone",
        "joined_at",
        "looked_after",
    )
    fields = readonly_fields

    @admin.display(description="Roles, reset, disable")
    def looked_after(self, user: User) -> str:
        if not user.is_staff:
            return "a customer"
        return format_html('<a href="{}">Look after this colleague</a>', reverse("people:colleague", args=[user.pk]))


class MembershipInline(admin.TabularInline[Membership, Team]):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin[Team]):
    list_display = ["name"]
    search_fields = ["name"]
    inlines = [MembershipInline]


@admin.register(IdentityEvent)
class IdentityEventAdmin(ReadOnly, admin.ModelAdmin[IdentityEvent]):
    list_display = ["at", "deed", "subject_email", "by_email", "address"]
    list_filter = ["deed"]
    search_fields = ["subject_email", "by_email"]
    show_full_result_count = False
    ordering = ["-id"]
