from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from supportdesk.people.models import User


class RightsBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth carries no types
    """allauth checks the password. The user of a request comes with roles and permissions, in the same query."""

    def get_user(self, user_id: int) -> User | None:
        sql, values = _active_user_with_rights()
        found: list[User] = list(User.objects.raw(sql, [user_id if value == _SOMEBODY else value for value in values]))
        return found[0] if found else None

    # Rights are the user's own methods; were these left to the parent, each would ask the database again.
    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set(user_obj.rights[1]) if isinstance(user_obj, User) and user_obj.is_staff and obj is None else set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return isinstance(user_obj, User) and user_obj.has_perm(perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return isinstance(user_obj, User) and user_obj.has_module_perms(app_label)


_SOMEBODY = -1  # stands for the id, which is the only value that changes


@cache
def _active_user_with_rights() -> tuple[str, tuple[Any, ...]]:
    """The query's text, made once: every request asks it, and making it took Django ten times what answering took."""
    query = User.objects.with_rights().filter(pk=_SOMEBODY, is_active=True).query
    sql, values = query.sql_with_params()
    return sql, tuple(values)
