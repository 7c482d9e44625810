"""Figures of one run: shown as a table, kept in var/bench.json."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `goal` is what it is held to, in words; `holds` is None where nothing was promised."""

    name: str
    value: float
    unit: str
    goal: str = ""
    holds: bool | None = None

    def row(self) -> str:
        verdict = {True: "holds", False: "MISSED", None: ""}[self.holds]
        return f"{self.name:<58} {self.value:>12,.2f} {self.unit:<18} {self.goal:<24} {verdict}"


def at_most(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(name, round(value, 3), unit, f"at most {limit:g}", value <= limit)


def at_least(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(name, round(value, 3), unit, f"at least {limit:g}", value >= limit)


def seen(name: str, value: float, unit: str) -> Figure:
    return Figure(name, round(value, 3), unit)


def keep(figures: Iterable[Figure], file: Path) -> None:
    """Write the run's figures over those of the same name; others of earlier runs stay."""
    new = {figure.name: asdict(figure) for figure in figures}
    try:
        old = {row["name"]: row for row in json.loads(file.read_text())}
    except (OSError, ValueError):
        old = {}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(list((old | new).values()), indent=1) + "\n")
