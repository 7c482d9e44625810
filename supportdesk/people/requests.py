"""The request that a view gets once its policy has let somebody in."""

from django.http import HttpRequest

from supportdesk.people.models import User


class PersonRequest(HttpRequest):
    """For views whose policy admits nobody unknown: there is a user, and it is ours."""

    user: User
