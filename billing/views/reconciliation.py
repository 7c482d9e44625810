"""The workbench of finance: what the bank says on the left, what we expect on the right."""

import re
from datetime import date
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from billing.access.finance import finance_view
from billing.forms import NoteForm, SplitForm
from billing.models import BankAccount, ExpectedMoney, Reading, StatementLine
from billing.queries import reconciliation as bench
from billing.text import clean_line

_PK = re.compile(r"\d{1,18}", re.ASCII)
_KEY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\.(\d{1,18})", re.ASCII)


@finance_view(reading=Reading.LIST, methods=["GET"])
def workbench(request: HttpRequest) -> HttpResponse:
    left = _left(request)
    account = cast(BankAccount | None, left["account"])
    off = request.GET.get("off", "")
    page = {
        **left,
        "discrepancies": bench.open_discrepancies(account, before=int(off) if _PK.fullmatch(off) else None),
        "expected": bench.open_expected(account, after=_before(request.GET.get("due", ""))),
    }
    return render(request, "billing/reconciliation_page.html", page)


@finance_view(reading=Reading.RECORD, methods=["GET"])
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    return line_page(request, line_id)


@finance_view(reading=Reading.RECORD, methods=["GET"])
def expected(request: HttpRequest, expected_id: int) -> HttpResponse:
    return expected_page(request, expected_id)


@finance_view(reading=Reading.LIST, methods=["GET"])
def waiting(request: HttpRequest) -> HttpResponse:
    return render(request, "billing/waiting_matches_page.html", {"rows": bench.waiting_matches()})


def line_page(
    request: HttpRequest,
    line_id: int,
    *,
    split: SplitForm | None = None,
    note: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The line beside the list that it is of; with a form that was refused, as it was filled in."""
    row = get_object_or_404(StatementLine.objects.select_related("account", "statement"), pk=line_id)
    search = search_of(request)
    sheet = bench.line_sheet(row, search=search)
    page = {
        **_left(request, account=row.account),
        "sheet": sheet,
        "search": search,
        "opened": row.pk,
        "split": split or SplitForm(line=row, candidates=sheet.candidates),
        "note": note or NoteForm(auto_id="note_%s"),
    }
    return render(request, "billing/reconciliation_line_page.html", page, status=status)


def search_of(request: HttpRequest) -> str:
    return clean_line((request.POST or request.GET).get("q", ""), limit=60)


def expected_page(
    request: HttpRequest, expected_id: int, *, note: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    with_bill = ExpectedMoney.objects.select_related("payment__invoice", "refund__payment__invoice")
    row = get_object_or_404(bench.with_record(with_bill), pk=expected_id)
    page = {
        **_left(request),
        "sheet": bench.expected_sheet(row),
        "note": note or NoteForm(auto_id="note_%s"),
    }
    return render(request, "billing/reconciliation_expected_page.html", page, status=status)


def _left(request: HttpRequest, *, account: BankAccount | None = None) -> dict[str, object]:
    accounts = bench.accounts()
    chosen = account or _chosen(accounts, request.GET.get("account", ""))
    before = _before(request.GET.get("before", ""))
    lines = bench.unmatched_lines(chosen, before=before) if chosen else bench.LinePage([], "")
    return {
        "accounts": accounts,
        "account": chosen,
        "lines": lines,
        "paged": before is not None,
        "waiting": bench.waiting_count(),
    }


def _chosen(accounts: list[BankAccount], asked: str) -> BankAccount | None:
    named = [account for account in accounts if str(account.pk) == asked]
    return next(iter(named or accounts), None)


def _before(key: str) -> tuple[date, int] | None:
    found = _KEY.fullmatch(key)
    try:
        return (date(int(found[1]), int(found[2]), int(found[3])), int(found[4])) if found else None
    except ValueError:
        return None
