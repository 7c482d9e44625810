from typing import Any

from django import forms

from billing.access.idempotency import KeyField
from billing.models import Payment
from billing.money import Money, MoneyError
from billing.states import RefundReason


class RefundForm(forms.Form):
    """Amount and reason of a refund. Whether it is possible is decided by the action, on the locked row."""

    amount = forms.CharField(
        label="Amount",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "control-amount"}),
        error_messages={"required": "Say how much goes back."},
    )
    reason = forms.ChoiceField(label="Why", choices=RefundReason.choices)
    key = KeyField()

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payment = payment

    def clean_amount(self) -> int:
        """Minor units in the payment's currency."""
        try:
            amount = Money.parse(self.cleaned_data["amount"], self.payment.currency)
        except MoneyError as error:
            raise forms.ValidationError(str(error)) from error
        if amount.minor <= 0:
            raise forms.ValidationError("A refund is more than nothing.")
        return amount.minor


class DecisionForm(forms.Form):
    """The second person's answer to a refund that needs one."""

    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("reject", "Reject")], widget=forms.HiddenInput)
    note = forms.CharField(
        label="Note",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the refund.",
    )
    # What the reviewer saw. A refund never changes, so a difference means that this page is about another one.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "reject" and not given.get("note", "").strip():
            self.add_error("note", "Say why, so that the agent can tell the customer.")
        return given
