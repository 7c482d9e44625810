"""By what a line is known again, when the next statement overlaps this one or the same file comes twice."""

from collections.abc import Callable
from hashlib import blake2b

from billing.statements.records import ParsedLine


def counting_fingerprints() -> Callable[[ParsedLine], str]:
    """For the lines of one file, in their order. Two lines that are truly equal are told apart by counting them: a
    second coffee of the same day counts as the second wherever it is seen again."""
    seen: dict[bytes, int] = {}

    def fingerprint(line: ParsedLine) -> str:
        said = "\x1f".join(
            (
                line.account,
                line.booked_on.isoformat(),
                str(line.amount_minor),
                line.currency,
                line.bank_reference,
                line.end_to_end_id,
                line.structured_reference,
                line.remittance,
                line.counterparty,
                line.return_code,
                line.returned_reference,
            )
        )
        base = blake2b(said.encode(), digest_size=16)
        key = base.digest()
        before = seen.get(key, 0)
        seen[key] = before + 1
        if before:
            base.update(b"\x1f%d" % before)
            return base.hexdigest()
        return key.hex()

    return fingerprint
