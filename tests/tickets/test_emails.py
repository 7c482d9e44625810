"""Mails say that there is news and where; what the news is stands behind the sign-in."""

import pytest
from django.core import mail

from supportdesk.people.models import User
from supportdesk.tickets.actions.conversation import reply
from supportdesk.tickets.actions.status import solve
from supportdesk.tickets.models import Message, Queue
from supportdesk.tickets.tasks import mail_answered, mail_money_news, mail_received, mail_solved
from tests.tickets.factories import NOW, make_ticket, new_key

pytestmark = pytest.mark.django_db
SECRETS = ("125.00", "premium", "Charged twice", "<b>")


def sent() -> mail.EmailMultiAlternatives:
    (message,) = mail.outbox
    assert isinstance(message, mail.EmailMultiAlternatives)
    return message


def everything(message: mail.EmailMultiAlternatives) -> str:
    return " ".join([str(message.subject), str(message.body), *(str(content) for content, _ in message.alternatives)])


@pytest.mark.parametrize("which", ["received", "answered", "money_news", "solved"])
def test_no_facts_and_one_address(queue: Queue, agent: User, which: str, settings: object) -> None:
    settings.SITE_ADDRESS = "https://help.test"  # type: ignore[attr-defined]
    ticket = make_ticket(subject="Charged twice <b>", text="My premium of $125.00", name="Lena <b>Ortiz")
    message = reply(ticket, "Your $125.00 comes.", by=agent, version=0, key=new_key(), at=NOW)
    solve(ticket, by=agent, at=NOW)
    send = {
        "received": lambda: mail_received(ticket=ticket.pk),
        "answered": lambda: mail_answered(ticket=ticket.pk, message=message.pk),
        "money_news": lambda: mail_money_news(ticket=ticket.pk, event=7),
        "solved": lambda: mail_solved(ticket=ticket.pk),
    }

    send[which]()

    text = everything(sent())
    assert [secret for secret in SECRETS if secret in text] == []
    assert text.count(f"https://help.test/my/questions/{ticket.pk}/") == 3  # text, link, link to copy
    assert (sent().to, sent().extra_headers["Auto-Submitted"]) == (["lena@home.test"], "auto-generated")


def test_sent_again_it_is_the_same_mail(queue: Queue) -> None:
    ticket = make_ticket()
    for _ in range(2):
        mail_money_news(ticket=ticket.pk, event=7)

    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_card_number_that_was_removed_is_told(queue: Queue) -> None:
    mail_received(ticket=make_ticket(text="Card 4242 4242 4242 4242").pk)

    assert "There was a card number in what you wrote." in everything(sent())
    assert "4242" not in everything(sent())
    assert Message.objects.get().body == "Card ****4242"


def test_headers_cannot_be_injected(queue: Queue) -> None:
    ticket = make_ticket(subject="x\r\nBcc: a@b.test", name="Lena\r\nBcc: a@b.test")

    mail_received(ticket=ticket.pk)

    assert "\n" not in ticket.subject + ticket.requester_name
    assert "Bcc" not in sent().message()
