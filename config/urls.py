from django.contrib import admin
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("factor/", include("supportdesk.people.urls")),
    path("dev/", include("supportdesk.demo.urls")),
    path("live/", include("supportdesk.stream.urls")),
    path("hooks/", include("billing.urls_hooks")),
    path("", include("disputes.urls")),
    path("", include("billing.urls")),
    path("", include("supportdesk.tickets.urls")),
    path("", include("supportdesk.channels.urls")),
    path("", include("supportdesk.helpsite.urls")),
]

handler500 = "config.failing.server_error"
