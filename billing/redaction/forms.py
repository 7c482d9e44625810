"""No form takes a card number in (S-60, S-66).

What staff type is refused, with a sentence that says what to write instead; a security code or PIN is struck out. The
page that comes back shows the text with the number struck out too. What customers write of their own money must not be
refused: such a field is named in ``unwatched``, and the action that stores it redacts it and tells them. So are codes
that are compared and never stored.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms

from billing.redaction.engine import contains_card, redact

REFUSAL = "This holds a card number. Write the last four digits only; nothing was stored."


class CardFree(forms.BaseForm):
    """Mixed into every form that has a field for text, those of the admin included (tests/security/test_card_free)."""

    unwatched: ClassVar[frozenset[str]] = frozenset()

    def full_clean(self) -> None:
        refused = self._strike_out() if self.is_bound else []
        super().full_clean()
        for name in refused:
            self.errors.pop(name, None)  # of a text that nobody typed
            self.add_error(name, REFUSAL)

    def _strike_out(self) -> list[str]:
        """Before anything is made of the data: an unsaved object, an error that quotes it, the page drawn again."""
        refused = []
        for name in self._watched():
            place = self.add_prefix(name)
            typed = self.data.get(place)
            if not isinstance(typed, str) or (clean := redact(typed).text) == typed:
                continue
            self._replace(place, clean)
            if contains_card(typed):
                refused.append(name)
        return refused

    def _replace(self, place: str, text: str) -> None:
        """In a copy: a request's own data may not be written to."""
        struck: Any = self.data
        struck = struck.copy()
        struck[place] = text
        self.data = struck

    def _watched(self) -> Iterator[str]:
        for name, field in self.fields.items():
            if is_for_text(field) and name not in self.unwatched:
                yield name


def is_for_text(field: forms.Field) -> bool:
    """Passwords are hashed as they are typed, and hidden fields carry what we made ourselves."""
    widget = field.widget
    return isinstance(field, forms.CharField) and not isinstance(widget, forms.PasswordInput | forms.HiddenInput)


def card_free(form: type[Any]) -> type[Any]:
    """The same form with the refusal, for forms that other packages make."""
    if issubclass(form, CardFree):
        return form
    metaclass: Any = type(form)
    made: type[Any] = metaclass(f"CardFree{form.__name__}", (CardFree, form), {"__module__": form.__module__})
    return made
