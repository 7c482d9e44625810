"""One page of finance behind its guard, for tests of the guard itself."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from billing.access.finance import finance_view
from billing.models import Payment, Reading


@finance_view(reading=Reading.LIST)
def payments(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(Payment.objects.order_by("pk").values_list("reference", flat=True)))


urlpatterns = [path("payments/", payments), path("", include("config.urls"))]
