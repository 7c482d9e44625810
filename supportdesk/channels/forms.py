from typing import Any

from django import forms

from billing.access.idempotency import KeyField
from billing.redaction.forms import CardFree
from supportdesk.channels.unsent import LONGEST, DrawnFor


class MessageForm(CardFree, forms.Form):
    """What a customer writes on a question of theirs. A card number in it is no reason to turn them away."""

    unwatched = frozenset({"text", "subject", "name"})

    text = forms.CharField(
        label="What do you want to add?",
        max_length=LONGEST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Write something first.",
            "max_length": "This is too long: at most 20,000 characters. Send the most important part first.",
        },
    )
    key = KeyField()
    drawn_for = DrawnFor()


class AskForm(MessageForm):
    """The contact form of somebody who is signed in."""

    subject = forms.CharField(
        label="In one line, what happened?",
        max_length=200,
        error_messages={"required": "In a few words, for example: charged twice for September."},
    )
    # The bill or payment whose page the customer came from; of another customer it links nothing.
    about = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    field_order = ["name", "email", "subject", "text", "about", "key", "drawn_for"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "Tell us what happened"
        self.fields[
            "text"
        ].help_text = "The day and the amount help. Never write a full card number; the last four digits are enough."


class AskUnknownForm(AskForm):
    """The contact form of somebody we do not know yet."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Tell us your name."},
    )
    email = forms.EmailField(
        label="Your email address",
        max_length=254,
        help_text="We answer there. It is also how you read the answer here.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "We need an address to answer to.",
            "invalid": "This is not an email address; it looks like name@example.com.",
        },
    )
