"""Shapes of input. What a code or a link is worth is decided by the actions."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.utils.text import capfirst

from billing.redaction.forms import CardFree
from supportdesk.people.models import Team, User
from supportdesk.people.roles import ROLES, words_for
from supportdesk.people.states import ResetReason


class CodeForm(CardFree, forms.Form):
    unwatched = frozenset({"code"})  # compared and forgotten

    code = forms.CharField(
        label="Code from your app",
        max_length=64,
        strip=True,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off"}
        ),
        error_messages={"required": "Type the six-figure code that your app shows now."},
    )


class EnrolForm(CodeForm):
    name = forms.CharField(
        label="Name of this app", max_length=64, required=False, help_text="So that you know it again: “Work phone”."
    )


class NameForm(CardFree, forms.Form):
    name = forms.CharField(label="Name", max_length=64)


class JoinForm(CardFree, forms.Form):
    name = forms.CharField(label="Your name, as customers see it", max_length=150)
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; several words make a good one.",
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        user = User(email=self.email, name=self.cleaned_data.get("name", ""), is_staff=True)
        validate_password(password, user)
        return password


class InviteForm(CardFree, forms.Form):
    email = forms.EmailField(label="Email address", max_length=254)
    role = forms.ChoiceField(label="Role", choices=[(role, words_for(role)) for role in ROLES])
    team = forms.ModelChoiceField(label="Team", queryset=Team.objects.all(), required=False)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.staff().filter(email=email).exists():
            raise forms.ValidationError("This person already works here.")
        return email


class RolesForm(CardFree, forms.Form):
    roles = forms.ModelMultipleChoiceField(
        label="Roles",
        queryset=Group.objects.filter(name__in=ROLES).order_by("name"),
        to_field_name="name",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Without a role this person is a customer.",
    )


class ResetForm(CardFree, forms.Form):
    why = forms.ChoiceField(
        label="Why", choices=[(each.value, capfirst(each.label)) for each in ResetReason], widget=forms.RadioSelect
    )


class StaffAwareCodeForm(CardFree, RequestLoginCodeForm):  # type: ignore[misc]  # allauth carries no types
    """Staff sign in by password. Asked for a code, they get a mail that says so; the page tells nobody."""

    _user: User | None

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user is not None and self._user.is_staff:
            self._user = None
        return email
