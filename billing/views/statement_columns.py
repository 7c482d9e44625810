"""Naming the columns of a bank's CSV, once: ten rows are shown as they would be read, before anything is kept."""

from typing import BinaryIO, cast

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from billing.access.finance import finance_view
from billing.actions.statement_bytes import open_kept
from billing.actions.statements import NewAccount, set_mapping
from billing.errors import StepNotAllowed
from billing.forms_statements import MappingForm, initial_of
from billing.models import BankAccount, Reading, StatementFile
from billing.statements.guessing import Guess
from billing.statements.mapping import CsvRules, MappingIncomplete
from billing.statements.preview import Preview
from billing.statements.read import guess_rules, preview_of
from billing.statements.records import Fallback, StatementRefused
from billing.states import StatementFileStatus


@finance_view(reading=Reading.RECORD)
def statement_columns(request: HttpRequest, file_id: int) -> HttpResponse:
    file = StatementFile.objects.select_related("account").filter(pk=file_id).first()
    if file is None or file.status != StatementFileStatus.NEEDS_MAPPING:
        raise Http404
    try:
        with open_kept(file.sha256) as source:
            return _answer(request, file, source)
    except StatementRefused as refused:
        return render(request, "billing/statement_columns_page.html", {"file": file, "refused": refused}, status=422)


def _answer(request: HttpRequest, file: StatementFile, source: BinaryIO) -> HttpResponse:
    guessed = guess_rules(source, file.account.currency if file.account else "")
    if request.method != "POST":
        shown = preview_of(source, guessed.rules, _fallback(file.account))
        form = MappingForm(initial=_first_answer(file, guessed), header=shown.header)
        return _page(request, file, form, shown, guessed)
    form = MappingForm(request.POST, header=_columns_posted(request, guessed))
    saving = "save" in request.POST
    if not saving:
        form.fields["name"].required = False  # a preview asks for nothing that it does not need
    if not form.is_valid():
        return _page(request, file, form, preview_of(source, guessed.rules, Fallback()), guessed, status=422)
    rules = form.rules()
    shown = preview_of(source, rules, _fallback(form.cleaned_data["account"]))
    if len(shown.header) != len(form.header):  # another delimiter cuts other columns: they are guessed anew
        form = MappingForm(initial={**initial_of(rules), "name": form.cleaned_data["name"]}, header=shown.header)
        return _page(request, file, form, shown, guessed)
    form.name_columns(shown.header)
    if not saving:
        return _page(request, file, form, shown, guessed)
    return _save(request, file, form, rules, shown, guessed)


def _save(
    request: HttpRequest, file: StatementFile, form: MappingForm, rules: CsvRules, shown: Preview, guessed: Guess
) -> HttpResponse:
    given, number = form.cleaned_data, form.cleaned_data["new_account"]
    try:
        rules.checked()
        if not given["account"] and not number and "account" not in rules.columns:
            raise MappingIncomplete("Choose the account, or write the number of a new one.")
        account = given["account"]
        if not account and number:
            account = NewAccount(number, rules.currency or shown.only_currency, given["name"])
        by = cast(AbstractBaseUser, request.user)
        set_mapping(file.pk, rules=rules, name=given["name"], account=account, by=by)
    except (MappingIncomplete, StatementRefused) as wrong:
        form.add_error(None, str(wrong))
        return _page(request, file, form, shown, guessed, status=422)
    except StepNotAllowed:
        messages.info(request, "Somebody else has named the columns meanwhile, and the file is read by them.")
    return redirect("billing:statement_file", file.pk)


def _page(
    request: HttpRequest, file: StatementFile, form: MappingForm, shown: Preview, guessed: Guess, *, status: int = 200
) -> HttpResponse:
    known = {"file": file, "form": form, "preview": shown, "doubts": guessed.doubts}
    return render(request, "billing/statement_columns_page.html", known, status=status)


def _first_answer(file: StatementFile, guessed: Guess) -> dict[str, object]:
    account = file.account
    return {**initial_of(guessed.rules), "account": account, "name": account.bank or account.name if account else ""}


def _columns_posted(request: HttpRequest, guessed: Guess) -> tuple[str, ...]:
    """The page that was sent may have been cut by another delimiter than the guess."""
    count = sum(1 for name in request.POST if name.startswith("column_"))
    if not count or count == len(guessed.header):
        return guessed.header
    return tuple(f"Column {place}" for place in range(1, min(count, 200) + 1))


def _fallback(account: BankAccount | None) -> Fallback:
    return Fallback(account.number, account.currency) if account else Fallback()
