"""allauth's forms of a password in the desk's words: plain labels, no placeholder, nothing between label and field."""

from collections.abc import Mapping
from typing import Any, Final

from allauth.account import forms as theirs
from django import forms

from billing.redaction.forms import CardFree

LABELS: Final[Mapping[str, str]] = {
    "login": "Email address",
    "password": "Password",
    "oldpassword": "Password you have now",
    "password1": "New password",
    "password2": "New password once more",
}


class InOurWords(CardFree):
    unwatched = frozenset({"password", "oldpassword", "password1", "password2"})  # hashed and forgotten
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
        for name in {"password", "oldpassword"} & set(self.fields):
            self.fields[name].help_text = ""  # the way to a forgotten password; the page has it after the field


class LoginForm(InOurWords, theirs.LoginForm):  # type: ignore[misc]  # allauth carries no types
    pass


class ChangePasswordForm(InOurWords, theirs.ChangePasswordForm):  # type: ignore[misc]  # as above
    pass


class SetPasswordForm(InOurWords, theirs.SetPasswordForm):  # type: ignore[misc]  # as above
    pass


class ResetPasswordKeyForm(InOurWords, theirs.ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    pass


class ReauthenticateForm(InOurWords, theirs.ReauthenticateForm):  # type: ignore[misc]  # as above
    pass
