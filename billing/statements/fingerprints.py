"""By what a line is known again, when the next statement overlaps this one or the same file comes twice."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from billing.statements.records import ParsedLine

# From the bank's reference to the reference of what was returned.
_SAID: Final = slice(ParsedLine._fields.index("bank_reference"), ParsedLine._fields.index("original_minor"))


def said_by(line: ParsedLine) -> str:
    """All that a bank says of a movement, whichever statement it stands in. (That it is only announced yet is not of
    the movement, and neither is its place in a file.)"""
    return "\t".join(line[_SAID])  # type: ignore[arg-type]  # texts all; by their names would take twice the time


def counting_fingerprints() -> Callable[[str], str]:
    """For the lines of one file, in their order. Two lines that are truly equal are told apart by counting them: a
    second coffee of the same day counts as the second wherever it is seen again."""
    seen: dict[bytes, int] = {}

    def fingerprint(said: str) -> str:
        base = blake2b(said.encode(), digest_size=16)
        key = base.digest()
        before = seen.get(key, 0)
        seen[key] = before + 1
        if before:
            base.update(b"\t%d" % before)
            return base.hexdigest()
        return key.hex()

    return fingerprint
