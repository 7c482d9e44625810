from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.access.policies import Policy, declares
from supportdesk.demo.mails import newest_mails


@declares(Policy.DEMO_ONLY, methods=["GET"])
def mail(request: HttpRequest) -> HttpResponse:
    """What the desk has mailed. The demo sends nothing; production does, and this page is not there."""
    return render(request, "demo/mail_page.html", {"mails": newest_mails()})
