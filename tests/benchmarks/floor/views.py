"""A bare view: one indexed query of 25 rows with joins and a template of 25 rows; and one that inserts one row."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import WITH_US


def listing(request: HttpRequest) -> HttpResponse:
    tickets = (
        Ticket.objects.filter(status__in=sorted(WITH_US))
        .select_related("queue", "assignee", "customer")
        .order_by("due_at", "id")[:25]
    )
    return render(request, "floor/list.html", {"tickets": tickets})


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """What the least possible webhook would do: read the body, write one row, answer."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_floor (payload) VALUES (%s::jsonb)", [request.body.decode()])
    return HttpResponse("ok")
