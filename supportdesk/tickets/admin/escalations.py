"""The supervisor's page: what is asked, what was tried, the whole case beside it, and the answer."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from billing.access.glimpse import glimpse
from billing.access.reads import Look
from billing.admin.readonly import CappedPaginator
from billing.models import Reading
from supportdesk.people.models import User
from supportdesk.tickets.access import REVIEW, may_review, tickets_visible_to
from supportdesk.tickets.actions.escalations import decide, send_back, take_over
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.forms import ReviewForm
from supportdesk.tickets.models import Escalation
from supportdesk.tickets.queries.conversation import conversation_of
from supportdesk.tickets.queries.person import person_of
from supportdesk.tickets.queries.rows import chips_of
from supportdesk.tickets.states import EscalationStatus

ANSWERS: Final[Mapping[str, Callable[..., Escalation]]] = {
    "decide": decide,
    "send_back": send_back,
    "take_over": take_over,
}


@admin.register(Escalation)
class EscalationAdmin(admin.ModelAdmin[Escalation]):
    """Nothing is edited here: the page shows the case and takes one answer."""

    list_display = ["ticket", "reason", "status", "raised_by", "raised_at", "reviewed_by"]
    list_filter = ["status", "reason"]
    list_select_related = ["ticket", "raised_by", "reviewed_by"]
    ordering = ["-status", "raised_at"]  # "waiting" is the last word in the alphabet, so it comes first
    show_full_result_count = False
    paginator = CappedPaginator
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: Escalation | None = None) -> bool:
        return request.user.has_perm(REVIEW)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Escalation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Escalation | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Escalation]:
        return super().get_queryset(request).filter(ticket__in=tickets_visible_to(cast(User, request.user)))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        raise Http404("The history of an escalation is on its ticket's timeline and in the audit trail.")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404("No such escalation.")
        escalation = self.get_object(request, object_id)
        if escalation is None:
            raise Http404("No such escalation.")
        form = ReviewForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._answered(request, escalation, form):
            messages.success(request, f"Ticket #{escalation.ticket_id}: the agent has your answer.")
            return HttpResponseRedirect(reverse("admin:tickets_escalation_changelist"))
        return self._page(request, escalation, form)

    def _answered(self, request: HttpRequest, escalation: Escalation, form: ReviewForm) -> bool:
        deed, by = ANSWERS[form.cleaned_data["answer"]], cast(User, request.user)
        try:
            deed(escalation, words=form.cleaned_data["words"], by=by, key=form.cleaned_data["key"], at=timezone.now())
        except Refused as refused:
            form.add_error(None, str(refused))
            return False
        return True

    def _page(self, request: HttpRequest, escalation: Escalation, form: ReviewForm) -> HttpResponse:
        user, ticket, now = cast(User, request.user), escalation.ticket, timezone.localtime()
        look = Look(
            view="tickets.escalation", reading=Reading.ADMIN, case_ref=str(ticket.pk), customer_id=ticket.customer_id
        )
        with glimpse(request, look) as opened:
            conversation = conversation_of(ticket, reader=user, opened=opened)
        may = may_review(user, ticket, raised_by_id=escalation.raised_by_id)
        waiting = escalation.status == EscalationStatus.WAITING
        page = {
            **self.admin_site.each_context(request),
            "title": f"#{ticket.pk} {ticket.subject}",
            "opts": self.opts,
            "escalation": escalation,
            "ticket": ticket,
            "chips": chips_of(ticket, now=now),
            "conversation": conversation,
            "person": person_of(ticket, reader=user),
            "panel_url": reverse("billing:panel", args=[ticket.pk]) if ticket.customer_id else "",
            "form": form if waiting and may else None,
            "why_not": may.reason if waiting else "",
        }
        return TemplateResponse(
            request, "admin/tickets/escalation_review.html", page, status=422 if form.is_bound else 200
        )
