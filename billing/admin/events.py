"""The provider's events: those that do not fit wait here for a person, with what they say and why they were held."""

import json
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from billing.access.guard import desk_payment_view
from billing.actions.inbox import apply_held, discard_held
from billing.admin.readonly import GuardedAdmin
from billing.errors import BillingRefusal
from billing.models import ProviderEvent, Reading
from billing.redaction.forms import CardFree
from billing.states import InboxStatus

WAITS = frozenset({InboxStatus.HELD, InboxStatus.DEAD})


class HeldEventForm(CardFree, forms.Form):
    decision = forms.ChoiceField(choices=[("apply", "Apply"), ("discard", "Discard")], widget=forms.HiddenInput)
    note = forms.CharField(
        label="Note",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why it is not for us; kept with the event.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "discard" and not given.get("note", "").strip():
            self.add_error("note", "Say why it is not for us.")
        return given


@admin.register(ProviderEvent)
class ProviderEventAdmin(GuardedAdmin):
    needs = "billing.reconcile_statements"
    list_display = ["event_id", "kind", "status", "status_reason", "happened_at", "received_at", "deliveries"]
    list_filter = ["status"]
    search_fields = ["=event_id", "=object_id"]
    ordering = ["-id"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST":
            guard = desk_payment_view(permission=self.needs, money_moving=True, reading=Reading.ADMIN, methods=["POST"])
            return cast(HttpResponse, guard(self._decide)(request, object_id))
        return self._guarded(self._review, object_id, request, object_id)

    def _review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._page(request, self._event(request, object_id), HeldEventForm())

    def _decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        event, form = self._event(request, object_id), HeldEventForm(request.POST)
        if not form.is_valid():
            return self._page(request, event, form, status=422)
        by, at = cast(AbstractBaseUser, request.user), timezone.now()
        try:
            if form.cleaned_data["decision"] == "apply":
                done = apply_held(event.pk, by=by, at=at)
            else:
                done = discard_held(event.pk, by=by, note=form.cleaned_data["note"], at=at)
        except BillingRefusal as refused:
            form.add_error(None, str(refused))
            return self._page(request, event, form, status=refused.status)
        if done.status == InboxStatus.HELD:
            messages.warning(request, f"Still held: {done.status_reason}")
            return HttpResponseRedirect(request.get_full_path())
        messages.success(request, f"Event {done.event_id}: {done.get_status_display().lower()}.")
        return HttpResponseRedirect(reverse("admin:billing_providerevent_changelist") + "?status__exact=held")

    def _event(self, request: HttpRequest, object_id: str) -> ProviderEvent:
        event = self.get_object(request, object_id)
        if event is None:
            raise Http404("No such event.")
        return cast(ProviderEvent, event)

    def _page(
        self, request: HttpRequest, event: ProviderEvent, form: HeldEventForm, *, status: int = 200
    ) -> HttpResponse:
        page = {
            **self.admin_site.each_context(request),
            "title": f"Event {event.event_id}",
            "opts": self.opts,
            "event": event,
            "payload": json.dumps(event.payload, indent=2, sort_keys=True),
            "form": form,
            "waits": event.status in WAITS,
        }
        return TemplateResponse(request, "admin/billing/event_review.html", page, status=status)
