"""The workbench as finance uses it: pages of a fixed cost, deeds as forms, and each look a row."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.run import reconcile
from billing.models import (
    BankAccount,
    Discrepancy,
    ExpectedMoney,
    Invoice,
    Match,
    PaymentRead,
    StatementLine,
)
from supportdesk.people import roles
from supportdesk.people.models import User
from tests.billing.reconciliation.records import a_line, an_expected, limit
from tests.billing.records import a_customer, records_of
from tests.personas import make_staff, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(fin: User) -> Client:
    return sign_in(fin)


def proposals(count: int) -> list[StatementLine]:
    """Lines that pay too little of what they name: each with a suggestion and a discrepancy."""
    with seeing_as_system():
        lines = []
        for number in range(count):
            an_expected(records_of(a_customer(f"Payer {number}")).payment, reference_key=f"P77441{number}")
            lines.append(a_line(amount_minor=12000, end_to_end_id=f"P77441{number}"))
        reconcile(at=timezone.now())
        return lines


def queries(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def test_the_workbench_costs_the_same_with_one_line_and_with_four(browser: Client) -> None:
    address = reverse("billing:reconciliation")
    proposals(1)
    with_one = queries(browser, address)
    with seeing_as_system():
        for number in range(3):
            an_expected(records_of(a_customer(f"More {number}")).payment, reference_key=f"P88552{number}")
            a_line(amount_minor=12000, end_to_end_id=f"P88552{number}")
        reconcile(at=timezone.now())

    assert queries(browser, address) == with_one
    assert with_one <= 16


def test_a_line_is_shown_with_its_reasons_and_the_look_is_recorded(browser: Client) -> None:
    line = proposals(1)[0]

    page = browser.get(reverse("billing:reconciliation_line", args=[line.pk])).content.decode()

    assert "A reference names it, but the line is less than what is expected." in page
    assert "$5.00 would stay open." in page
    assert '<span class="chip" title="Score 550 of 1000">Likely</span>' in page
    assert list(PaymentRead.objects.values_list("outcome", "reading")) == [("seen", "record")]


def test_accepting_by_its_form_twice_posts_once(browser: Client) -> None:
    limit(12000)
    line = proposals(1)[0]
    sheet = reverse("billing:reconciliation_line", args=[line.pk])
    key = re.search(r'name="key" value="([0-9a-f]{32})"', browser.get(sheet).content.decode())
    assert key is not None
    with seeing_as_system():
        match = Match.objects.get()
    form = {"line": line.pk, "key": key[1]}

    answers = [browser.post(reverse("billing:accept_match", args=[match.pk]), form) for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, sheet)] * 2
    with seeing_as_system():
        assert Match.objects.get().status == "posted"


def test_accepted_the_next_line_is_opened(browser: Client) -> None:
    limit(12000)
    first, second = proposals(2)
    with seeing_as_system():
        match = Match.objects.get(parts__line=first)

    answer = browser.post(reverse("billing:accept_match", args=[match.pk]), {"line": first.pk}, follow=True)

    assert answer.redirect_chain == [(f"{reverse('billing:reconciliation_line', args=[second.pk])}#line-title", 302)]
    assert f'<a href="{reverse("billing:reconciliation_line", args=[first.pk])}">Back to the one before</a>' in (
        answer.content.decode()
    )


def test_nothing_is_missing_while_a_suggestion_waits(browser: Client) -> None:
    proposals(1)
    with seeing_as_system():
        expected = ExpectedMoney.objects.get()
        late = Discrepancy.objects.create(
            kind="missing", expected=expected, customer=expected.customer, amount_minor=12500, currency="USD",
            words="It has not come.", found_at=timezone.now(),
        )  # fmt: skip
    addresses = [reverse("billing:reconciliation"), reverse("billing:reconciliation_expected", args=[expected.pk])]

    with_suggestion = ["It has not come." in browser.get(address).content.decode() for address in addresses]
    with seeing_as_system():
        browser.post(reverse("billing:reject_match", args=[Match.objects.get().pk]))
    without = [browser.get(address).content.decode() for address in addresses]

    assert (with_suggestion, ["It has not come." in page for page in without]) == ([False, False], [True, True])
    assert without[1].count('data-key="q"') == 1
    assert late.pk


def test_above_the_limit_a_second_person_approves_on_the_waiting_page(browser: Client, fin: User) -> None:
    line = proposals(1)[0]
    with seeing_as_system():
        match = Match.objects.get()
    browser.post(reverse("billing:accept_match", args=[match.pk]), {"line": line.pk})
    waiting, approve = reverse("billing:matches_waiting"), reverse("billing:approve_match", args=[match.pk])

    assert "You asked for it. Somebody else has to decide." in browser.get(waiting).content.decode()
    browser.post(approve)
    with seeing_as_system():
        assert Match.objects.get().status == "waiting"
    other = sign_in(make_staff("second@desk.example", roles.FINANCE))
    assert approve in other.get(waiting).content.decode()
    other.post(approve)
    with seeing_as_system():
        assert Match.objects.get().status == "posted"


def test_a_split_that_cannot_be_keeps_what_was_typed(browser: Client) -> None:
    line = proposals(1)[0]
    with seeing_as_system():
        expected = ExpectedMoney.objects.get()
    address = reverse("billing:split_line", args=[line.pk])

    nothing = browser.post(address, {"q": ""})
    too_much = browser.post(address, {"q": "", f"share_{expected.pk}": "125.01"})
    not_money = browser.post(address, {"q": "", f"share_{expected.pk}": "1,00"})

    assert [answer.status_code for answer in (nothing, too_much, not_money)] == [422, 409, 422]
    assert 'value="125.01"' in too_much.content.decode()
    assert "Of this expected amount $125.00 is still open." in too_much.content.decode()
    with seeing_as_system():
        assert set(Match.objects.values_list("status", flat=True)) == {"proposed"}


def test_lines_are_paged_by_key(browser: Client) -> None:
    with seeing_as_system():
        for number in range(27):
            a_line(amount_minor=100 + number, counterparty=f"Payer {number}")

    first = browser.get(reverse("billing:reconciliation")).content.decode()
    older = re.search(r'rel="next" data-key="o" href="([^"]+)"', first)
    assert older is not None
    second = browser.get(older[1].replace("&amp;", "&")).content.decode()

    assert (first.count("data-roving-item"), second.count("data-roving-item")) == (25, 2)


@pytest.mark.parametrize("key", ["x", "2026-02-30.1", "2026-09-14.99999999999999999999"])
def test_an_odd_key_is_the_first_page(browser: Client, key: str) -> None:
    proposals(1)

    shown = [browser.get(reverse("billing:reconciliation"), {"before": asked}) for asked in ("1970-01-01.1", key)]

    assert [page.content.decode().count("data-roving-item") for page in shown] == [0, 1]


def test_the_customer_is_asked_and_the_page_says_so(browser: Client) -> None:
    line = proposals(1)[0]
    with seeing_as_system():
        off = Discrepancy.objects.get()

    answer = browser.post(reverse("billing:ask_about_discrepancy", args=[off.pk]), {"line": line.pk}, follow=True)

    assert "The customer is asked" in answer.content.decode()
    with seeing_as_system():
        assert Discrepancy.objects.get().status == "asked"


def test_what_the_database_would_not_keep_of_a_word_is_left_out(browser: Client) -> None:
    (line,) = proposals(1)
    with seeing_as_system():
        off = Discrepancy.objects.get(line=line)
    sheet = reverse("billing:reconciliation_line", args=[line.pk])

    assert browser.get(sheet, {"q": "\0P774410"}).status_code == 200
    assert browser.post(reverse("billing:split_line", args=[line.pk]), {"q": "\0"}).status_code == 422
    browser.post(reverse("billing:explain_discrepancy", args=[off.pk]), {"note": "paid\0 in cash"})

    with seeing_as_system():
        off.refresh_from_db()
    assert off.resolution == "paid in cash"


def test_nobody_elses_numbers_and_old_pages_are_refused_in_words(browser: Client) -> None:
    """Ids that are not there, a proposal that is decided, an undoing that is done: said, never broken."""
    limit(1_000_000)
    line = proposals(1)[0]
    sheet = reverse("billing:reconciliation_line", args=[line.pk])
    with seeing_as_system():
        match = Match.objects.get()
        stranger = records_of(a_customer("Omar Haddad"))
        mine = ExpectedMoney.objects.get().payment
    assert mine is not None
    accept = reverse("billing:accept_match", args=[match.pk])

    def said(address: str, **form: object) -> str:
        answer = browser.post(address, {"line": line.pk, **form}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    assert "There is no such match." in said(reverse("billing:accept_match", args=[999_999]))
    assert "There is no such match." in said(reverse("billing:undo_part", args=[999_999]))
    assert browser.post(reverse("billing:split_line", args=[999_999])).status_code == 404
    assert browser.post(reverse("billing:set_line_aside", args=[999_999])).status_code == 404
    assert browser.get(reverse("billing:reconciliation_expected", args=[999_999])).status_code == 404
    move = reverse("billing:move_payment", args=[mine.pk])
    assert "another customer" in said(move, bill=stranger.invoice.pk)
    assert "another customer" in said(move, bill="no number")

    # Two tabs show the same proposal, each with its own key: one posts, the other is told.
    assert "Matched." in said(accept, key="a" * 32)
    assert "Somebody has already decided about this proposal." in said(accept, key="b" * 32)
    assert "cannot" in said(reverse("billing:reject_match", args=[match.pk]))

    with seeing_as_system():
        part = Match.objects.get().parts.get()
    undo = reverse("billing:undo_part", args=[part.pk])
    assert "Undone." in said(undo)
    assert "Undone." in said(undo)  # by the same person again: it is as they want it
    other = sign_in(make_staff("second@desk.example", roles.FINANCE))
    again = other.post(undo, {"line": line.pk}, follow=True).content.decode()
    assert "Only what is in the books can be undone." in again
    assert browser.get(sheet).status_code == 200
    with seeing_as_system():
        assert Match.objects.get(pk=match.pk).status == "undone"


def test_a_stale_page_cannot_give_the_same_money_twice(browser: Client) -> None:
    """The page was opened before a colleague matched the line; its split is refused, with what was typed."""
    limit(1_000_000)
    line = proposals(1)[0]
    with seeing_as_system():
        expected, match = ExpectedMoney.objects.get(), Match.objects.get()
    colleague = sign_in(make_staff("second@desk.example", roles.FINANCE))
    colleague.post(reverse("billing:accept_match", args=[match.pk]), {"line": line.pk})

    answer = browser.post(reverse("billing:split_line", args=[line.pk]), {"q": "", f"share_{expected.pk}": "120.00"})

    assert answer.status_code in {409, 422}
    with seeing_as_system():
        assert Match.objects.exclude(pk=match.pk).count() == 0


def test_setting_aside_above_the_limit_is_shown_until_somebody_decides(browser: Client) -> None:
    limit(1_000_000)
    line = proposals(1)[0]
    sheet, waiting = reverse("billing:reconciliation_line", args=[line.pk]), reverse("billing:matches_waiting")

    aside = browser.post(reverse("billing:set_line_aside", args=[line.pk]), {"note": "Ours"}, follow=True)

    assert "Waits for a second person. Above the limit of $0.00 for write-offs." in aside.content.decode()
    assert "“Set aside” waits for a second person." in browser.get(sheet).content.decode()
    other = sign_in(make_staff("second@desk.example", roles.FINANCE))
    page = other.get(waiting).content.decode()
    assert "Set aside" in page
    assert "$120.00" in page
    with seeing_as_system():
        match = Match.objects.get(deed="aside")
    other.post(reverse("billing:approve_match", args=[match.pk]))
    assert "Bring it back" in browser.get(sheet).content.decode()


def test_what_is_off_is_of_the_chosen_account_and_all_of_it_can_be_reached(browser: Client) -> None:
    proposals(14)
    with seeing_as_system():
        other = BankAccount.objects.create(name="Euro account", currency="EUR", number="DE02120300000000202051")
        mine = BankAccount.objects.exclude(pk=other.pk).get()
    address = reverse("billing:reconciliation")

    first = browser.get(address, {"account": mine.pk}).context
    second = browser.get(address, {"account": mine.pk, "off": first["discrepancies"].older}).context

    shown = [each.pk for page in (first, second) for each in page["discrepancies"].rows]
    assert (len(first["discrepancies"].rows), len(shown), len(set(shown))) == (12, 14, 14)
    assert second["discrepancies"].older is None
    assert list(browser.get(address, {"account": other.pk}).context["discrepancies"].rows) == []
    assert browser.get(address, {"off": "9" * 30, "due": "2026-99-99.1"}).status_code == 200


def test_no_deed_is_offered_that_would_be_refused(browser: Client, fin: User) -> None:
    """Money no longer expected is not written off, a line in part matched not set aside, a void bill not moved to."""
    limit(10_000)
    line = proposals(1)[0]
    of_line = reverse("billing:reconciliation_line", args=[line.pk])
    with seeing_as_system():
        expected, match = ExpectedMoney.objects.get(), Match.objects.get()
        assert expected.customer is not None
        bills = {each: records_of(expected.customer).invoice for each in ("open", "draft", "void")}
        for status, bill in bills.items():
            Invoice.objects.filter(pk=bill.pk).update(status=status)
    of_money = reverse("billing:reconciliation_expected", args=[expected.pk])
    aside, write_off = "billing:set_line_aside", reverse("billing:write_off_expected", args=[expected.pk])

    assert reverse(aside, args=[line.pk]) in browser.get(of_line).content.decode()
    sheet = browser.get(of_money)
    assert write_off in sheet.content.decode()
    assert sheet.context["sheet"].bills == [Invoice(pk=bills["open"].pk)]

    with seeing_as_system():
        StatementLine.objects.filter(pk=line.pk).update(amount_minor=20_000)
    browser.post(reverse("billing:accept_match", args=[match.pk]), {"line": line.pk})
    page = browser.get(of_line).content.decode()
    assert reverse("billing:write_off_line", args=[line.pk]) in page
    assert reverse(aside, args=[line.pk]) not in page
    with seeing_as_system():
        ExpectedMoney.objects.update(status="void")
    assert write_off not in browser.get(of_money).content.decode()
