"""Outgoing mail of the demo, read back from the files that Django's file backend writes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 50
_BETWEEN = b"-" * 79  # the line that the backend writes after each message


@dataclass(frozen=True, slots=True)
class Mail:
    at: datetime
    to: str
    subject: str
    text: str


def newest_mails() -> list[Mail]:
    """The newest mails first. A file is one connection, which may have sent several."""
    directory = Path(settings.EMAIL_FILE_PATH)
    files = (
        sorted(directory.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
        if directory.is_dir()
        else []
    )
    mails: list[Mail] = []
    for file in files[:SHOWN]:
        mails += _mails_in(file)
    return mails[:SHOWN]


def _mails_in(file: Path) -> list[Mail]:
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    parts = [part.strip() for part in file.read_bytes().split(_BETWEEN)]
    return [_read(part, at) for part in reversed(parts) if part]


def _read(raw: bytes, at: datetime) -> Mail:
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = message.get_body(preferencelist=("plain",))
    text = body.get_content() if body is not None else ""
    return Mail(at=at, to=str(message["To"] or ""), subject=str(message["Subject"] or ""), text=text)
