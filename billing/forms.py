from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from billing.access.idempotency import KeyField
from billing.models import ExpectedMoney, Payment, StatementLine
from billing.money import Money, MoneyError
from billing.redaction.forms import CardFree
from billing.states import RefundReason


class RefundForm(CardFree, forms.Form):
    """Amount and reason of a refund. Whether it is possible is decided by the action, on the locked row."""

    amount = forms.CharField(
        label="Amount",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "control-amount"}),
        error_messages={"required": "Say how much goes back."},
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose why"), *RefundReason.choices],
        error_messages={"required": "Say why the money goes back."},
    )
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


class DecisionForm(CardFree, forms.Form):
    """The second person's answer to a refund or a credit that needs one."""

    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("reject", "Reject")], widget=forms.HiddenInput)
    note = forms.CharField(
        label="Note",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the decision.",
    )
    # What the reviewer saw. A refund never changes, so a difference means that this page is about another one.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "reject" and not given.get("note", "").strip():
            self.add_error("note", "Say why, so that the agent can tell the customer.")
        return given


class NoteForm(CardFree, forms.Form):
    """Why money is written off or a line set aside. The key makes a repeat harmless."""

    note = forms.CharField(
        label="Why", max_length=300, error_messages={"required": "Say why, for whoever looks at it next year."}
    )
    key = KeyField()


class SplitForm(CardFree, forms.Form):
    """How much of a statement line goes to each expected amount. Empty fields get nothing."""

    note = forms.CharField(label="Note", max_length=300, required=False)
    key = KeyField()

    def __init__(self, *args: Any, line: StatementLine, candidates: Sequence[ExpectedMoney], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line, self.candidates = line, candidates
        for each in candidates:
            self.fields[f"share_{each.pk}"] = forms.CharField(
                label=f"For {each}",
                max_length=30,
                required=False,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "autocomplete": "off", "class": "control-amount"}
                ),
            )

    def rows(self) -> list[tuple[forms.BoundField, ExpectedMoney]]:
        return [(self[f"share_{each.pk}"], each) for each in self.candidates]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["shares"] = [(pk, minor) for pk, minor in self._read(given) if minor]
        if not given["shares"] and not self.errors:
            self.add_error(None, "Write beside at least one expected amount how much of the line it gets.")
        return given

    def _read(self, given: dict[str, Any]) -> Iterator[tuple[int, int]]:
        """Without a sign: a share goes the way that the line goes."""
        sign = 1 if self.line.amount_minor > 0 else -1
        for each in self.candidates:
            name = f"share_{each.pk}"
            if text := given.get(name, "").strip():
                try:
                    yield each.pk, sign * Money.parse(text, self.line.currency).minor
                except MoneyError as error:
                    self.add_error(name, str(error))
