"""Many customers from a seed: most with one fault, some with two, some with none, all with what only looks odd."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from billing.judging.faults import FAULTS
from billing.judging.lives import ODDITIES, new_world
from billing.judging.world import World

WITH_A_SECOND_FAULT = 0.15
MOST_TRIES = 50


def moment_of(seed: int) -> datetime:
    """When the judge looks: any day of three years, month ends and weekends among them."""
    random = Random(f"moment {seed}")  # noqa: S311  # reproducible, no secret
    return datetime(2025, 8, 1, tzinfo=UTC) + timedelta(days=random.randint(0, 1095), seconds=random.randint(0, 86399))


def population(seed: int, customers: int, *, noise: float, faulty: bool = True, first: int = 0) -> Iterator[World]:
    """The kinds of faults take turns, so that each has as many cases. The same seed makes the same people, whichever
    of them is made first."""
    kinds = sorted(FAULTS)
    for number in range(first, customers):
        random = Random(f"{seed}:{number}")  # noqa: S311  # reproducible, no secret
        at = moment_of(seed * 1000 + number // 40)
        if not faulty:
            yield clean(f"{seed}x{number}", at=at, noise=noise, random=random)
            continue
        wanted = [kinds[number % len(kinds)]]
        if random.random() < WITH_A_SECOND_FAULT:
            wanted.append(random.choice(kinds))
        yield faulted(f"{seed}x{number}", wanted, at=at, noise=noise, random=random)


def clean(name: str, *, at: datetime, noise: float, random: Random) -> World:
    """Oddities first, since a fault that comes later must be seen among them."""
    world = new_world(name, at=at, random=random)
    for oddity in ODDITIES:
        if random.random() < noise:
            oddity(world, random)
    return world


def faulted(name: str, kinds: list[str], *, at: datetime, noise: float, random: Random) -> World:
    """Two faults that no document can tell together become one."""
    for attempt in range(MOST_TRIES):
        world = clean(name, at=at, noise=noise, random=random)
        if attempt == MOST_TRIES // 2:
            kinds = kinds[:1]
        if all(FAULTS[kind](world, random) for kind in kinds) and world.doors:
            return world
    raise ValueError(f"No history could be made with {' and '.join(kinds)}.")
