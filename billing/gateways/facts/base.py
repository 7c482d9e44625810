"""What all facts have in common."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

Place = tuple[int, int, int]  # stage, rank, progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    KIND: ClassVar[str]
    LINKS: ClassVar[tuple[str, ...]] = ()
    PARENT: ClassVar[str] = ""

    object_id: str

    def links(self) -> dict[str, str]:
        named = {name: getattr(self, name) for name in self.LINKS}
        return {name: value for name, value in named.items() if value}

    def place(self) -> Place:
        """Where the state stands among the states of its object (billing.gateways.versions)."""
        return 0, 0, 0

    def milestone(self) -> str:
        """What this state has reached whose first moment is worth keeping; later states no longer tell it."""
        return ""

    @classmethod
    def parent_in(cls, links: dict[str, str]) -> str:
        return links.get(cls.PARENT, "")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any], links: dict[str, str]) -> Self:
        """Links that the stored state does not tell are taken from what was known before."""
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in data.items() if name in known}
        return cls(**{**kept, **{name: links[name] for name in cls.LINKS if name in links}})
