from django.urls import path

from supportdesk.tickets.views import deeds, live, person, queue, refund, search, ticket, writing

app_name = "tickets"
urlpatterns = [
    path("desk/", queue.queue, name="queue"),
    path("desk/next/", queue.next_ticket, name="next"),
    path("desk/decisions/", live.decisions, name="decisions"),
    path("desk/search/", search.search, name="search"),
    path("desk/tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("desk/tickets/<int:number>/write/", writing.write, name="write"),
    path("desk/tickets/<int:number>/draft/", writing.draft, name="draft"),
    path("desk/tickets/<int:number>/macros/", writing.macros, name="macros"),
    path("desk/tickets/<int:number>/person/", person.person, name="person"),
    path("desk/tickets/<int:number>/recognise/", person.recognise, name="recognise"),
    path("desk/tickets/<int:number>/presence/", live.presence, name="presence"),
    path("desk/tickets/<int:number>/claim/", deeds.claim_ticket, name="claim"),
    path("desk/tickets/<int:number>/release/", deeds.release_ticket, name="release"),
    path("desk/tickets/<int:number>/assign/", deeds.assign_ticket, name="assign"),
    path("desk/tickets/<int:number>/properties/", deeds.properties, name="properties"),
    path("desk/tickets/<int:number>/wait/", deeds.wait, name="wait"),
    path("desk/tickets/<int:number>/solve/", deeds.solve_ticket, name="solve"),
    path("desk/tickets/<int:number>/reopen/", deeds.reopen_ticket, name="reopen"),
    path("desk/tickets/<int:number>/escalate/", deeds.escalate_ticket, name="escalate"),
    path("desk/tickets/<str:ref>/refund/", refund.reply_with_refund, name="refund"),
]
