"""Second factors that we keep ourselves. Passkeys are django-otp-webauthn's own rows: public keys, nothing to hide.

None of these answers Device.verify_token(): a code is checked by people.actions.proving alone, which counts
failures in a transaction of its own. django-otp's other doors therefore stay shut.
"""

import uuid
from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_otp.models import Device

from billing.fieldcrypt import SealedField

FactorT = TypeVar("FactorT", bound=models.Model)


class FactorManager(models.Manager[FactorT]):
    """django-otp's own manager, with types."""

    def devices_for_user(self, user: models.Model, confirmed: bool | None = None) -> models.QuerySet[FactorT]:
        of_user = self.filter(user=user)
        return of_user if confirmed is None else of_user.filter(confirmed=confirmed)


class TotpDevice(Device):  # type: ignore[misc]  # django-otp carries no types
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seed = SealedField(bound_to="public_id")  # base32
    # The time step of the last code that was taken; that code and every earlier one are used up.
    last_step = models.BigIntegerField(default=0, editable=False)
    drift = models.SmallIntegerField(default=0, editable=False)  # steps this person's clock is off
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar["FactorManager[TotpDevice]"] = FactorManager()

    class Meta:
        verbose_name = "authenticator app"
        constraints = [
            # One enrolment at a time: starting again replaces the secret nobody has confirmed.
            models.UniqueConstraint(fields=["user"], condition=Q(confirmed=False), name="people_totp_one_unconfirmed")
        ]


class RecoverySet(Device):  # type: ignore[misc]
    """The device that a recovery code proves. One for a user; making new codes empties and refills it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar["FactorManager[RecoverySet]"] = FactorManager()

    class Meta:
        verbose_name = "recovery codes"
        constraints = [models.UniqueConstraint(fields=["user"], name="people_recovery_one_set")]


class RecoveryCode(models.Model):
    recovery_set = models.ForeignKey(RecoverySet, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class CodeGuard(models.Model):
    """Wrong codes of one user, over all devices. Locked for the length of a check: two guesses never run abreast."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="code_guard"
    )
    failures = models.PositiveSmallIntegerField(default=0)
    last_failed_at = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.failures} wrong codes"
