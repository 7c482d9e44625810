"""How records changed, in words: what happened to which record, through whom, and what was different afterwards."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.utils import display_for_field
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.timezone import localtime

from billing.admin.in_money import as_money
from billing.admin.readonly import GuardedAdmin
from billing.audit.history import HAPPENED, History, history_models
from billing.models.fields import MinorField
from billing.money import Money, MoneyError

EMPTY: Final = "—"


class WhatHappened(admin.SimpleListFilter):
    title = "what happened"
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(HAPPENED.items())

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(pgh_label=self.value()) if self.value() in HAPPENED else queryset


class HistoryAdmin(GuardedAdmin):
    """What a bill was, is payment data as much as what it is."""

    needs = "billing.read_audit"
    list_display = ["at", "happened", "record", "number", "who", "through"]
    list_filter = [WhatHappened]
    search_fields = ["=pgh_obj_id"]
    search_help_text = "The number of the record"
    ordering = ["-pgh_id"]
    change_form_template = "admin/billing/history_change_form.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), **self._title()})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **self._title()})

    def _title(self) -> dict[str, str]:
        """“Select history of refunds to view” would be Django's."""
        return {"title": capfirst(str(self.opts.verbose_name_plural))}

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The columns of the record under their own names, and what pghistory adds to them in words."""
        return [*self.list_display, "differences", *_columns(self.model)]

    @admin.display(description="at", ordering="pgh_id")
    def at(self, event: History) -> str:
        return date_format(localtime(event.pgh_created_at), "j M Y, H:i:s")

    @admin.display(description="what happened", ordering="pgh_label")
    def happened(self, event: History) -> str:
        return event.happened

    @admin.display(description="record, as it was then")
    def record(self, event: History) -> str:
        return event.named

    @admin.display(description="all its changes", ordering="pgh_obj_id")
    def number(self, event: History) -> SafeString:
        number = getattr(event, "pgh_obj_id")  # noqa: B009  # pghistory adds it
        here = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return format_html('<a href="{}?q={}">No. {}</a>', here, number, number)

    @admin.display(description="by")
    def who(self, event: History) -> str:
        context = _context(event)
        return str(context.get("actor_name") or context.get("task") or context.get("command") or "system")

    @admin.display(description="through")
    def through(self, event: History) -> str:
        context = _context(event)
        return " ".join(str(context[key]) for key in ("method", "path", "request_id") if key in context) or EMPTY

    @admin.display(description="what is different")
    def differences(self, event: History) -> str:
        return format_html_join(mark_safe("<br>"), "{}: {} → {}", _differences(event)) or EMPTY


def _context(event: History) -> dict[str, Any]:
    return getattr(event, "pgh_context", None) or {}


def _columns(model: type[Model]) -> list[str | Callable[[Any], str]]:
    """Amounts are said with their currency, where the row has one."""
    in_currency = any(field.name == "currency" for field in model._meta.fields)
    return [
        as_money(field.name) if in_currency and isinstance(field, MinorField) else field.name
        for field in model._meta.fields
        if not field.name.startswith("pgh_") and field.name != "id"
    ]


def _differences(event: History) -> Iterator[tuple[str, str, str]]:
    """Each column that the change before this one left otherwise: its name, what it was, what it is."""
    before = event.before()
    if before is None:
        return
    for field in event.tracked_fields():
        was, now = (getattr(row, field.attname) for row in (before, event))
        if was != now:
            label = str(field.verbose_name).removesuffix(" minor")
            yield label, _said(was, field, before), _said(now, field, event)


def _said(value: Any, field: "Field[Any, Any]", row: History) -> str:
    if isinstance(field, MinorField) and isinstance(value, int) and hasattr(row, "currency"):
        try:
            return Money(value, row.currency).format()
        except MoneyError:  # of a currency that we no longer know
            return str(value)
    return str(display_for_field(value, field, EMPTY)) or EMPTY


for model in history_models():
    admin.site.register(model, HistoryAdmin)
