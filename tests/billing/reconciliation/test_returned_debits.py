"""Debits in euros and pounds that a bank sends back: the payment failed, and both sides are told the bank's reason."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.bank_answers import take_bank_answers
from billing.actions.books import book_payment
from billing.diagnosis import diagnose
from billing.diagnosis.findings import Finding
from billing.diagnosis_facts import diagnosis_facts
from billing.ledger.balances import trial_balance
from billing.models import Payment, PaymentMethod, StatementFile
from billing.states import MethodKind
from tests.billing.refunds.people import a_payment
from tests.billing.statements.answering import import_adding_accounts
from tests.billing.statements.files import camt, camt_entry
from tests.billing.statements.test_importing import received
from tests.billing.statements.test_told_twice import notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_bytes")]
NAME = "P7K3MQ2ZX9ABC"
TODAY = timezone.now()
BOOKED = (TODAY - timedelta(days=2)).date().isoformat()


@pytest.fixture
def kept_bytes(settings: object, tmp_path: object) -> None:
    settings.STATEMENT_STORAGE = tmp_path / "statements"  # type: ignore[attr-defined,operator]  # pytest's own objects


def a_debit(currency: str) -> Payment:
    """Ten days old and paid, as it seems, by a bank account."""
    at = datetime.combine(TODAY.date() - timedelta(days=10), datetime.min.time(), UTC)
    payment = a_payment(
        amount_minor=5_000, currency=currency, provider="file", created_at=at, captured_at=at, external_id=NAME
    )
    with seeing_as_system():
        payment.method = PaymentMethod.objects.create(
            customer=payment.customer, kind=MethodKind.BANK_ACCOUNT, last4="2051", provider="file", external_id="m-1"
        )
        payment.save(update_fields=["method"])
        book_payment(payment, at=at)
    return payment


def sent_back(reason: str, *, amount: str = "50.00", more: str = "", currency: str = "EUR") -> bytes:
    details = (
        f"<TxDtls><Refs><EndToEndId>{NAME}</EndToEndId></Refs>{more}"
        f"<RltdPties><Dbtr><Nm>Lena Ortiz</Nm></Dbtr></RltdPties><RtrInf><Rsn>{reason}</Rsn></RtrInf></TxDtls>"
    )
    entry = camt_entry(
        amount,
        direction="DBIT",
        day=BOOKED,
        reference="B-9",
        details=details,
        currency=currency,
        more="<RvslInd>true</RvslInd>",
    )
    return camt(entry).replace(b"<Ccy>EUR</Ccy>", f"<Ccy>{currency}</Ccy>".encode())


def answered(content: bytes) -> StatementFile:
    file = received(content)
    import_adding_accounts(file.pk, at=TODAY)
    file.refresh_from_db()
    assert (file.status, file.lines_imported) == ("imported", 1), file.status_reason
    take_bank_answers(at=TODAY)
    return file


def finding_of(payment: Payment) -> Finding:
    with seeing_as_system():
        found = diagnose(diagnosis_facts(payment.customer_id, at=TODAY), at=TODAY).findings
    (finding,) = [each for each in found if each.evidence and each.evidence[0].id == payment.pk]
    return finding


def outcome(payment: Payment) -> tuple[str, int, list[tuple[str, str, str]]]:
    with seeing_as_system():
        row = Payment.objects.get(pk=payment.pk)
        tries = list(row.attempts.values_list("outcome", "network_code", "network"))
    return row.status, row.captured_minor, tries


@pytest.mark.parametrize(
    ("code", "kind", "agent", "customer"),
    [
        ("AC04", "debit_returned", "account closed, code AC04", "Your bank tells us that this account is closed."),
        ("AM04", "debit_returned", "insufficient funds, code AM04", "There was not enough money in the account"),
        ("MS03", "debit_returned", "reason not given by the bank, code MS03", "The payment was not approved."),
        ("MD01", "debit_unauthorised", "no mandate, or not authorised, code MD01", "It says that you did not agree"),
        ("MD06", "payment_stopped", "", "Your bank sent this payment back because you asked for it."),
    ],
)
@pytest.mark.parametrize("message", ["camt.053", "camt.054"])
def test_a_return_in_euros_fails_the_payment_and_says_why(
    message: str, code: str, kind: str, agent: str, customer: str
) -> None:
    payment = a_debit("EUR")
    content = sent_back(f"<Cd>{code}</Cd>")

    answered(content if message == "camt.053" else notification_of(content))
    take_bank_answers(at=TODAY)

    assert outcome(payment) == ("failed", 0, [("declined", code, "sepa")])
    finding = finding_of(payment)
    assert (finding.code, agent in finding.headline, customer in finding.customer_text) == (kind, True, True)
    with seeing_as_system():
        assert {name: total for (name, _), total in trial_balance().items() if total} == {}


def notification_of(content: bytes) -> bytes:
    entries = content.decode().partition("<Ntry>")
    return notification("<Ntry>" + entries[2].partition("</Stmt>")[0])


def test_a_secret_reason_is_the_agents_alone() -> None:
    payment = a_debit("EUR")
    answered(sent_back("<Cd>MD07</Cd>"))

    finding = finding_of(payment)

    assert (finding.do_not_tell, "has died" in finding.explanation) == (True, True)
    assert "The payment was not approved." in finding.customer_text
    assert "died" not in f"{finding.customer_text} {finding.customer_next}"


@pytest.mark.parametrize(
    ("amount", "more"),
    [
        ("52.50", '<AmtDtls><InstdAmt><Amt Ccy="EUR">50.00</Amt></InstdAmt></AmtDtls>'),
        ("52.50", '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">2.50</TtlChrgsAndTaxAmt></Chrgs>'),
    ],
    ids=["the order", "the charge"],
)
def test_what_the_bank_takes_for_a_return_does_not_hide_it(amount: str, more: str) -> None:
    payment = a_debit("EUR")
    answered(sent_back("<Cd>AC04</Cd>", amount=amount, more=more))
    assert outcome(payment) == ("failed", 0, [("declined", "AC04", "sepa")])


def test_another_amount_is_left_to_a_person() -> None:
    payment = a_debit("EUR")
    answered(sent_back("<Cd>AC04</Cd>", amount="52.50"))
    assert outcome(payment) == ("succeeded", 5_000, [])


@pytest.mark.parametrize("written", ["1", "ARUDD 1"])
def test_a_return_in_pounds_has_the_codes_of_bacs(written: str) -> None:
    payment = a_debit("GBP")
    answered(sent_back(f"<Prtry>{written}</Prtry>", currency="GBP"))

    assert outcome(payment) == ("failed", 0, [("declined", written, "bacs")])
    finding = finding_of(payment)
    assert finding.code == "mandate_revoked"
    assert "Your bank tells us that your Direct Debit was cancelled." in finding.customer_text


def test_a_euro_account_has_no_ceiling_of_ach() -> None:
    payment = a_debit("EUR")
    answered(sent_back("<Cd>AM04</Cd>"))
    advice = finding_of(payment).retry
    assert advice is not None
    assert advice.ceiling is not None
    assert advice.ceiling.network == "Our own limit"
