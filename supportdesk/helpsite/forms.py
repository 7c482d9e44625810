from django import forms


class AnswerForm(forms.Form):
    """Did the article help? Two buttons, no text."""

    helped = forms.TypedChoiceField(choices=[("yes", "Yes"), ("no", "No")], coerce=lambda value: value == "yes")
