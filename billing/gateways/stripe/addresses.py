"""A provider's address object as the lines of an envelope, without name and country."""

from typing import Final

from billing.gateways.stripe.fields import Json, part, text

BAR: Final = "|"  # between lines, as in a file and in BILL_ISSUER
LONGEST: Final = 300
# Where the postcode stands beside the town, and where below it (Universal Postal Union, addressing by country);
# elsewhere it stands before the town.
_AFTER_TOWN: Final = frozenset("US CA AU NZ IN ID PH SG TH TW PK BD".split())
_BELOW_TOWN: Final = frozenset("GB IE ZA BR RU UA KE LK".split())


def envelope(source: Json) -> str:
    """Lines parted by a bar, cut between lines where they are too long for the column."""
    address = part(source, "address")
    street = [text(address, name, 100) for name in ("line1", "line2")]
    lines = [line.replace(BAR, "/") for line in (*street, *_town(address)) if line]
    while len(written := BAR.join(lines)) > LONGEST:
        lines.pop()
    return written


def _town(address: Json) -> tuple[str, ...]:
    town, region, postcode = (text(address, name, 100) for name in ("city", "state", "postal_code"))
    country = text(address, "country", 2).upper()
    if country in _AFTER_TOWN:
        return (_spaced(", ".join(filter(None, (town, region))), postcode),)
    if country in _BELOW_TOWN:
        return town, region, postcode
    return (_spaced(postcode, town), region)


def _spaced(*words: str) -> str:
    return " ".join(filter(None, words))
