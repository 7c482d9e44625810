from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.models import Device

from supportdesk.people.models.fields import LowercaseEmailField
from supportdesk.people.models.teams import Membership


class UserQuerySet(models.QuerySet["User"]):
    def with_rights(self) -> Self:
        """The user, the names of the roles and of their permissions, and the teams, in one query."""
        roles = Group.objects.filter(user_set=OuterRef("pk")).order_by("name").values("name")
        permissions = (
            Permission.objects.filter(group__user_set=OuterRef("pk"))
            .order_by()  # two roles may give the same one twice; a set of them is made here
            .values_list(Concat(F("content_type__app_label"), Value("."), F("codename")))
        )
        teams = Membership.objects.filter(user=OuterRef("pk")).values("team_id")
        texts = ArrayField(models.TextField())
        return self.annotate(
            fetched_roles=ArraySubquery(roles, output_field=texts),
            fetched_permissions=ArraySubquery(permissions, output_field=texts),
            fetched_teams=ArraySubquery(teams, output_field=ArrayField(models.BigIntegerField())),
        )

    def staff(self) -> Self:
        return self.filter(is_staff=True)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # built by Django at run time
    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=username)
        return user


class User(AbstractBaseUser):
    """Whoever signs in. A user with a role is staff; one without is a customer."""

    email = LowercaseEmailField(
        max_length=254, unique=True, error_messages={"unique": "This email address already has an account."}
    )
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    # Follows the roles: set by the action that gives and takes them, so that no request has to ask for it.
    is_staff = models.BooleanField(default=False, editable=False)
    groups = models.ManyToManyField(Group, related_name="user_set", related_query_name="user_set", blank=True)
    # Part of the session's signature: one more, and every session of this user is over.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # What OTPMiddleware finds for this session; without the middleware nobody is verified.
    otp_device: Device | None = None
    is_superuser: ClassVar[bool] = False

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="people_user_email_lowercase", condition=Q(email=Lower("email"))),
        ]
        permissions = [
            ("manage_people", "Can invite staff, give and take roles, disable accounts"),
            ("reset_factor", "Can reset another person's second factor"),
            ("enter_admin", "Can enter the admin site"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0] or self.email

    def is_verified(self) -> bool:
        return self.otp_device is not None

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        return salted_hmac(
            "supportdesk.people.User.session",
            f"{self.password}|{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @cached_property
    def rights(self) -> tuple[frozenset[str], frozenset[str]]:
        """Role names and permission names, read once for this object: with the user, or by one query."""
        if "fetched_roles" not in self.__dict__:
            row = type(self).objects.with_rights().values("fetched_roles", "fetched_permissions").get(pk=self.pk)
            return frozenset(row["fetched_roles"]), frozenset(row["fetched_permissions"])
        return frozenset(self.__dict__["fetched_roles"]), frozenset(self.__dict__["fetched_permissions"])

    @property
    def team_ids(self) -> Iterable[int]:
        """Of the teams this user is in: as read with the user, or a subquery where only the user was read."""
        if "fetched_teams" not in self.__dict__:
            return Membership.objects.filter(user=self.pk).values_list("team_id", flat=True)
        fetched: list[int] = self.__dict__["fetched_teams"]
        return fetched

    @property
    def roles(self) -> frozenset[str]:
        return self.rights[0] if self.is_staff else frozenset()

    @property
    def role_words(self) -> str:
        return ", ".join(sorted(self.roles))

    @property
    def home(self) -> str:
        """Where signing in leads: the first of these pages that this person may open."""
        if not self.is_staff:
            return settings.HOME_OF_CUSTOMERS
        if self.may_read_tickets:
            return settings.HOME_OF_STAFF
        return reverse("admin:index") if self.may_enter_admin else reverse("people:devices")

    # Which ways the menu shows; the doors themselves ask the same permissions.
    @property
    def may_read_tickets(self) -> bool:
        return self.has_perm("tickets.read_tickets")

    @property
    def may_look_after_people(self) -> bool:
        return self.has_perm("people.see_colleagues")

    @property
    def may_reconcile(self) -> bool:
        return self.has_perm("billing.reconcile_statements")

    @property
    def may_enter_admin(self) -> bool:
        return self.has_perm("people.enter_admin")

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """By role alone: nobody holds a permission of their own, and none is held over a single object here."""
        return self.is_active and self.is_staff and obj is None and perm in self.rights[1]

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff and any(name.startswith(f"{app_label}.") for name in self.rights[1])
