import uuid

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from supportdesk.people.models.teams import Team
from supportdesk.people.states import InvitePurpose


class Invite(models.Model):
    """A link by mail that lets somebody join, or enrol a second factor again. Only the hash of its token is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=8, choices=InvitePurpose)
    email = models.EmailField(max_length=254)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    role = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_invite_purpose_fits",
                condition=Q(purpose=InvitePurpose.JOIN, user__isnull=True, role__isnull=False)
                | Q(purpose=InvitePurpose.ENROL, user__isnull=False, role__isnull=True),
            ),
            models.CheckConstraint(name="people_invite_expires_later", condition=Q(expires_at__gt=F("created_at"))),
        ]

    def __str__(self) -> str:
        return f"invite of {self.email}"
