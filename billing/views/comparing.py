"""A customer's own bank statement beside our records. Compared and forgotten: neither the text nor the result is kept,
only that somebody looked."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.access.cases import Case
from billing.access.guard import customer_money_view, payment_view
from billing.access.refusals import is_fragment
from billing.comparing import Verdict, VerdictKind, compare, read_lines
from billing.comparing.reading import MOST_CHARACTERS
from billing.diagnosis import Facts, diagnose
from billing.diagnosis.findings import Evidence, RecordKind
from billing.diagnosis_facts import diagnosis_facts
from billing.forms_compare import CompareForm
from billing.models import Customer, Reading
from billing.queries.panel import Key, money_panel
from billing.redaction import redact

MARKS = {
    "matched": ("good", "Matched"),
    "other_name": ("good", "Another name"),
    "misapplied": ("soon", "On the wrong bill"),
    "duplicate": ("loss", "Taken twice"),
    "hold": ("wait", "Hold"),
    "missing": ("soon", "Not in our books"),
    "not_ours": ("later", "Not from us"),
}


@payment_view(reading=Reading.PANEL)
def compare_for_case(request: HttpRequest, case: Case) -> HttpResponse:
    page = _page(request, case.customer_id, for_agent=True)
    page |= {"case": case, "layout": "billing/fragment.html" if is_fragment(request) else "desk_base.html"}
    return render(request, "billing/compare_case.html", page, status=_status(page))


@customer_money_view(methods=["GET", "POST"])
def compare_own(request: HttpRequest, customer: Customer) -> HttpResponse:
    page = _page(request, customer.pk, for_agent=False) | {"section": "payments"}
    return render(request, "billing/compare_page.html", page, status=_status(page))


@dataclass(frozen=True, slots=True)
class Row:
    verdict: Verdict
    tone: str
    word: str
    title: str
    text: str
    proofs: Sequence[tuple[Evidence, bool]]
    ask_about: str  # the payment that a customer may write to us about as taken twice


def _row(verdict: Verdict, there: Set[Key], *, for_agent: bool) -> Row:
    """Where a finding speaks, it speaks to whoever reads: to the customer, or to the agent about the customer."""
    title, text = "", verdict.text
    if (found := verdict.finding) is not None:
        title, text = (
            (found.headline, found.explanation) if for_agent else (found.customer_headline, found.customer_text)
        )
    payments = [each.reference for each in verdict.evidence if each.kind is RecordKind.PAYMENT]
    asks = not for_agent and verdict.kind is VerdictKind.DUPLICATE
    tone, word = MARKS[verdict.kind.value]
    return Row(
        verdict, tone, word, title, text, _proofs(verdict.evidence, there), payments[0] if asks and payments else ""
    )


def _page(request: HttpRequest, customer_id: int, *, for_agent: bool) -> dict[str, object]:
    if request.method != "POST":
        return {"form": CompareForm()}
    told = request.POST.copy()
    told["text"] = redact(told.get("text", "")[: 2 * MOST_CHARACTERS]).text  # the page shows it again, refused or not
    form = CompareForm(told, request.FILES)
    if not form.is_valid():
        return {"form": form, "refused": True}
    at = timezone.now()
    facts = diagnosis_facts(customer_id, at=at)
    today = timezone.localdate(at)
    reading = read_lines(form.cleaned_data["lines"], currency=_currency(facts), today=today)
    diagnosis = diagnose(facts, at=at)
    result = compare(reading.lines, facts, diagnosis, today=today)
    # A fragment stands in the panel and links to what is there; a page of its own has nothing to link to.
    there = money_panel(facts, diagnosis, at=at).shown if is_fragment(request) else frozenset()
    rows = [_row(verdict, there, for_agent=for_agent) for verdict in result.verdicts]
    absent = [(each.text, _proofs(each.evidence, there)) for each in result.absent]
    again = CompareForm(initial={"text": form.cleaned_data["lines"]} if form.cleaned_data["text"] else None)
    return {"form": again, "rows": rows, "absent": absent, "reading": reading}


def _proofs(evidence: Iterable[Evidence], there: Set[Key]) -> list[tuple[Evidence, bool]]:
    """Each record, and whether it can be linked to."""
    return [(each, (each.kind, each.id) in there) for each in evidence]


def _status(page: dict[str, object]) -> int:
    return 422 if page.get("refused") else 200


def _currency(facts: Facts) -> str:
    """What the customer mostly pays in: a statement rarely says."""
    used = [payment.currency for payment in facts.payments] + [bill.currency for bill in facts.invoices]
    return max(sorted(set(used)), key=used.count, default="USD")
