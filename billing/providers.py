"""Under which names the records of others are kept beside their ids."""

from typing import Final

# Their rows are derived from events; a file beside them would be overwritten by the next event, or contradict it.
BY_EVENTS: Final = frozenset({"stripe", "simulated"})
# What comes from files, where whoever imports them says no other.
BY_FILES: Final = "import"

# Stripe counts some currencies otherwise than ISO 4217 does. It keeps two digits of these for the sake of old
# integrations, where ISO has none; of these it has none, where ISO keeps two. Amounts would be a hundredfold, or a
# hundredth (docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases").
COUNTED_IN_HUNDREDTHS: Final = frozenset({"ISK", "UGX"})
COUNTED_IN_WHOLES: Final = frozenset({"MGA"})
# And of these it takes whole tens of the smallest unit only: KWD 5.120, and not KWD 5.124 (there, "Three-decimal
# currencies").
TAKEN_IN_TENS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def smallest_step(provider: str, currency: str) -> int:
    """Of what can be asked of the provider, in minor units."""
    return 10 if provider == "stripe" and currency in TAKEN_IN_TENS else 1


def can_be_asked(provider: str, *, amount_minor: int, currency: str) -> bool:
    """Would the provider take just this amount?"""
    if provider == "stripe" and currency in COUNTED_IN_HUNDREDTHS | COUNTED_IN_WHOLES:
        return False
    return amount_minor % smallest_step(provider, currency) == 0
