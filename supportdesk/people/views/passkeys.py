"""The four calls of a browser that registers or shows a passkey. The ceremonies are django-otp-webauthn's."""

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django_otp_webauthn import exceptions
from django_otp_webauthn.models import WebAuthnCredential
from django_otp_webauthn.views import (
    BeginCredentialAuthenticationView,
    BeginCredentialRegistrationView,
    CompleteCredentialAuthenticationView,
    CompleteCredentialRegistrationView,
)

from billing.access.policies import Policy, declares
from supportdesk.people.access import may_enrol
from supportdesk.people.actions.enrolling import keep_factor
from supportdesk.people.actions.sessions import accept_proof
from supportdesk.people.queries import recovery_codes_left
from supportdesk.people.requests import PersonRequest

LONGEST_NAME = 64


class _MayEnrol:
    request: PersonRequest

    def check_can_register(self) -> None:
        if not may_enrol(self.request, user=self.request.user, at=timezone.now()):
            raise exceptions.NotVerified(detail="Show a second factor you already have first.")


class _BeginRegistration(_MayEnrol, BeginCredentialRegistrationView):  # type: ignore[misc]  # the library has no types
    pass


class _CompleteRegistration(_MayEnrol, CompleteCredentialRegistrationView):  # type: ignore[misc]
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        before = self.request.user.otp_device
        made = json.loads(super().post(*args, **kwargs).content)
        self.request.user.otp_device = before  # verified by the action below, with its record, or not at all
        device = WebAuthnCredential.objects.get(user=self.request.user, pk=made["id"])
        name = self.request.GET.get("name", "")[:LONGEST_NAME] or "Passkey"
        keep_factor(self.request, device, user=self.request.user, name=name, at=timezone.now())
        left = recovery_codes_left(self.request.user)
        return JsonResponse({"id": device.pk, "redirect_url": reverse("people:devices" if left else "people:codes")})


class _CompleteProof(CompleteCredentialAuthenticationView):  # type: ignore[misc]
    def complete_auth(self, device: WebAuthnCredential) -> Any:
        if device.user_id != self.request.user.pk:
            raise exceptions.CredentialNotFound()
        accept_proof(self.request, device, at=timezone.now())
        return self.request.user


_post_only = declares(Policy.STAFF_UNVERIFIED, methods=["POST"])
begin_registration = _post_only(_BeginRegistration.as_view())
complete_registration = _post_only(_CompleteRegistration.as_view())
begin_proof = _post_only(BeginCredentialAuthenticationView.as_view())
complete_proof = _post_only(_CompleteProof.as_view())
