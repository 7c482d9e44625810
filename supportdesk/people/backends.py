from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from supportdesk.people.models import User


class RightsBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth carries no types
    """allauth checks the password. The user of a request comes with roles and permissions, in the same query."""

    def get_user(self, user_id: int) -> User | None:
        found: User | None = User.objects.with_rights().filter(pk=user_id, is_active=True).first()
        return found

    # Rights are the user's own methods; were these left to the parent, each would ask the database again.
    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set(user_obj.rights[1]) if isinstance(user_obj, User) and user_obj.is_staff and obj is None else set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return isinstance(user_obj, User) and user_obj.has_perm(perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return isinstance(user_obj, User) and user_obj.has_module_perms(app_label)
