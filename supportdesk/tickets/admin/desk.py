"""How the desk is set up: its queues and its prepared answers."""

from typing import Any

from django import forms
from django.contrib import admin

from billing.redaction import contains_card
from billing.text.macros import unknown_names
from supportdesk.tickets.macros import PLACEHOLDERS
from supportdesk.tickets.models import Macro, Queue
from supportdesk.tickets.states import Category


class QueueForm(forms.ModelForm[Queue]):
    categories = forms.MultipleChoiceField(
        choices=Category.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="New tickets of these categories come here. What no queue names goes to the first one.",
    )


@admin.register(Queue)
class QueueAdmin(admin.ModelAdmin[Queue]):
    form = QueueForm
    list_display = ["name", "team", "first_reply_minutes", "position"]
    list_select_related = ["team"]
    fields = ["name", "slug", "team", "first_reply_minutes", "categories", "position"]
    prepopulated_fields = {"slug": ["name"]}


class MacroForm(forms.ModelForm[Macro]):
    def clean_body(self) -> str:
        """A name that nobody fills would be sent to a customer as it stands."""
        body: str = self.cleaned_data["body"]
        if unknown := unknown_names(body, dict.fromkeys(PLACEHOLDERS, "")):
            known = ", ".join(f"{{{{ {name} }}}}" for name in PLACEHOLDERS)
            raise forms.ValidationError(f"Nothing fills {', '.join(unknown)}. Known are: {known}.")
        if contains_card(body):
            raise forms.ValidationError("A prepared answer may not hold a card number.")
        return body


@admin.register(Macro)
class MacroAdmin(admin.ModelAdmin[Macro]):
    form = MacroForm
    list_display = ["name", "category", "active", "position"]
    list_filter = ["active", "category"]
    search_fields = ["name"]
    fields = ["name", "body", "category", "active", "position"]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "body" and field is not None:
            field.help_text = "Names that are filled in: " + ", ".join(f"{{{{ {name} }}}}" for name in PLACEHOLDERS)
        return field
