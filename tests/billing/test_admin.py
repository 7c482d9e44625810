"""The audit trail, the books and the outbox in the admin: shown to whom they concern, changed by nobody."""

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.ledger import post_payment
from billing.audit.history import history_of
from billing.audit.sealer import seal_batch
from billing.models import LedgerAccount, OutboxMessage, PaymentRead, Posting, ReconciliationLimit, Seal
from billing.outbox.failing import MOST_FAILURES, record_failure
from billing.outbox.publish import enqueue
from supportdesk.people import roles
from tests.billing.outbox_tasks import ONCE
from tests.billing.records import AT, Records, a_customer, records_of
from tests.billing.refunds.people import ask, somebody
from tests.personas import Factor, make_staff, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lena() -> Records:
    records = records_of(a_customer())
    with seeing_as_system():
        post_payment(records.payment, at=AT)
    seal_batch()
    return records


def rows() -> dict[str, int]:
    with seeing_as_system():
        return {model.__name__: model._base_manager.count() for model in (Posting, LedgerAccount, PaymentRead, Seal)}


GUARDED = ("posting", "ledgeraccount", "paymenthistory", "agreementhistory")
AUDIT = ("paymentread", "seal")


@pytest.mark.parametrize("page", GUARDED)
def test_payment_data_needs_a_fresh_factor_and_is_a_recorded_look(lena: Records, page: str) -> None:
    address = f"/admin/billing/{page}/"
    auditor = make_staff("aud@desk.example", roles.AUDITOR)

    assert sign_in(auditor, factor="stale").get(address).status_code == 302
    shown = sign_in(auditor).get(address)

    assert shown.status_code == 200
    assert "0 selected" not in shown.content.decode()
    assert list(PaymentRead.objects.order_by("id").values_list("outcome", "reading", "view", "object_kind")) == [
        ("refused", "admin", f"admin:billing.{page}", page),
        ("seen", "admin", f"admin:billing.{page}", page),
    ]


def test_a_posting_shows_its_entries(lena: Records) -> None:
    with seeing_as_system():
        posting = Posting.objects.get()

    page = sign_in(make_staff("fin@desk.example", roles.FINANCE)).get(f"/admin/billing/posting/{posting.pk}/change/")

    text = page.content.decode()
    assert "−125.00\u00a0USD" in text
    assert f"payment:{lena.payment.pk}" in text


@pytest.mark.parametrize("page", AUDIT)
@pytest.mark.parametrize(("role", "status"), [(roles.AUDITOR, 200), (roles.FINANCE, 403), (roles.ADMINISTRATOR, 403)])
def test_the_trail_is_for_those_who_may_read_it(lena: Records, page: str, role: str, status: int) -> None:
    answer = sign_in(make_staff("who@desk.example", role)).get(f"/admin/billing/{page}/")

    assert answer.status_code == status
    assert PaymentRead.objects.filter(view="billing.admin.audit").count() == (status == 200)


@pytest.mark.parametrize("page", [*GUARDED, *AUDIT, "outboxmessage"])
def test_nothing_is_added_or_deleted(lena: Records, page: str) -> None:
    client = sign_in(make_staff("aud@desk.example", roles.AUDITOR))

    assert client.get(f"/admin/billing/{page}/add/").status_code == 403
    before = rows()
    client.post(f"/admin/billing/{page}/", {"action": "delete_selected", "_selected_action": [1], "post": "yes"})
    assert {table for table, count in before.items() if rows()[table] < count} == set()


@pytest.mark.parametrize(("role", "factor", "tried"), [(roles.ADMINISTRATOR, "fresh", 1), (roles.AGENT, "fresh", 0)])
def test_dead_letters_are_replayed_by_hand(role: str, factor: Factor, tried: int) -> None:
    with transaction.atomic():
        enqueue(ONCE, key="deed", payload={"ref": "deed"})
    message = OutboxMessage.objects.get()
    for _ in range(MOST_FAILURES):
        record_failure(message.pk, "The mail server said no.")
    client = sign_in(make_staff("ada@desk.example", role), factor=factor)

    listed = client.get("/admin/billing/outboxmessage/?state=dead")
    client.post("/admin/billing/outboxmessage/", {"action": "replay_messages", "_selected_action": [message.pk]})

    assert ("The mail server said no." in listed.content.decode()) is bool(tried)
    message.refresh_from_db()
    assert (message.dead_at is None) is bool(tried)
    assert (message.due_at <= timezone.now()) is bool(tried)


def test_the_administrator_sets_what_finance_posts_alone_and_each_change_stays() -> None:
    finance = Group.objects.get(name=roles.FINANCE)
    administrator = sign_in(make_staff("adm@desk.example", roles.ADMINISTRATOR))
    asked = {"group": finance.pk, "currency": "USD", "match_minor": "500.00", "write_off_minor": "10"}

    assert administrator.post("/admin/billing/reconciliationlimit/add/", asked).status_code == 302
    limit = ReconciliationLimit.objects.get(group=finance, currency="USD")
    page = f"/admin/billing/reconciliationlimit/{limit.pk}/change/"
    assert administrator.post(page, {**asked, "match_minor": "$700"}).status_code == 302
    assert administrator.post(page, {**asked, "match_minor": "-1"}).status_code == 200

    kept = history_of(limit).order_by("pgh_id").values_list("match_minor", flat=True)
    assert list(kept) == [50_000, 70_000]
    assert sign_in(make_staff("fin@desk.example", roles.FINANCE)).post(page, asked).status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        history_of(limit).delete()


@pytest.mark.parametrize(("method", "reading"), [("get", "admin"), ("post", "move")])
def test_a_look_at_a_refund_that_waits_says_whose_it_is(lena: Records, method: str, reading: str) -> None:
    with seeing_as_system():
        asked = ask(lena.payment, by=somebody("ag@desk.example", limit_minor=1_000))
    client = sign_in(make_staff("lead@desk.example", roles.SUPERVISOR))

    getattr(client, method)(f"/admin/billing/refund/{asked.pk}/change/")

    look = PaymentRead.objects.latest("id")
    assert (look.outcome, look.reading, look.view) == ("seen", reading, "admin:billing.refund")
    assert (look.object_kind, look.object_id, look.customer_id, look.case_ref) == (
        "refund",
        asked.pk,
        asked.customer_id,
        asked.case_ref,
    )
