"""The admin site has no door of its own: one signs in by the front door, shows the second factor, and enters."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from billing.access.addresses import is_within
from billing.access.policies import Declared, Policy, declares, refuse

ENTER = "people.enter_admin"
ADMITTED = Declared(Policy.ADMIN_SITE, frozenset({"GET", "HEAD", "POST"}), ENTER)


class DeskAdminSite(AdminSite):
    site_header = site_title = "Redress"
    index_title = "Administration"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_verified() and user.has_perm(ENTER))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        guarded = declares(Policy.ADMIN_SITE, permission=ENTER)(super().admin_view(view, cacheable))

        def from_known_network(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if settings.ADMIN_NETWORKS and not is_within(request, settings.ADMIN_NETWORKS):
                raise Http404
            return guarded(request, *args, **kwargs)

        return from_known_network

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Never a form: the answer of the policy, or the index for who may enter already."""
        return refuse(request, ADMITTED) or HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))


class DeskAdminConfig(AdminConfig):
    default_site = "supportdesk.people.admin_site.DeskAdminSite"
