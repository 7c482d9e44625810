"""One marked card number through every entrance, and then a look into everything that keeps anything (S-65).

An entrance may refuse it or strike it out; nothing that is left behind may hold it: no row of any table, no packed
session or counter, no file, no mail, no line of the log.
"""

import base64
import io
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, TestCase
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.inbox import apply_event
from billing.actions.statement_answers import add_accounts_of
from billing.actions.statements import import_statement_file
from billing.gateways.stripe.signatures import sign
from billing.models import Customer, ProviderEvent, StatementFile
from billing.redaction import redact
from billing.redaction.logs import RedactingFilter
from supportdesk.helpsite.actions.articles import save_topic
from supportdesk.people import roles
from supportdesk.people.models import Team, User
from supportdesk.tickets.actions.escalations import escalate
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import EscalationReason
from tests.billing.bulk.files import write_csv
from tests.billing.refunds.people import a_payment, ask, somebody
from tests.billing.statements.files import MT940, camt, camt_details, camt_entry
from tests.fakes.stripe_objects import T0, charge, event
from tests.personas import make_staff, make_user, sign_in
from tests.tickets.factories import NOW, make_queue, make_ticket, new_key

pytestmark = pytest.mark.django_db
DIGITS: Final = "5425233430109903"
SPACED: Final = "5425 2334 3010 9903"
IN_TEXT: Final = re.compile(r"[^0-9]{0,3}".join(DIGITS))
IN_BYTES: Final = DIGITS.encode().hex()


class Desk:
    """Who and what there is to type at."""

    def __init__(self, team: Team, folder: Path) -> None:
        self.folder = folder
        make_queue(team)
        save_topic(slug="charged", title="Charged", summary="Check", ticket_category="missing_or_duplicate", position=0)
        self.customer = make_user("lena@home.test")
        record = Customer.objects.create(reference="C-1", name="Lena", email=self.customer.email, user=self.customer)
        self.ticket = make_ticket(customer=record, requester=self.customer)
        self.agent = make_staff("agent@desk.test", roles.AGENT, team=team)
        self.lead = make_staff("lead@desk.test", roles.SUPERVISOR, team=team, is_lead=True)
        self.at_agent, self.at_lead = sign_in(self.agent), sign_in(self.lead)
        self.at_customer, self.stranger = sign_in(self.customer), Client()

    def staff(self, role: str) -> Client:
        return sign_in(make_staff(f"{role}@desk.test", role))

    def desk(self, page: str, **sent: Any) -> Any:
        return self.at_agent.post(f"/desk/tickets/{self.ticket.pk}/{page}/", {"key": new_key(), "version": 0, **sent})


def contact_form(desk: Desk) -> None:
    sent = {
        "name": f"Lena {SPACED}",
        "subject": f"Card {SPACED}",
        "text": f"My card {DIGITS}, cvv 123.",
        "key": new_key(),
    }
    desk.stranger.post("/contact/suggestions/", sent)
    desk.stranger.post("/contact/charged/", {**sent, "email": f"{DIGITS}@home.test"})
    assert desk.stranger.post("/contact/charged/", {**sent, "email": "lena@home.test"}).status_code == 302
    assert Ticket.objects.count() == 2


def customers_reply(desk: Desk) -> None:
    url = f"/my/questions/{desk.ticket.pk}/messages/"
    assert desk.at_customer.post(url, {"text": f"It is {SPACED}", "key": new_key()}).status_code == 302


def customers_reply_in_two(desk: Desk) -> None:
    url = f"/my/questions/{desk.ticket.pk}/messages/"
    for half in (f"My card is {DIGITS[:8]}", DIGITS[8:]):
        assert desk.at_customer.post(url, {"text": half, "key": new_key()}).status_code == 302


def reply_note_and_draft(desk: Desk) -> None:
    for mode in ("reply", "note"):
        assert desk.desk("write", mode=mode, text=f"Your card {SPACED}").status_code == 422
    assert desk.desk("draft", text=f"Your card {DIGITS}").status_code == 422


def escalation(desk: Desk) -> None:
    assert desk.desk("escalate", reason="above_limit", tried=f"Card {SPACED}").status_code == 422
    raised = escalate(
        desk.ticket, reason=EscalationReason.ABOVE_LIMIT, tried="All.", by=desk.agent, key=new_key(), at=NOW
    )
    url = f"/admin/tickets/escalation/{raised.pk}/change/"
    assert desk.at_lead.post(url, {"answer": "decide", "words": f"Use {SPACED}", "key": new_key()}).status_code == 422


def prepared_answer(desk: Desk) -> None:
    sent = {"name": f"Card {DIGITS}", "body": f"Your card {SPACED}", "active": "on", "position": "1", "category": ""}
    assert desk.at_lead.post("/admin/tickets/macro/add/", sent).status_code == 200


def decision_about_a_refund(desk: Desk) -> None:
    refund = ask(a_payment(), by=somebody("asker@desk.test", limit_minor=0))
    sent = {"decision": "reject", "note": f"Card {SPACED}", "seen": refund.request_hash}
    assert desk.at_lead.post(f"/admin/billing/refund/{refund.pk}/change/", sent).status_code == 422


def held_event(desk: Desk) -> None:
    webhook(desk)
    ProviderEvent.objects.update(status="held")
    url = f"/admin/billing/providerevent/{ProviderEvent.objects.get().pk}/change/"
    sent = {"decision": "discard", "note": f"Card {SPACED}"}
    assert desk.staff(roles.FINANCE).post(url, sent).status_code == 422


def names_in_the_admin(desk: Desk) -> None:
    administrator = desk.staff(roles.ADMINISTRATOR)
    empty = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    topic = {"title": SPACED, "slug": DIGITS, "summary": SPACED, "ticket_category": "other", "position": "1"}
    pages = {"people/team": {"name": SPACED, **empty}, "tickets/queue": {"name": SPACED, "slug": DIGITS}}
    for page, sent in {**pages, "helpsite/articlecategory": topic, "helpsite/article": {"title": DIGITS}}.items():
        administrator.post(f"/admin/{page}/add/", sent)
    administrator.post("/factor/staff/invite/", {"email": f"{DIGITS}@desk.test", "role": roles.AGENT})


def accounts(desk: Desk) -> None:
    address = f"{DIGITS}@home.test"
    for page in ("signup", "login", "login/code", "password/reset"):
        sent = {"email": address, "login": address, "password": f"ink {SPACED}", "password1": f"ink {SPACED} paper"}
        desk.stranger.post(f"/accounts/{page}/", sent)
    desk.at_customer.post("/accounts/email/", {"email": address, "action_add": ""})
    desk.at_agent.post("/factor/prove/", {"code": DIGITS})


def addresses_and_headers(desk: Desk) -> None:
    headers = {"User-Agent": SPACED, "Referer": f"https://elsewhere.test/?{DIGITS}", "X-Request-ID": DIGITS}
    for client in (desk.stranger, desk.at_customer, desk.at_agent):
        for page in ("/search/", "/desk/search/", "/contact/suggestions/", "/my/", "/admin/people/user/", "/nowhere/"):
            client.get(page, {"q": SPACED, "before": DIGITS}, headers=headers)
        client.get(f"/billing/case/{DIGITS}/panel/", headers=headers)
        client.get(f"/help/{DIGITS}/", headers=headers)


def webhook(desk: Desk) -> None:
    about: dict[str, Any] = {
        "description": f"card {SPACED}",
        "metadata": {"typed": DIGITS},
        "statement_descriptor": SPACED,
    }
    billing: dict[str, Any] = {"billing_details": {"name": f"Lena {SPACED}", "email": None}, "receipt_number": DIGITS}
    raw = json.dumps(event("charge.succeeded", charge(**about, **billing), T0)).encode()
    signature = sign(raw, secret=settings.STRIPE_WEBHOOK_SECRETS[0], at=timezone.now())
    options: dict[str, Any] = {"content_type": "application/json", "HTTP_STRIPE_SIGNATURE": signature}
    assert Client().post("/hooks/stripe/", raw, **options).status_code == 200
    with seeing_as_system():
        apply_event(ProviderEvent.objects.get().pk, at=NOW)
    forged = {**options, "HTTP_STRIPE_SIGNATURE": f"t=1,v1={DIGITS}"}
    assert Client().post("/hooks/stripe/", raw, **forged).status_code == 400


def statements(desk: Desk) -> None:
    finance = desk.staff(roles.FINANCE)
    details = camt_details(text=f"CARD {SPACED}", name=f"Lena {DIGITS}", end_to_end=DIGITS)
    files = {
        f"card {SPACED}.xml": camt(camt_entry(details=details, reference=DIGITS)),
        f"{DIGITS}.sta": MT940.replace(b"Account fee", SPACED.encode()),
        f"{DIGITS}.csv": f"Date,Description,Amount\n2026-11-20,card {SPACED},-4.50\n".encode(),
        f"broken {DIGITS}.xml": b"<Document>" + SPACED.encode(),
    }
    for name, content in files.items():
        finance.post("/finance/statements/upload/", {"file": SimpleUploadedFile(name, content)})
    with seeing_as_system():
        uploaded = list(StatementFile.objects.values_list("pk", flat=True))
    assert len(uploaded) == len(files)
    with TestCase.captureOnCommitCallbacks(execute=True):
        for pk in uploaded:
            import_statement_file(pk, at=NOW)
    with seeing_as_system():
        statuses = set(StatementFile.objects.values_list("status", flat=True))
    assert statuses == {"needs_account", "refused", "needs_mapping"}


def statements_of_new_accounts(desk: Desk) -> None:
    statements(desk)
    asking = list(StatementFile.objects.filter(status="needs_account").values_list("pk", flat=True))
    with TestCase.captureOnCommitCallbacks(execute=True):
        for pk in asking:
            add_accounts_of(pk)
            import_statement_file(pk, at=NOW)
    assert StatementFile.objects.filter(status="imported").count() == len(asking) == 2


def bulk_files(desk: Desk) -> None:
    customers = [{"external_id": "c1", "name": f"Lena {SPACED}"}, {"external_id": DIGITS, "name": "Tom"}]
    quietly("import_billing", "customers", str(write_csv(desk.folder, "customers", customers)))


def complaints(desk: Desk) -> None:
    path = desk.folder / f"complaints {DIGITS}.csv"
    path.write_text(
        "Date received,Product,Issue,Sub-issue,Consumer complaint narrative,Company,Complaint ID\n"
        f"2026-03-07,Loan {SPACED},Fees {SPACED},,They took it from {SPACED},ACME {SPACED},101\n"
        f"2026-03-07,Loan,Fees,,x,ACME,{DIGITS}\n"
    )
    quietly("import_complaints", str(path))


def comparing(desk: Desk) -> None:
    url = f"/billing/case/{desk.ticket.pk}/compare/"
    file = SimpleUploadedFile(f"{DIGITS}.txt", f"12 Sep ACME {SPACED} -125.00".encode())
    desk.at_agent.post(url, {"text": f"12 Sep ACME {SPACED} -125.00"})
    desk.at_agent.post(url, {"file": file})


def quietly(*command: str) -> None:
    """What a command prints ends in somebody's log."""
    printed = io.StringIO()
    with suppress(CommandError):
        call_command(*command, stdout=printed, stderr=printed)
    assert printed.getvalue()
    assert not _holds(printed.getvalue())


ENTRANCES: Final[tuple[Callable[[Desk], None], ...]] = (
    contact_form,
    customers_reply,
    customers_reply_in_two,
    reply_note_and_draft,
    escalation,
    prepared_answer,
    decision_about_a_refund,
    held_event,
    names_in_the_admin,
    accounts,
    addresses_and_headers,
    webhook,
    statements,
    statements_of_new_accounts,
    bulk_files,
    complaints,
    comparing,
)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says, as our one handler would write it."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactingFilter())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def desk(team: Team, tmp_path: Path, settings: Any) -> Desk:
    settings.STATEMENT_STORAGE = tmp_path / "statements"
    (tmp_path / "given").mkdir()
    return Desk(team, tmp_path / "given")


@pytest.mark.parametrize("entrance", ENTRANCES, ids=lambda entrance: entrance.__name__)
def test_nothing_keeps_it(entrance: Callable[[Desk], None], desk: Desk, log: io.StringIO, tmp_path: Path) -> None:
    entrance(desk)

    assert where_it_stands(tmp_path / "statements", log) == []


def test_the_sweep_sees_what_is_there(desk: Desk, log: io.StringIO, tmp_path: Path) -> None:
    """Planted in each kind of sink."""
    Team.objects.create(name=f"Team {SPACED}")
    User.objects.filter(pk=desk.agent.pk).update(name="Tom")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO people_tries VALUES ('k', %s, now())", [base64.b64encode(DIGITS.encode()).decode()])
    session = desk.at_agent.session
    session["typed"] = DIGITS
    session.save()
    mail.EmailMessage("Card", SPACED, to=["lena@home.test"]).send()
    (tmp_path / "statements").mkdir()
    (tmp_path / "statements/kept").write_bytes(SPACED.encode())
    log.write(SPACED)

    found = where_it_stands(tmp_path / "statements", log)

    assert found == ["people_team", "a counter", "a session", "a mail", "a file", "the log"]


def where_it_stands(files: Path, log: io.StringIO) -> list[str]:
    with seeing_as_system():
        found = _tables_with_it()
    counters = (base64.b64decode(value) for value in _column("SELECT value FROM people_tries"))
    sessions = (json.dumps(session.get_decoded()) for session in Session.objects.all())
    mails = (each.message().as_bytes() for each in mail.outbox)
    kept = (path.read_bytes() for path in files.rglob("*") if path.is_file())
    sinks: dict[str, Iterable[str | bytes]] = {
        "a counter": counters,
        "a session": sessions,
        "a mail": mails,
        "a file": kept,
        "the log": [log.getvalue()],
    }
    return found + [name for name, texts in sinks.items() if any(_holds(text) for text in texts)]


def _tables_with_it() -> list[str]:
    tables = _column(
        "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        " AND has_table_privilege(format('%I.%I', table_schema, table_name), 'SELECT') ORDER BY 1"
    )
    assert len(tables) > 80
    pattern = f"{IN_TEXT.pattern}|{IN_BYTES}"
    return [
        table.removeprefix("public.")
        for table in tables
        if _column(f"SELECT 1 FROM {table} each WHERE each::text ~ '{pattern}' LIMIT 1")  # our own names
    ]


def _column(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]


def _holds(text: str | bytes) -> bool:
    return bool(IN_TEXT.search(text if isinstance(text, str) else text.decode("latin-1")))


def test_the_marker_is_a_card() -> None:
    assert [redact(text).text for text in (DIGITS, SPACED)] == ["****9903"] * 2
