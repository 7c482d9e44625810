from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections

from supportdesk.people.urlmap import doors

LOCAL_CACHES = ("locmem", "dummy", "filebased")


def every_url_declares_a_policy(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{door.route} ({door.name or 'no name'}) does not say who may call it.",
            hint="Put @declares(Policy.…) on the view, or a row in supportdesk/people/third_party_policies.py.",
            id="people.E001",
        )
        for door in doors()
        if door.declared is None
    ]


def tries_are_counted_for_good(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if any(connections[alias].settings_dict["ATOMIC_REQUESTS"] for alias in connections):
        found.append(
            Error(
                "ATOMIC_REQUESTS takes back the count of a wrong password or code when its request fails.",
                hint="Open transactions in actions; leave ATOMIC_REQUESTS off.",
                id="people.E002",
            )
        )
    if any(word in settings.CACHES["default"]["BACKEND"] for word in LOCAL_CACHES):
        found.append(
            Error(
                "The default cache counts tries to sign in, and this one is not shared by all processes.",
                hint="Use the database cache, Redis or Memcached.",
                id="people.E003",
            )
        )
    return found


def admin_is_fenced_in(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if settings.ADMIN_NETWORKS:
        return []
    return [
        Warning(
            "The admin site answers to any address.",
            hint="Set ADMIN_NETWORKS to the networks it may be reached from; 0.0.0.0/0 ::/0 says you mean it.",
            id="people.W001",
        )
    ]
