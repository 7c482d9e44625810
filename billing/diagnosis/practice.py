"""Numbers the rules go by, each with where it comes from. Replaceable as data: a rule never hides one."""

from dataclasses import dataclass
from datetime import date, timedelta

# Cards: 5 to 10 business days is what most banks need (processors' documentation, 2026); bank accounts fewer.
REFUND_BUSINESS_DAYS_CARD = (5, 10)
REFUND_BUSINESS_DAYS_BANK = (3, 5)
# How long after its day an arrived refund is still worth explaining, with the bank's reference.
REFUND_REMEMBERED_DAYS = 30
# A refund asked this soon often undoes the charge instead: it vanishes, and no credit ever shows.
REVERSAL_WINDOW = timedelta(hours=24)
# Approval by a second person is late after this many business days.
APPROVAL_BUSINESS_DAYS = 2

# An uncaptured authorisation lapses after 7 days at the large card networks, where the provider names no date.
HOLD_DAYS = 7
HOLD_WARNING_DAYS = 2
# Two payments of one amount further apart than this are two purchases, not a double click or a repeated request.
TWICE_WINDOW = timedelta(hours=24)

# A bank debit is good, as a rule, after 5 business days; then somebody must ask.
DEBIT_BUSINESS_DAYS = 5
# A retry that did not run within a day of its time will not run by itself.
RETRY_GRACE = timedelta(days=1)
# An unpaid bill keeps its failed payment on the table; a payment for no bill is remembered this long.
FAILURE_REMEMBERED = timedelta(days=30)
WRITE_OFF_REMEMBERED = timedelta(days=120)

BILL_IS_NEWS_DAYS = 60
BILL_LATE_DAYS = 3
POSTING_DAYS = 1
LAPSE_REMEMBERED_DAYS = 180
DISPUTE_REMEMBERED_DAYS = 30


@dataclass(frozen=True, slots=True)
class CeilingRule:
    """``retries_only``: the first try is free of the count."""

    network: str
    name: str
    limit: int
    days: int
    since: date
    retries_only: bool
    source: str


CEILINGS: tuple[CeilingRule, ...] = (
    CeilingRule("visa", "Visa", 15, 30, date(2020, 10, 1), True, "Visa Core Rules, table 7-2, before May 2025"),
    CeilingRule("visa", "Visa", 20, 30, date(2025, 5, 1), True, "Visa Core Rules 18 April 2026, table 7-2"),
    CeilingRule("mastercard", "Mastercard", 35, 30, date(2020, 1, 1), False, "same amount; processors' notes"),
    CeilingRule("ach", "ACH", 2, 180, date(2010, 1, 1), True, "NACHA: two re-presentments within 180 days"),
)
# Networks that publish none: what the provider recommends (8 tries in two weeks).
OWN_CEILING = CeilingRule("", "Our own limit", 8, 14, date(2010, 1, 1), False, "provider's recommendation")


def ceiling_rule(network: str, on: date) -> CeilingRule:
    fitting = [rule for rule in CEILINGS if rule.network == network.lower() and rule.since <= on]
    return max(fitting, key=lambda rule: rule.since, default=OWN_CEILING)
