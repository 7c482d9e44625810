"""Every URL pattern of the project with what it declares: for the check, the matrix test and the table in docs/."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from billing.access.policies import Declared, declared_by
from supportdesk.people.third_party_policies import declared_for


@dataclass(frozen=True, slots=True)
class Door:
    route: str
    name: str  # with its namespaces, as reverse() takes it
    namespace: str
    pattern: URLPattern
    declared: Declared | None


def doors() -> list[Door]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Door]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace or "") if part)
            yield from _walk(entry.url_patterns, route, inner)
        else:
            name = ":".join(part for part in (namespace, entry.name or "") if part)
            yield Door("/" + route, name, namespace, entry, _declared(entry, name, namespace))


def _declared(entry: URLPattern, name: str, namespace: str) -> Declared | None:
    return declared_by(entry.callback) or declared_for(name, namespace)
