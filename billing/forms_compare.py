"""What a customer's statement says, pasted or uploaded. It is compared and forgotten: nothing here is stored."""

from django import forms

from billing.comparing.reading import MOST_CHARACTERS
from billing.redaction import redact
from billing.redaction.forms import CardFree
from billing.text.lines import clean_text

LARGEST_FILE = 200_000


class CompareForm(CardFree, forms.Form):
    unwatched = frozenset({"text"})  # a statement names cards; it is redacted below, not refused

    text = forms.CharField(
        label="Lines of the statement",
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "12 Sep  ACME MOTOR POLICY  -125.00", "class": "field"}),
        help_text="A day, a name and an amount on each line, as your bank shows them.",
    )
    file = forms.FileField(label="Or a file", required=False, help_text="Text or CSV, at most 200 kB.")

    def clean_file(self) -> str:
        upload = self.cleaned_data.get("file")
        if upload is None:
            return ""
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError("This file is larger than 200 kB. Please send the pages you ask about.")
        raw = upload.read()
        if b"\0" in raw[:4096] or raw.startswith(b"%PDF"):
            raise forms.ValidationError("This is not text. Please copy the lines, or send the bank's CSV file.")
        try:
            text: str = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        return text

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        told = data.get("text") or data.get("file") or ""
        if not self.errors and not told.strip():
            self.add_error("text", "Please paste at least one line.")
        # Redacted before anything else sees it, an error page included.
        data["lines"] = redact(clean_text(told, limit=MOST_CHARACTERS)).text
        return data
