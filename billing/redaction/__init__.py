"""Keeps card numbers and security codes out of everything that is stored, indexed, logged or sent on."""

from billing.redaction.engine import (
    Finding,
    Kind,
    Redacted,
    RedactedPair,
    contains_card,
    redact,
    redact_bytes,
    redact_joined,
)
from billing.redaction.mentions import mentions_money

__all__ = [
    "Finding",
    "Kind",
    "Redacted",
    "RedactedPair",
    "contains_card",
    "mentions_money",
    "redact",
    "redact_bytes",
    "redact_joined",
]
