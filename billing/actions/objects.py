"""Merges what events tell into the newest known state of each of the provider's objects.

Callers hold the advisory locks of the objects (billing.locks), so a row is read and written by one process at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from billing.gateways.facts import Facts
from billing.gateways.versions import Snapshot
from billing.models import ProviderObject

F = TypeVar("F", bound=Facts)
Link = list[Any]  # JSON: an id and the version that told it; for a milestone, its second
SINCE = "since:"  # marks the entries of ``links`` that are moments


@dataclass(frozen=True, slots=True)
class Known(Generic[F]):
    """An object's newest facts, its lost links filled in, and the row that keeps them."""

    facts: F
    row: ProviderObject

    @property
    def told_at(self) -> int:
        return int(self.row.version[1])

    def since(self, milestone: str) -> int | None:
        """The first second in which the object was told to have reached it."""
        found = self.row.links.get(SINCE + milestone)
        return int(found[0]) if found else None


def merge_snapshot(snapshot: Snapshot, *, provider: str) -> tuple[ProviderObject, bool]:
    """Keep the newer of what is stored and what is told; was there anything new? Safe to repeat, in any order."""
    facts = snapshot.facts
    row = ProviderObject.objects.filter(provider=provider, external_id=facts.object_id).first()
    if row is None:
        row = ProviderObject(
            provider=provider, kind=facts.KIND, external_id=facts.object_id, version=[], facts={}, links={}
        )
    links = _merged_links(row.links, snapshot)
    newer = list(snapshot.version) > row.version
    changed = newer or links != row.links
    if newer:
        row.version, row.facts = list(snapshot.version), facts.as_json()
    if changed:
        row.links = links
        row.parent_id = facts.parent_in(link_ids(links))
        row.save()
    return row, changed


def _merged_links(known: dict[str, Link], snapshot: Snapshot) -> dict[str, Link]:
    """For each link the newest word that named one, [id, version…]; for each milestone the first word of it."""
    merged = dict(known)
    for name, object_id in snapshot.facts.links().items():
        told: Link = [object_id, *snapshot.version]
        if name not in merged or told[1:] > merged[name][1:]:
            merged[name] = told
    if milestone := snapshot.facts.milestone():
        first: Link = [snapshot.version[1]]
        merged[SINCE + milestone] = min(merged.get(SINCE + milestone, first), first)
    return merged


def known_object(kind: type[F], external_id: str, *, provider: str) -> Known[F] | None:
    row = ProviderObject.objects.filter(provider=provider, kind=kind.KIND, external_id=external_id).first()
    return known_in(kind, row) if row else None


def known_children(kind: type[F], parents: Iterable[str], *, provider: str) -> list[Known[F]]:
    """The objects that belong to any of the parents, in the order of their ids."""
    named = [parent for parent in parents if parent]
    rows = ProviderObject.objects.filter(provider=provider, kind=kind.KIND, parent_id__in=named)
    return [known_in(kind, row) for row in rows.order_by("external_id")]


def known_in(kind: type[F], row: ProviderObject) -> Known[F]:
    return Known(kind.from_json(row.facts, link_ids(row.links)), row)


def link_ids(links: dict[str, Link]) -> dict[str, str]:
    return {name: str(link[0]) for name, link in links.items() if not name.startswith(SINCE)}
