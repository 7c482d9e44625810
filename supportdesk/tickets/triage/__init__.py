"""What is a message about, and how urgent is it? Simple, explained rules over its words; no database."""

from supportdesk.tickets.triage.engine import Triage, triage

__all__ = ["Triage", "triage"]
