"""Policies of URLs whose views are not ours and so cannot carry a decorator.
middleware.PoliciesOfOthers enforces them."""

from collections.abc import Mapping
from typing import Final

from billing.access.policies import Declared, Policy

ENTER_ADMIN: Final = "people.enter_admin"
FORM: Final = frozenset({"GET", "HEAD", "POST"})


def _open(*methods: str) -> Declared:
    return Declared(Policy.PUBLIC, frozenset(methods) or FORM)


# With a stolen password alone nobody may move a colleague's mail, where enrolment links go.
OWN_ACCOUNT: Final = Declared(Policy.OWN_ACCOUNT, FORM)


BY_NAME: Final[Mapping[str, Declared]] = {
    "account_login": _open(),
    "account_logout": _open(),
    "account_inactive": _open("GET", "HEAD"),
    "account_signup": _open(),
    "account_request_login_code": _open(),
    "account_confirm_login_code": _open(),
    "account_email_verification_sent": _open(),
    "account_reset_password": _open(),
    "account_confirm_password_reset_code": _open(),
    "account_complete_password_reset": _open(),
    "account_password_reset_completed": _open("GET", "HEAD"),
    "account_reauthenticate": Declared(Policy.SIGNED_IN, FORM),
    "account_email": OWN_ACCOUNT,
    "account_change_password": OWN_ACCOUNT,
    "account_set_password": OWN_ACCOUNT,
}

# A whole namespace under one policy: the admin builds its URLs from the models registered.
BY_NAMESPACE: Final[Mapping[str, Declared]] = {
    "admin": Declared(Policy.ADMIN_SITE, FORM, ENTER_ADMIN),
}

# Answered before Django's URLs are asked (config/asgi.py). Rows of the table in docs/security.md, each with its rule.
BEFORE_DJANGO: Final[Mapping[str, str]] = {
    "/stream/": "whoever is signed in, by a pass that a page of theirs showed less than a minute ago",
    "/healthz": "anyone",
    "/readyz": "anyone",
    "/static/": "anyone; files that carry no data",
}


def declared_for(name: str, namespace: str) -> Declared | None:
    return BY_NAMESPACE.get(namespace) or BY_NAME.get(name)
