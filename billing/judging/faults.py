"""What goes wrong, one function for each kind; its name is the kind's. Each says so in the world's labels.

A function returns False where the world at hand cannot have this fault; then another world is made.
"""

from collections.abc import Callable
from random import Random
from typing import Final

from billing.judging import failing, refunding, standing, taking, telling_wrong
from billing.judging.world import World

Fault = Callable[[World, Random], bool]

FAULTS: Final[dict[str, Fault]] = {
    name: fault
    for room in (failing, taking, standing, refunding, telling_wrong)
    for name, fault in sorted(vars(room).items())
    if callable(fault) and getattr(fault, "__module__", "") == room.__name__ and not name.startswith("_")
}
