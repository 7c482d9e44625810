from supportdesk.tickets.admin.desk import MacroAdmin, QueueAdmin
from supportdesk.tickets.admin.escalations import EscalationAdmin

__all__ = ["EscalationAdmin", "MacroAdmin", "QueueAdmin"]
