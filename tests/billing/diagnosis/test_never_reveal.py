"""What must never be told: proved by planting it. The same facts with a harmless code must read the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.diagnosis import CustomerFinding, Diagnosis, Finding, diagnose
from billing.diagnosis.codes import ACH_RETURNS, ISO8583, STRIPE
from billing.states import AttemptOutcome, MethodKind, RefundStatus
from tests.billing.diagnosis.faults import fail, last_bill, taken_on
from tests.billing.diagnosis.histories import clean_history

SECRET_CARD = [
    *({"decline_code": code} for code, each in STRIPE.items() if each.secret),
    *({"network_code": code} for code, each in ISO8583.items() if each.secret),
    *({"decline_code": "generic_decline", "network_code": code} for code, each in ISO8583.items() if each.secret),
]
SECRET_DEBIT = [{"network_code": code} for code, each in ACH_RETURNS.items() if each.secret]


def _diagnosed(codes: dict[str, str], *, kind: MethodKind, retry: bool = False) -> Diagnosis:
    history = clean_history(7)
    fail(history, kind=kind, retry_in=2 if retry else 0, **codes)
    return diagnose(history.facts(), at=history.at)


def _told(diagnosis: Diagnosis) -> tuple[list[CustomerFinding], str]:
    return [each.for_customer() for each in diagnosis.findings], diagnosis.answer


def _only(diagnosis: Diagnosis) -> Finding:
    (finding,) = diagnosis.findings
    return finding


@pytest.mark.parametrize("codes", SECRET_CARD, ids=str)
def test_a_secret_card_decline_reads_like_any_other(codes: dict[str, str]) -> None:
    secret = _diagnosed(codes, kind=MethodKind.CARD)
    assert _told(secret) == _told(_diagnosed({"decline_code": "generic_decline"}, kind=MethodKind.CARD))

    finding = _only(secret)
    assert finding.do_not_tell
    assert finding.headline.endswith(" (do not tell)")
    assert finding.explanation.startswith("Do not tell the customer the reason. ")


@pytest.mark.parametrize("codes", SECRET_DEBIT, ids=str)
def test_a_secret_debit_return_reads_like_any_other(codes: dict[str, str]) -> None:
    secret = _diagnosed(codes, kind=MethodKind.BANK_ACCOUNT)
    assert _told(secret) == _told(_diagnosed({"decline_code": "bank_account_declined"}, kind=MethodKind.BANK_ACCOUNT))
    assert _only(secret).do_not_tell


@pytest.mark.parametrize("codes", SECRET_CARD, ids=str)
def test_a_planned_retry_of_a_secret_decline_is_stopped_and_not_mentioned(codes: dict[str, str]) -> None:
    planned = _diagnosed(codes, kind=MethodKind.CARD, retry=True)
    told = _told(planned)
    assert told == _told(_diagnosed({"decline_code": "generic_decline"}, kind=MethodKind.CARD)) or (
        _only(planned).code == "retry_pending"
        and told == _told(_diagnosed({"decline_code": "generic_decline"}, kind=MethodKind.CARD, retry=True))
    )


def test_the_planted_reason_is_there_for_the_agent() -> None:
    """The tests above would pass if the reason were lost on the way: it is not."""
    finding = _only(_diagnosed({"decline_code": "stolen_card", "network_code": "43"}, kind=MethodKind.CARD))
    assert "declined: stolen card, code 43 (do not tell)" in finding.headline
    assert "The card is reported stolen." in finding.explanation


def test_a_refund_to_a_lost_card_reads_like_any_that_came_back() -> None:
    def diagnosed(reason: str) -> Diagnosis:
        history = clean_history(7)
        payment = taken_on(history, last_bill(history))
        history.refund(payment, payment.moment, status=RefundStatus.FAILED, failed_at=history.at, failure_reason=reason)
        return diagnose(history.facts(), at=history.at)

    lost, plain = diagnosed("lost_or_stolen_card"), diagnosed("unknown")

    assert _only(lost).do_not_tell
    assert "reported lost or stolen" in _only(lost).explanation
    assert _told(lost) == _told(plain)


def test_the_customers_view_has_no_field_for_a_reason() -> None:
    assert {*CustomerFinding.__dataclass_fields__} == {
        "severity", "headline", "text", "next_step", "over_on", "evidence",
    }  # fmt: skip


def test_notes_on_evidence_stay_with_the_agent() -> None:
    history = clean_history(7)
    payment = taken_on(history, last_bill(history))
    history.refund(payment, history.at - timedelta(days=1), bank_reference="74537604221")
    finding = _only(diagnose(history.facts(), at=history.at))

    assert finding.evidence[0].note == "bank reference 74537604221"
    assert [each.note for each in finding.for_customer().evidence] == ["", "", ""]


def test_secrecy_beats_an_expired_card() -> None:
    """A stolen card that has also expired: the agent must see the first, the customer the generic words."""
    history = clean_history(7)
    payment = fail(history, decline_code="stolen_card")
    method = history.facts().method_by_id[payment.method_id or 0]
    history.change(method, exp_year=2020)
    attempt = replace(payment.attempts[0], outcome=AttemptOutcome.DECLINED)
    history.change(payment, attempts=(attempt,))
    codes = [each.code for each in diagnose(history.facts(), at=history.at).findings]

    assert "payment_declined" in codes
