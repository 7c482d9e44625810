"""Looks for card numbers where none may be: every column for text, every session, every log file (S-60)."""

from billing.scanning.columns import text_columns
from billing.scanning.scan import Found, scan

__all__ = ["Found", "scan", "text_columns"]
