"""What finance looks at while matching: open lines, open money, suggestions and what is off. Read in a staff scope."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from billing.access.idempotency import new_key
from billing.models import BankAccount, Discrepancy, ExpectedMoney, Invoice, Match, MatchPart, StatementLine
from billing.queries.payouts import Composition, composition_of
from billing.reconciliation.keys import key_of
from billing.reconciliation.states import (
    HOLDS,
    STILL_OPEN,
    UNRESOLVED,
    Deed,
    DiscrepancyKind,
    DiscrepancyStatus,
    MatchStatus,
)
from billing.states import InvoiceStatus, LineMatching

PAGE = 25
SHOWN_DISCREPANCIES = 12
SHOWN_EXPECTED = 12
SHOWN_FOUND = 8
NOT_COME = (DiscrepancyKind.LATE, DiscrepancyKind.MISSING)
NOBODY_PAYS = frozenset({InvoiceStatus.DRAFT, InvoiceStatus.VOID})


@dataclass(frozen=True, slots=True)
class LineRow:
    line: StatementLine
    proposals: int
    discrepancies: Sequence[Discrepancy]

    @property
    def says(self) -> str:
        """The most telling of what the bank wrote."""
        line = self.line
        return line.counterparty or line.remittance or line.end_to_end_id or line.bank_reference or "Nothing written"


@dataclass(frozen=True, slots=True)
class LinePage:
    rows: Sequence[LineRow]
    older: str  # the key of the next page, empty on the last


def accounts() -> list[BankAccount]:
    return list(BankAccount.objects.order_by("name", "pk"))


def unmatched_lines(account: BankAccount, *, before: tuple[date, int] | None) -> LinePage:
    """Newest first, by key. What a rule has found and the books have not yet is no longer open."""
    page = list(_unmatched(account, before=before)[: PAGE + 1])
    shown = page[:PAGE]
    rows = [
        LineRow(line, counts.get(line.pk, 0), off.get(line.pk, []))
        for counts, off in [(_proposals_of(shown), _off_of(shown))]
        for line in shown
    ]
    return LinePage(rows, f"{shown[-1].booked_on}.{shown[-1].pk}" if len(page) > PAGE else "")


def line_after(line: StatementLine) -> int | None:
    """The next one down the list, else the newest above it. None while the line itself is still on the list."""
    everything = _unmatched(line.account, before=None).values_list("pk", flat=True)
    if everything.filter(pk=line.pk).exists():
        return None
    below = _unmatched(line.account, before=(line.booked_on, line.pk)).values_list("pk", flat=True)
    return below.first() or everything.first()


def _unmatched(account: BankAccount, *, before: tuple[date, int] | None) -> QuerySet[StatementLine]:
    found = MatchPart.objects.filter(line=OuterRef("pk"), alone=True, status__in=HOLDS)
    lines = StatementLine.objects.filter(account=account, matching=LineMatching.OPEN).exclude(Exists(found))
    if before is not None:
        day, pk = before
        lines = lines.filter(Q(booked_on__lt=day) | Q(booked_on=day, pk__lt=pk), booked_on__lte=day)
    return lines.order_by("-booked_on", "-pk")


def _proposals_of(lines: Sequence[StatementLine]) -> dict[int, int]:
    counts: dict[int, int] = {}
    parts = MatchPart.objects.filter(line__in=lines, alone=False, status=MatchStatus.PROPOSED)
    for line_id in parts.values_list("line_id", flat=True):
        counts[line_id or 0] = counts.get(line_id or 0, 0) + 1
    return counts


def _off_of(lines: Sequence[StatementLine]) -> dict[int, list[Discrepancy]]:
    found: dict[int, list[Discrepancy]] = {}
    for each in Discrepancy.objects.filter(line__in=lines, status__in=UNRESOLVED).order_by("pk"):
        found.setdefault(each.line_id or 0, []).append(each)
    return found


@dataclass(frozen=True, slots=True)
class DiscrepancyPage:
    rows: Sequence[Discrepancy]
    older: int | None  # the key of the next page, None on the last


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    rows: Sequence[ExpectedMoney]
    later: str  # the key of the next page, empty on the last


def open_discrepancies(account: BankAccount | None, *, before: int | None = None) -> DiscrepancyPage:
    """Newest first: those of the account's lines, and those of money in its currency that no line names.

    Nothing is missing while a line that may be it waits to be accepted: that line says what is off.
    """
    suggested = MatchPart.objects.filter(expected=OuterRef("expected"), status=MatchStatus.PROPOSED)
    rows = Discrepancy.objects.filter(status__in=UNRESOLVED)
    rows = rows.exclude(Exists(suggested), kind__in=NOT_COME)
    if account is not None:
        rows = rows.filter(Q(line__account=account) | Q(line=None, currency=account.currency))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    related = ("customer", "expected__payment", "expected__refund", "expected__invoice", "expected__payout")
    page = list(rows.select_related(*related).order_by("-pk")[: SHOWN_DISCREPANCIES + 1])
    shown = page[:SHOWN_DISCREPANCIES]
    return DiscrepancyPage(shown, shown[-1].pk if len(page) > len(shown) else None)


def open_expected(account: BankAccount | None, *, after: tuple[date, int] | None = None) -> ExpectedPage:
    """The longest overdue first, in the account's currency."""
    held = MatchPart.objects.filter(expected=OuterRef("pk"), alone=True, status__in=HOLDS)
    back = Discrepancy.objects.filter(expected=OuterRef("pk"), kind=DiscrepancyKind.RETURNED)
    rows = with_record(ExpectedMoney.objects.filter(status__in=STILL_OPEN)).exclude(Exists(held)).exclude(Exists(back))
    if account is not None:
        rows = rows.filter(currency=account.currency)
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk), due_on__gte=day)
    page = list(rows.order_by("due_on", "pk")[: SHOWN_EXPECTED + 1])
    shown = page[:SHOWN_EXPECTED]
    return ExpectedPage(shown, f"{shown[-1].due_on}.{shown[-1].pk}" if len(page) > len(shown) else "")


def with_record(rows: QuerySet[ExpectedMoney]) -> QuerySet[ExpectedMoney]:
    return rows.select_related("customer", "payment", "refund", "invoice", "payout")


@dataclass(frozen=True, slots=True)
class Suggestion:
    match: Match
    parts: Sequence[MatchPart]
    key: str = field(default_factory=new_key)  # of the form that accepts it

    @property
    def about(self) -> Match:
        """What is to be undone, where that is what was asked for."""
        return self.match.undoes or self.match


@dataclass(frozen=True, slots=True)
class LineSheet:
    """One line, with everything that is known of it."""

    line: StatementLine
    left_minor: int
    suggestions: Sequence[Suggestion]
    held: Sequence[MatchPart]
    discrepancies: Sequence[Discrepancy]
    candidates: Sequence[ExpectedMoney] = field(default=())
    waiting: Sequence[Match] = field(default=())  # to set it aside, or to bring it back
    key: str = field(default_factory=new_key)

    @property
    def asks(self) -> int | None:
        return _first_to_ask(self.discrepancies)


def line_sheet(line: StatementLine, *, search: str) -> LineSheet:
    parts = list(_parts().filter(line=line).order_by("pk"))
    held = [part for part in parts if part.status in HOLDS]
    left = line.amount_minor - sum(part.line_minor for part in held)
    proposed = Match.objects.filter(
        pk__in=[part.match_id for part in parts if part.status == MatchStatus.PROPOSED], status=MatchStatus.PROPOSED
    ).prefetch_related(Prefetch("parts", _parts().order_by("pk")))
    suggestions = [Suggestion(match, list(match.parts.all())) for match in proposed.order_by("-score", "pk")]
    off = Discrepancy.objects.filter(line=line).select_related("customer", "expected").order_by("pk")
    candidates = candidates_for(line, suggestions, search=search) if left else []
    waiting = Match.objects.filter(Q(line=line) | Q(undoes__line=line), status=MatchStatus.WAITING)
    return LineSheet(line, left, suggestions, held, list(off), candidates, list(waiting))


def candidates_for(line: StatementLine, suggestions: Sequence[Suggestion], *, search: str) -> list[ExpectedMoney]:
    """What a line may be split over: what was suggested, and what the search names."""
    suggested = [part.expected_id for each in suggestions for part in each.parts if part.expected_id]
    wanted = Q(pk__in=suggested)
    if key := key_of(search):
        wanted |= Q(reference_key=key) | Q(bill_key=key) | Q(external_key=key) | Q(customer__reference__iexact=search)
    rows = with_record(ExpectedMoney.objects.filter(wanted, status__in=STILL_OPEN, currency=line.currency))
    return list(rows.order_by("due_on", "pk")[:SHOWN_FOUND])


@dataclass(frozen=True, slots=True)
class ExpectedSheet:
    expected: ExpectedMoney
    left_minor: int
    parts: Sequence[MatchPart]
    discrepancies: Sequence[Discrepancy]
    bills: Sequence[Invoice]  # where a payment could be moved to
    waiting: Sequence[Match]  # to move it there
    composition: Composition | None  # of a payout
    key: str = field(default_factory=new_key)

    @property
    def asks(self) -> int | None:
        return _first_to_ask(self.discrepancies)

    @property
    def bill(self) -> str:
        """As it is printed; the key it is found by has no dashes."""
        record = self.expected.payment or (self.expected.refund.payment if self.expected.refund else None)
        invoice = self.expected.invoice or (record.invoice if record else None)
        return str(invoice.number) if invoice else self.expected.bill_key


def _first_to_ask(found: Sequence[Discrepancy]) -> int | None:
    """A key answers once: which of several asks the customer by it."""
    return next((each.pk for each in found if each.status == DiscrepancyStatus.OPEN and each.customer_id), None)


def expected_sheet(expected: ExpectedMoney) -> ExpectedSheet:
    parts = list(_parts().filter(expected=expected).exclude(status=MatchStatus.REJECTED).order_by("pk"))
    left = expected.amount_minor - sum(part.expected_minor for part in parts if part.status in HOLDS)
    off = Discrepancy.objects.filter(expected=expected).select_related("customer").order_by("pk")
    if any(part.status == MatchStatus.PROPOSED for part in parts):
        off = off.exclude(kind__in=NOT_COME, status__in=UNRESOLVED)
    payment = expected.payment
    bills = Invoice.objects.none()
    if payment is not None:
        bills = Invoice.objects.filter(customer=payment.customer_id, currency=payment.currency)
        bills = bills.exclude(Q(pk=payment.invoice_id or 0) | Q(status__in=NOBODY_PAYS)).order_by("-issued_on", "-pk")
    made_of = composition_of(expected.payout) if expected.payout else None
    moves = Match.objects.filter(payment=payment, status=MatchStatus.WAITING) if payment else Match.objects.none()
    return ExpectedSheet(expected, left, parts, list(off), list(bills[:SHOWN_FOUND]), list(moves), made_of)


def waiting_matches() -> list[Suggestion]:
    """What waits for a second person, the oldest first."""
    rows = Match.objects.filter(status=MatchStatus.WAITING).select_related(
        "asked_by", "line", "payment", "invoice", "undoes__line", "undoes__payment", "undoes__invoice"
    )
    rows = rows.prefetch_related(
        Prefetch("parts", _parts().order_by("pk")), Prefetch("undoes__parts", _parts().order_by("pk"))
    )
    return [
        Suggestion(match, list((match.undoes or match).parts.all() if match.deed == Deed.UNDO else match.parts.all()))
        for match in rows.order_by("pk")[:PAGE]
    ]


def waiting_count() -> int:
    return Match.objects.filter(status=MatchStatus.WAITING).count()


def _parts() -> QuerySet[MatchPart]:
    return MatchPart.objects.select_related(
        "line",
        "match",
        "expected__customer",
        "expected__payment",
        "expected__refund",
        "expected__invoice",
        "expected__payout",
    )
