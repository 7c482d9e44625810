"""Where allauth asks how this desk signs people in."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from billing.access.addresses import client_address
from billing.redaction import contains_card
from billing.redaction.forms import REFUSAL
from supportdesk.people.models import User


class DeskAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def get_client_ip(self, request: HttpRequest) -> str:
        address = client_address(request)
        # Unknown callers share one counter: closed to all of them at once, rather than open to each.
        return str(address) if address else "0.0.0.0"  # noqa: S104  # a name for nobody, nothing binds to it

    def clean_email(self, email: str) -> str:
        """Asked by each of allauth's forms that keeps an address."""
        if contains_card(email):
            raise ValidationError(REFUSAL)
        return str(super().clean_email(email))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links are made from SITE_ADDRESS, never from the Host that a request came with."""
        if template_prefix == "account/email/unknown_account" and User.objects.staff().filter(email=email).exists():
            template_prefix = "emails/people/staff_use_password"
        words = {name: _on_our_site(name, value) for name, value in context.items()}
        words["current_site"] = SimpleNamespace(name="Redress", domain=urlsplit(settings.SITE_ADDRESS).netloc)
        message = self.render_mail(template_prefix, email, {"email": email, **words})
        message.send()


def _on_our_site(name: str, value: Any) -> Any:
    if not name.endswith("_url") or not isinstance(value, str):
        return value
    site, link = urlsplit(settings.SITE_ADDRESS), urlsplit(value)
    return urlunsplit((site.scheme, site.netloc, link.path, link.query, link.fragment))
