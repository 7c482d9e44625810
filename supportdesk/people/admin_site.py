"""The admin site has no door of its own: one signs in by the front door, shows the second factor, and enters."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse

from billing.access import factor, refusals
from billing.access.addresses import is_within
from billing.redaction.forms import card_free
from supportdesk.people.third_party_policies import ENTER_ADMIN

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS: Final = {
    "add_view": "has_add_permission",
    "change_view": "has_change_permission",
    "delete_view": "has_delete_permission",
}
APPS_OF_MONEY: Final = frozenset({"billing", "disputes"})


class DeskAdminSite(AdminSite):
    site_header = site_title = "Redress"
    index_title = "Administration"
    enable_nav_sidebar = True

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        """Every form of the admin refuses card numbers, those of other packages too: no page can forget it."""
        super().register(model_or_iterable, admin_class, **options)
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        for model in filter(self.is_registered, models):  # one that is swapped out is not
            found = self.get_model_admin(model)
            found.form = card_free(found.form)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_verified() and user.has_perm(ENTER_ADMIN))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)

        def from_known_network(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if settings.ADMIN_NETWORKS and not is_within(request, settings.ADMIN_NETWORKS):
                raise Http404
            if self.has_permission(request) and (limit := _freshness_for(request, view)) is not None:
                if not factor.is_fresh(request, hard_limit=limit):
                    return refusals.locked(request, asks_again=False)
                factor.touch(request)
            return guarded(request, *args, **kwargs)

        return from_known_network

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What somebody comes to decide stands before the histories, which are many: of all apps they come last."""
        from pghistory.models import Event  # the site is made before models may be imported

        apps: list[Any] = super().get_app_list(request, app_label)
        trail: list[Any] = []
        for app in apps:
            histories = [each for each in app["models"] if issubclass(each["model"], Event)]
            others = [each for each in app["models"] if each not in histories]
            app["models"] = [*others, *histories] if app_label else others
            trail += histories
        if trail and not app_label:
            of_all = {"name": "Audit trail", "app_label": "audit-trail", "app_url": reverse(f"{self.name}:index")}
            apps.append({**apps[0], **of_all, "models": trail})
        return [app for app in apps if app["models"]]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Never a form. Who is not admitted was answered by the namespace's policy before this is reached."""
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))


def _freshness_for(request: HttpRequest, view: Any) -> timedelta | None:
    """How old the second factor may be: here, so that no page of the admin can forget to ask. None: as it may be.

    Whatever is sent needs a fresh one, and so does the form it is sent from, lest somebody type in vain. What is set
    or set off in the apps of money moves money: a limit, a budget, a message to the provider that is tried again.
    """
    page: Any = getattr(view, "__self__", None)
    writes = request.method not in SAFE or _shows_form(request, page, view)
    # Pages that show payment data ask themselves, and write down whom they refuse.
    if not writes or getattr(view, "__name__", "") == "logout" or getattr(page, "records_refusals", False):
        return None
    label = page.opts.app_label if isinstance(page, BaseModelAdmin) else ""
    return factor.MONEY if label in APPS_OF_MONEY else factor.HARD


def _shows_form(request: HttpRequest, page: Any, view: Any) -> bool:
    may = FORMS.get(getattr(view, "__name__", ""))
    return isinstance(page, BaseModelAdmin) and may is not None and bool(getattr(page, may)(request))


class DeskAdminConfig(AdminConfig):
    default_site = "supportdesk.people.admin_site.DeskAdminSite"
