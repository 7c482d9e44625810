"""Uploading a statement, naming a CSV's columns, naming an account."""

from collections.abc import Sequence
from typing import Any

from django import forms

from billing.models import BankAccount
from billing.redaction.forms import CardFree
from billing.statements.mapping import (
    DATE_ORDERS,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    ROLES,
    CsvRules,
    columns_from_roles,
)

ROLE_WORDS = {
    "booked_on": "Booking date",
    "value_on": "Value date",
    "amount": "Amount",
    "debit": "Debit (went out)",
    "credit": "Credit (came in)",
    "sign": "Debit or credit mark",
    "currency": "Currency",
    "remittance": "Description",
    "reference": "Bank's reference",
    "counterparty": "Name of the other side",
    "counterparty_account": "Account of the other side",
    "balance": "Balance after it",
    "fee": "Fee",
    "account": "Our account",
}
_DELIMITER_WORDS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
_DECIMAL_WORDS = {".": "Point: 1,234.56", ",": "Comma: 1.234,56"}
_ORDER_WORDS = {"dmy": "Day, month, year", "mdy": "Month, day, year", "ymd": "Year, month, day"}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Statement",
        help_text="camt.052, 053 or 054, MT940, OFX, BAI2, NACHA or CSV; up to 200 MB.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )
    account = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label="Account",
        required=False,
        empty_label="As the file says",
        help_text="“As the file says” asks before it adds an account. A file for a different account is refused.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["account"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101  # for the type checker: it is declared above
        chosen.queryset = BankAccount.objects.order_by("name", "id")


class MappingForm(CardFree, forms.Form):
    """How the file is read; each column's meaning is a field of its own, ``column_0`` and on."""

    delimiter = forms.ChoiceField(choices=[(each, _DELIMITER_WORDS[each]) for each in DELIMITERS])
    decimal = forms.ChoiceField(label="Decimal mark", choices=[(each, _DECIMAL_WORDS[each]) for each in DECIMALS])
    date_order = forms.ChoiceField(label="Dates", choices=[(each, _ORDER_WORDS[each]) for each in DATE_ORDERS])
    header_row = forms.IntegerField(
        label="Line of the header", min_value=0, max_value=200, help_text="0 where the file has none."
    )
    encoding = forms.ChoiceField(choices=[(each, each) for each in ENCODINGS])
    currency = forms.CharField(max_length=3, required=False, help_text="Three letters, where no column names it.")
    turned = forms.BooleanField(
        label="Amounts above zero went out", required=False, help_text="As some card statements count."
    )
    account = forms.ModelChoiceField(
        BankAccount.objects.none(), required=False, empty_label="A new one, or as a column says"
    )
    new_account = forms.CharField(
        label="Number of a new account", max_length=64, required=False, help_text="IBAN or the bank's own number."
    )
    name = forms.CharField(
        label="Bank",
        max_length=100,
        help_text="A name for this mapping.",
        error_messages={"required": "Give this mapping a name, for example the bank's."},
    )

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["account"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101  # for the type checker: it is declared above
        chosen.queryset = BankAccount.objects.order_by("name", "id")
        self.header = header
        roles = [("", "Not read"), *((role, ROLE_WORDS[role]) for role in ROLES)]
        for place, name in enumerate(header):
            self.fields[f"column_{place}"] = forms.ChoiceField(label=name, choices=roles, required=False)

    def name_columns(self, header: Sequence[str]) -> None:
        for place, name in enumerate(header):
            self.fields[f"column_{place}"].label = name

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{place}"] for place in range(len(self.header))]

    def setting_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("decimal", "date_order", "delimiter", "header_row", "encoding", "turned")]

    def account_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "account", "new_account", "currency")]

    def rules(self) -> CsvRules:
        """What is chosen now, whether or not a file could be read like this."""
        given = self.cleaned_data
        return CsvRules(
            encoding=given["encoding"],
            delimiter=given["delimiter"],
            header_row=given["header_row"],
            columns=columns_from_roles([given.get(f"column_{place}", "") for place in range(len(self.header))]),
            decimal=given["decimal"],
            date_order=given["date_order"],
            currency=given["currency"].upper() or (given["account"].currency if given.get("account") else ""),
            turned=given["turned"],
        )


def initial_of(rules: CsvRules) -> dict[str, Any]:
    chosen = {f"column_{place}": role for role, places in rules.columns.items() for place in places}
    return {**rules.as_json(), **chosen}


class AccountForm(CardFree, forms.ModelForm[BankAccount]):
    class Meta:
        model = BankAccount
        fields = ["name", "kind", "bank"]
