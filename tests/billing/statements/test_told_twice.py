"""A notification (camt.054) beside the day's statement (camt.053): the same money, counted once in either order."""

import pytest

from billing.access.scopes import seeing_as_system
from billing.models import StatementFile, StatementLine, StatementRemark
from tests.billing.statements.files import camt, camt_details, camt_entry
from tests.billing.statements.test_importing import counts, imported

pytestmark = pytest.mark.django_db


def notification(entries: str) -> bytes:
    told = camt(entries).replace(b"camt.053", b"camt.054").replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn")
    return told.replace(b"<Stmt>", b"<Ntfctn>").replace(b"</Stmt>", b"</Ntfctn>")


def details(*amounts: str) -> str:
    return "".join(
        camt_details(end_to_end=f"E-{place}", text=f"Policy {place}", more=f'<Amt Ccy="EUR">{amount}</Amt>')
        for place, amount in enumerate(amounts)
    )


def batch(reference: str, *amounts: str, total: str, day: str = "2026-11-20") -> str:
    return camt_entry(total, reference=reference, day=day, details=details(*amounts))


def amounts() -> list[int]:
    with seeing_as_system():
        return list(StatementLine.objects.order_by("id").values_list("amount_minor", flat=True))


def remarks_of(file: StatementFile) -> list[tuple[int | None, str, bool]]:
    return list(StatementRemark.objects.filter(file=file).values_list("line_number", "reason", "rejected"))


def told(entries: str) -> str:
    return (
        "Another message of the bank (camt.052, 053 or 054) brought the same money before: "
        f"{entries}, of which this is the first. It is not counted again."
    )


NOTIFIED = notification(batch("B-1", "10.00", "20.00", total="30.00"))
STATED = camt(camt_entry("30.00", reference="B-1"))


def test_the_statement_after_the_notification_brings_the_batch_no_second_time() -> None:
    imported(NOTIFIED)
    second = imported(STATED)
    assert amounts() == [1000, 2000]
    assert counts(second) == ("imported", 1, 0, 1, 0)
    assert remarks_of(second) == [(4, told("1 entry with 1 line"), False)]
    assert second.status_reason == "Every line was known from an earlier file."


def test_the_notification_after_the_statement_brings_its_details_no_second_time() -> None:
    imported(STATED)
    second = imported(NOTIFIED)
    assert amounts() == [3000]
    assert counts(second) == ("imported", 2, 0, 2, 0)
    assert remarks_of(second) == [(4, told("1 entry with 2 lines"), False)]


@pytest.mark.parametrize("notification_first", [True, False])
def test_without_a_reference_as_many_are_the_same_as_both_have(notification_first: bool) -> None:
    """Of three equal sums of a day in the statement two were notified: three there are."""
    entry = camt_entry("12.50", details=camt_details(text="in the statement"))
    notified = camt_entry("12.50", details=camt_details(text="in the notification"))
    first, second = notification(notified * 2), camt(entry * 3)
    if not notification_first:
        first, second = second, first
    imported(first)
    imported(second)
    assert amounts() == [1250] * 3


def test_one_that_says_a_reference_and_one_that_says_none() -> None:
    imported(notification(camt_entry("12.50", reference="N-1", details=camt_details(text="a"))))
    file = imported(camt(camt_entry("12.50", details=camt_details(text="b"))))
    assert (amounts(), counts(file)[2:4]) == ([1250], (0, 1))


@pytest.mark.parametrize(
    "other",
    [
        camt_entry("30.00", reference="B-2"),
        camt_entry("30.01", reference="B-1"),
        camt_entry("30.00", reference="B-1", day="2026-11-19"),
        camt_entry("30.00", reference="B-1", direction="DBIT"),
        camt_entry("30.00", reference="B-1", currency="USD"),
    ],
    ids=["reference", "amount", "day", "direction", "currency"],
)
def test_what_differs_is_other_money(other: str) -> None:
    imported(NOTIFIED)
    file = imported(camt(other))
    assert (len(amounts()), counts(file)[2:4], remarks_of(file)) == (3, (1, 0), [])


def test_two_statements_that_say_one_thing_in_other_words_stay_two() -> None:
    """Some banks give one reference to much; within one kind of message only equal words are the same."""
    imported(camt(camt_entry("30.00", reference="B-1", details=camt_details(text="a"))))
    imported(camt(camt_entry("30.00", reference="B-1", details=camt_details(text="b"))))
    assert amounts() == [3000, 3000]


def test_another_account_of_the_same_bank_has_money_of_its_own() -> None:
    imported(NOTIFIED)
    imported(camt(camt_entry("30.00", reference="B-1"), account="<IBAN>DE02120300000000202051</IBAN>"))
    assert amounts() == [1000, 2000, 3000]


def test_a_later_statement_that_overlaps_finds_both_again() -> None:
    """One line it knows word for word, the other by what was notified."""
    coffee = camt_entry("4.50", direction="DBIT", details=camt_details(text="COFFEE", side="Cdtr"))
    imported(NOTIFIED)
    imported(camt(coffee + camt_entry("30.00", reference="B-1")))
    file = imported(camt(camt_entry("30.00", reference="B-1") + coffee + camt_entry("7.00", reference="C-1")))
    assert (amounts(), counts(file)) == ([1000, 2000, -450, 700], ("imported", 3, 1, 2, 0))


def test_what_was_notified_as_on_its_way_is_booked_by_the_statement() -> None:
    waiting = batch("B-1", "10.00", "20.00", total="30.00").replace("BOOK", "PDNG")
    imported(notification(waiting))
    with seeing_as_system():
        assert list(StatementLine.objects.values_list("pending", flat=True)) == [True, True]
    file = imported(STATED)
    with seeing_as_system():
        assert list(StatementLine.objects.values_list("pending", flat=True)) == [False, False]
    assert (amounts(), counts(file), file.status_reason) == ([1000, 2000], ("imported", 1, 0, 1, 0), "")
