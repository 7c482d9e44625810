"""The rules, strongest first. The first rule that knows a line judges it; docs/reconciliation.md shows the table."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

WHOLE: Final = 1000
# How far a line's day may be from the day on which money is expected, where no reference ties the two.
WINDOW: Final = timedelta(days=10)
MISSING_AFTER_BUSINESS_DAYS: Final = 3
FX_TOLERANCE_PER_MILLE: Final = 10
# What banks and schemes keep back without saying so: the greater part of card fees is below this.
LIKELY_FEE_PER_MILLE: Final = 35
LIKELY_FEE_FIXED_MINOR: Final = 50
MOST_PARTS_OF_A_SUM: Final = 6
MOST_CANDIDATES_OF_A_SUM: Final = 14
MOST_PROPOSALS_PER_LINE: Final = 3
RETURN_WINDOW: Final = timedelta(days=62)  # the longest window in which a debit comes back


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    words: str
    score: int  # of a thousand
    posts: bool  # without a person
    exact: bool = False  # a reference and the amount to the cent


PAYMENT_REFERENCE = Rule(
    "payment_reference", "The line carries our payment reference, and the amount is the same.", 1000, True, True
)
EXTERNAL_ID = Rule(
    "external_id", "The line carries the provider's own id of it, and the amount is the same.", 995, True, True
)
CREDITOR_REFERENCE = Rule(
    "creditor_reference", "The structured reference names the bill, and the amount is the same.", 990, True, True
)
REFERENCE_IN_TEXT = Rule(
    "reference_in_text", "The text names the payment or the bill, and the amount is the same.", 980, True, True
)
NET_OF_FEE = Rule(
    "net_of_fee", "A reference names it; the amount and the fee the bank states make the whole.", 970, True
)
CURRENCY_EXCHANGED = Rule(
    "currency_exchanged", "A reference names it; the original amount before the exchange fits.", 960, True
)
INSTALMENTS = Rule("instalments", "Several lines name it, and together they are the whole amount.", 950, True)
LISTED_TOGETHER = Rule("listed_together", "The text names several, and together they are the amount.", 940, True)
RETURNED = Rule("returned", "The bank sends back what an earlier line brought.", 930, True)
CUSTOMER_AND_AMOUNT = Rule(
    "customer_and_amount", "The text names the customer; only this open amount is the same.", 900, True
)
NAME_AMOUNT_DATE = Rule(
    "name_amount_date", "Name, amount and day fit, and nothing else of that amount does.", 850, True
)
AMOUNT_AND_DATE = Rule(
    "amount_and_date", "Amount and day fit, and on neither side is there another of that amount.", 800, True
)
SOME_OF_A_LIST = Rule("some_of_a_list", "The text names several; only this part of them makes the amount.", 700, False)
ALL_OF_A_CUSTOMER = Rule("all_of_a_customer", "Several open amounts of one customer make exactly this sum.", 650, False)
LIKELY_FEE = Rule("likely_fee", "A reference names it; the difference could be a fee that nobody stated.", 600, False)
PART_OF_IT = Rule("part_of_it", "A reference names it, but the line is less than what is expected.", 550, False)
MORE_THAN_IT = Rule("more_than_it", "A reference names it, but the line is more than what is expected.", 540, False)
CANDIDATE = Rule("candidate", "One of several with the same amount near that day.", 300, False)

RULES: Final = (
    PAYMENT_REFERENCE,
    EXTERNAL_ID,
    CREDITOR_REFERENCE,
    REFERENCE_IN_TEXT,
    NET_OF_FEE,
    CURRENCY_EXCHANGED,
    INSTALMENTS,
    LISTED_TOGETHER,
    RETURNED,
    CUSTOMER_AND_AMOUNT,
    NAME_AMOUNT_DATE,
    AMOUNT_AND_DATE,
    SOME_OF_A_LIST,
    ALL_OF_A_CUSTOMER,
    LIKELY_FEE,
    PART_OF_IT,
    MORE_THAN_IT,
    CANDIDATE,
)
BY_NAME: Final = {rule.name: rule for rule in RULES}

SURE_FROM: Final = 800  # from here on a rule posts by itself
LIKELY_FROM: Final = 500


def confidence(score: int) -> str:
    """For people: what a score is worth."""
    if score >= SURE_FROM:
        return "sure"
    return "likely" if score >= LIKELY_FROM else "weak"
