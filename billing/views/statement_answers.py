"""A file of an account that is not among ours asks, and finance answers."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from billing.access.finance import finance_view
from billing.actions.statement_answers import add_accounts_of, refuse_file
from billing.errors import StepNotAllowed
from billing.models import Reading, StatementFile

ANSWERED = "Somebody has answered already: here is what came of the file."


@finance_view(reading=Reading.RECORD, methods=["POST"])
def add_accounts(request: HttpRequest, file_id: int) -> HttpResponse:
    file = get_object_or_404(StatementFile, pk=file_id)
    try:
        add_accounts_of(file.pk)
    except StepNotAllowed:
        messages.info(request, ANSWERED)
    return redirect("billing:statement_file", file.pk)


@finance_view(reading=Reading.RECORD, methods=["POST"])
def refuse(request: HttpRequest, file_id: int) -> HttpResponse:
    file = get_object_or_404(StatementFile, pk=file_id)
    try:
        refuse_file(file.pk, by=cast(AbstractBaseUser, request.user), at=timezone.now())
    except StepNotAllowed:
        messages.info(request, ANSWERED)
    return redirect("billing:statement_file", file.pk)
