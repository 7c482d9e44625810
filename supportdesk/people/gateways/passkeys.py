"""Passkeys through django-otp-webauthn, with user verification required: a stolen key alone proves nobody."""

from typing import Any

from django_otp_webauthn.helpers import WebAuthnHelper
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, UserVerificationRequirement


class PasskeyHelper(WebAuthnHelper):  # type: ignore[misc]  # the library carries no types
    def get_generate_registration_options_kwargs(self, *, user: Any) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        options["authenticator_selection"] = AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.REQUIRED,
            resident_key=self.get_discoverable_credentials_preference(),
        )
        return options

    def authenticate_begin(self, user: Any, require_user_verification: bool = True) -> tuple[dict[str, Any], Any]:
        # The library asks for verification only where there is no user yet; here it is the second factor.
        options, state = super().authenticate_begin(user=user, require_user_verification=True)
        return options, state
