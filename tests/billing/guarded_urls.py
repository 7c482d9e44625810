"""Small views behind the guard, and the same without it, for tests of the guard itself."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template import Context, Template
from django.template.response import SimpleTemplateResponse
from django.urls import include, path

from billing.access.cases import Case
from billing.access.guard import customer_money_view, desk_payment_view, payment_view
from billing.access.policies import Policy, declares
from billing.models import Customer, Payment, Reading


def authority(user: object, ref: str) -> Case | None:
    """The case "C1" and up is about the customer of that number; "broken" cannot be looked up."""
    if ref == "broken":
        raise ConnectionError("The desk is away.")
    return Case(ref, int(ref.removeprefix("C"))) if ref.startswith("C") else None


def listed(payments: "Iterator[Payment]") -> str:
    return ",".join(payment.reference for payment in payments) or "none"


@declares(Policy.AGENT)
def unguarded(request: HttpRequest, ref: str) -> HttpResponse:
    return HttpResponse(listed(Payment.objects.order_by("pk").iterator()))


@payment_view(reading=Reading.PANEL)
def panel(request: HttpRequest, case: Case) -> HttpResponse:
    return HttpResponse(listed(Payment.objects.filter(customer_id=case.customer_id).iterator()))


@payment_view(reading=Reading.MOVE, money_moving=True, methods=["POST"])
def move(request: HttpRequest, case: Case) -> HttpResponse:
    return HttpResponse(Payment.objects.filter(customer_id=case.customer_id).update(refund_blocked=True))


@payment_view(permission="billing.approve_refund")
def approvers(request: HttpRequest, case: Case) -> HttpResponse:
    return HttpResponse("approve")


@payment_view()
def lazy(request: HttpRequest, case: Case) -> HttpResponseBase:
    class Later(SimpleTemplateResponse):
        @property
        def rendered_content(self) -> str:
            page = Template("{% for each in payments %}{{ each.reference }}{% endfor %}")
            return page.render(Context({"payments": Payment.objects.filter(customer_id=case.customer_id)}))

    return Later("none")


@payment_view()
def streamed(request: HttpRequest, case: Case) -> HttpResponseBase:
    return StreamingHttpResponse(payment.reference for payment in Payment.objects.all())


@payment_view()
def gone(request: HttpRequest, case: Case) -> HttpResponse:
    Payment.objects.filter(customer_id=case.customer_id).update(refund_blocked=True)
    raise Http404


@payment_view()
def broken(request: HttpRequest, case: Case) -> HttpResponse:
    raise LookupError("4111 1111 1111 1111")


@desk_payment_view(reading=Reading.LIST)
def every(request: HttpRequest) -> HttpResponse:
    return HttpResponse(listed(Payment.objects.order_by("pk").iterator()))


@customer_money_view()
def own(request: HttpRequest, customer: Customer) -> HttpResponse:
    return HttpResponse(listed(Payment.objects.order_by("pk").iterator()))


urlpatterns = [
    *(
        path(f"case/<str:ref>/{view.__name__}/", view)
        for view in (unguarded, panel, move, approvers, lazy, streamed, gone, broken)
    ),
    path("every/", every),
    path("own/", own),
    path("", include("config.urls")),
]
