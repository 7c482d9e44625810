"""Amounts in the admin: typed and shown in the currency's own unit, as on every other page. 50.00 is fifty dollars."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import admin
from django.db.models import Field, Model

from billing.models.fields import MinorField
from billing.money import Money, MoneyError

HELP = "In the currency's own unit, such as 50.00."

RowT = TypeVar("RowT", bound=Model)


class MoneyForm(forms.ModelForm[Any]):
    """Reads each amount once the currency beside it is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._amounts():
            if isinstance(minor := self.initial.get(name), int):
                self.initial[name] = _said(minor, self.instance.currency)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in self._amounts():
            if name in given:
                self._read(given, name)
        return given

    def _read(self, given: dict[str, Any], name: str) -> None:
        text, given[name] = given[name], None
        if not text:
            return
        try:
            amount = Money.parse(text, given.get("currency", ""))
        except MoneyError as error:
            self.add_error(name if given.get("currency") else None, str(error))
            return
        if amount.minor < 0:
            self.add_error(name, "An amount is not below zero.")
        else:
            given[name] = amount.minor

    def _amounts(self) -> list[str]:
        return [each.name for each in self._meta.model._meta.fields if _is_typed(each) and each.name in self.fields]


class InMoney(admin.ModelAdmin[RowT], Generic[RowT]):
    form = MoneyForm

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if not _is_typed(db_field):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.CharField(
            label=_label(db_field.name),
            help_text=HELP,
            required=not (db_field.null or db_field.blank),
            max_length=30,
            initial="0" if db_field.has_default() else None,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )


def as_money(name: str) -> Callable[[Any], str]:
    """A column of a list, sorted by the amount and said with its currency."""

    @admin.display(description=_label(name).lower(), ordering=name, empty_value="—")
    def column(row: Any) -> str:
        minor = getattr(row, name)
        return "" if minor is None else Money(minor, row.currency).format()

    return column


def _is_typed(field: "Field[Any, Any]") -> bool:
    return isinstance(field, MinorField)


def _label(name: str) -> str:
    return name.removesuffix("_minor").replace("_", " ").capitalize()


def _said(minor: int, currency: str) -> str:
    try:
        return Money(minor, currency).digits()
    except MoneyError:  # a row for a currency we no longer know: the form opens, and asks for one we do
        return str(minor)
