"""What finance does on the workbench. Each is a form that also works alone, and a repeat of it changes nothing."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from billing.access.finance import finance_view
from billing.access.idempotency import KeyField
from billing.actions.reconciliation import deciding, discrepancies, making
from billing.errors import BillingRefusal
from billing.forms import NoteForm, SplitForm
from billing.models import Match, Payment, Reading, StatementLine
from billing.queries import reconciliation as bench
from billing.reconciliation.states import MatchStatus
from billing.views.reconciliation import expected_page, line_page, search_of

MOVES = finance_view(reading=Reading.MOVE, methods=["POST"])


@MOVES
def accept(request: HttpRequest, match_id: int) -> HttpResponse:
    def deed() -> Match:
        return deciding.accept_proposal(match_id, by=_who(request), key=_key(request), at=timezone.now())

    try:
        match = deed()
    except BillingRefusal as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(_back(request))
    line = StatementLine.objects.filter(pk=_number(request, "line") or 0).select_related("account").first()
    after = bench.line_after(line) if line and match.status != MatchStatus.WAITING else None
    if line is None or after is None:
        return _moved(request, match, said="Matched.", back=_back(request))
    said = format_html('Matched. This is the next line. <a href="{}">Back to the one before</a>', _of_line(line.pk))
    return _moved(request, match, said=said, back=f"{_of_line(after)}#line-title")


@MOVES
def reject(request: HttpRequest, match_id: int) -> HttpResponse:
    def deed() -> Match:
        return deciding.reject_proposal(match_id, by=_who(request), at=timezone.now())

    return _done(request, deed, said="Rejected. It is not proposed again.")


@MOVES
def approve(request: HttpRequest, match_id: int) -> HttpResponse:
    def deed() -> Match:
        return deciding.approve_match(match_id, by=_who(request), at=timezone.now())

    return _done(request, deed, said="Approved and in the books.", back=reverse("billing:matches_waiting"))


@MOVES
def refuse(request: HttpRequest, match_id: int) -> HttpResponse:
    def deed() -> Match:
        return deciding.refuse_match(match_id, by=_who(request), at=timezone.now())

    return _done(request, deed, said="Refused. What it held is free again.", back=reverse("billing:matches_waiting"))


@MOVES
def undo(request: HttpRequest, part_id: int) -> HttpResponse:
    """By any of its parts: the whole match is undone."""

    def deed() -> Match:
        return deciding.undo_part(part_id, by=_who(request), key=_key(request), at=timezone.now())

    return _done(request, deed, said="Undone. The line and the money are open again.")


@MOVES
def split(request: HttpRequest, line_id: int) -> HttpResponse:
    line = get_object_or_404(StatementLine, pk=line_id)
    sheet = bench.line_sheet(line, search=search_of(request))
    form = SplitForm(request.POST, line=line, candidates=sheet.candidates)
    if form.is_valid():
        try:
            match = making.split_line(
                line_id,
                shares=[making.Share(pk, minor) for pk, minor in form.cleaned_data["shares"]],
                by=_who(request),
                note=form.cleaned_data["note"],
                key=form.cleaned_data["key"],
                at=timezone.now(),
            )
        except BillingRefusal as refused:
            form.add_error(None, str(refused))
            return line_page(request, line_id, split=form, status=refused.status)
        return _moved(request, match, said="Matched.", back=_of_line(line_id))
    return line_page(request, line_id, split=form, status=422)


@MOVES
def write_off_line(request: HttpRequest, line_id: int) -> HttpResponse:
    get_object_or_404(StatementLine, pk=line_id)
    form = NoteForm(request.POST, auto_id="note_%s")
    if form.is_valid():
        try:
            match = making.write_off_line(
                line_id,
                by=_who(request),
                note=form.cleaned_data["note"],
                key=form.cleaned_data["key"],
                at=timezone.now(),
            )
        except BillingRefusal as refused:
            form.add_error(None, str(refused))
            return line_page(request, line_id, note=form, status=refused.status)
        return _moved(request, match, said="Written off.", back=_of_line(line_id))
    return line_page(request, line_id, note=form, status=422)


@MOVES
def write_off_expected(request: HttpRequest, expected_id: int) -> HttpResponse:
    form = NoteForm(request.POST, auto_id="note_%s")
    if form.is_valid():
        try:
            match = making.write_off_expected(
                expected_id,
                by=_who(request),
                note=form.cleaned_data["note"],
                key=form.cleaned_data["key"],
                at=timezone.now(),
            )
        except BillingRefusal as refused:
            form.add_error(None, str(refused))
            return expected_page(request, expected_id, note=form, status=refused.status)
        return _moved(request, match, said="Written off.", back=_of_expected(expected_id))
    return expected_page(request, expected_id, note=form, status=422)


@MOVES
def set_aside(request: HttpRequest, line_id: int) -> HttpResponse:
    get_object_or_404(StatementLine, pk=line_id)

    def deed() -> Match:
        note = request.POST.get("note", "")
        return making.set_line_aside(line_id, by=_who(request), note=note, key=_key(request), at=timezone.now())

    return _done(request, deed, said="Set aside.", back=_of_line(line_id))


@MOVES
def bring_back(request: HttpRequest, line_id: int) -> HttpResponse:
    get_object_or_404(StatementLine, pk=line_id)

    def deed() -> Match:
        return making.bring_line_back(line_id, by=_who(request), key=_key(request), at=timezone.now())

    return _done(request, deed, said="Back among the open lines.", back=_of_line(line_id))


@MOVES
def ask(request: HttpRequest, discrepancy_id: int) -> HttpResponse:
    said = "The customer is asked: a ticket opens on the desk in a moment."
    return _done(request, lambda: discrepancies.ask_customer(discrepancy_id, at=timezone.now()), said=said)


@MOVES
def explain(request: HttpRequest, discrepancy_id: int) -> HttpResponse:
    def deed() -> object:
        words = request.POST.get("note", "")
        return discrepancies.explain(discrepancy_id, words=words, by=_who(request), at=timezone.now())

    return _done(request, deed, said="Resolved.")


@MOVES
def move(request: HttpRequest, payment_id: int) -> HttpResponse:
    get_object_or_404(Payment, pk=payment_id)

    def deed() -> Match:
        bill = request.POST.get("bill", "")
        invoice_id = int(bill) if bill.isascii() and bill.isdecimal() and len(bill) < 19 else 0
        return making.move_payment(
            payment_id, invoice_id=invoice_id, by=_who(request), key=_key(request), at=timezone.now()
        )

    return _done(request, deed, said="Moved to the other bill.")


def _done(request: HttpRequest, deed: Callable[[], object], *, said: str, back: str = "") -> HttpResponse:
    """Do it, and go back to where the person was, with what happened or why not."""
    try:
        outcome = deed()
    except BillingRefusal as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(back or _back(request))
    return _moved(request, outcome, said=said, back=back or _back(request))


def _moved(request: HttpRequest, outcome: object, *, said: str, back: str) -> HttpResponse:
    waits = isinstance(outcome, Match) and outcome.status == MatchStatus.WAITING
    reason = cast(Match, outcome).approval_reason if waits else ""
    messages.success(request, f"Waits for a second person. {reason}" if waits else said)
    return HttpResponseRedirect(back)


def _back(request: HttpRequest) -> str:
    """The sheet that the form stood on; a form names it by the row, never by an address."""
    if line := _number(request, "line"):
        return _of_line(line)
    if expected := _number(request, "expected"):
        return _of_expected(expected)
    return reverse("billing:reconciliation")


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _of_line(line_id: int) -> str:
    return reverse("billing:reconciliation_line", args=[line_id])


def _of_expected(expected_id: int) -> str:
    return reverse("billing:reconciliation_expected", args=[expected_id])


def _who(request: HttpRequest) -> AbstractBaseUser:
    return cast(AbstractBaseUser, request.user)


def _key(request: HttpRequest) -> str:
    return KeyField().clean(request.POST.get("key", ""))
