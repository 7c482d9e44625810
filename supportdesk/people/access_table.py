"""Who may call what, as the table in docs/security.md. Rendered from what the views declare, so it cannot be wrong."""

from collections.abc import Iterator
from typing import Final

from supportdesk.people import roles
from supportdesk.people.third_party_policies import BEFORE_DJANGO, BY_NAMESPACE
from supportdesk.people.urlmap import Door, doors

BEGIN: Final = "<!-- access table: written by `manage.py render_access_table` -->"
END: Final = "<!-- end of the access table -->"


def render() -> str:
    return "\n".join([BEGIN, "", *_urls(), "", *_roles(), "", END])


def put_into(document: str) -> str:
    """The document with the table between its marks renewed, or with the marks at its end."""
    if BEGIN not in document:
        return f"{document.rstrip()}\n\n{render()}\n"
    before, _, rest = document.partition(BEGIN)
    return before + render() + rest.partition(END)[2]


def _urls() -> Iterator[str]:
    yield "| URL | Methods | Who may call it | Permission |"
    yield "| --- | --- | --- | --- |"
    for door in sorted(doors(), key=lambda door: door.route):
        if door.namespace not in BY_NAMESPACE:
            yield _row(f"`{door.route}`", door)
    for namespace in BY_NAMESPACE:
        inside = [door for door in doors() if door.namespace == namespace]
        yield _row(f"`/{namespace}/…` ({len(inside)} patterns)", inside[0])
    for route, words in BEFORE_DJANGO.items():
        yield f"| `{route}` | GET | {words} | |"


def _row(where: str, door: Door) -> str:
    if door.declared is None:
        return f"| {where} | | **not declared: nobody should land here** | |"
    methods = ", ".join(sorted(door.declared.methods - {"HEAD"}))
    names = ", ".join(f"`{name}`" for name in door.declared.permissions)
    return f"| {where} | {methods} | {door.declared.policy.rule.words} | {names} |"


def _roles() -> Iterator[str]:
    names = sorted({name for held in roles.PERMISSIONS.values() for name in held})
    yield f"| Permission | {' | '.join(roles.ROLES)} |"
    yield f"| --- |{' :-: |' * len(roles.ROLES)}"
    for name in names:
        marks = " | ".join("yes" if name in roles.PERMISSIONS[role] else "" for role in roles.ROLES)
        yield f"| `{name}` | {marks} |"
