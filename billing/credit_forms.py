"""One short form for each kind of credit. Whether it is possible is decided by the action, on the locked bill."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms

from billing.access.idempotency import KeyField
from billing.credits.plans import ApplyPromotion, Bill, BillLine, Correct, Deed, Goodwill, NewLine, WaiveFee
from billing.money import Money, MoneyError
from billing.redaction.forms import CardFree
from billing.states import CreditKind, LineKind, OwedBack

AMOUNT: Final = {"inputmode": "decimal", "autocomplete": "off", "class": "control-amount"}
ADDED: Final = (LineKind.RIDER, LineKind.FEE, LineKind.TAX, LineKind.DISCOUNT, LineKind.PRORATION, LineKind.OTHER)


class AmountField(forms.CharField):
    """Minor units in the bill's currency."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs=AMOUNT), **kwargs)
        self.currency = currency

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Money.parse(text, self.currency).minor
        except MoneyError as error:
            raise forms.ValidationError(str(error)) from error


class CreditForm(CardFree, forms.Form):
    note = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For colleagues; kept with the credit note.",
        error_messages={"required": "Say why, so that whoever checks it need not ask."},
    )
    back = forms.ChoiceField(
        label="If money is left over",
        choices=OwedBack.choices,
        initial=OwedBack.KEEP,
        widget=forms.RadioSelect,
        help_text="Only where the bill was paid already.",
    )
    key = KeyField()

    def __init__(self, *args: Any, bill: Bill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bill = bill
        asked = {**self.kind_fields()}
        self.fields = {**asked, **self.fields}

    def kind_fields(self) -> Mapping[str, forms.Field]:
        raise NotImplementedError

    def deed(self) -> Deed:
        raise NotImplementedError

    def owed_back(self) -> OwedBack:
        return OwedBack(self.cleaned_data["back"])


class FeeWaiverForm(CreditForm):
    def kind_fields(self) -> Mapping[str, forms.Field]:
        choices = [*self._fees()]
        return {
            "line": forms.TypedChoiceField(
                label="Which fee",
                coerce=int,
                choices=choices,
                initial=choices[0][0] if choices else None,
                widget=forms.RadioSelect,
                help_text="" if choices else "This bill has no fee that could be waived.",
                error_messages={"required": "Choose a fee.", "invalid_choice": "Choose a fee that is on this bill."},
            )
        }

    def _fees(self) -> Iterator[tuple[int, str]]:
        for line in self.bill.lines:
            if line.kind == LineKind.FEE and line.left_minor > 0:
                yield line.position, f"{line.description}: {Money(line.left_minor, self.bill.currency).format()}"

    def deed(self) -> Deed:
        return WaiveFee(self.cleaned_data["line"])


class GoodwillForm(CreditForm):
    def kind_fields(self) -> Mapping[str, forms.Field]:
        field = AmountField(
            label="Amount", currency=self.bill.currency, error_messages={"required": "Say how much is given."}
        )
        return {"amount": field}

    def deed(self) -> Deed:
        return Goodwill(self.cleaned_data["amount"])


class CorrectionForm(CreditForm):
    """Each line with its right amount. Zero takes a line off; one line that was missing can be added."""

    def kind_fields(self) -> Mapping[str, forms.Field]:
        lines: dict[str, forms.Field] = {
            f"line_{line.position}": AmountField(
                label=line.description,
                currency=self.bill.currency,
                initial=Money(line.left_minor, self.bill.currency).digits(),
                help_text=self._credited(line),
                error_messages={"required": "Write 0 to take this line off."},
            )
            for line in self.bill.lines
        }
        kinds = [("", "No line is missing"), *((kind.value, kind.label) for kind in ADDED)]
        return lines | {
            "added_kind": forms.ChoiceField(label="A line is missing", choices=kinds, required=False),
            "added_words": forms.CharField(label="Its words", max_length=300, required=False),
            "added_amount": AmountField(label="Its amount", currency=self.bill.currency, required=False),
        }

    def _credited(self, line: BillLine) -> str:
        if not line.credited_minor:
            return ""
        credited, amount = (Money(minor, self.bill.currency) for minor in (line.credited_minor, line.amount_minor))
        return f"{credited.format()} of {amount.format()} is credited already, or asked to be."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("added_kind"):
            if not given.get("added_words", "").strip():
                self.add_error("added_words", "Say what the line is for.")
            if not given.get("added_amount") and "added_amount" not in self.errors:
                self.add_error("added_amount", "Say how much it is; a discount is below zero.")
        return given

    def deed(self) -> Deed:
        given = self.cleaned_data
        amounts = tuple((line.position, int(given[f"line_{line.position}"])) for line in self.bill.lines)
        if not given["added_kind"]:
            return Correct(amounts)
        added = NewLine(LineKind(given["added_kind"]), given["added_words"].strip(), given["added_amount"])
        return Correct(amounts, added)


class PromotionForm(CreditForm):
    def kind_fields(self) -> Mapping[str, forms.Field]:
        return {
            "code": forms.CharField(
                label="Code",
                max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                error_messages={"required": "Which code did the customer use?"},
            ),
            "on": forms.DateField(
                label="Tried on",
                widget=forms.DateInput(attrs={"type": "date"}),
                help_text="The rules are asked as they stood for that day.",
                error_messages={"required": "On which day did they try it?"},
            ),
        }

    def deed(self) -> Deed:
        return ApplyPromotion(self.cleaned_data["code"].strip(), self.cleaned_data["on"])


FORMS: Final[Mapping[CreditKind, type[CreditForm]]] = {
    CreditKind.FEE_WAIVER: FeeWaiverForm,
    CreditKind.GOODWILL: GoodwillForm,
    CreditKind.CORRECTION: CorrectionForm,
    CreditKind.PROMOTION: PromotionForm,
}
