"""Makes text from outside safe to store, to show, to send and to open in a spreadsheet."""

from billing.text.errors import TextRefused
from billing.text.html import framed_document, sanitise_html
from billing.text.lines import clean_file_name, clean_line, clean_text
from billing.text.links import MisleadingLink, misleading_links
from billing.text.macros import expand, unknown_names
from billing.text.markdown import render_markdown
from billing.text.spreadsheet import safe_cell, safe_row

__all__ = [
    "MisleadingLink",
    "TextRefused",
    "clean_file_name",
    "clean_line",
    "clean_text",
    "expand",
    "framed_document",
    "misleading_links",
    "render_markdown",
    "safe_cell",
    "safe_row",
    "sanitise_html",
    "unknown_names",
]
