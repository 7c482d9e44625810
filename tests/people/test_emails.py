from typing import Any

import pytest
from django.core import mail

from supportdesk.people.actions.events import record
from supportdesk.people.emails import tell_of_event
from supportdesk.people.models import User
from supportdesk.people.states import Deed

TOLD: dict[Deed, tuple[dict[str, Any], str]] = {
    Deed.CODES_LOCKED: ({"wrong_codes": 10}, "Too many wrong codes: your codes rest for 30 minutes"),
    Deed.FACTOR_ENROLLED: ({"name": "Work phone"}, "A second factor was added to your account"),
    Deed.FACTOR_REMOVED: ({"name": "Work phone"}, "A second factor was removed from your account"),
    Deed.CODES_MADE: ({}, "New recovery codes for your account"),
    Deed.FACTOR_RESET: ({"why": "lost", "removed": []}, "Your second factor was reset"),
}


@pytest.mark.parametrize("deed", TOLD)
def test_owner_reads_what_happened_and_whom_to_tell(agent: User, lead: User, deed: Deed) -> None:
    detail, subject = TOLD[deed]
    tell_of_event(event_id=record(deed, subject=agent, by=lead, detail=detail).pk)
    [message] = mail.outbox
    assert isinstance(message, mail.EmailMultiAlternatives)
    html, kind = message.alternatives[0]
    assert (message.to, message.subject, kind) == ([agent.email], subject, "text/html")
    for text in (str(message.body), str(html)):
        assert "Nobody here will ever ask you for a code." in text
        assert agent.email in text
    assert ("the phone or key is lost" in str(message.body)) == (deed is Deed.FACTOR_RESET)


def test_name_of_a_device_is_text_in_the_mail(agent: User) -> None:
    event = record(Deed.FACTOR_ENROLLED, subject=agent, by=agent, detail={"name": "<b>Mine</b> & co"})
    tell_of_event(event_id=event.pk)
    [message] = mail.outbox
    assert isinstance(message, mail.EmailMultiAlternatives)
    assert "<b>Mine</b> & co" in str(message.body)
    assert "&lt;b&gt;Mine&lt;/b&gt; &amp; co" in str(message.alternatives[0][0])
