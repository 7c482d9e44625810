"""The complaint's own labels, as categories of ours. What the consumer picked from the Bureau's menu beats any guess.

Only labels that say what went wrong with money are here; for the others ("Incorrect information on your report") the
text decides, and the labels are read with it.
"""

from supportdesk.tickets.states import Category

_LABELS: dict[Category, str] = {
    Category.UNAUTHORISED: """
        Fraud or scam
        Unauthorized transactions or other transaction problem
        Identity theft / Fraud / Embezzlement
        Received a loan you didn't apply for
        Fraudulent loan
        Transaction was not authorized
        Debt was result of identity theft
        Debt resulted from identity theft
        Debt is not yours
        Debt is not mine
        Card was charged for something you did not purchase with the card
        Charged for a purchase or transfer you did not make with the card
        Account opened as a result of fraud
        Card opened as result of identity theft or fraud
        Card opened without my consent or knowledge
        Credit inquiries on your report that you don't recognize
        Improper use of your report
        Problem with a lender or other company charging your account
        """,
    Category.WRONG_AMOUNT: """
        Charged fees or interest you didn't expect
        Fees or interest
        Unexpected or other fees
        Overdrafts and overdraft fees
        Problem with fees
        Problem with fees charged
        Problem with fees or penalties
        Fee problem
        Don't agree with the fees charged
        Other fee
        APR or interest rate
        Unexpected increase in interest rate
        Problem with the interest rate
        Charged too much interest
        Attempted to collect wrong amount
        Overcharged for something you did purchase with the card
        Money was taken from your bank account on the wrong day or for the wrong amount
        Money was taken from your account on the wrong day or for the wrong amount
        Billing problem
        Non-sufficient funds and associated fees
        """,
    Category.PAYMENT_FAILED: """
        Problem when making payments
        Trouble during payment process
        Problem during payment process
        Trouble using your card
        Trouble using the card
        Problem using a debit or ATM card
        Can't use card to make purchases
        Problem making or receiving payments
        Bounced checks or returned payments
        """,
    Category.MISSING_OR_DUPLICATE: """
        Loan payment wasn't credited to your account
        Money was not available when promised
        Was approved for a loan, but didn't receive the money
        Was approved for a loan, but didn't receive money
        Deposits and withdrawals
        Deposits or withdrawals
        Funds not received from closed account
        Lost or stolen money order
        Debt was paid
        Trouble with how payments are being handled
        Trouble with how payments are handled
        """,
    Category.REFUND_LATE: """
        Credit card company isn't resolving a dispute about a purchase on your statement
        Card company isn't resolving a dispute about a purchase or transfer
        """,
    Category.AUTOPAY: """
        Can't stop withdrawals from your bank account
        """,
    Category.POLICY_CHANGE: """
        Closing an account
        Closing your account
        Can't close your account
        Trouble closing card
        Company closed your account
        Credit limit changed
        Problem with product or service terms changing
        """,
    Category.PROMOTION: """
        Advertising and marketing, including promotional offers
        Advertising
        Confusing or misleading advertising
        Confusing or misleading advertising or marketing
        Confusing or misleading advertising about the credit card
        Didn't receive advertised or promotional terms
        Didn't receive terms that were advertised
        Problem with rewards from credit card
        """,
    Category.PROOF_NEEDED: """
        Written notification about debt
        Disclosure verification of debt
        Didn't receive enough information to verify debt
        Not given enough info to verify debt
        """,
    Category.APP_OR_SITE: """
        Problem accessing account
        """,
}
_CATEGORY_OF = {
    label.strip().lower(): category
    for category, labels in _LABELS.items()
    for label in labels.splitlines()
    if label.strip()
}


def category_of_labels(*, issue: str, sub_issue: str) -> tuple[Category, str] | None:
    """The category and the label that gave it; the narrower label is asked first."""
    for label in (sub_issue, issue):
        category = _CATEGORY_OF.get(label.lower())
        if category is not None:
            return category, label
    return None
