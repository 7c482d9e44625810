from django.http import HttpResponse, HttpResponseRedirect

from billing.access.policies import Policy, declares
from supportdesk.people.requests import PersonRequest


@declares(Policy.SIGNED_IN, methods=["GET"])
def home(request: PersonRequest) -> HttpResponse:
    """Where signing in leads: staff to the desk or the admin (which ask for the second factor), customers to theirs."""
    return HttpResponseRedirect(request.user.home)
