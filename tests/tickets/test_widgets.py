from html.parser import HTMLParser

import pytest
from django import forms

from supportdesk.tickets.widgets import PlainSelect

CHOICES = [("", "Any"), (1, "Low <b>"), ("high", "High")]


class Controls(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted(attrs, key=repr)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append((data.strip(), []))


@pytest.mark.parametrize("value", [None, "", "1", 1, "high", "unknown"])
def test_the_plain_select_says_what_djangos_says(value: object) -> None:
    attrs = {"id": "id_priority", "required": True, "data-quote": '"><script>'}

    ours = Controls(PlainSelect(choices=CHOICES).render("priority", value, attrs)).found
    theirs = Controls(forms.Select(choices=CHOICES).render("priority", value, attrs)).found

    assert ours == theirs
    (select,) = (attributes for tag, attributes in ours if tag == "select")
    assert ("data-quote", '"><script>') in select
