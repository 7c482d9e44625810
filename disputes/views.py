"""What a customer's bank contests, for the case an agent works on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.access.cases import Case
from billing.access.guard import payment_view
from billing.models import Reading
from disputes.models import Dispute
from disputes.states import NEEDS_ANSWER

SHOWN = 5


@payment_view(reading=Reading.RECORD, methods=["GET"])
def of_case(request: HttpRequest, case: Case) -> HttpResponse:
    """The customer's disputes, the one due first at the top. Nothing is drawn where there is none."""
    disputes = list(
        Dispute.objects.filter(customer_id=case.customer_id).select_related("payment").order_by("closed_at", "due_at")
    )
    disputes.sort(key=lambda each: (each.closed_at is not None, each.due_at is None, each.due_at or each.opened_at))
    page = {
        "disputes": disputes[:SHOWN],
        "older": disputes[SHOWN:],  # folded: a finding may link to any of them
        "answer_needed": NEEDS_ANSWER,
        "now": timezone.now(),
    }
    return render(request, "disputes/of_case.html", page)
