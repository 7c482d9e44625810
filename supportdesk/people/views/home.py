from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect

from billing.access.policies import Policy, declares
from supportdesk.people.requests import PersonRequest


@declares(Policy.SIGNED_IN, methods=["GET"])
def home(request: PersonRequest) -> HttpResponse:
    """Where signing in leads: staff to the desk (which asks for the second factor), customers to what is theirs."""
    return HttpResponseRedirect(settings.HOME_OF_STAFF if request.user.is_staff else settings.HOME_OF_CUSTOMERS)
