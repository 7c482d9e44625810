"""Admin pages that only show. Lists count no further than anybody reads."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.db.models.options import Options
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from billing.access.guard import Refine, desk_payment_view
from billing.access.reads import Look
from billing.models import Reading

COUNTED = 2000


class CappedPaginator(Paginator[Any]):
    """A count of the whole table would cost more with every row; nobody turns to page 400."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return min(rows[: COUNTED + 1].count(), COUNTED)


def list_title(options: "Options[Any]") -> dict[str, str]:
    """Its name. Django's would be “Select seal to view”."""
    return {"title": capfirst(str(options.verbose_name_plural))}


class ReadOnlyAdmin(admin.ModelAdmin[Model]):
    """Whoever holds ``needs`` may look; nobody may add, change or delete."""

    needs = ""
    actions: Any = None
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**list_title(self.opts), **(extra_context or {})})

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(self.needs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class GuardedAdmin(ReadOnlyAdmin):
    """The same for payment data: a fresh factor, a row in the log of reads, and the scope that shows the rows."""

    records_refusals = True  # the admin site leaves the asking for the factor to this page

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return self._guarded(super().changelist_view, "", request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._guarded(super().change_view, object_id, request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._guarded(super().history_view, object_id, request, object_id, extra_context)

    def _guarded(self, view: Any, object_id: str, *args: Any) -> HttpResponse:
        refine = looking_at(self.opts, object_id)
        guard = desk_payment_view(permission=self.needs, reading=Reading.ADMIN, methods=["GET"], refine=refine)
        return cast(HttpResponse, guard(view)(*args))


def looking_at(opts: "Options[Any]", object_id: str) -> Refine:
    """For the log of reads: which page of the admin, and which row of it."""

    def refine(request: HttpRequest, look: Look, url: Mapping[str, object]) -> Look:
        number = int(object_id) if object_id.isascii() and object_id.isdecimal() and len(object_id) < 19 else None
        return replace(look, view=f"admin:{opts.label_lower}", object_kind=opts.model_name or "", object_id=number)

    return refine
