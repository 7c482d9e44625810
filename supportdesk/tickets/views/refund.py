"""A reply that refunds. It is shown in full before it happens: amount, currency, target, words (S-89)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.access.cases import Case
from billing.access.guard import payment_view
from billing.errors import BillingRefusal
from billing.models import Payment, Reading
from billing.money import Money
from supportdesk.tickets.access import get_ticket_for, may_reply
from supportdesk.tickets.actions.conversation import reply_and_refund
from supportdesk.tickets.errors import Refused
from supportdesk.tickets.forms import RefundWriteForm
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import TicketStatus
from supportdesk.tickets.views.frame import reader


@payment_view(permission="billing.request_refund", money_moving=True, reading=Reading.MOVE, methods=["POST"])
def reply_with_refund(request: HttpRequest, case: Case) -> HttpResponse:
    """The first time it asks, with what will be sent; with ``confirmed`` it is done. Nothing is done by halves."""
    user = reader(request)
    ticket = get_ticket_for(user, int(case.ref))
    form = RefundWriteForm(request.POST)
    payment = _payment(case, form) if form.is_valid() else None
    if payment is None:
        return _answer(request, ticket, form, None, refusal=_first_error(form), status=422)
    if not form.cleaned_data["confirmed"]:
        return _answer(request, ticket, form, payment)
    try:
        if not (answer := may_reply(user, ticket)):
            raise Refused(answer.reason)
        _send(ticket, form, request)
    except (Refused, BillingRefusal) as refused:
        return _answer(request, ticket, form, payment, refusal=str(refused), status=422)
    return _done(ticket)


def _payment(case: Case, form: RefundWriteForm) -> Payment | None:
    """Of this customer, in the currency that was on the screen; anything else does not exist here."""
    sent = form.cleaned_data
    payments = Payment.objects.select_related("method", "invoice")
    return payments.filter(pk=sent["payment_id"], customer_id=case.customer_id, currency=sent["currency"]).first()


def _send(ticket: Ticket, form: RefundWriteForm, request: HttpRequest) -> None:
    sent = form.cleaned_data
    reply_and_refund(
        ticket,
        sent["text"],
        by=reader(request),
        version=sent["version"],
        key=sent["key"],
        at=timezone.now(),
        asked=form.refund(),
        then=TicketStatus(sent["then"] or TicketStatus.WAITING_OTHERS),
    )


def _answer(
    request: HttpRequest,
    ticket: Ticket,
    form: RefundWriteForm,
    payment: Payment | None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    sent = form.cleaned_data
    amount = Money(sent["amount_minor"], payment.currency) if payment else None
    context = {"ticket": ticket, "sent": sent, "payment": payment, "amount": amount, "refusal": refusal}
    return render(request, "tickets/refund_confirm.html", context, status=status)


def _first_error(form: RefundWriteForm) -> str:
    errors = [str(message) for messages in form.errors.values() for message in messages]
    return errors[0] if errors else "This payment does not belong to the ticket's customer. Nothing was sent."


def _done(ticket: Ticket) -> HttpResponse:
    response = HttpResponse(status=204)
    response["HX-Trigger"] = '{"redress:close-dialog": "", "money-changed": ""}'
    response["HX-Location"] = (
        f'{{"path": "/desk/tickets/{ticket.pk}/", "target": "#pane-conversation",'
        ' "select": "#pane-conversation", "swap": "outerHTML"}'
    )
    return response
