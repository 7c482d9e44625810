"""Which of two states of one object is the newer? A total order, so that the order of arrival does not matter.

Providers send events late, twice and out of order, with a clock of whole seconds. A version is compared part by part:

1. the stage: what can only go forward (a refund that failed was never "pending" again, however late that is told);
2. the second in which the provider told it;
3. the rank of the state and its progress, for two states told in the same second;
4. a digest of the facts, so that even then every process picks the same one.

Taking the greater of two versions is associative, commutative and idempotent: any permutation of any multiset of
events ends in the same facts.
"""

import json
from dataclasses import dataclass
from hashlib import blake2b

from billing.gateways.facts import Facts

Version = tuple[int, int, int, int, int]  # stage, second, rank, progress, digest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An object as it was when the provider told of it."""

    facts: Facts
    version: Version


def snapshot(facts: Facts, *, second: int) -> Snapshot:
    stage, rank, progress = facts.place()
    return Snapshot(facts, (stage, second, rank, progress, _digest(facts)))


def _digest(facts: Facts) -> int:
    text = json.dumps(facts.as_json(), sort_keys=True, separators=(",", ":"))
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest())
