"""The hidden key of a form whose repeat must not do the deed twice.

It is made when the form is drawn. A double click, the back button, a second tab or a retry after a time-out send the
same key, and the action answers with what it did the first time (S-86).
"""

import re
import uuid
from typing import Any

from django import forms
from django.http import QueryDict

_SHAPE = re.compile(r"[0-9a-f]{32}", re.ASCII)


class KeyField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", new_key)
        super().__init__(widget=forms.HiddenInput, max_length=32, **kwargs)

    def clean(self, value: Any) -> str:
        """The key; a form sent without one, or with an odd one, counts as a new deed."""
        text = str(value or "")
        return text if _SHAPE.fullmatch(text) else new_key()


def new_key() -> str:
    return uuid.uuid4().hex


def with_new_key(sent: QueryDict) -> QueryDict:
    """The same words in a form whose next sending is a new deed."""
    again = sent.copy()
    again["key"] = new_key()
    return again
