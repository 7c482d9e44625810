"""Statements for finance: upload, progress, what came of a file, and our accounts."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode

from billing.access.finance import finance_view
from billing.access.policies import Policy, declares
from billing.actions.statements import progress_of, receive_statement_file, rename_account
from billing.forms_statements import AccountForm, UploadForm
from billing.models import BankAccount, Reading, StatementFile
from billing.queries.statements import accounts, details_of, files_page
from billing.statements.records import StatementRefused
from billing.states import StatementFileStatus

WORKING = frozenset({StatementFileStatus.WAITS, StatementFileStatus.READING})


@finance_view(reading=Reading.LIST, methods=["GET"])
def statements(request: HttpRequest) -> HttpResponse:
    return _list_page(request, UploadForm())


@finance_view(reading=Reading.LIST, methods=["POST"])
def upload_statement(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        received = receive_statement_file(
            upload.chunks(),
            filename=upload.name,
            account=form.cleaned_data["account"],
            by=cast(AbstractBaseUser, request.user),
        )
    except StatementRefused as refused:
        form.add_error("file", str(refused))
        return _list_page(request, form, status=413)
    if not received.is_new:
        messages.info(request, "You uploaded this file before. Nothing is imported twice.")
    return redirect("billing:statement_file", received.file.pk)


def _list_page(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    page = files_page(before=request.GET.get("before", ""))
    older_url = "?" + urlencode({"before": page.older}) if page.older else ""
    return render(
        request, "billing/statements_page.html", {"form": form, "page": page, "older_url": older_url}, status=status
    )


@finance_view(reading=Reading.RECORD, methods=["GET"])
def statement_file(request: HttpRequest, file_id: int) -> HttpResponse:
    file = get_object_or_404(StatementFile.objects.select_related("uploaded_by", "mapping", "account"), pk=file_id)
    known = {"file": file, "works": file.status in WORKING, "details": details_of(file), **_progress(file)}
    return render(request, "billing/statement_file_page.html", known)


@declares(Policy.FINANCE, methods=["GET"])
def statement_progress(request: HttpRequest, file_id: int) -> HttpResponse:
    """Counts alone, for a page that waits. When the work is done the page is loaded anew, behind its own guard."""
    file = get_object_or_404(StatementFile, pk=file_id)
    works = file.status in WORKING
    response = render(request, "billing/statement_progress.html", {"file": file, "works": works, **_progress(file)})
    if not works:
        response["HX-Refresh"] = "true"
    return response


def _progress(file: StatementFile) -> dict[str, int]:
    lines, place = progress_of(file.pk) if file.status in WORKING else (file.lines_read, file.size_bytes)
    return {"lines_so_far": lines, "percent": min(100, place * 100 // max(file.size_bytes, 1))}


@finance_view(reading=Reading.LIST, methods=["GET"])
def bank_accounts(request: HttpRequest) -> HttpResponse:
    return render(request, "billing/bank_accounts_page.html", {"accounts": list(accounts()[:500])})


@finance_view(reading=Reading.RECORD)
def bank_account(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(BankAccount, pk=account_id)
    form = AccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        rename_account(account.pk, **form.cleaned_data)
        messages.success(request, "The account has its new name.")
        return redirect("billing:bank_accounts")
    known = {"form": form, "account": account}
    return render(request, "billing/bank_account_page.html", known, status=422 if form.errors else 200)
