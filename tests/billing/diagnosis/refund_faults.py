"""Faults of refunds and of disputes."""

from datetime import timedelta

from billing.diagnosis.records import DisputeFact
from billing.states import RefundStatus
from tests.billing.diagnosis.faults import fault, last_bill, taken_on, twin
from tests.billing.diagnosis.histories import History


def _refunded(history: History, **fields: object) -> int:
    payment = taken_on(history, last_bill(history))
    since = fields.pop("since", 2)
    assert isinstance(since, int)
    moment = history.at - timedelta(days=since)
    charged = moment - timedelta(days=9)
    payment = history.change(payment, created_at=charged, authorised_at=charged, captured_at=charged)
    return history.refund(payment, moment, **fields).id


@fault("refund_waiting")
def unapproved(history: History) -> int:
    return _refunded(history, status=RefundStatus.REQUESTED, sent_at=None, settled_at=None)


@fault("refund_on_its_way")
def sent(history: History) -> int:
    return _refunded(history)


@fault("refund_on_its_way")
def pending(history: History) -> int:
    return _refunded(history, status=RefundStatus.PENDING, settled_at=None)


@fault("refund_late")
def pending_too_long(history: History) -> int:
    return _refunded(history, status=RefundStatus.PENDING, settled_at=None, since=20)


@fault("refund_arrived")
def there(history: History) -> int:
    return _refunded(history, since=20)


@fault("refund_unknown")
def unanswered(history: History) -> int:
    return _refunded(history, status=RefundStatus.UNKNOWN, settled_at=None)


@fault("refund_failed")
def refused(history: History) -> int:
    return _refunded(history, status=RefundStatus.FAILED, settled_at=None, failed_at=history.at)


@fault("refund_failed_after_success")
def came_back(history: History) -> int:
    return _refunded(
        history, status=RefundStatus.FAILED, failed_at=history.at, failure_reason="lost_or_stolen_card", since=12
    )


@fault("refund_failed_after_success")
def duplicate_not_given_back(history: History) -> int:
    payment = taken_on(history, last_bill(history))
    extra = twin(history, payment, after=timedelta(seconds=20))
    return history.refund(extra, extra.moment, status=RefundStatus.FAILED, failed_at=history.at).id


@fault("refund_rejected")
def not_approved(history: History) -> int:
    return _refunded(history, status=RefundStatus.REJECTED, sent_at=None, settled_at=None)


def _disputed(history: History, **fields: object) -> int:
    payment = taken_on(history, last_bill(history))
    values = {"id": history.next_id(), "reference": "D-9", "payment_id": payment.id, "currency": payment.currency,
              "amount_minor": payment.amount_minor, "opened_at": history.at - timedelta(days=4)}  # fmt: skip
    return history.add(DisputeFact(**(values | fields))).id  # type: ignore[arg-type]


@fault("disputed")
def contested(history: History) -> int:
    return _disputed(history, answer_due_at=history.at + timedelta(days=9))


@fault("dispute_won")
def won(history: History) -> int:
    return _disputed(history, open=False, won=True, closed_at=history.at - timedelta(days=3))


@fault("dispute_lost")
def lost(history: History) -> int:
    return _disputed(history, open=False, won=False, closed_at=history.at - timedelta(days=3))


@fault("disputed_and_refunded")
def twice_out(history: History) -> int:
    dispute = _disputed(history)
    fact = next(each for each in history.all(DisputeFact) if each.id == dispute)
    payment = history.facts().payment_by_id[fact.payment_id]
    history.refund(payment, history.at - timedelta(days=1))
    return dispute
