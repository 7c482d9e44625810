"""Lines set aside and brought back, payments moved to another bill; above the limit by two."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.paid_bills import TASK, settle_paid_bill
from billing.actions.reconciliation.booking import book_found
from billing.actions.reconciliation.deciding import (
    accept_proposal,
    approve_match,
    refuse_match,
)
from billing.actions.reconciliation.discrepancies import explain
from billing.actions.reconciliation.making import (
    Share,
    bring_line_back,
    move_payment,
    set_line_aside,
    split_line,
    write_off_line,
)
from billing.actions.reconciliation.run import reconcile
from billing.errors import MatchNotPossible, SecondPersonNeeded
from billing.models import (
    Discrepancy,
    Invoice,
    LedgerEntry,
    Match,
    MatchPart,
    OutboxMessage,
    Payment,
    ReconciliationLimit,
    StatementLine,
)
from supportdesk.people.models import User
from tests.billing.reconciliation.records import a_line, an_expected, limit, system
from tests.billing.records import Records, a_customer, records_of

pytestmark = [pytest.mark.django_db, pytest.mark.production]
KEY, OTHER_KEY = "a" * 32, "b" * 32


def test_a_line_set_aside_takes_its_discrepancies_along(fin: User) -> None:
    limit(0, 900)
    with seeing_as_system():
        line = a_line(amount_minor=-900, remittance="transfer to savings")
        reconcile(at=timezone.now())

        set_line_aside(line.pk, note="Between our own accounts", by=fin, key=KEY, at=timezone.now())
        set_line_aside(line.pk, note="Between our own accounts", by=fin, key=KEY, at=timezone.now())

        assert StatementLine.objects.get().matching == "set_aside"
        off = Discrepancy.objects.get()
        assert (off.status, off.resolution, off.resolved_by) == ("resolved", "Between our own accounts", fin)
        with pytest.raises(MatchNotPossible):
            explain(off.pk, words="again", by=fin, at=timezone.now())

        bring_line_back(line.pk, by=fin, key=OTHER_KEY, at=timezone.now())
        assert StatementLine.objects.get().matching == "open"
        with pytest.raises(MatchNotPossible):
            bring_line_back(line.pk, by=fin, key=OTHER_KEY, at=timezone.now())


def test_above_the_limit_a_line_is_set_aside_and_brought_back_by_two(fin: User, second: User) -> None:
    limit(100_000, 899)
    with seeing_as_system():
        line = a_line(amount_minor=-900, remittance="transfer to savings")
        reconcile(at=timezone.now())

        asked = set_line_aside(line.pk, note="Savings", by=fin, key=KEY, at=timezone.now())
        assert (asked.status, StatementLine.objects.get().matching) == ("waiting", "open")
        with pytest.raises(MatchNotPossible, match="asked for already"):
            set_line_aside(line.pk, note="Savings", by=second, key=OTHER_KEY, at=timezone.now())
        with pytest.raises(SecondPersonNeeded):
            approve_match(asked.pk, by=fin, at=timezone.now())
        approve_match(asked.pk, by=second, at=timezone.now())
        assert StatementLine.objects.get().matching == "set_aside"

        back = bring_line_back(line.pk, by=second, key="c" * 32, at=timezone.now())
        assert (back.deed, back.status, StatementLine.objects.get().matching) == ("undo", "waiting", "set_aside")
        approve_match(back.pk, by=fin, at=timezone.now())
        assert StatementLine.objects.get().matching == "open"


def test_a_wish_to_bring_it_back_is_not_kept_for_the_next_time(fin: User, second: User) -> None:
    limit(20000, 20000)
    now = timezone.now()
    with seeing_as_system():
        line = a_line(amount_minor=-900)
        set_line_aside(line.pk, note="Fees", by=fin, key=KEY, at=now)
        ReconciliationLimit.objects.update(write_off_minor=1)
        asked = bring_line_back(line.pk, by=fin, key=OTHER_KEY, at=now)
        ReconciliationLimit.objects.update(write_off_minor=20000)
        bring_line_back(line.pk, by=second, key="c" * 32, at=now)
        set_line_aside(line.pk, note="Fees after all", by=fin, key="d" * 32, at=now)

        with pytest.raises(MatchNotPossible):
            approve_match(asked.pk, by=second, at=now)

        assert StatementLine.objects.get().matching == "set_aside"
        assert list(Match.objects.order_by("pk").values_list("deed", "status")) == [
            ("aside", "undone"),
            ("undo", "rejected"),
            ("aside", "posted"),
        ]


def test_nothing_of_a_line_set_aside_is_given_away(lena: Records, fin: User, second: User) -> None:
    limit(20000, 20000)
    now = timezone.now()
    with seeing_as_system():
        expected = an_expected(lena.payment, reference_key="P774411")
        line = a_line(amount_minor=12000, end_to_end_id="P774411")
        reconcile(at=now)
        proposal = Match.objects.get()
        set_line_aside(line.pk, note="Savings", by=fin, key=KEY, at=now)

        with pytest.raises(MatchNotPossible, match="set aside"):
            accept_proposal(proposal.pk, by=fin, key=OTHER_KEY, at=now)
        with pytest.raises(MatchNotPossible, match="set aside"):
            split_line(line.pk, shares=[Share(expected.pk, 100)], by=fin, note="", key=OTHER_KEY, at=now)
        with pytest.raises(MatchNotPossible, match="set aside"):
            write_off_line(line.pk, by=fin, note="", key=OTHER_KEY, at=now)

        assert StatementLine.objects.get().matching == "set_aside"
        assert (LedgerEntry.objects.count(), MatchPart.objects.exclude(status="proposed").count()) == (0, 0)
        assert list(Match.objects.order_by("pk").values_list("status", flat=True)) == ["proposed", "posted"]


def test_what_waits_is_not_approved_on_a_line_set_aside(lena: Records, fin: User, second: User) -> None:
    now = timezone.now()
    with seeing_as_system():
        expected, line = an_expected(lena.payment), a_line(amount_minor=12000)
        asked = split_line(line.pk, shares=[Share(expected.pk, 100)], by=fin, note="", key=KEY, at=now)
        StatementLine.objects.update(matching="set_aside")  # as it could be, once

        with pytest.raises(MatchNotPossible, match="set aside"):
            approve_match(asked.pk, by=second, at=now)

        assert (Match.objects.get().status, LedgerEntry.objects.count()) == ("waiting", 0)


@pytest.mark.parametrize("held", ["found", "waiting"])
def test_a_line_that_partly_belongs_to_somebody_is_not_set_aside(lena: Records, fin: User, held: str) -> None:
    limit(100, 20000)
    now = timezone.now()
    with seeing_as_system():
        expected = an_expected(lena.payment)
        line = a_line(amount_minor=12500, end_to_end_id=lena.payment.reference if held == "found" else "")
        if held == "found":
            reconcile(at=now)  # and not booked yet
        else:
            split_line(line.pk, shares=[Share(expected.pk, 200)], by=fin, note="", key=OTHER_KEY, at=now)
        assert MatchPart.objects.get().status == held

        with pytest.raises(MatchNotPossible, match="A part of the line"):
            set_line_aside(line.pk, note="Savings", by=fin, key=KEY, at=now)

        assert StatementLine.objects.get().matching == "open"
        assert not Match.objects.filter(deed="aside").exists()


def test_what_waits_to_be_set_aside_and_is_refused_stays_open(fin: User, second: User) -> None:
    with seeing_as_system():
        line = a_line(amount_minor=-900)
        asked = set_line_aside(line.pk, note="Savings", by=fin, key=KEY, at=timezone.now())
        refuse_match(asked.pk, by=second, at=timezone.now())

        assert StatementLine.objects.get().matching == "open"
        assert Match.objects.get().status == "rejected"


def test_a_line_matched_meanwhile_is_not_set_aside(lena: Records, fin: User, second: User) -> None:
    with seeing_as_system():
        line = a_line(amount_minor=lena.payment.captured_minor, end_to_end_id=lena.payment.reference)
        asked = set_line_aside(line.pk, note="Savings", by=fin, key=KEY, at=timezone.now())
        an_expected(lena.payment)
        reconcile(at=timezone.now())
        book_found(at=timezone.now())

        with pytest.raises(MatchNotPossible, match="matched"):
            approve_match(asked.pk, by=second, at=timezone.now())
        assert Match.objects.get(pk=asked.pk).status == "waiting"


def test_a_payment_moves_to_a_bill_of_its_customer_only(lena: Records, fin: User) -> None:
    limit(lena.payment.captured_minor)
    theirs = records_of(lena.customer)
    strangers = records_of(a_customer("Omar Haddad"))
    now = timezone.now()

    with pytest.raises(MatchNotPossible):
        system(move_payment, lena.payment.pk, invoice_id=strangers.invoice.pk, by=fin, key=KEY, at=now)
    system(move_payment, lena.payment.pk, invoice_id=theirs.invoice.pk, by=fin, key=KEY, at=now)

    assert _where(lena) == (theirs.invoice.pk, theirs.invoice.pk)


def test_above_the_limit_a_payment_moves_when_a_second_person_says_so(lena: Records, fin: User, second: User) -> None:
    limit(lena.payment.captured_minor - 1)
    theirs = records_of(lena.customer)
    now = timezone.now()

    asked = system(move_payment, lena.payment.pk, invoice_id=theirs.invoice.pk, by=fin, key=KEY, at=now)
    assert (asked.status, _where(lena)) == ("waiting", (lena.invoice.pk, None))
    with pytest.raises(MatchNotPossible, match="asked for already"):
        system(move_payment, lena.payment.pk, invoice_id=theirs.invoice.pk, by=second, key=OTHER_KEY, at=now)
    with pytest.raises(SecondPersonNeeded):
        system(approve_match, asked.pk, by=fin, at=now)
    system(approve_match, asked.pk, by=second, at=now)

    assert _where(lena) == (theirs.invoice.pk, theirs.invoice.pk)
    with pytest.raises(MatchNotPossible, match="is on bill"):
        system(move_payment, lena.payment.pk, invoice_id=theirs.invoice.pk, by=fin, key=OTHER_KEY, at=now)


def another_bill(lena: Records, **said: Any) -> Invoice:
    row = {"customer": lena.customer, "agreement": lena.agreement, "currency": "USD", "issued_on": date(2026, 10, 1)}
    with seeing_as_system():
        return Invoice.objects.create(**row, **{"number": "INV-other", "status": "open", "total_minor": 12500, **said})


@pytest.mark.parametrize("status", ["draft", "void"])
def test_a_payment_moves_to_no_bill_that_nobody_pays(lena: Records, fin: User, second: User, status: str) -> None:
    bill, now = another_bill(lena), timezone.now()
    asked = system(move_payment, lena.payment.pk, invoice_id=bill.pk, by=fin, key=KEY, at=now)
    with seeing_as_system():
        Invoice.objects.filter(pk=bill.pk).update(status=status)

    with pytest.raises(MatchNotPossible, match=f"“{status}”: nobody pays it"):
        system(approve_match, asked.pk, by=second, at=now)
    system(refuse_match, asked.pk, by=second, at=now)
    with pytest.raises(MatchNotPossible, match=f"“{status}”: nobody pays it"):
        system(move_payment, lena.payment.pk, invoice_id=bill.pk, by=fin, key=OTHER_KEY, at=now)

    assert _where(lena) == (lena.invoice.pk, None)
    with seeing_as_system():
        assert not OutboxMessage.objects.filter(task=TASK).exists()


def test_a_bill_that_a_moved_payment_pays_is_paid(lena: Records, fin: User) -> None:
    limit(lena.payment.captured_minor)
    bill, now = another_bill(lena), timezone.now()

    system(move_payment, lena.payment.pk, invoice_id=bill.pk, by=fin, key=KEY, at=now)

    with seeing_as_system():
        Invoice.objects.filter(pk=lena.invoice.pk).update(status="paid", paid_here_at=now)
        looks = [message.payload for message in OutboxMessage.objects.filter(task=TASK)]
        assert sorted(look["invoice_id"] for look in looks) == sorted([lena.invoice.pk, bill.pk])
        for look in looks:
            settle_paid_bill(**look, at=now)
        assert Invoice.objects.get(pk=bill.pk).status == "paid"
        assert Invoice.objects.get(pk=lena.invoice.pk).status == "open"


def _where(records: Records) -> tuple[int | None, int | None]:
    with seeing_as_system():
        payment = Payment.objects.get(pk=records.payment.pk)
    return payment.invoice_id, payment.intended_invoice_id
