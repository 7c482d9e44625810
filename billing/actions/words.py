"""What staff write beside a deed: kept with it, some of it sealed for ever, so it never holds a card number."""

from billing.errors import CardNumberRefused
from billing.redaction import contains_card, redact


def refuse_card_number(*texts: str) -> None:
    """The form refuses it kindly; this is for whoever calls without one."""
    if any(contains_card(text) for text in texts):
        raise CardNumberRefused


def note_of(text: str, *, limit: int) -> str:
    """As it is stored. Refused with a card number in it; a security code is struck out."""
    refuse_card_number(text)
    return redact(text.strip()).text[:limit]
