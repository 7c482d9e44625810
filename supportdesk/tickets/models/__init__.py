from supportdesk.tickets.models.conversation import Draft, DraftMoneyBody, Macro, Message, MessageMoneyBody
from supportdesk.tickets.models.escalations import Escalation
from supportdesk.tickets.models.links import TicketLink
from supportdesk.tickets.models.presence import Presence
from supportdesk.tickets.models.tickets import Queue, Ticket, TicketFinding
from supportdesk.tickets.models.timeline import TimelineEvent

__all__ = [
    "Draft",
    "DraftMoneyBody",
    "Escalation",
    "Macro",
    "Message",
    "MessageMoneyBody",
    "Presence",
    "Queue",
    "Ticket",
    "TicketFinding",
    "TicketLink",
    "TimelineEvent",
]
