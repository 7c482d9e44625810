"""Opening one masked value, with its reason."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.access.cases import Case
from billing.access.guard import payment_view
from billing.access.reads import Look
from billing.access.refusals import is_fragment
from billing.access.reveal import field_for, reason_given, remember_reason, reveal_field
from billing.models import Reading, RevealReason


def _what_opens(request: HttpRequest, look: Look, url: Mapping[str, object]) -> Look:
    """With a reason it is a reveal; without, a form that asks for one and shows nothing."""
    reason, number = reason_given(request, look.case_ref), int(str(url["object_id"]))
    return replace(
        look,
        reading=Reading.REVEAL if reason else Reading.RECORD,
        reason=reason or "",
        object_kind=str(url["kind"])[:60],
        object_id=number if number < 2**63 else None,  # no record has such a number, and the log no room for it
        field=str(url["field"])[:60],
    )


@payment_view(permission="billing.reveal_payment_data", reading=Reading.RECORD, refine=_what_opens)
def reveal(request: HttpRequest, case: Case, kind: str, object_id: int, field: str) -> HttpResponse:
    label = field_for(kind, field).label
    page = {"case": case, "kind": kind, "object_id": object_id, "field": field, "label": label}
    page["layout"] = "billing/fragment.html" if is_fragment(request) else "desk_base.html"
    reason = reason_given(request, case.ref)
    if reason is None:
        asked_again = request.method == "POST"
        page |= {"reasons": RevealReason.choices, "error": "Choose a reason." if asked_again else ""}
        return render(request, "billing/reveal_page.html", page, status=422 if asked_again else 200)
    if request.method == "POST":
        remember_reason(request, case.ref, reason)
    page["revealed"] = reveal_field(case, kind=kind, object_id=object_id, field=field)
    return render(request, "billing/reveal_page.html", page)
