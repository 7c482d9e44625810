"""Logging: nothing that looks like a card number reaches a handler.

Put the filter on handlers, not on loggers: a logger's filters do not see what its children send up.
"""

import logging

from billing.redaction.engine import redact
from billing.redaction.payloads import redact_payload

_STANDARD = frozenset(vars(logging.makeLogRecord({})))


class RedactingFilter(logging.Filter):
    """Redacts the message with its arguments filled in, the traceback, and the extra fields of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        self._redact_message(record)
        if record.exc_info and not record.exc_text:
            # Formatters print exc_text where it is set, and skip formatting the exception anew.
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text).text
        if record.stack_info:
            record.stack_info = redact(record.stack_info).text
        for name in vars(record).keys() - _STANDARD:
            setattr(record, name, redact_payload(getattr(record, name)))
        return True

    def _redact_message(self, record: logging.LogRecord) -> None:
        try:
            written = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # A format that does not fit its arguments: logging will say so, and print both. Redact them apart.
            record.msg, record.args = redact(str(record.msg)).text, redact_payload(record.args)
            return
        redacted = redact(written)
        if redacted.findings:
            # Per cent signs are safe: with no arguments nothing is filled in.
            record.msg, record.args = redacted.text, None
