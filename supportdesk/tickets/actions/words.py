"""What people typed, on its way in: cleaned before the first write, and sealed where it quotes payment data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from billing.access.scopes import seeing_as_system
from billing.redaction import contains_card, mentions_money, redact, redact_joined
from billing.text.lines import clean_text
from supportdesk.people.models import User
from supportdesk.tickets.errors import CardNumberRefused, SecondUseOfKey
from supportdesk.tickets.models import Message, MessageMoneyBody, Ticket
from supportdesk.tickets.states import Channel, MessageKind

# A number split over two messages this close together is one number (S-61).
ONE_BREATH: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Written:
    message: Message
    first_time: bool  # False: the form's key was used before, and this is the first answer
    card_removed: bool = False


def refuse_card_numbers(*texts: str) -> None:
    if any(contains_card(text) for text in texts):
        raise CardNumberRefused(
            "This text holds a card number. Write the last four digits only; nothing was sent or stored."
        )


def write_customer_message(
    ticket: Ticket, text: str, *, channel: Channel, author: User | None, name: str, key: str, at: datetime
) -> Written:
    """A customer's words. Card numbers go, with the part of one that stood in the message just before."""
    previous = _just_before(ticket, at)
    pair = redact_joined(previous.body, text) if previous else None
    clean = pair.text if pair and pair.text.findings else redact(text)
    body = clean_text(clean.text)
    if first := _first_answer(key, body):
        return Written(first, first_time=False)
    if previous and pair and pair.previous.findings:
        previous.body = pair.previous.text
        previous.save(update_fields=["body"])
    message = Message.objects.create(
        ticket=ticket,
        kind=MessageKind.CUSTOMER,
        channel=channel,
        author=author,
        author_name=name,
        body=body,
        created_at=at,
        idempotency_key=key,
    )
    return Written(message, first_time=True, card_removed=bool(clean.findings))


def write_staff_message(ticket: Ticket, text: str, *, kind: MessageKind, by: User, key: str, at: datetime) -> Written:
    """A reply or a note. What quotes payment data is sealed: the text then stands behind row-level security."""
    refuse_card_numbers(text)
    text = clean_text(redact(text).text)
    if first := _first_answer(key, text):
        return Written(first, first_time=False)
    # A reply to somebody nobody has recognised holds no customer's payment data, and only its reader could open it.
    sealed = mentions_money(text) and (kind == MessageKind.NOTE or ticket.customer_id is not None)
    message = Message.objects.create(
        ticket=ticket,
        kind=kind,
        channel=Channel.PORTAL,
        author=by,
        author_name=str(by),
        body="" if sealed else text,
        quotes_payment_data=sealed,
        created_at=at,
        idempotency_key=key,
    )
    if sealed:
        with seeing_as_system():  # written, not read: what they typed themselves
            MessageMoneyBody.objects.create(
                message=message,
                customer_id=ticket.customer_id,
                shown_to_customer=kind == MessageKind.REPLY,
                body=text,
            )
    return Written(message, first_time=True)


def _just_before(ticket: Ticket, at: datetime) -> Message | None:
    return (
        Message.objects.filter(
            ticket=ticket, kind=MessageKind.CUSTOMER, created_at__gte=at - ONE_BREATH, created_at__lte=at
        )
        .order_by("-created_at", "-id")
        .first()
    )


def _first_answer(key: str, text: str) -> Message | None:
    """The message this key made before. Another text under the same key is a refusal: it must not vanish silently."""
    message = Message.objects.filter(idempotency_key=key).first()
    if message is None:
        return None
    with seeing_as_system():
        sealed = MessageMoneyBody.objects.filter(message=message).first()
    if (sealed.body if sealed else message.body) != text:
        raise SecondUseOfKey("This form was sent before with other words. Your text is kept; send it again.")
    return message
