"""What follows when somebody changed their own password or address: nothing that was verified stays so."""

from django.db import transaction
from django.http import HttpRequest

from supportdesk.people.actions.events import record
from supportdesk.people.actions.sessions import end_other_sessions, end_sessions, forget_factor
from supportdesk.people.models import User
from supportdesk.people.states import Deed


def note_password_changed(user: User, *, request: HttpRequest) -> None:
    _note(Deed.PASSWORD_CHANGED, user, request)


def note_email_changed(user: User, *, request: HttpRequest) -> None:
    _note(Deed.EMAIL_CHANGED, user, request)


@transaction.atomic
def _note(deed: Deed, user: User, request: HttpRequest) -> None:
    record(deed, subject=user, by=user, request=request)
    if request.user == user:
        forget_factor(request)
        end_other_sessions(request, user)
    else:  # a reset by mail: nobody is signed in here, and everywhere else it is over
        end_sessions(user)
