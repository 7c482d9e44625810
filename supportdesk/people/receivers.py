"""Other packages' signals, each answered by one action."""

from typing import Any

from allauth.account import signals as account
from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import connections
from django.http import HttpRequest
from django.utils import timezone

from supportdesk.people.actions import roles, sessions
from supportdesk.people.actions.identities import note_email_changed, note_password_changed
from supportdesk.people.models import User


def connect() -> None:
    uid = "people.{}".format
    user_logged_in.connect(begin_session, dispatch_uid=uid("begin_session"))
    user_logged_out.connect(signed_out, dispatch_uid=uid("signed_out"))
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(password_changed, dispatch_uid=uid("password_changed"))
    account.email_changed.connect(email_changed, dispatch_uid=uid("email_changed"))


def sync_roles_after_migrate(*, app_config: AppConfig, using: str, **signal: Any) -> None:
    """Once, after the last application: only then does every permission have its row."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    tables = connections[using].introspection.table_names() if app_config == last else []
    if app_config == last and {"people_user", "auth_permission"} <= set(tables):
        roles.sync_roles()


def begin_session(*, request: HttpRequest, user: User, **signal: Any) -> None:
    sessions.begin_session(request, user, at=timezone.now())


def signed_out(*, user: User | None, **signal: Any) -> None:
    """By hand or by the limits of a session: pages in other tabs must not go on showing what they show."""
    if user is not None:
        sessions.say_access_changed(user)


def password_changed(*, request: HttpRequest, user: User, **signal: Any) -> None:
    note_password_changed(user, request=request)


def email_changed(*, request: HttpRequest, user: User, from_email_address: Any, **signal: Any) -> None:
    if from_email_address is not None:  # the first address of a new customer is no change
        note_email_changed(user, request=request)
