"""The second person's page: a list of what waits, and the exact thing that would be sent, to be approved or not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from billing.access.guard import Refine, desk_payment_view
from billing.access.reads import Look
from billing.access.scopes import seeing_as_agent
from billing.admin.readonly import CappedPaginator, list_title, looking_at
from billing.errors import BillingRefusal
from billing.forms import DecisionForm
from billing.models import CreditNote, Reading, Refund
from billing.money import Money

Asked = TypeVar("Asked", Refund, CreditNote)
Deed = Callable[..., Asked]


class SecondPersonAdmin(admin.ModelAdmin[Asked]):
    """Nothing is edited here. What is decided was asked for by somebody else, and is shown before it is decided."""

    records_refusals = True  # the admin site leaves the asking for the factor to this page
    needs: ClassVar[str]
    word: ClassVar[str]
    review_template: ClassVar[str]
    list_select_related = ["customer", "requested_by"]
    ordering = ["-requested_at"]
    show_full_result_count = False
    paginator = CappedPaginator
    actions: Any = None

    def deeds(self, asked: Asked) -> tuple[Deed[Asked], Deed[Asked]]:
        """What yes and no do to this one."""
        raise NotImplementedError

    def shown(self, request: HttpRequest, asked: Asked, *, may: bool) -> dict[str, Any]:
        """What the page shows of it. ``may``: the reader could decide this one, were it waiting."""
        raise NotImplementedError

    def has_view_permission(self, request: HttpRequest, obj: Asked | None = None) -> bool:
        # mypy reads the body once for each model, and the parent's signature for neither.
        return request.user.has_perm(self.needs) or super().has_view_permission(request, obj)  # type: ignore[arg-type]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Asked | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Asked | None = None) -> bool:
        return False

    @admin.display(description="amount", ordering="amount_minor")
    def amount(self, asked: Asked) -> str:
        return Money(asked.amount_minor, asked.currency).format()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        refine = looking_at(self.opts, "")
        guarded = desk_payment_view(reading=Reading.ADMIN, methods=["GET"], refine=refine)(super().changelist_view)
        return guarded(request, {**list_title(self.opts), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        named = self._naming(object_id)
        if request.method == "POST":
            moving = desk_payment_view(
                permission=self.needs, money_moving=True, reading=Reading.MOVE, methods=["POST"], refine=named
            )
            return moving(self._decide)(request, object_id)
        reading = desk_payment_view(reading=Reading.ADMIN, methods=["GET"], refine=named)
        return reading(self._review)(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        raise Http404(f"The history of a {self.word} is in the audit trail.")

    def _naming(self, object_id: str) -> Refine:
        """For the log of reads, also of those who are refused: which one it was, on which ticket, and whose money."""
        page = looking_at(self.opts, object_id)

        def refine(request: HttpRequest, look: Look, url: Mapping[str, object]) -> Look:
            look = page(request, look, url)
            if look.object_id is None:
                return look
            with seeing_as_agent():
                whose = self.model._base_manager.filter(pk=look.object_id).values("customer_id", "case_ref").first()
            return look if whose is None else replace(look, **whose)

        return refine

    def _review(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        asked = self._asked(request, object_id)
        return self._page(request, asked, DecisionForm(initial={"seen": asked.request_hash}))

    def _decide(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        asked = self._asked(request, object_id)
        form = DecisionForm(request.POST)
        if form.is_valid() and form.cleaned_data["seen"] != asked.request_hash:
            form.add_error(None, f"This page showed another {self.word}. Look at this one, then decide.")
        if not form.is_valid():
            return self._page(request, asked, form, status=422)
        yes, no = self.deeds(asked)
        deed = yes if form.cleaned_data["decision"] == "approve" else no
        try:
            decided = deed(
                asked.pk, by=cast(AbstractBaseUser, request.user), note=form.cleaned_data["note"], at=timezone.now()
            )
        except BillingRefusal as refused:
            form.add_error(None, str(refused))
            return self._page(request, asked, form, status=refused.status)
        messages.success(request, f"{self._name(decided)}: {decided.get_status_display().lower()}.")
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def _asked(self, request: HttpRequest, object_id: str) -> Asked:
        asked = self.get_object(request, object_id)
        if asked is None:
            raise Http404(f"No such {self.word}.")
        return asked

    def _page(self, request: HttpRequest, asked: Asked, form: DecisionForm, *, status: int = 200) -> HttpResponse:
        own = asked.requested_by_id == request.user.pk
        page = {
            **self.admin_site.each_context(request),
            **self.shown(request, asked, may=request.user.has_perm(self.needs) and not own),
            "title": self._name(asked),
            "opts": self.opts,
            "form": form,
            "own": own,
        }
        return TemplateResponse(request, self.review_template, page, status=status)

    def _name(self, asked: Asked) -> str:
        return f"{self.word.partition(' ')[0].capitalize()} {asked}"
