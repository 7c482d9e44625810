"""People in the admin: read here, changed on /factor/staff/, where each deed asks for a fresh factor."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from billing.admin.readonly import CappedPaginator
from supportdesk.people.actions.accounts import put_in_team, take_out_of_team
from supportdesk.people.models import IdentityEvent, Membership, Team, User

# Roles are a table in code; a form that edits their copy would be undone by the next migration.
admin.site.unregister(Group)


class ReadOnly:
    paginator: Any = CappedPaginator

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

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The way to a colleague's page, for those to whom it opens."""
        allowed = cast(User, request.user).may_look_after_people
        return tuple(name for name in self.readonly_fields if allowed or name != "looked_after")

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
    """Who joins or leaves does so by the action, which writes it down; also where a whole team is deleted."""

    list_display = ["name"]
    search_fields = ["name"]
    inlines = [MembershipInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        by, team = cast(User, request.user), form.instance
        formset.save(commit=False)  # what changed, for the log of the admin too
        moved = [row for row, fields in formset.changed_objects if "user" in fields]
        before = Membership.objects.in_bulk([row.pk for row in moved])
        for gone in [*formset.deleted_objects, *before.values()]:
            take_out_of_team(gone.user, team=team, by=by, request=request)
        for row in [*(row for row, _ in formset.changed_objects), *formset.new_objects]:
            put_in_team(row.user, team=team, is_lead=row.is_lead, by=by, request=request)

    def delete_model(self, request: HttpRequest, obj: Team) -> None:
        for membership in obj.memberships.select_related("user"):
            take_out_of_team(membership.user, team=obj, by=cast(User, request.user), request=request)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Team]) -> None:
        for team in queryset:
            self.delete_model(request, team)


@admin.register(IdentityEvent)
class IdentityEventAdmin(ReadOnly, admin.ModelAdmin[IdentityEvent]):
    list_display = ["at", "deed", "subject_email", "by_email", "address"]
    list_filter = ["deed"]
    search_fields = ["subject_email", "by_email"]
    show_full_result_count = False
    ordering = ["-id"]
